"""Targets in force, status and 95 % intervals, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

Z_95 = 1.959964
TAIL_95 = 0.025


@dataclass(frozen=True)
class Policy:
    """The numbers that a definition file sets, as opposed to how its indicator is counted."""

    better: str
    minimum_n: int
    target: float | None
    limit: float | None
    centre: float | None = None


@dataclass(frozen=True)
class InForce:
    target: float | None
    limit: float | None


def target_in_force(targets: list[dict], policy: Policy, kpi_id: str, partner_id: str, month: date) -> InForce:
    """The newest target that took effect by the month's first day: the partner's own, else everybody's ('*'),
    else the definition's. ``targets`` are the current rows of the targets dataset."""
    for owner in (partner_id, "*"):
        agreed = [
            row
            for row in targets
            if row["partner_id"] == owner and row["kpi_id"] == kpi_id and row["effective_from"] <= month
        ]
        if agreed:
            newest = max(agreed, key=lambda row: row["effective_from"])
            return InForce(newest["target"], _limit_beside(newest, policy))
    return InForce(policy.target, policy.limit)


def _limit_beside(agreed: dict, policy: Policy) -> float | None:
    """The contract's limit, else the definition's unless that lies on the better side of the target."""
    if agreed.get("limit") is not None:
        return agreed["limit"]
    if policy.limit is None:
        return None
    nonsense = policy.limit < agreed["target"] if policy.better == "lower" else policy.limit > agreed["target"]
    return None if nonsense else policy.limit


def targets_in_force(
    targets: list[dict], policies: Mapping[str, Policy], partner_id: str, month: date
) -> dict[str, InForce]:
    return {kpi_id: target_in_force(targets, policy, kpi_id, partner_id, month) for kpi_id, policy in policies.items()}


def status(
    *, reported: bool, snapshot: bool, n: float | None, value: float | None, policy: Policy, in_force: InForce
) -> str:
    """The first of these that applies: no data, no activity, too few, no target, past limit, missed, met."""
    if not reported:
        return "no data"
    if value is None:
        return "no activity"
    if not snapshot and (n or 0) < policy.minimum_n:
        return "too few"
    if in_force.target is None:
        return "no target"
    if in_force.limit is not None and not _as_good_as(value, in_force.limit, policy):
        return "past limit"
    return "met" if _as_good_as(value, in_force.target, policy) else "missed"


def _as_good_as(value: float, edge: float, policy: Policy) -> bool:
    if policy.better == "higher":
        return value >= edge
    if policy.better == "lower":
        return value <= edge
    assert policy.centre is not None, "a band has a centre"
    return edge <= value <= 2 * policy.centre - edge


def wilson(numerator: float, denominator: float) -> tuple[float, float] | None:
    """Wilson's score interval for a proportion (Wilson 1927), 95 %. None when it is not a proportion."""
    if denominator <= 0 or numerator > denominator:
        return None
    share, z2 = numerator / denominator, Z_95 * Z_95
    middle = share + z2 / (2 * denominator)
    spread = Z_95 * math.sqrt(share * (1 - share) / denominator + z2 / (4 * denominator * denominator))
    scale = 1 + z2 / denominator
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@cache
def poisson(count: int) -> tuple[float, float]:
    """The exact (Garwood 1936) 95 % interval for the mean of a Poisson count, found by bisection on its CDF.

    The lower end makes ``count`` or more, the upper end ``count`` or fewer, happen with probability 2.5 %.
    """
    ceiling = 10.0 + 2 * count + 10 * math.sqrt(count + 1)
    lower = 0.0 if count == 0 else _bisect(lambda mean: _poisson_cdf(count - 1, mean) - (1 - TAIL_95), ceiling)
    upper = _bisect(lambda mean: _poisson_cdf(count, mean) - TAIL_95, ceiling)
    return lower, upper


def _poisson_cdf(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def _bisect(falling, ceiling: float) -> float:
    """The root of a function that falls from positive to negative between 0 and ``ceiling``."""
    low, high = 0.0, ceiling
    while high - low > 1e-11 * max(1.0, high):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
