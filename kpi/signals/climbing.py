"""How an escalation climbs: each tier has a clock, and when it has run out it is the next tier's turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.catalog.policy import EscalationPolicy
from kpi.signals.clocks import ONE_DAY, last_day
from kpi.signals.episodes import Episode, Step

if TYPE_CHECKING:
    from kpi.ledger.actions import Action

CLIMBING_STATES = ("active", "no data")  # not while it recovers: the figures answer


@dataclass(frozen=True)
class Climb:
    """The clock ran out: from this day on the escalation belongs to this tier."""

    on: date
    tier: int


@dataclass(frozen=True)
class Shelf:
    """Put aside on a day until another, both included; cut short where somebody took it back."""

    start: date
    end: date


def shelves(actions: Iterable[Action], day: date) -> tuple[Shelf, ...]:
    """From acts in their order. An act after ``day`` counts as one of ``day``: a portfolio may stand still."""
    found: list[Shelf] = []
    for act in actions:
        if act.action not in ("shelve", "unshelve"):
            continue
        on = min(act.at.date(), day)
        if found and found[-1].end >= on:
            found[-1] = Shelf(found[-1].start, on)  # the newer act stands in its place
        if act.action == "shelve" and act.until is not None:
            found.append(Shelf(on, act.until))
    return tuple(found)


def climb(
    episode: Episode, policy: EscalationPolicy, shelved: Sequence[Shelf], day: date
) -> tuple[tuple[Climb, ...], date | None]:
    """The climbs up to ``day``, and the last day of the clock that runs then.

    The first clock is the rule's, else its tier's; each next one the new tier's, from the day of the climb. A clock
    whose last day lies in a shelf ends with the shelf. It climbs on the day after its last, or when it falls back from
    recovering after that. None where no clock runs: closed, pending, or a top tier whose rule names no clock. At the
    last tier that its rule allows a clock runs, and then it is overdue.
    """
    rule, top = episode.rule, episode.rule.top_tier or len(policy.tiers)
    tier, start, climbs = rule.tier, episode.clock_from, list[Climb]()
    while start is not None:
        own = rule.clock_days is not None and not climbs
        days, clock = (rule.clock_days, rule.clock) if own else (policy.tier(tier).clock_days, policy.tier(tier).clock)
        if days is None:
            break
        due = _put_off(last_day(start, days, clock, policy.holidays), shelved)
        on = _first_climbing_day(episode.steps, due + ONE_DAY, day) if tier < top else None
        while on is not None and (later := _put_off(on - ONE_DAY, shelved)) >= on:
            due = later
            on = _first_climbing_day(episode.steps, later + ONE_DAY, day)
        if on is None:
            return tuple(climbs), None if episode.closed_in is not None else due
        tier, start = tier + 1, on
        climbs.append(Climb(on, tier))
    return tuple(climbs), None


def _put_off(due: date, shelved: Sequence[Shelf]) -> date:
    """A due day that lies within a shelf moves to its end, and on through a next shelf that began by then."""
    for shelf in shelved:
        if shelf.start <= due < shelf.end:
            due = shelf.end
    return due


def _first_climbing_day(steps: Sequence[Step], earliest: date, day: date) -> date | None:
    """The first day from ``earliest`` to ``day`` on which the state lets it climb."""
    for place, step in enumerate(steps):
        until = steps[place + 1].on - ONE_DAY if place + 1 < len(steps) else day
        if step.state in CLIMBING_STATES and max(step.on, earliest) <= min(until, day):
            return max(step.on, earliest)
    return None
