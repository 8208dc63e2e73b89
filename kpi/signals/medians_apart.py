"""A change of a median taken apart, by the Shapley value: every part's records, and every part's share, is a player.

A median is no mean of its parts' medians, so there is no formula as for rates. Instead each player is switched from
before to after in every possible order, and what the median of the whole moves on its switch is averaged over the
orders. That is exact, adds up to the change, and treats all players alike.
Shapley, A value for n-person games (1953); for decompositions Shorrocks, Journal of Economic Inequality 11 (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

import numpy as np
import numpy.typing as npt

from kpi.signals.decomposition import Contribution

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_PARTS = 8  # two players each: 2^16 medians, under a second
AT_ONCE = 8_192  # switch positions whose pooled distributions are held at one time
TIES = 1e-9  # two halves of the weight are equal when they differ by less than this


def median_contributions(before: Sequence[Ints], after: Sequence[Ints]) -> list[Contribution]:
    """Per part its own change (its records' values, at its share) and its mix (its share of the records).

    ``before`` and ``after`` hold the whole-number values of each part's records, the parts in the same order, at most
    MOST_PARTS of them. A part without records in a period keeps the values of the other one, so that it has no change
    of its own. Where nothing weighs anything the median lies half way between before and after.
    Raises ValueError when a period has no records at all, or there are too many parts.
    """
    if len(before) > MOST_PARTS:
        raise ValueError(f"{len(before)} parts are more than {MOST_PARTS}")
    if not (_size(before) and _size(after)):
        raise ValueError("a period without records has no median")
    parts = len(before)
    positions = np.arange(4**parts, dtype=np.int64)[:, np.newaxis]
    own, mix = (positions >> np.arange(0, 2 * parts, 2)) & 1, (positions >> np.arange(1, 2 * parts, 2)) & 1
    shares = _shapley(_fourfold_medians(before, after, own, mix), 2 * parts)
    return [Contribution(shares[2 * part], shares[2 * part + 1]) for part in range(parts)]


def _fourfold_medians(before: Sequence[Ints], after: Sequence[Ints], own: Ints, mix: Ints) -> Ints:
    """Four times the median of the whole in every switch position: whole, as the values are.

    ``own``, ``mix``: positions × parts, 1 where the part's values, or its share, are those of after.
    """
    values = np.unique(np.concatenate([*before, *after]))
    sizes = _size(before), _size(after)
    tables = [_weighted(old, new, sizes, values) for old, new in zip(before, after, strict=True)]
    medians = np.empty(len(own), dtype=np.int64)
    weighs = np.empty(len(own), dtype=np.bool_)
    for start in range(0, len(own), AT_ONCE):
        now = slice(start, start + AT_ONCE)
        cumulative = np.zeros((len(own[now]), len(values)))
        for part, table in enumerate(tables):
            cumulative += table[own[now, part], mix[now, part]]
        half = cumulative[:, -1:] / 2
        low, high = (cumulative >= half - TIES).argmax(axis=1), (cumulative > half + TIES).argmax(axis=1)
        medians[now], weighs[now] = 2 * (values[low] + values[high]), half[:, 0] > TIES
    medians[~weighs] = (medians[0] + medians[-1]) // 2  # both are even
    return medians


def _weighted(old: Ints, new: Ints, sizes: tuple[int, int], values: Ints) -> Floats:
    """Own × mix × values: the part's records up to each value, at the weight of its share."""
    if not len(old) + len(new):
        return np.zeros((2, 2, len(values)))
    table = np.empty((2, 2, len(values)))
    for own, records in enumerate((old if len(old) else new, new if len(new) else old)):
        reached = np.searchsorted(np.sort(records), values, side="right") / len(records)
        for mix, (count, size) in enumerate(zip((len(old), len(new)), sizes, strict=True)):
            table[own, mix] = reached * count / size
    return table


def _size(parts: Sequence[Ints]) -> int:
    return sum(len(part) for part in parts)


def _shapley(fourfold: Ints, players: int) -> list[Fraction]:
    """Each player's mean step over all orders, from four times the worth of every set of players (a bit for each)."""
    sets = np.arange(len(fourfold), dtype=np.int64)
    size = np.zeros(len(fourfold), dtype=np.int64)
    for player in range(players):
        size += (sets >> player) & 1
    orders = [factorial(s) * factorial(players - 1 - s) for s in range(players)]
    found = []
    for player in range(players):
        without = sets[(sets >> player) & 1 == 0]
        steps = fourfold[without | (1 << player)] - fourfold[without]
        by_size = [int(steps[size[without] == s].sum()) for s in range(players)]
        whole = sum(step * weight for step, weight in zip(by_size, orders, strict=True))
        found.append(Fraction(whole, 4 * factorial(players)))
    return found
