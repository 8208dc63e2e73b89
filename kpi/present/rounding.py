"""Rounding parts so that what is printed adds up: the largest remainders are rounded up (Hamilton's method)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def rounded_parts(parts: Sequence[Fraction], decimals: int) -> list[Fraction]:
    """Each part at ``decimals`` places, so that they add up to their sum at as many places.

    No part moves by a whole unit of the last place, and none that needs no rounding moves at all. Of equal remainders
    the earlier part's is rounded up.
    """
    unit = Fraction(1, 10**decimals)
    whole = round(sum(parts, Fraction(0)) / unit)
    low = [floor(part / unit) for part in parts]
    missing = whole - sum(low)
    by_remainder = sorted(range(len(parts)), key=lambda place: (low[place] - parts[place] / unit, place))
    up = set(by_remainder[:missing])
    return [(number + (place in up)) * unit for place, number in enumerate(low)]
