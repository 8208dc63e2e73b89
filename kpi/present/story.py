"""One partner's month in three sentences, made from the figures: where it stands, what changed, why it matters.

What changed puts special causes, which a control chart tells from chance, before mere moves between months. Why it
matters speaks of one figure, the one that calls loudest, in its definition's own words. All three are about the month
alone: the charts that they rest on have no windows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.attention import Attention, attention, reasons
from kpi.present.changes import JUDGED, change
from kpi.present.drivers import driver
from kpi.present.prose import Run, Sentence, lower_first, plain, strong
from kpi.present.rows import keyed, months_before, of_month, rows_of
from kpi.present.sites import names_of_sites
from kpi.present.verdicts import Verdict, verdicts
from kpi.present.wording import format_target, format_value, is_missing, joined, look_of, month_name, plural

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts
    from kpi.signals.review import Review
    from kpi.signals.series import Signals

KEY = ("kpi_id", "currency")
NAMED = 2  # of each kind in a sentence; the tables below name the rest
_KINDS = {"concern": "for the worse", "high": "upwards", "low": "downwards", "improvement": "for the better"}

Key = tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What the story is told from. ``now`` and ``before``: rows of ``figures`` by (kpi_id, currency), of the month and
    of the month before it; empty where there are none. ``last_reported`` is the last month with data up to now."""

    month: date
    now: Mapping[Key, Any]
    before: Mapping[Key, Any]
    verdicts: Mapping[Key, Verdict]
    attention: Attention
    last_reported: date | None

    @property
    def is_reported(self) -> bool:
        return _any_data(self.now)


@dataclass(frozen=True)
class Story:
    """Three sentences, each in stretches that stand out or don't. ``topic`` is what the third is about, if a figure."""

    stands: Sentence
    changed: Sentence
    matters: Sentence
    topic: Key | None


def facts_of(marts: Marts, catalog: Catalog, review: Review, signals: Signals, partner: str, month: date) -> Facts:
    """The partner's facts; ``signals`` must have been read at ``month``."""
    rows = rows_of(marts, partner=partner, month_to=month)
    reported = rows.loc[rows["status"] != "no data", "month"]
    mine = signals.series[signals.series["partner_id"] == partner]
    return Facts(
        month=month,
        now=dict(keyed(of_month(rows, month), KEY)),
        before=dict(keyed(of_month(rows, months_before(month, 1)), KEY)),
        verdicts=verdicts(mine, KEY),
        attention=attention(review.escalations, catalog, review.day).get(partner, Attention()),
        last_reported=None if reported.empty else reported.max().date(),
    )


def tell(marts: Marts, catalog: Catalog, review: Review, signals: Signals, partner: str, month: date) -> Story:
    """The partner's story at ``month``; ``signals`` must have been read at it."""
    names = names_of_sites(marts)

    def moved(key: Key) -> str:
        return driver(marts, catalog.indicators[key[0]], partner, key[1], month, names)

    return story(facts_of(marts, catalog, review, signals, partner, month), catalog, moved)


def story(facts: Facts, catalog: Catalog, moved: Callable[[Key], str] = lambda _: "") -> Story:
    """The three sentences. ``moved`` says in a clause what moved a figure most, "" where nothing stands out."""
    topic = topic_of(facts, catalog)
    return Story(
        stands=(*_figures(facts, catalog), *_open(facts, catalog), plain(".")),
        changed=_changed(facts, catalog),
        matters=_matters(facts, catalog, topic, moved),
        topic=topic,
    )


def topic_of(facts: Facts, catalog: Catalog) -> Key | None:
    """The figure that calls loudest: of the worst escalation, else a special cause for the worse, else one past its
    limit, else one that can't reach its target as things stand. None when no figure calls."""
    if facts.attention.open:
        worst = facts.attention.open[0]
        kpis = (worst.kpi_id,) if worst.kpi_id else worst.kpis
        return next(((kpi, worst.currency) for kpi in kpis if (kpi, worst.currency) in facts.now), None)
    wanted: tuple[Callable[[Key], bool], ...] = (
        lambda key: key in facts.verdicts and facts.verdicts[key].variation == "concern",
        lambda key: bool(facts.now[key].status == "past limit"),
        lambda key: key in facts.verdicts and "consistently fails" in facts.verdicts[key].icons,
    )
    ordered = _ordered(facts.now, catalog)
    return next((key for wish in wanted for key in ordered if wish(key)), None)


def _figures(facts: Facts, catalog: Catalog) -> list[Run]:
    """How many figures reach their targets, and which are past their limits."""
    month = month_name(facts.month)
    if not facts.is_reported:
        last = facts.last_reported
        since = f", the last month with data is {month_name(last)}" if last else ", nor ever before"
        return [strong("Nothing was reported"), plain(f" for {month}{since}")]
    keys = _ordered(facts.now, catalog)
    by_status = {status: [key for key in keys if facts.now[key].status == status] for status in JUDGED}
    judged = sum(len(found) for found in by_status.values())
    if not judged:
        return [plain(f"In {month} no figure rests on enough records to be judged")]
    met, missed, past = (by_status[status] for status in ("met", "missed", "past limit"))
    reach = "reaches its target" if len(met) == 1 else "reach their target"
    said = [plain(f"In {month}, {len(met)} of {plural(judged, 'judged figure')} {reach}")]
    said += [plain(f", {len(missed)} {'misses' if len(missed) == 1 else 'miss'} it within the limit")] if missed else []
    if past:
        names = joined([lower_first(_name(catalog, key)) for key in past], NAMED + 1)
        verb = "is" if len(past) == 1 else "are"
        said += [plain(" and "), strong(f"{len(past)} {verb} past the limit"), plain(f" ({names})")]
    missing = sum(1 for row in facts.now.values() if row.status == "no data")
    said += [plain(f"; {missing} {'was' if missing == 1 else 'were'} not reported")] if missing else []
    return said


def _open(facts: Facts, catalog: Catalog) -> list[Run]:
    """How many escalations are open, and with whom."""
    found = facts.attention.open
    if not found:
        return [plain("; no escalation is open now")]
    tier = lower_first(catalog.escalation.tier(facts.attention.worst).name)
    verb, highest = ("is", "") if len(found) == 1 else ("are", "the highest ")
    count = plural(len(found), "escalation")
    return [plain("; "), strong(f"{count} {verb} open"), plain(f" now, {highest}with the {tier}")]


def _changed(facts: Facts, catalog: Catalog) -> Sentence:
    earlier = month_name(months_before(facts.month, 1))
    if not facts.is_reported:
        return (plain(f"What changed is not known until {month_name(facts.month)} is reported."),)
    if special := _special(facts, catalog):
        return (*special, plain("."))
    if not facts.before:
        return (plain(f"{month_name(facts.month)} is the first month, so there is nothing to compare with."),)
    has_charts = any(found.icons for found in facts.verdicts.values())
    start = "No control chart shows a special cause" if has_charts else "Control charts need more months"
    if not _any_data(facts.before):
        return (plain(f"{start}, and {earlier} was not reported, so there is nothing to compare with."),)
    if moves := _moves(facts, catalog):
        return (plain(f"{start}; since {earlier}, "), *moves, plain("."))
    return (plain(f"{start}, and no figure changed its status since {earlier}."),)


def _special(facts: Facts, catalog: Catalog) -> list[Run]:
    """The special causes of the month, those for the worse first, trial limits last. [] when there is none."""
    said: list[Run] = []
    for kind, words in _KINDS.items():
        found = [key for key in _ordered(facts.now, catalog) if _variation(facts, key) == kind]
        found.sort(key=lambda key: facts.verdicts[key].is_on_trial)
        if not found:
            continue
        said.append(plain(f"; {words}: " if said else f"Special cause {words}: "))
        for place, key in enumerate(found[:NAMED]):
            said += [plain(", and " if place else ""), *_special_figure(facts, catalog, key)]
        if len(found) > NAMED:
            said.append(plain(f", and {len(found) - NAMED} more"))
    return said


def _special_figure(facts: Facts, catalog: Catalog, key: Key) -> list[Run]:
    """ "Deviation rate at 45.5 per 100 lots (outside the control limits, high)"."""
    found = facts.verdicts[key]
    value = format_value(catalog.indicators[key[0]], facts.now[key].value, key[1])
    trial = ", by trial limits" if found.is_on_trial else ""
    return [strong(catalog.indicators[key[0]].name), plain(f" at {value} ({found.rule}{trial})")]


def _moves(facts: Facts, catalog: Catalog) -> list[Run]:
    """Figures that changed their status, for the worse first. [] when none did."""
    both = [key for key in _ordered(facts.now, catalog) if key in facts.before]
    found = [change(catalog.indicators[key[0]], facts.before[key], facts.now[key]) for key in both]
    moved = sorted((one for one in found if one is not None and one.steps), key=lambda one: one.order)
    said: list[Run] = []
    for place, one in enumerate(moved[:NAMED]):
        verb = "rose" if one.now.value > one.before.value else "fell"
        value = format_value(one.indicator, one.now.value, one.now.currency)
        words = f" {verb} to {value}, {look_of(one.now.status).meaning} (before: {look_of(one.before.status).meaning})"
        said += [plain(", and " if place else ""), strong(one.indicator.name)]
        said.append(plain(words))
    if len(moved) > NAMED:
        said.append(plain(f", and {len(moved) - NAMED} more changed their status"))
    return said


def _matters(facts: Facts, catalog: Catalog, topic: Key | None, moved: Callable[[Key], str]) -> Sentence:
    if topic is not None:
        indicator = catalog.indicators[topic[0]]
        clauses = [_clause(indicator.why), moved(topic), _outlook(facts, indicator, topic)]
        said = "; ".join(clause for clause in clauses if clause)
        return (strong(_name(catalog, topic)), plain(f" matters most: {said}."))
    if facts.attention.open:
        worst = facts.attention.open[0]
        name = reasons([worst], catalog)[0]
        return (strong(name), plain(f" matters most: {_clause(worst.rule.why)}."))
    if not facts.is_reported:
        return (
            plain("Without figures nobody can say that supply and quality are in control: no data is no good news."),
        )
    return (plain("No figure asks for a decision: none is past its limit or shows a special cause for the worse."),)


def _clause(text: str) -> str:
    """Sentences of a definition as one clause within a sentence."""
    return "; ".join(lower_first(part) for part in text.rstrip(".").split(". "))


def _outlook(facts: Facts, indicator: Indicator, key: Key) -> str:
    """What the control limits say of the target, as a clause; "" where they say nothing.

    While a special cause is at work, limits foretell nothing, nor do trial limits.
    """
    found, figure = facts.verdicts.get(key), facts.now[key]
    if found is None or found.is_special or found.is_on_trial or is_missing(figure.target):
        return ""
    target = format_target(indicator, figure.target)
    outcome = {
        "consistently fails": f"no month will reach the target ({target})",
        "hit or miss": f"it is chance whether a month reaches the target ({target})",
        "consistently passes": f"every month will reach the target ({target})",
    }.get(found.assurance, "")
    return f"as the process runs now, {outcome}" if outcome else ""


def _variation(facts: Facts, key: Key) -> str:
    return facts.verdicts[key].variation if key in facts.verdicts else ""


def _ordered(found: Mapping[Key, Any], catalog: Catalog) -> list[Key]:
    """Headline indicators first, then the catalogue's order."""
    place = {kpi: (not indicator.headline, at) for at, (kpi, indicator) in enumerate(catalog.indicators.items())}
    return sorted(found, key=lambda key: (place[key[0]], key))


def _name(catalog: Catalog, key: Key) -> str:
    name = catalog.indicators[key[0]].name
    return f"{name}, {key[1]}" if key[1] else name


def _any_data(rows: Mapping[Key, Any]) -> bool:
    return any(row.status != "no data" for row in rows.values())
