"""Months → windows: how figures of one, three and twelve months come from monthly parts. Pure array work.

Shapes: everything is entities × months. Counts and sums add up over a window; a median pools the records behind it; a
state is what it is at the window's end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
COUNTS_AT_ONCE = 4_000_000  # counts per value held at one time: 32 MB


def by_entity(entity: Ints, month: Ints, amount: Floats, entities: int, months: int) -> Floats:
    """Add up amounts per entity and month; rows of no entity (−1) or outside the months are left out."""
    inside = (entity >= 0) & (month >= 0) & (month < months)
    place = entity[inside] * months + month[inside]
    totals: Floats = np.bincount(place, weights=amount[inside], minlength=entities * months).astype(np.float64)
    return totals.reshape(entities, months)


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


def rolling_medians(
    entity: Ints, month: Ints, rank: Ints, values: Ints, entities: int, months: int, lengths: Sequence[int]
) -> dict[int, tuple[Floats, Floats]]:
    """Per window length the number of records and their median per entity and month, the window's records pooled.

    A record's value is ``values[rank]``, ``values`` being distinct and rising. NaN where there is no record. Every
    ``entity`` and ``month`` must lie inside. Works on counts per distinct value: their running sum over months gives a
    window of any length by one subtraction, and all entities at once.
    """
    results = {length: (np.zeros((entities, months)), np.full((entities, months), np.nan)) for length in lengths}
    if not len(values):
        return results
    step = max(1, COUNTS_AT_ONCE // (months * len(values)))
    for start in range(0, entities, step):
        stop = min(start + step, entities)
        mine = slice(None) if stop - start == entities else (entity >= start) & (entity < stop)
        place = ((entity[mine] - start) * months + month[mine]) * len(values) + rank[mine]
        shape = (stop - start, months, len(values))
        running = np.zeros((shape[0], months + 1, shape[2]), dtype=np.int64)
        np.cumsum(np.bincount(place, minlength=math.prod(shape)).reshape(shape), axis=1, out=running[:, 1:])
        for length, (number, median) in results.items():
            number[start:stop], median[start:stop] = _pooled(running, values, length)
    return results


def _pooled(running: Ints, values: Ints, length: int) -> tuple[Floats, Floats]:
    """Number and median per entity and month from running counts: entities × (months + 1) × values."""
    first = np.maximum(np.arange(1, running.shape[1]) - length, 0)
    up_to_value = (running[:, 1:] - running[:, first]).cumsum(axis=2)
    total = up_to_value[:, :, -1]
    low = (2 * up_to_value >= total[:, :, np.newaxis]).argmax(axis=2)
    high = (2 * up_to_value > total[:, :, np.newaxis]).argmax(axis=2)
    return total.astype(np.float64), np.where(total > 0, (values[low] + values[high]) / 2, np.nan)
