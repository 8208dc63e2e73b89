"""Where the value axis of a chart begins and ends: Office would begin most of them at 0 and squeeze the months."""

from __future__ import annotations

import math
from collections.abc import Iterable

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_STEPS = 6


def axis_of(values: Iterable[float | None], *, share: bool) -> tuple[float, float, float]:
    """Lowest and highest number and the step of an axis that holds all ``values``; ``share``: they lie within 0 to 1.

    An axis of numbers that are all positive never goes below 0.
    """
    known = [value for value in values if value is not None and math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    room = 0.05 * (high - low) or 0.05 * abs(high) or (0.05 if share else 1.0)
    step = _step((high - low + 2 * room) / MOST_STEPS)
    bottom, top = math.floor((low - room) / step) * step, math.ceil((high + room) / step) * step
    if low >= 0:
        bottom = max(bottom, 0.0)
    if share and high <= 1:
        top = min(top, 1.0)
    return round(bottom, 10), round(top, 10), step


def _step(least: float) -> float:
    """The smallest round number that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))
