"""One control chart, or many at once: lines of each phase, and for every point the rule that it breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from kpi.signals.limits import CHARTS, POINTS_FOR_LIMITS, Flags, Floats, Limits, limits_of
from kpi.signals.rules import RULES, Int8, label

__all__ = ["CHARTS", "POINTS_FOR_LIMITS", "RULES", "Chart", "blank_chart", "last_places", "read_chart"]

Ints = npt.NDArray[np.int64]
LINES = ("value", "centre", "lower", "upper", "near_lower", "near_upper")
OF_SERIES = ("points", "trial", "sigma_z")  # one number per series


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
    needed = (value,) if chart == "xmr" else (numerator, denominator)
    arrays = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in needed))
    phase = _phases(phase_starts, arrays[0].shape)

    def one_phase(*parts: Floats) -> Limits:
        return limits_of(chart, parts[0], parts[0], parts[-1], scale, screen=screen, baseline=baseline, clip=clip)

    if not phase.any():
        return _drawn(one_phase(*arrays), phase)
    shape, flat = phase.shape, (math.prod(phase.shape[:-1]), phase.shape[-1])
    whole, series = blank_chart(phase.reshape(flat)), [part.reshape(flat) for part in arrays]
    last = whole.phase[:, -1]
    for number in range(int(last.max()) + 1):
        chosen = np.flatnonzero(last >= number)
        here = whole.phase[chosen] == number
        limits = one_phase(*(np.where(here, part[chosen], np.nan) for part in series))
        _lay_over(whole, _drawn(limits, whole.phase[chosen]), chosen, here, last[chosen] == number)
    return _shaped(whole, shape)


def _drawn(limits: Limits, phase: Ints) -> Chart:
    """The chart of one phase: its lines, and the labels by them."""
    lines = {name: getattr(limits, name) for name in LINES}
    rule, side = label(**lines)
    of_series = {name: np.asarray(getattr(limits, name)) for name in OF_SERIES}
    return Chart(rule=rule, side=side, phase=phase, **lines, **of_series)


def last_places(value: Floats) -> Ints:
    """Place of each series' last point on the last axis, kept as an axis of one; 0 where a series has none."""
    there = ~np.isnan(value)
    places = np.where(there, np.arange(value.shape[-1]), 0)
    return np.max(places, axis=-1, keepdims=True, initial=0)


def blank_chart(phase: Ints) -> Chart:
    """A chart of series × points with nothing on it yet."""
    lines = {name: np.full(phase.shape, np.nan) for name in LINES}
    rule, side = np.zeros(phase.shape, dtype=np.int8), np.zeros(phase.shape, dtype=np.int8)
    series = len(phase)
    points, trial, sigma_z = np.zeros(series, dtype=np.int64), np.ones(series, dtype=np.bool_), np.full(series, np.nan)
    return Chart(rule=rule, side=side, phase=phase, points=points, trial=trial, sigma_z=sigma_z, **lines)


def _lay_over(whole: Chart, part: Chart, chosen: Ints, here: Flags, is_last: Flags) -> None:
    """One phase of the ``chosen`` series, where it is ``here``, into the arrays of ``whole``."""
    for name in (*LINES, "rule", "side"):
        drawn = getattr(whole, name)
        drawn[chosen] = np.where(here, getattr(part, name), drawn[chosen])
    for name in OF_SERIES:
        getattr(whole, name)[chosen[is_last]] = getattr(part, name)[is_last]


def _shaped(chart: Chart, shape: tuple[int, ...]) -> Chart:
    """The same arrays as the caller's axes have them."""
    parts = {part.name: getattr(chart, part.name) for part in fields(chart)}
    return Chart(**{name: part.reshape(shape[:-1] if name in OF_SERIES else shape) for name, part in parts.items()})


def _phases(starts: object | None, shape: tuple[int, ...]) -> Ints:
    """The number of each place's phase; a start at the very first place begins phase 0, not 1."""
    if starts is None or not shape[-1]:
        return np.zeros(shape, dtype=np.int64)
    marked = np.broadcast_to(np.asarray(starts, dtype=np.bool_), shape)
    counted = np.cumsum(marked, axis=-1, dtype=np.int64)
    return counted - counted[..., :1]
