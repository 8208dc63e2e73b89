"""What the simulated partners are like in truth: how much they do, how well they do it, and what changes.

Levels are those of ordinary, steady partners of the synthetic portfolio, rounded; each meets its definition's target.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Levels:
    """The truth of a month. Shares are fractions; ``deviations`` are per lot."""

    accepted: float = 0.988
    right_first_time: float = 0.90
    on_schedule: float = 0.93
    deviations: float = 0.20
    serious: float = 0.185  # of deviations
    closed_on_time: float = 0.94
    recurring: float = 0.06  # of deviations closed
    invalidated: float = 0.0006  # of release tests
    capa_on_time: float = 0.95
    capa_effective: float = 0.94
    delivered_on_time: float = 0.97
    in_full: float = 0.985  # of those on time
    perfect: float = 0.975  # of those on time and in full
    answered_on_time: float = 0.97
    findings_closed_on_time: float = 0.95
    repeated: float = 0.03  # of findings
    findings_per_audit: float = 4.0


@dataclass(frozen=True)
class Scenario:
    """Partners of one kind. ``lots``: mean number completed in a month.

    ``restless``: standard deviation by which each level (log odds of a share, logarithm of a rate) moves from month to
    month, beyond what the counts themselves vary.
    """

    title: str
    lots: float
    levels: Levels = Levels()
    restless: float = 0.0


@dataclass(frozen=True)
class Change:
    """A real change for the worse and the indicator that should tell of it. ``short`` names its columns."""

    short: str
    kpi_id: str
    after: Callable[[Levels], Levels]


CHANGES = (
    Change("rft", "right_first_time", lambda old: replace(old, right_first_time=old.right_first_time - 0.10)),
    Change("dev", "deviation_rate", lambda old: replace(old, deviations=old.deviations * 2)),
)

# Half way from the ordinary levels to the definitions' targets.
LITTLE_ROOM = Levels(
    accepted=0.984,
    right_first_time=0.875,
    on_schedule=0.915,
    deviations=0.225,
    serious=0.21,
    closed_on_time=0.92,
    recurring=0.105,
    invalidated=0.0028,
    capa_on_time=0.925,
    capa_effective=0.92,
    delivered_on_time=0.96,
    in_full=0.982,
    perfect=0.971,
    answered_on_time=0.96,
    findings_closed_on_time=0.925,
    repeated=0.04,
    findings_per_audit=5.0,
)

REFERENCE = Scenario("20 lots a month", 20.0)
SCENARIOS = (
    REFERENCE,
    Scenario("10 lots a month", 10.0),
    Scenario("40 lots a month", 40.0),
    Scenario("20 lots, months vary more than by chance", 20.0, restless=0.25),
    Scenario("20 lots, half as far from the targets", 20.0, LITTLE_ROOM),
)
