"""Rounded numbers of records: the nearest of a few by ratio, with borders that depend on nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalog.size_classes import SizeClass, size_class


@pytest.mark.parametrize(
    ("n", "about", "least", "most"),
    [
        (10, 10, 9, 12),
        (30, 30, 25, 38),
        (38, 30, 25, 38),
        (39, 50, 39, 59),
        (59, 50, 39, 59),
        (60, 70, 60, 83),
        (83, 70, 60, 83),
        (84, 100, 84, 122),
        (99, 100, 84, 122),
        (122, 100, 84, 122),
        (123, 150, 123, 173),
        (1234, 1500, 1225, 1732),
        (9000, 10000, 8367, 12247),
    ],
)
def test_a_number_is_rounded_to_a_few_per_power_of_ten(n: int, about: int, least: int, most: int) -> None:
    assert size_class(n) == SizeClass(about, least, most)


def test_each_number_is_in_one_class_and_its_neighbour_in_the_same_or_the_next() -> None:
    for a, b in pairwise(range(10, 20_000)):
        one, after = size_class(a), size_class(b)
        assert one.least <= a <= one.most
        assert after == one or (one.most, after.least) == (a, b)


@given(st.integers(10, 10**12))
def test_all_of_a_class_are_told_alike(n: int) -> None:
    found = size_class(n)
    assert found.least <= n <= found.most
    if found.least >= 10:
        assert size_class(found.least) == size_class(found.most) == found
