"""The four rules that tell a special cause from common variation, for many series at once.

As NHS England's Making Data Count teaches them and NHSRplotthedots 0.2.2 computes them: four are enough for a board,
more would raise alarms by chance. In the order of precedence; a point's label is the first that applies:

outside       strictly beyond a control limit
trend         seven points, each further up (or down) than the one before; a tie breaks it; all seven are marked
two_of_three  two of three neighbouring points beyond the same near limit and not outside, all three on that side of
              the centre; only the points beyond the near limit are marked
run           seven points on one side of the centre; a point on it breaks the run; all of them are marked

One difference from NHSRplotthedots: the side of a trend is where it goes, not where the point stands, so that a rise
from below the centre reads as a rise. Numbers nearer to each other than rounding noise are the same number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi.signals.limits import Flags, Floats, noise_of

Int8 = npt.NDArray[np.int8]

RULES: tuple[str, ...] = ("", "outside", "trend", "two_of_three", "run")
NONE, OUTSIDE, TREND, TWO_OF_THREE, RUN = range(len(RULES))
IN_A_ROW = 7  # points of a trend and of a run
UP, DOWN = 1, -1


def label(
    value: Floats, centre: Floats, lower: Floats, upper: Floats, near_lower: Floats, near_upper: Floats
) -> tuple[Int8, Int8]:
    """Rule (a place in RULES) and side (+1 up or above, −1 down or below, 0 none) of every point of one phase.

    Arrays of one shape (..., points); NaN is no point, and points are neighbours across it. Without limits only trends
    and runs can be told.
    """
    if not value.shape[-1]:
        return np.zeros(value.shape, dtype=np.int8), np.zeros(value.shape, dtype=np.int8)
    order = np.argsort(np.isnan(value), axis=-1, kind="stable")
    value, centre, lower, upper, near_lower, near_upper = (
        np.take_along_axis(part, order, axis=-1) for part in (value, centre, lower, upper, near_lower, near_upper)
    )
    noise = noise_of(value)
    rule = np.zeros(value.shape, dtype=np.int8)
    side = np.zeros(value.shape, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        above, below = value > centre + noise, value < centre - noise
        over, under = value > upper + noise, value < lower - noise
        inside = ~(over | under)
        near_over, near_under = inside & (value > near_upper + noise), inside & (value < near_lower - noise)
        step = np.diff(value, axis=-1)
        found = (
            (OUTSIDE, over, under),
            (TREND, *_trends(step > noise, step < -noise)),
            (TWO_OF_THREE, _two_of_three(near_over, above), _two_of_three(near_under, below)),
            (RUN, _in_a_row(above, IN_A_ROW), _in_a_row(below, IN_A_ROW)),
        )
    for code, up, down in found:
        free = rule == NONE
        rule[free & (up | down)] = code
        side[free & up] = UP
        side[free & down] = DOWN
    return _unpacked(rule, order), _unpacked(side, order)


def _unpacked(labels: Int8, order: npt.NDArray[np.intp]) -> Int8:
    out = np.empty_like(labels)
    np.put_along_axis(out, order, labels, axis=-1)
    return out


def _trends(rises: Flags, falls: Flags) -> tuple[Flags, Flags]:
    """Points of upward and of downward trends, from the steps between points.

    The top of a trend that turns into another belongs to both: it keeps the direction it had when it came.
    """
    points = rises.shape[-1] + 1
    up, down = (_spread(_windows_full(steps, IN_A_ROW - 1), IN_A_ROW, points) for steps in (rises, falls))
    came_up = np.concatenate([np.zeros((*rises.shape[:-1], 1), dtype=np.bool_), rises], axis=-1)
    both = up & down
    return up & ~(both & ~came_up), down & ~(both & came_up)


def _in_a_row(holds: Flags, length: int) -> Flags:
    """Points that take part in ``length`` or more neighbours for all of which ``holds``."""
    return _spread(_windows_full(holds, length), length, holds.shape[-1])


def _two_of_three(near: Flags, same_side: Flags) -> Flags:
    """Points beyond the near limit in three neighbours of which two are, and all are on that side of the centre."""
    if near.shape[-1] < 3:
        return np.zeros_like(near)
    enough = near[..., :-2].astype(np.int8) + near[..., 1:-1] + near[..., 2:] >= 2
    return near & _spread(enough & _windows_full(same_side, 3), 3, near.shape[-1])


def _windows_full(holds: Flags, length: int) -> Flags:
    """For every window of ``length`` neighbours, by its first place, whether all of it holds."""
    count = holds.shape[-1] - length + 1
    full = np.ones((*holds.shape[:-1], max(count, 0)), dtype=np.bool_)
    for offset in range(length if count > 0 else 0):
        full &= holds[..., offset : offset + count]
    return full


def _spread(first: Flags, length: int, points: int) -> Flags:
    """Marks all ``length`` places of every window that ``first`` marks by its first place."""
    marked = np.zeros((*first.shape[:-1], points), dtype=np.bool_)
    count = first.shape[-1]
    for offset in range(length if count > 0 else 0):
        marked[..., offset : offset + count] |= first
    return marked
