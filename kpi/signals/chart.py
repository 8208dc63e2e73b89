"""One control chart, or many at once: lines of each phase, and for every point the rule that it breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.signals.limits import CHARTS, POINTS_FOR_LIMITS, Flags, Floats, Limits, limits_of
from kpi.signals.rules import RULES, Int8, label

__all__ = ["CHARTS", "POINTS_FOR_LIMITS", "RULES", "Chart", "last_places", "read_chart"]

Ints = npt.NDArray[np.int64]
LINES = ("value", "centre", "lower", "upper", "near_lower", "near_upper")


@dataclass(frozen=True)
class Chart:
    """Arrays of shape (..., points); the last axis is time. The lines are in the unit of ``value``, NaN for no point.

    ``rule`` is a place in RULES, ``side`` +1 for above or up, −1 for below or down, 0 for no rule. ``phase`` numbers
    the phases from 0. Of the last phase, one number per series: ``points``, ``trial`` (fewer than POINTS_FOR_LIMITS,
    none included) and ``sigma_z`` (NaN for XmR, for fewer than two points, and where all sigma is zero).
    """

    value: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    rule: Int8
    side: Int8
    phase: Ints
    points: Ints
    trial: Flags
    sigma_z: Floats


def read_chart(
    chart: str,
    value: object,
    numerator: object,
    denominator: object,
    *,
    scale: float = 1.0,
    screen: bool = True,
    baseline: int | None = None,
    phase_starts: object | None = None,
    clip: bool = True,
) -> Chart:
    """Limits and rules of series of shape (..., points), within each phase alone.

    ``chart`` is one of CHARTS; "xmr" reads ``value``, the others ``numerator`` and ``denominator`` (a point with a
    denominator of 0 does not exist) and multiply by ``scale``. ``baseline`` takes the lines of a phase from its first
    points only. ``phase_starts`` (bool, same shape) marks where a new phase begins, whether there is a point or not.

    No point: nothing. One point: a centre, and limits for p and u only. All points equal: no rule is broken.
    Raises ValueError for an unknown chart.
    """
    values, counts, sizes = _aligned(chart, value, numerator, denominator)
    phase = _phases(phase_starts, values.shape)
    shape = values.shape
    rows = (math.prod(shape[:-1]), shape[-1])
    values, counts, sizes, phases = values.reshape(rows), counts.reshape(rows), sizes.reshape(rows), phase.reshape(rows)
    drawn = _Drawing.blank(phases.shape)
    last = phases[:, -1] if shape[-1] else np.zeros(len(phases), dtype=np.int64)
    for number in range(int(last.max(initial=0)) + 1):
        chosen = np.flatnonzero(last >= number)
        here = phases[chosen] == number
        parts = (np.where(here, part[chosen], np.nan) for part in (values, counts, sizes))
        limits = limits_of(chart, *parts, scale, screen=screen, baseline=baseline, clip=clip)
        drawn.add(limits, chosen, here, last[chosen] == number)
    lines = {name: line.reshape(shape) for name, line in drawn.lines.items()}
    ends = {"points": drawn.points, "trial": drawn.points < POINTS_FOR_LIMITS, "sigma_z": drawn.sigma_z}
    of_series = {name: end.reshape(shape[:-1]) for name, end in ends.items()}
    return Chart(**lines, rule=drawn.rule.reshape(shape), side=drawn.side.reshape(shape), phase=phase, **of_series)


def last_places(value: Floats) -> Ints:
    """Place of each series' last point on the last axis, kept as an axis of one; 0 where a series has none."""
    there = ~np.isnan(value)
    places = np.where(there, np.arange(value.shape[-1]), 0)
    return np.max(places, axis=-1, keepdims=True, initial=0)


@dataclass(frozen=True)
class _Drawing:
    """What the phases are drawn into, one after the other: arrays of series × points, and one number per series."""

    lines: dict[str, Floats]
    rule: Int8
    side: Int8
    points: Ints
    sigma_z: Floats

    @classmethod
    def blank(cls, shape: tuple[int, ...]) -> _Drawing:
        return cls(
            {name: np.full(shape, np.nan) for name in LINES},
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape[0], dtype=np.int64),
            np.full(shape[0], np.nan),
        )

    def add(self, limits: Limits, chosen: Ints, here: Flags, is_last: Flags) -> None:
        """Draw one phase of the ``chosen`` series, where it is ``here``."""
        lines = {name: getattr(limits, name) for name in LINES}
        rule, side = label(**lines)
        for name, line in lines.items():
            self.lines[name][chosen] = np.where(here, line, self.lines[name][chosen])
        self.rule[chosen] = np.where(here, rule, self.rule[chosen])
        self.side[chosen] = np.where(here, side, self.side[chosen])
        self.points[chosen[is_last]] = limits.points[is_last]
        self.sigma_z[chosen[is_last]] = limits.sigma_z[is_last]


def _aligned(chart: str, value: object, numerator: object, denominator: object) -> tuple[Floats, Floats, Floats]:
    """The three as numbers of one shape; what the chart does not read may be anything, None too."""
    needed = (value,) if chart == "xmr" else (numerator, denominator)
    arrays = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in needed))
    blank = np.full(arrays[0].shape, np.nan)
    return (arrays[0], blank, blank) if chart == "xmr" else (blank, arrays[0], arrays[1])


def _phases(starts: object | None, shape: tuple[int, ...]) -> Ints:
    """The number of each place's phase; a start at the very first place begins phase 0, not 1."""
    if starts is None or not shape[-1]:
        return np.zeros(shape, dtype=np.int64)
    marked = np.broadcast_to(np.asarray(starts, dtype=np.bool_), shape)
    counted = np.cumsum(marked, axis=-1, dtype=np.int64)
    return counted - counted[..., :1]
