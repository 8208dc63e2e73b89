"""The agenda that the figures propose: what a committee has to talk about, the gravest first, nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.ledger.links import NO_LINK, Link, escalation_link, indicator_link, is_link, record_link
from kpi.ledger.meeting_model import AgendaItem
from kpi.present.attention import Attention, attention
from kpi.present.escalation_rows import evidence_text
from kpi.present.escalations import clock, subject
from kpi.present.look_ahead import DATASET_OF, NAMES, days
from kpi.present.verdicts import verdict
from kpi.present.wording import day_name, is_missing, joined, plural, short_month, shortened

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.figure_notes import FigureNote
    from kpi.ledger.meeting_model import AgreedAction
    from kpi.present.reporting_calendar import Expected
    from kpi.qbr.source import Source
    from kpi.signals.escalation import Escalation
    from kpi.signals.review import Review
    from kpi.signals.series import Signals

LONGEST_TITLE, LONGEST_WHY = 160, 300  # characters
NAMED = 3  # records that a line names
# Readings of a chart's last point that deserve an item: (kind of item, how they are called), in this order.
_READINGS = {
    "concern": ("concern", "special cause for the worse"),
    "high": ("change", "special cause, high"),
    "low": ("change", "special cause, low"),
    "improvement": ("improvement", "special cause for the better"),
}
Keys = set[tuple[str, str]]


def propose(source: Source, partner: str, month: date, until: date) -> tuple[AgendaItem, ...]:
    """The agenda for ``partner`` from a source's figures of ``month`` (first day), looking ahead to ``until``.

    Raises UsageError for a partner outside the source's scope, or an ``until`` before its day.
    """
    from kpi.ledger.agreed_actions import agreed_actions
    from kpi.ledger.figure_notes import figure_notes, open_objections
    from kpi.marts.look_ahead import look_ahead
    from kpi.qbr.restated import calendar_of

    version, day = source.provenance.version, source.provenance.day
    return proposed_agenda(
        source.review,
        source.signals(partner, month),
        source.catalog,
        commitments=look_ahead(
            source.store, version=version, day=day, until=until, scope=source.scope, partner=partner
        ),
        actions=agreed_actions(source.store, scope=source.scope, as_of=version, partner=partner),
        missing=[cell for cell in calendar_of(source, month).by_partner.get(partner, ()) if cell.overdue],
        objections=open_objections(figure_notes(source.store, scope=source.scope, as_of=version)).values(),
        day=day,
        until=until,
        partner=partner,
    )


def proposed_agenda(
    review: Review,
    signals: Signals,
    catalog: Catalog,
    *,
    commitments: pd.DataFrame,
    actions: Iterable[AgreedAction],
    missing: Iterable[Expected],
    objections: Iterable[FigureNote] = (),
    day: date,
    until: date,
    partner: str,
) -> tuple[AgendaItem, ...]:
    """Escalations by tier, special causes for the worse, then other ones, objections, overdue actions, what is overdue
    or falls due by ``until``, data not received: each item with the reason in one line, in an order of its own.

    ``objections``: those to figures that are open.
    ``commitments`` as kpi.marts.look_ahead gives them; ``missing``: cells of the reporting calendar that are overdue.
    """
    mine = [one for one in review.escalations if one.partner_id == partner]
    raised = attention(mine, catalog, day).get(partner, Attention()).open
    raised = tuple(sorted(raised, key=lambda one: -one.tier))  # within a tier as everywhere else
    on_it = {(one.kpi_id, one.currency) for one in _with_covered(raised, mine)}
    silent = {name for one in raised for name in one.datasets}
    return (
        *(_escalation(one, review, catalog, day) for one in raised),
        *_causes(signals, catalog, partner, on_it),
        *(_objection(one, catalog) for one in mine if one.open and one.objection and one not in raised),
        *(_objection_to_figure(one, catalog) for one in objections if one.partner_id == partner),
        *(_action(one, day) for one in _overdue(actions, partner, day)),
        *_due(commitments, until),
        *_not_received([cell for cell in missing if cell.partner_id == partner and cell.dataset not in silent]),
    )


def _with_covered(raised: Sequence[Escalation], mine: Sequence[Escalation]) -> list[Escalation]:
    """And those beside which they add nothing: talking about the one is talking about the other."""
    found = list(raised)
    for above in found:  # grows while it is walked
        found += [one for one in mine if one.open and one.covered_by == above.id and one not in found]
    return found


def _escalation(one: Escalation, review: Review, catalog: Catalog, day: date) -> AgendaItem:
    tier = catalog.escalation.tier(one.tier)
    time = clock(one, day)
    said = [
        f"Tier {one.tier}, {tier.name.lower()}",
        time.sentence if time.overdue else "",
        f"{one.objection.actor} objects to it for the partner" if one.objection else "",
        evidence_text(one, review.panel, catalog),
    ]
    return _item(f"{subject(one, catalog)}: {one.rule.name}", "escalation", escalation_link(one.id), said)


def _causes(signals: Signals, catalog: Catalog, partner: str, on_it: Keys) -> Iterator[AgendaItem]:
    rows: list[Any] = list(signals.series[signals.series["partner_id"] == partner].itertuples(index=False))
    for reading, (kind, words) in _READINGS.items():
        for row in rows:
            key = (str(row.kpi_id), str(row.currency))
            if row.variation != reading or key in on_it:
                continue
            name = catalog.indicators[key[0]].name
            title = f"{name}, {key[1]}: {words}" if key[1] else f"{name}: {words}"
            yield _item(title, kind, indicator_link(*key), [verdict(row).sentences[0].removesuffix(".")])


def _objection(one: Escalation, catalog: Catalog) -> AgendaItem:
    act = one.objection
    assert act is not None
    said = [f"{act.actor} objected on {day_name(act.at.date())}: “{shortened(' '.join(act.text.split()), 160)}”"]
    return _item(f"Objection: {subject(one, catalog)}, {one.rule.name}", "objection", escalation_link(one.id), said)


def _objection_to_figure(one: FigureNote, catalog: Catalog) -> AgendaItem:
    known = catalog.indicators.get(one.kpi_id)
    name = known.name if known is not None else one.kpi_id
    about = ", ".join(part for part in (name, one.currency, short_month(one.month)) if part)
    said = [f"{one.actor} objected on {day_name(one.at.date())}: “{shortened(' '.join(one.text.split()), 160)}”"]
    link = indicator_link(one.kpi_id, one.currency) if known is not None else NO_LINK
    return _item(f"Objection to a figure: {about}", "objection", link, said)


def _overdue(actions: Iterable[AgreedAction], partner: str, day: date) -> list[AgreedAction]:
    late = [one for one in actions if one.partner_id == partner and one.overdue(day)]
    return sorted(late, key=lambda one: (one.first_due_on, one.version))


def _action(one: AgreedAction, day: date) -> AgendaItem:
    later = f"a later date was agreed: {day_name(one.due_on)}" if one.extended else ""
    said = [f"{one.owner}, {days((one.first_due_on - day).days)}, due {day_name(one.first_due_on)}", later]
    return _item(f"{one.id}: {' '.join(one.text.split())}", "action", one.link, said)


def _due(commitments: pd.DataFrame, until: date) -> Iterator[AgendaItem]:
    """One item per kind of commitment and whether it is overdue: records by the dozen are a list, not an agenda."""
    rows: list[Any] = list(commitments.itertuples(index=False))
    for late in (True, False):
        for what, (noun, many) in NAMES.items():
            found = [row for row in rows if row.what == what and (row.days_left < 0) == late]
            if not found:
                continue
            critical = [row for row in found if row.severity == "critical"]
            first = (critical or found)[0]
            when = "overdue" if late else f"due by {day_name(until)}"
            title = f"{plural(len(found), noun, many)} {when}"
            said = [f"Critical: {joined([str(row.record_id) for row in critical], NAMED)}" if critical else ""]
            told = "the oldest" if late else "the first"
            said.append(f"{told} is {found[0].record_id}, {days(int(found[0].days_left))}")
            yield _item(title[:1].upper() + title[1:], "due", _record(DATASET_OF[what], first.record_id), said)


def _not_received(cells: Sequence[Expected]) -> Iterator[AgendaItem]:
    for dataset in sorted({cell.dataset for cell in cells}):
        late = sorted((cell for cell in cells if cell.dataset == dataset), key=lambda cell: cell.month)
        name = dataset.replace("_", " ")
        months = joined([short_month(cell.month) for cell in late], NAMED)
        said = [f"The reporting day for {short_month(late[0].month)} was {day_name(late[0].due_on)}"]
        yield _item(f"Not received: {name} for {months}", "data", NO_LINK, said)


def _record(dataset: str, record_id: object) -> Link:
    """To the record where its id can be kept in a link; nothing is left out for an odd one."""
    text = "" if is_missing(record_id) else str(record_id)
    return record_link(dataset, text) if is_link(f"record:{dataset}/{text}") else NO_LINK


def _item(title: str, kind: str, link: Link, said: Sequence[str]) -> AgendaItem:
    why = "; ".join(part for part in said if part)
    why = f"{why[:1].upper()}{why[1:]}"
    return AgendaItem(shortened(title, LONGEST_TITLE), kind, link, shortened(why, LONGEST_WHY))
