"""What the governance policies are, as frozen objects: escalation rules, tiers, score weights, hard flags.

The data itself stands in kpi/definitions/escalation.toml and kpi/definitions/scores.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

When = Literal["all", "any"]

CLOCKS: tuple[str, ...] = ("calendar", "business")
WHENS: tuple[str, ...] = ("all", "any")
SUBJECTS: tuple[str, ...] = ("indicator", "partner")
# What a condition can look at; kpi/signals/conditions.py says what each means and which settings it takes.
CONDITIONS: tuple[str, ...] = ("status", "signal", "amount", "several", "missing_data")


@dataclass(frozen=True)
class Condition:
    """One thing that is true, false or not known of a subject in a month.

    ``kind`` "status": the figure of ``window`` months has one of ``statuses``; with ``beyond_chance`` a partner exactly
    at the target would also be as bad less than once in 40 times. "signal": the control chart, read up to that month,
    has a point for the worse by one of ``signals``, with at least ``least_points`` points. "amount": ``measure``
    (value, numerator, shortfall) of ``kpi`` over ``window`` months is at least ``at_least``. "several": so many
    indicators satisfy the status part. "missing_data": a dataset of the month was not received by its reporting day
    plus ``grace_days``.

    With ``widen`` a figure that too few records, or none, stand behind is judged on the next wider window instead.
    ``negated`` turns true into false and back; not known stays.
    """

    kind: str
    window: int = 1
    statuses: tuple[str, ...] = ()
    beyond_chance: bool = False
    widen: bool = False
    signals: tuple[str, ...] = ()
    least_points: int = 0
    kpi: str = ""
    measure: str = "value"
    at_least: float = 0.0
    grace_days: int = 0
    negated: bool = False


@dataclass(frozen=True)
class Rule:
    """One escalation rule. ``kpis`` limits a rule about indicators; empty means every indicator that has a target.

    ``clock_days`` is how long a response may take before the escalation climbs a tier; None takes the tier's own.
    ``covers`` names rules whose escalations of the same subject add nothing while one of this rule is open; an entry
    "rule:indicator" names that rule's escalation of another indicator of the partner.
    """

    id: str
    version: int
    name: str
    tier: int
    subject: str
    enter: tuple[Condition, ...]
    enter_when: When
    enter_months: int
    exit: tuple[Condition, ...]
    exit_when: When
    exit_months: int
    response: str
    owner: str
    why: str
    source: str
    review_by: date
    kpis: tuple[str, ...] = ()
    not_kpis: tuple[str, ...] = ()
    clock_days: int | None = None
    clock: str = "calendar"
    covers: tuple[str, ...] = ()
    top_tier: int | None = None
    quiet_months: int | None = None


@dataclass(frozen=True)
class Tier:
    """Who deals with escalations of this tier, and how long before one climbs to the next; None: it does not climb."""

    tier: int
    name: str
    clock_days: int | None
    clock: str


@dataclass(frozen=True)
class Family:
    """Indicators that tell one fact from several sides: beside an open escalation about ``lead``, those add nothing."""

    lead: str
    members: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class EscalationPolicy:
    """All rules in the order of their file. ``holidays`` are no business days.

    A subject chatters when one rule opened ``chattering_episodes`` or more escalations of it in ``chattering_months``.
    """

    rules: tuple[Rule, ...]
    tiers: tuple[Tier, ...]
    holidays: tuple[date, ...]
    chattering_episodes: int
    chattering_months: int
    families: tuple[Family, ...] = ()

    def leads_of(self, kpi_id: str) -> frozenset[str]:
        """The indicators beside whose escalations one about ``kpi_id`` adds nothing."""
        return frozenset(family.lead for family in self.families if kpi_id in family.members)

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def tier(self, number: int) -> Tier:
        return next(tier for tier in self.tiers if tier.tier == number)


@dataclass(frozen=True)
class Weight:
    """``share`` of the category (0..1, the indicators of one category sum to 1)."""

    kpi_id: str
    category: str
    share: float


@dataclass(frozen=True)
class Flag:
    """A fact that caps the rating at ``cap`` (0..100), whatever the average: ``kpi_id`` is at least ``at_least``."""

    id: str
    name: str
    kpi_id: str
    at_least: float
    cap: float
    why: str


@dataclass(frozen=True)
class ScorePolicy:
    """Category weights (0..1, they sum to 1), the indicators' shares in them, and the flags.

    Figures of ``window`` months are scored; a partner whose figures carry less than ``least_weight`` (0..1) of the
    whole weight has no score. Ranks are drawn ``draws`` times with every weight moved by up to ``wobble`` (0.25 is a
    quarter either way) from ``seed``.
    """

    window: int
    categories: tuple[tuple[str, float], ...]
    weights: tuple[Weight, ...]
    flags: tuple[Flag, ...]
    least_weight: float
    wobble: float
    draws: int
    seed: int
    owner: str
    why: str
    source: str
    review_by: date

    def weight_of(self, kpi_id: str) -> float:
        """Weight in the whole score, 0..1; 0 for an indicator that is not scored."""
        shares = dict(self.categories)
        return next((shares[w.category] * w.share for w in self.weights if w.kpi_id == kpi_id), 0.0)
