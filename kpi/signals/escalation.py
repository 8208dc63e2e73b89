"""What an escalation is: who is called to act on what, since when, how urgently, and what people have said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi.catalog.policy import Rule
    from kpi.ledger.actions import Action

OPEN_STATES = ("active", "recovering", "no data")


@dataclass(frozen=True)
class Step:
    """A change of state: which month's figure made it, the day that figure was known, and the state from then on."""

    month: date
    on: date
    state: str


@dataclass(frozen=True)
class Climb:
    """The clock ran out: from this day on the escalation belongs to this tier."""

    on: date
    tier: int


@dataclass(frozen=True)
class Escalation:
    """One episode of one rule and subject, from the month its condition first held until it closed.

    ``kpi_id`` is "" for a rule about a partner; ``kpis`` are the indicators that make its condition true. ``state`` is
    one of kpi.signals.states.STATES, "normal" for closed. ``tier`` is the present one, after ``climbs``.

    ``since``: the month in which the condition first held. ``active_from``: the month in which it had held long enough,
    None while pending; ``opened_on``: the day that was known. ``due_on``: the last day of the present clock; None where
    none runs. ``covered_by``: the id of an open escalation beside which this one adds nothing, "" else.

    ``acknowledged``: the first acknowledgement. ``owner``: the person assigned, else the rule's role. ``shelved_until``:
    the last day of a shelf in force. ``objection``: the partner's, until withdrawn. ``datasets``: what is not received.
    """

    id: str
    rule: Rule
    partner_id: str
    kpi_id: str
    currency: str
    state: str
    tier: int
    since: date
    active_from: date | None
    opened_on: date | None
    due_on: date | None
    closed_on: date | None
    climbs: tuple[Climb, ...]
    history: tuple[Step, ...]
    kpis: tuple[str, ...]
    covered_by: str
    acknowledged: Action | None
    owner: str
    shelved_until: date | None
    objection: Action | None
    actions: tuple[Action, ...]
    datasets: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES
