"""Numbers of records that are told as one: rounded to 10, 15, 20, 30, 50, 70, 100, 150, … by ratio."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

STEPS = (7, 10, 15, 20, 30, 50, 70, 100, 150)  # times a power of ten: a whole one, and a neighbour on either side


@dataclass(frozen=True, order=True)
class SizeClass:
    """Whoever has from ``least`` to ``most`` records is said to have about ``number``."""

    number: int
    least: int
    most: int


def size_class(n: int) -> SizeClass:
    """The class that ``n`` records are in, for 10 or more; it depends on nothing else."""
    power = 10 ** (len(str(n)) - 2)
    steps = [step * power for step in STEPS]
    # nearest by ratio: a border is the geometric mean of two steps, kept in whole numbers
    number = next(step for step, above in pairwise(steps[1:]) if n * n < step * above)
    place = steps.index(number)
    return SizeClass(number, isqrt(steps[place - 1] * number - 1) + 1, isqrt(number * steps[place + 1] - 1))
