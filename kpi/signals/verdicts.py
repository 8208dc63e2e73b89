"""Two separate verdicts on a chart: what the last point says (variation), and whether targets will be met (assurance).

As in NHS England's Making Data Count; never one colour for both. Codes are places in READINGS and ASSURANCES.
"""

from __future__ import annotations

import numpy as np

from kpi.signals.chart import Chart
from kpi.signals.limits import NOISE, Flags, Floats
from kpi.signals.rules import NONE, Int8

READINGS: tuple[str, ...] = ("", "common cause", "improvement", "concern", "high", "low")
NO_READING, COMMON_CAUSE, IMPROVEMENT, CONCERN, HIGH, LOW = range(len(READINGS))
VARIATIONS = READINGS  # a series' variation is the reading of its last point
ASSURANCES: tuple[str, ...] = ("not known", "consistently passes", "consistently fails", "hit or miss")
NOT_KNOWN, PASSES, FAILS, HIT_OR_MISS = range(len(ASSURANCES))


def readings(rule: Int8, side: Int8, better: str) -> Int8:
    """What each label means. ``better`` is "higher" or "lower"; for a band, or no direction, a cause is high or low.

    Places without a point read "common cause" too: the labels alone do not tell them apart; ``chart_readings`` does.
    """
    good = {"higher": 1, "lower": -1}.get(better, 0)
    read = np.where(side == good, IMPROVEMENT, CONCERN) if good else np.where(side > 0, HIGH, LOW)
    return np.where(rule == NONE, COMMON_CAUSE, read).astype(np.int8)


def chart_readings(chart: Chart, better: str) -> Int8:
    """The reading of every point; none where there is no point, or no limits to read it by."""
    return np.where(np.isnan(chart.lower), NO_READING, readings(chart.rule, chart.side, better)).astype(np.int8)


def assurance(lower: object, upper: object, target: object, better: str, centre: float | None = None) -> Int8:
    """Whether a process that stays as it is will meet its target; arrays of any one shape, NaN for none.

    Higher is better: a target above the upper limit is consistently failed, one below the lower limit consistently
    passed, all else is hit or miss, a target on a limit included; mirrored for lower. A band reaches from ``target`` to
    its mirror image about ``centre``: both limits inside it pass, both beyond the same edge fail. No target, no limits,
    no direction: not known.
    """
    low, high, mark = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (lower, upper, target)))
    known = ~(np.isnan(low) | np.isnan(high) | np.isnan(mark))
    if better == "higher":
        passes, fails = _beyond(low, mark), _beyond(mark, high)
    elif better == "lower":
        passes, fails = _beyond(mark, high), _beyond(low, mark)
    elif better == "band" and centre is not None:
        floor, ceiling = np.minimum(mark, 2 * centre - mark), np.maximum(mark, 2 * centre - mark)
        passes = _beyond(low, floor) & _beyond(ceiling, high)
        fails = _beyond(floor, high) | _beyond(low, ceiling)
    else:
        return np.zeros(low.shape, dtype=np.int8)
    verdict = np.where(passes, PASSES, np.where(fails, FAILS, HIT_OR_MISS))
    return np.where(known, verdict, NOT_KNOWN).astype(np.int8)


def _beyond(higher: Floats, lower: Floats) -> Flags:
    """Whether ``higher`` is above ``lower`` by more than the noise of additions; False where either is missing."""
    with np.errstate(invalid="ignore"):
        above: Flags = higher - lower > NOISE * np.maximum(np.abs(higher), np.abs(lower))
    return above
