"""The alarm system's own figures: how much it asks of people, and how well they keep up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.catalog.policy import EscalationPolicy
from kpi.signals.clocks import months_before
from kpi.signals.escalation import Escalation

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Chattering:
    """A subject of which one rule opened so many escalations within the policy's months."""

    rule_id: str
    partner_id: str
    kpi_id: str
    currency: str
    episodes: int


@dataclass(frozen=True)
class AlarmFigures:
    """Of escalations that are open on ``day`` and not covered by another: how many, by tier from the first.

    ``covered`` are open and say nothing that another doesn't. ``unacknowledged`` and ``oldest_unacknowledged`` (age in
    days, None for none) leave out what is shelved. ``overdue``: the clock ran out and they could not climb, because
    they recover or stand in the top tier. ``climbed``: above the tier of their rule. ``pending``: true, not yet long
    enough. ``opened``: escalations per month of opening, the last MONTHS_SHOWN, covered ones too.
    """

    day: date
    open_by_tier: tuple[tuple[int, int], ...]
    covered: int
    pending: int
    unacknowledged: int
    oldest_unacknowledged: int | None
    overdue: int
    climbed: int
    shelved: int
    objections: int
    chattering: tuple[Chattering, ...]
    opened: tuple[tuple[date, int], ...]

    @property
    def open(self) -> int:
        return sum(count for _, count in self.open_by_tier)


def alarm_figures(escalations: Sequence[Escalation], policy: EscalationPolicy, day: date) -> AlarmFigures:
    """The figures of ``escalations`` as ``kpi.signals.escalation.escalations`` made them for ``day``."""
    mine = [e for e in escalations if e.open and not e.covered_by]
    ages = [
        (day - e.opened_on).days
        for e in mine
        if e.opened_on is not None and e.acknowledged is None and e.shelved_until is None
    ]
    tiers = Counter(e.tier for e in mine)
    this_month = day.replace(day=1)
    openings = Counter(e.opened_on.replace(day=1) for e in escalations if e.opened_on is not None)
    months = [months_before(this_month, back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    return AlarmFigures(
        day=day,
        open_by_tier=tuple((tier.tier, tiers[tier.tier]) for tier in policy.tiers),
        covered=sum(1 for e in escalations if e.open and e.covered_by),
        pending=sum(1 for e in escalations if e.state == "pending"),
        unacknowledged=len(ages),
        oldest_unacknowledged=max(ages, default=None),
        overdue=sum(1 for e in mine if e.due_on is not None and e.due_on < day),
        climbed=sum(1 for e in mine if e.climbs),
        shelved=sum(1 for e in mine if e.shelved_until is not None),
        objections=sum(1 for e in mine if e.objection is not None),
        chattering=chattering(escalations, policy, this_month),
        opened=tuple((month, openings[month]) for month in months),
    )


def chattering(escalations: Sequence[Escalation], policy: EscalationPolicy, this_month: date) -> tuple[Chattering, ...]:
    """Subjects that one rule opened too often in the policy's months to ``this_month``; most often first."""
    first = months_before(this_month, policy.chattering_months - 1)
    episodes = Counter(
        (e.rule.id, e.partner_id, e.kpi_id, e.currency)
        for e in escalations
        if e.opened_on is not None and e.opened_on >= first
    )
    often = [(count, key) for key, count in episodes.items() if count >= policy.chattering_episodes]
    return tuple(Chattering(*key, count) for count, key in sorted(often, key=lambda found: (-found[0], found[1])))
