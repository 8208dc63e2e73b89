"""Who needs attention and why: each partner's open escalations in short, and the order and the sentences that follow.

What another open escalation covers is not counted again, and what people have shelved waits until its day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.present.board import Cell
from kpi.present.escalations import is_shelved
from kpi.present.prose import Run, Sentence, lower_first, plain, strong
from kpi.present.wording import Look, joined, look_of, plural, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from kpi.catalog import Catalog
    from kpi.catalog.policy import EscalationPolicy, Rule
    from kpi.signals.escalation import Escalation

NAMED = 3  # partners that the summary names, each with its first reason
LONGEST_NAME = 44
_URGENCY = {"active": 0, "no data": 1, "recovering": 2, "pending": 3}


@dataclass(frozen=True)
class Attention:
    """One partner. ``open``: its escalations that ask for something now, the gravest rule first; ``shelved`` and
    ``pending`` ask for nothing yet."""

    open: tuple[Escalation, ...] = ()
    shelved: int = 0
    pending: int = 0

    @property
    def by_tier(self) -> list[tuple[int, int]]:
        """(tier, how many open), the highest tier first."""
        return sorted(Counter(e.tier for e in self.open).items(), reverse=True)

    @property
    def worst(self) -> int:
        """The highest tier that anything open stands at; 0 for none."""
        return max((e.tier for e in self.open), default=0)

    @property
    def order(self) -> tuple[int, ...]:
        """Smaller comes first: the worst tier, then how many are open, then how many of them at that tier."""
        return (-self.worst, -len(self.open), -sum(1 for e in self.open if e.tier == self.worst))

    @property
    def unacknowledged(self) -> int:
        return sum(1 for e in self.open if e.acknowledged is None)


def attention(escalations: Iterable[Escalation], catalog: Catalog, day: date) -> dict[str, Attention]:
    """{partner_id: what asks for attention on ``day``}, of the partners that have anything open or pending."""
    rank = {rule.id: place for place, rule in enumerate(catalog.escalation.rules)}
    kpis = {kpi: place for place, kpi in enumerate(catalog.indicators)}
    found: dict[str, list[Escalation]] = {}
    for escalation in escalations:
        if (escalation.open or escalation.state == "pending") and not escalation.covered_by:
            found.setdefault(escalation.partner_id, []).append(escalation)

    def gravity(e: Escalation) -> tuple[object, ...]:
        rule = rank.get(e.rule.id, len(rank))
        return (-e.rule.tier, -e.tier, _URGENCY[e.state], rule, kpis.get(e.kpi_id, -1), e.currency, e.since)

    return {
        partner: Attention(
            open=tuple(sorted((e for e in mine if e.open and not is_shelved(e, day)), key=gravity)),
            shelved=sum(1 for e in mine if e.open and is_shelved(e, day)),
            pending=sum(1 for e in mine if not e.open),
        )
        for partner, mine in found.items()
    }


def tier_looks(policy: EscalationPolicy) -> tuple[Look, ...]:
    """A look for each tier, the highest first: red, amber, then grey; its sign is its number."""
    colours = [look_of(state) for state in ("past limit", "missed")]
    tiers = sorted(policy.tiers, key=lambda tier: -tier.tier)
    looks = []
    for place, tier in enumerate(tiers):
        like = colours[place] if place < len(colours) and tier.tier > 1 else look_of("no data")
        sign, meaning = f"T{tier.tier}", lower_first(tier.name)
        looks.append(Look(tier_state(tier.tier), sign, "", like.light, like.dark, like.mark, like.hue, meaning))
    return tuple(looks)


def tier_state(tier: int) -> str:
    return f"tier {tier}"


def reasons(escalations: Sequence[Escalation], catalog: Catalog, most: int = 4) -> list[str]:
    """What it is about, one text a rule: "Past the limit: right first time and 2 more"; in the order given.

    ``most``: how many indicators of a rule are named.
    """
    by_rule: dict[str, tuple[Rule, list[str]]] = {}
    for escalation in escalations:
        names = by_rule.setdefault(escalation.rule.id, (escalation.rule, []))[1]
        names += [name for name in [subject_name(escalation, catalog)] if name and name not in names]
    return [
        rule.name if not names else f"{rule.name}: {joined([lower_first(name) for name in names], most)}"
        for rule, names in by_rule.values()
    ]


def subject_name(escalation: Escalation, catalog: Catalog) -> str:
    """The indicator's name, with its currency; "" where the rule's own name says what it is about."""
    indicator = catalog.indicators.get(escalation.kpi_id)
    if indicator is None or len(escalation.rule.kpis) == 1:
        return ""
    return f"{indicator.name}, {escalation.currency}" if escalation.currency else indicator.name


def attention_cell(found: Attention, catalog: Catalog) -> Cell:
    """How many are open by tier, and why."""
    notes = [plural(found.unacknowledged, "not acknowledged", "not acknowledged")] if found.unacknowledged else []
    notes += [f"{found.shelved} shelved"] if found.shelved else []
    notes += [f"{found.pending} on watch"] if found.pending else []
    why = reasons(found.open, catalog)
    return Cell(
        text="; ".join([*why[:1], *map(lower_first, why[1:])]) or "none",
        pills=[(tier_state(tier), f"T{tier} × {count}") for tier, count in found.by_tier],
        note=", ".join(notes),
        tip="\n".join(why),
    )


def attention_sentence(
    found: Mapping[str, Attention], ordered: Sequence[str], names: Mapping[str, str], catalog: Catalog
) -> Sentence:
    """Who comes first and why, those of the worst tier, and who comes next where there is room; the names stand out.
    () when nothing is open.

    ``ordered``: partner ids, who needs attention first.
    """
    worst = max((found[partner].worst for partner in ordered if partner in found), default=0)
    first = [partner for partner in ordered if partner in found and found[partner].worst == worst]
    if not worst:
        return ()
    named = first[:NAMED]
    next_ones = [p for p in ordered if p in found and 0 < found[p].worst < worst][: NAMED - len(named)]
    whom = lower_first(catalog.escalation.tier(worst).name)
    verb, others = "needs" if len(named) == 1 else "need", len(first) - len(named)
    more = f"; {others} more {'is' if others == 1 else 'are'} with the {whom} too" if others else f", with the {whom}"
    first_of = " first" if len(ordered) > 1 else ""
    said = [*_named(named, found, names, catalog), plain(f" {verb} attention{first_of}{more}")]
    if next_ones:
        said.append(plain("; next comes " if len(next_ones) == 1 else "; next come "))
        said += _named(next_ones, found, names, catalog)
    return (*said, plain("."))


def _named(
    partners: Sequence[str], found: Mapping[str, Attention], names: Mapping[str, str], catalog: Catalog
) -> list[Run]:
    """ "Alpha Ltd (no data past the reporting day) and Beta Ltd (…)"."""
    said: list[Run] = []
    for place, partner in enumerate(partners):
        if place:
            said.append(plain(" and " if place == len(partners) - 1 else ", "))
        why = reasons(found[partner].open[:1], catalog)[0]
        said += [strong(shortened(names[partner], LONGEST_NAME)), plain(f" ({lower_first(why)})")]
    return said
