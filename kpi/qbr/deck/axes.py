"""Where the axes of a chart begin, end and are labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
LEAST_STEPS = 3
STEPS = 5  # about as many on the value axis
BARS = 0.2  # of the plot's height, at its foot, for the bars of n
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True)
class Scale:
    """``low`` and ``high`` of the axis, ``step`` between labels; below ``floor`` there are only the bars of n."""

    low: float
    high: float
    step: float
    floor: float


def value_scale(
    values: Sequence[float], *, with_bars: bool, most: float | None = None, least_step: float = 0.0
) -> Scale:
    """A scale that holds all ``values``; ``most``: what they cannot pass (1 for fractions);
    ``least_step``: the smallest step that the labels' number format can tell apart."""
    low, high = min(values), max(values)
    room = (high - low) or abs(high) * 0.2 or 1.0
    step = max(_nice(room / STEPS), least_step)
    floor = math.floor(low / step + 1e-9) * step
    if low >= 0:
        floor = max(floor, 0.0)
    top = math.ceil(high / step - 1e-9) * step
    if top - high < 0.25 * step:  # room for the last value's label
        top += 0.5 * step
    if floor == low and low > 0:
        floor = max(floor - 0.5 * step, 0.0)
    if top - floor < LEAST_STEPS * step:  # one value, or always the same
        floor = max(floor - step, 0.0) if low >= 0 else floor - step
        top = max(top, floor + LEAST_STEPS * step)
    if most is not None and high <= most:
        top = min(top, most + 0.35 * step)
    bottom = floor
    if with_bars:
        steps = max(math.ceil(BARS / (1 - BARS) * (top - floor) / step), 1)
        base = math.floor(floor / step + 1e-9) * step  # labels begin at the foot of the axis
        bottom = base - steps * step
    return Scale(_tidy(bottom), _tidy(top), _tidy(step), _tidy(floor))


def smallest_step(number_format: str) -> float:
    """What one in the last place of a format is worth: 0.001 for "0.0%", 1 for "#,##0"."""
    _, _, decimals = number_format.rstrip("%").partition(".")
    return 10.0 ** -(len(decimals) + (2 if number_format.endswith("%") else 0))


def months_step(months: int, labels: int) -> int:
    """Months between the labels of a date axis that has room for ``labels``."""
    return next((step for step in MONTH_STEPS if math.ceil(months / step) <= labels), MONTH_STEPS[-1])


def _nice(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in NICE if factor * power >= step * (1 - 1e-9))


def _tidy(number: float) -> float:
    """Without what adding up leaves in the last digits."""
    return float(f"{number:.12g}")
