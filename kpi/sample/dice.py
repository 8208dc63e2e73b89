"""Chance that falls the same way every time, on every platform.

Only ``Random.random()`` is drawn from: its sequence is guaranteed by Python for a text seed, unlike ``choice`` or
``gauss``, whose use of the sequence has changed between versions. Every part of the sample has dice of its own, so that
a change in one part leaves the others as they were.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

STRAGGLING = 3.0  # times the usual time
LEAST_DAYS = 3  # nothing is investigated and closed faster
UNIFORMS_PER_NORMAL = 12  # the sum of twelve uniforms has variance one: a normal without logarithms


class Dice:
    """Draws of one part of the sample, named by ``seed`` and ``parts``."""

    def __init__(self, seed: str, *parts: str) -> None:
        self._random = Random("/".join((seed, *parts))).random

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the (item, weight) pairs, as often as its weight says."""
        left = self._random() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def normal(self, mean: float, spread: float) -> float:
        return mean + spread * (sum(self._random() for _ in range(UNIFORMS_PER_NORMAL)) - UNIFORMS_PER_NORMAL / 2)

    def lognormal(self, median: float, spread: float) -> float:
        return median * math.exp(self.normal(0.0, spread))

    def poisson(self, mean: float) -> int:
        """Knuth's method: multiply uniforms until they fall below e^-mean."""
        floor, product, count = math.exp(-mean), self._random(), 0
        while product > floor:
            product *= self._random()
            count += 1
        return count

    def days(self, median: float, spread: float, least: int = 1) -> timedelta:
        """A lognormal number of whole days."""
        return timedelta(days=max(least, round(self.lognormal(median, spread))))

    def days_taken(self, allowed: int, ratio: float, spread: float, straggler_share: float) -> timedelta:
        """Whole days that a commitment takes: lognormal around a share of the allowed time, now and then far beyond."""
        taken = STRAGGLING if self.chance(straggler_share) else 1.0
        return self.days(allowed * ratio * taken, spread, least=LEAST_DAYS)

    def day_of(self, first: date, last: date) -> date:
        return first + timedelta(days=self.between(0, (last - first).days))
