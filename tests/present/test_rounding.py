"""Parts that are rounded must add up to their rounded sum, whatever the parts."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kpi.present.rounding import rounded_parts

fractions = st.lists(st.fractions(min_value=-1000, max_value=1000, max_denominator=997), max_size=12)


@given(fractions, st.integers(0, 3))
def test_printed_parts_add_up_to_the_printed_sum(parts: list[Fraction], decimals: int) -> None:
    rounded = rounded_parts(parts, decimals)
    assert sum(rounded, Fraction(0)) == round(sum(parts, Fraction(0)) * 10**decimals) / Fraction(10**decimals)


@given(fractions, st.integers(0, 3))
def test_no_part_moves_by_a_whole_unit_and_whole_ones_stay(parts: list[Fraction], decimals: int) -> None:
    unit = Fraction(1, 10**decimals)
    for part, rounded in zip(parts, rounded_parts(parts, decimals), strict=True):
        assert abs(rounded - part) < unit
        if part % unit == 0:
            assert rounded == part


def test_the_largest_remainders_are_rounded_up_and_of_equal_ones_the_first() -> None:
    third = Fraction(1, 3)
    assert rounded_parts([third, third, third], 0) == [1, 0, 0]
    assert rounded_parts([Fraction("0.6"), Fraction("0.7"), Fraction("-0.3")], 0) == [0, 1, 0]
