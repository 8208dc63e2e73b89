"""How far a figure has come from its limit (0) to its target (100): the unit in which a score adds figures up.

Linear between the two and clipped beyond them, so that no excellent figure pays for a poor one. Where nothing lies
between (no limit, or a limit equal to or on the better side of the target) it is 100 when the target is reached, else
0. Within a band the distance from its centre counts, on either side alike. Nothing is rounded.
"""

from __future__ import annotations

import math

HIGHEST = 100.0


def attainment(value: float, target: float, limit: float, better: str, centre: float | None = None) -> float:
    """0..100 for a ``value`` and a ``target`` that exist; ``limit`` may be NaN.

    ``better`` is "higher", "lower" or "band"; for a band target and limit are its lower edges about ``centre``.
    """
    if is_step(target, limit, better):
        return HIGHEST if _reaches(value, target, better, centre) else 0.0
    if better == "band" and centre is not None:
        value = centre - abs(value - centre)
    return HIGHEST * min(1.0, max(0.0, (value - limit) / (target - limit)))


def is_step(target: float, limit: float, better: str) -> bool:
    """Whether nothing lies between target and limit, so that only all or nothing can be attained."""
    if math.isnan(limit):
        return True
    return limit <= target if better == "lower" else limit >= target


def _reaches(value: float, target: float, better: str, centre: float | None) -> bool:
    """As statuses are judged, kpi.marts.judgement: at the target or on its better side; inside the band, edges too."""
    if better == "lower":
        return value <= target
    if better == "higher" or centre is None:
        return value >= target
    return target <= value <= 2 * centre - target
