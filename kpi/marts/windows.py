"""Months → windows: how figures of one, three and twelve months come from monthly parts. Pure array work.

Shapes: everything is entities × months. Counts and sums add up over a window; a median pools the records behind it; a
state is what it is at the window's end.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def by_entity(entity: Ints, month: Ints, amount: Floats, entities: int, months: int) -> Floats:
    """Add up amounts per entity and month; rows of no entity (−1) or outside the months are left out."""
    inside = (entity >= 0) & (month >= 0) & (month < months)
    place = entity[inside] * months + month[inside]
    return np.bincount(place, weights=amount[inside], minlength=entities * months).reshape(entities, months)


def rolling_sum(monthly: Floats, window: int) -> Floats:
    """Sum over the last ``window`` months, fewer at the start. Adds in month order, so results never vary."""
    total = monthly.copy()
    for back in range(1, min(window, monthly.shape[-1])):
        total[..., back:] += monthly[..., :-back]
    return total


def state_at_month_ends(entity: Ints, month: Ints, change: Ints, entities: int, months: int) -> Floats:
    """Running sums of entries less exits; what entered before the first month counts from the first on."""
    earlier = np.maximum(month, 0)
    return by_entity(entity, earlier, change.astype(np.float64), entities, months).cumsum(axis=1)


def rolling_median(
    entity: Ints, month: Ints, days: Ints, entities: int, months: int, window: int
) -> tuple[Floats, Floats]:
    """Number of records and their median per entity and month, over the last ``window`` months pooled.

    NaN where there is no record. Works on counts per distinct value, so that a window of twelve months costs no more
    than one of three: a value's running count over months gives any window by one subtraction.
    """
    number = np.zeros((entities, months))
    median = np.full((entities, months), np.nan)
    inside = (entity >= 0) & (month >= 0) & (month < months)
    order = np.lexsort((days[inside], entity[inside]))
    entity, month, days = entity[inside][order], month[inside][order], days[inside][order]
    edges = np.flatnonzero(np.diff(entity)) + 1
    starts = np.concatenate(([0], edges)) if len(entity) else np.array([], dtype=np.int64)
    ends = np.concatenate((edges, [len(entity)]))
    for start, end in zip(starts, ends, strict=False):
        who = entity[start]
        number[who], median[who] = _pooled_median(month[start:end], days[start:end], months, window)
    return number, median


def _pooled_median(month: Ints, sorted_days: Ints, months: int, window: int) -> tuple[Floats, Floats]:
    values, rank = np.unique(sorted_days, return_inverse=True)
    per_month = np.bincount(month * len(values) + rank, minlength=months * len(values)).reshape(months, len(values))
    running = np.concatenate((np.zeros((1, len(values)), dtype=np.int64), per_month.cumsum(axis=0)))
    first = np.maximum(np.arange(1, months + 1) - window, 0)
    up_to_value = (running[1:] - running[first]).cumsum(axis=1)
    total = up_to_value[:, -1:]
    low = (2 * up_to_value >= total).argmax(axis=1)
    high = (2 * up_to_value > total).argmax(axis=1)
    median = (values[low] + values[high]) / 2
    return total[:, 0].astype(np.float64), np.where(total[:, 0] > 0, median, np.nan)
