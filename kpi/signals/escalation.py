"""What an escalation is: who is called to act on what, since when, how urgently, and what people have said to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.catalog.policy import EscalationPolicy, Rule
from kpi.signals.climbing import Climb, climb, shelves
from kpi.signals.episodes import Episode, Step, episodes
from kpi.signals.responses import matched, response

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.actions import Action
    from kpi.signals.panel import Panel

__all__ = ["OPEN_STATES", "Climb", "Escalation", "Step", "escalations"]

ID_DIGITS = 8  # hexadecimal
LONGER_ID = 12  # where two would share the shorter one
OPEN_STATES = ("active", "recovering", "no data")


@dataclass(frozen=True)
class Escalation:
    """One episode of one rule and subject, from the month its condition first held until it closed.

    ``kpi_id`` is "" for a rule about a partner; ``kpis`` are the indicators that make its condition true. ``state`` is
    one of kpi.signals.states.STATES, "normal" for closed. ``tier`` is the present one, after ``climbs``.

    ``since``: the month in which the condition first held. ``active_from``: the month in which it had held long enough,
    None while pending; ``opened_on``: the day that was known. ``due_on``: the last day of the present clock; None where
    none runs. ``covered_by``: the id of an open escalation beside which this one adds nothing, "" else.

    ``acknowledged``: the first acknowledgement. ``owner``: the person assigned, else the rule's role.
    ``shelved_until``: the day on which a shelf in force ends. ``objection``: the partner's, until withdrawn.
    ``datasets``: what has not been received, for a rule about that.
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


def escalations(
    panel: Panel, catalog: Catalog, actions: Iterable[Action], day: date
) -> tuple[tuple[Escalation, ...], tuple[Action, ...]]:
    """Every escalation that ever became active by these figures and rules, those pending now, and orphaned acts.

    From data, rules and acts alone, in an order of its own: tier (highest first), partner, rule (as in the policy),
    indicator (catalogue order), currency, month. ``day`` is the one that clocks are read on.
    """
    policy = catalog.escalation
    found = [episode for rule in policy.rules for episode in episodes(rule, panel, catalog)]
    ids = _ids(found)
    acts, orphans = matched(ids, found, actions)
    single = [
        _escalation(name, episode, policy, acts.get(name, ()), day) for name, episode in zip(ids, found, strict=True)
    ]
    rank = {rule.id: place for place, rule in enumerate(policy.rules)}
    order = {pair: place for place, pair in enumerate(panel.series)}
    single.sort(key=lambda e: (-e.tier, e.partner_id, rank[e.rule.id], order.get((e.kpi_id, e.currency), -1), e.since))
    return tuple(_covered(single, policy)), orphans


def _ids(found: Sequence[Episode]) -> list[str]:
    """Names that stay: from the rule, the subject and the month in which the condition first held.

    Where two would be called the same, the one that began later gets the longer name, so the earlier one keeps its own.
    """
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for place in sorted(range(len(found)), key=lambda at: (found[at].since, found[at].subject)):
        episode = found[place]
        short = escalation_id(*episode.subject, episode.since)
        ids[place] = escalation_id(*episode.subject, episode.since, LONGER_ID) if short in taken else short
        taken.add(short)
    return [ids[place] for place in range(len(found))]


def escalation_id(
    rule_id: str, partner_id: str, kpi_id: str, currency: str, since: date, digits: int | None = None
) -> str:
    """The name of the escalation of this rule and subject whose condition first held in ``since``."""
    text = "\x1f".join((rule_id, partner_id, kpi_id, currency, since.isoformat()))
    return "E-" + hashlib.sha256(text.encode()).hexdigest()[: ID_DIGITS if digits is None else digits]


def _escalation(
    escalation_id: str, episode: Episode, policy: EscalationPolicy, actions: Sequence[Action], day: date
) -> Escalation:
    climbs, due_on = climb(episode, policy, shelves(actions, day), day)
    said = response(actions, day)
    return Escalation(
        id=escalation_id,
        rule=episode.rule,
        partner_id=episode.partner_id,
        kpi_id=episode.kpi_id,
        currency=episode.currency,
        state=episode.state,
        tier=climbs[-1].tier if climbs else episode.rule.tier,
        since=episode.since,
        active_from=episode.active_from,
        opened_on=episode.opened_on,
        due_on=due_on,
        closed_on=episode.closed_on,
        climbs=climbs,
        history=episode.steps,
        kpis=episode.kpis,
        covered_by="",
        acknowledged=said.acknowledged,
        owner=said.assigned or episode.rule.owner,
        shelved_until=said.shelved_until,
        objection=said.objection,
        actions=said.actions,
        datasets=episode.datasets,
    )


def _covered(found: Sequence[Escalation], policy: EscalationPolicy) -> list[Escalation]:
    """Marks what adds nothing beside an open escalation of at least the same tier: its rule covers it, or its indicator
    leads the family of the other's.

    Of several the first covers it: the highest tier, then the order of the rules. What is shelved covers nothing: what
    one person put aside must not hide what nobody has seen.
    """
    covering: dict[tuple[str, str], list[tuple[Escalation, str]]] = {}
    for escalation in found:
        if escalation.open and escalation.shelved_until is None:
            for entry in escalation.rule.covers:
                rule_id, _, kpi_id = entry.partition(":")
                covering.setdefault((escalation.partner_id, rule_id), []).append((escalation, kpi_id))
    covered = []
    for escalation in found:
        by_rule = covering.get((escalation.partner_id, escalation.rule.id), ())
        cover = _cover_of(escalation, by_rule) or _lead_of(escalation, found, policy)
        covered.append(replace(escalation, covered_by=cover))
    return covered


def _cover_of(escalation: Escalation, covering: Iterable[tuple[Escalation, str]]) -> str:
    if not (escalation.open or escalation.state == "pending"):
        return ""
    return next(
        (
            other.id
            for other, kpi_id in covering
            if other.tier >= escalation.tier and _speaks_of(other, kpi_id, escalation)
        ),
        "",
    )


def _lead_of(escalation: Escalation, found: Sequence[Escalation], policy: EscalationPolicy) -> str:
    """The open escalation about the indicator that leads this one's family."""
    leads = policy.leads_of(escalation.kpi_id)
    if not leads or not (escalation.open or escalation.state == "pending"):
        return ""
    return next(
        (
            other.id
            for other in found
            if other.kpi_id in leads
            and other.partner_id == escalation.partner_id
            and other.open
            and other.shelved_until is None
            and other.tier >= escalation.tier
        ),
        "",
    )


def _speaks_of(other: Escalation, kpi_id: str, escalation: Escalation) -> bool:
    """Whether ``other``, by an entry of its rule that names ``kpi_id`` or none, is about the same as ``escalation``."""
    if kpi_id:
        return escalation.kpi_id == kpi_id
    if other.kpi_id:
        return (other.kpi_id, other.currency) == (escalation.kpi_id, escalation.currency)
    return escalation.kpi_id in other.kpis
