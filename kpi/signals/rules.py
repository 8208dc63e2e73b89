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
    noise = noise_of(value)
    with np.errstate(invalid="ignore"):
        least, most = value - noise, value + noise  # what the value may be
        over, under = least > upper, most < lower
        near_over, near_under = (least > near_upper) & ~over, (most < near_lower) & ~under
        above, below = least > centre, most < centre
    missing = np.isnan(value)
    if missing.any():
        order = np.argsort(missing, axis=-1, kind="stable")
        marks = (
            np.take_along_axis(part, order, axis=-1) for part in (over, under, near_over, near_under, above, below)
        )
        rule, side = _labels(np.take_along_axis(value, order, axis=-1), noise, *marks)
        return _unpacked(rule, order), _unpacked(side, order)
    return _labels(value, noise, over, under, near_over, near_under, above, below)


def _labels(
    value: Floats,
    noise: Floats,
    over: Flags,
    under: Flags,
    near_over: Flags,
    near_under: Flags,
    above: Flags,
    below: Flags,
) -> tuple[Int8, Int8]:
    """The labels where every series has its points first and without gaps."""
    # With time as the first axis neighbours lie in memory one series beside the other: windows are read in long rows.
    with np.errstate(invalid="ignore"):
        step = np.diff(value, axis=-1)
        rises, falls = _time_first(step > noise), _time_first(step < -noise)
    over, under, above, below = (_time_first(part) for part in (over, under, above, below))
    near_over, near_under = _time_first(near_over), _time_first(near_under)
    found = (
        (OUTSIDE, over, under),
        (TREND, *_trends(rises, falls, len(over))),
        (TWO_OF_THREE, _two_of_three(near_over, above), _two_of_three(near_under, below)),
        (RUN, _in_a_row(above, IN_A_ROW), _in_a_row(below, IN_A_ROW)),
    )
    rule, side = np.zeros(over.shape, dtype=np.int8), np.zeros(over.shape, dtype=np.int8)
    for code, up, down in reversed(found):  # the first that applies is written last
        rule[up | down] = code
        side[up] = UP
        side[down] = DOWN
    return _time_last(rule), _time_last(side)


def _time_first(marks: Flags) -> Flags:
    return np.ascontiguousarray(np.moveaxis(marks, -1, 0))


def _time_last(labels: Int8) -> Int8:
    return np.ascontiguousarray(np.moveaxis(labels, 0, -1))


def _unpacked(labels: Int8, order: npt.NDArray[np.intp]) -> Int8:
    out = np.empty_like(labels)
    np.put_along_axis(out, order, labels, axis=-1)
    return out


def _trends(rises: Flags, falls: Flags, points: int) -> tuple[Flags, Flags]:
    """Points of upward and of downward trends, from the steps between points.

    The top of a trend that turns into another belongs to both: it keeps the direction it had when it came.
    """
    up, down = (_spread(_windows_full(steps, IN_A_ROW - 1), IN_A_ROW, points) for steps in (rises, falls))
    came_up = np.zeros_like(up)
    came_up[1:] = rises
    both = up & down
    return up & ~(both & ~came_up), down & ~(both & came_up)


def _in_a_row(holds: Flags, length: int) -> Flags:
    """Points that take part in ``length`` or more neighbours for all of which ``holds``."""
    return _spread(_windows_full(holds, length), length, len(holds))


def _two_of_three(near: Flags, same_side: Flags) -> Flags:
    """Points beyond the near limit in three neighbours of which two are, and all are on that side of the centre."""
    first, second, third = near[:-2], near[1:-1], near[2:]
    enough = (first & second) | (first & third) | (second & third)
    return near & _spread(enough & _windows_full(same_side, 3), 3, len(near))


def _windows_full(holds: Flags, length: int) -> Flags:
    """For every window of ``length`` neighbours, by its first place, whether all of it holds."""
    count = max(len(holds) - length + 1, 0)
    full = np.ones((count, *holds.shape[1:]), dtype=np.bool_)
    for offset in range(length if count else 0):
        full &= holds[offset : offset + count]
    return full


def _spread(first: Flags, length: int, points: int) -> Flags:
    """Marks all ``length`` places of every window that ``first`` marks by its first place."""
    marked = np.zeros((points, *first.shape[1:]), dtype=np.bool_)
    for offset in range(length if len(first) else 0):
        marked[offset : offset + len(first)] |= first
    return marked
