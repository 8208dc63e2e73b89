"""The array work behind windows, against plain Python on random small cases."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.marts import windows

ENTITIES, MONTHS = 3, 8
rows = st.lists(st.tuples(st.integers(0, ENTITIES - 1), st.integers(0, MONTHS - 1), st.integers(-5, 4000)), max_size=60)


def columns(found: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.array([row[place] for row in found], dtype=np.int64) for place in range(3))  # type: ignore[return-value]


def medians_of(found: list[tuple[int, int, int]], lengths: tuple[int, ...]) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    entity, month, days = columns(found)
    values, rank = np.unique(days, return_inverse=True)
    return windows.rolling_medians(entity, month, rank, values, ENTITIES, MONTHS, lengths)


@given(rows)
def test_a_median_pools_the_records_of_its_window(found: list[tuple[int, int, int]]) -> None:
    medians = medians_of(found, (1, 3, 12))
    for length, (number, middle) in medians.items():
        for entity in range(ENTITIES):
            for month in range(MONTHS):
                pooled = [d for e, m, d in found if e == entity and month - length < m <= month]
                assert number[entity, month] == len(pooled)
                if pooled:
                    assert middle[entity, month] == median(pooled)
                else:
                    assert np.isnan(middle[entity, month])


@given(rows)
def test_medians_are_the_same_in_small_steps(found: list[tuple[int, int, int]]) -> None:
    whole = medians_of(found, (3,))[3][1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "COUNTS_AT_ONCE", 1)
        stepwise = medians_of(found, (3,))[3][1]
    np.testing.assert_array_equal(whole, stepwise)


@given(rows)
def test_sums_add_the_months_of_the_window(found: list[tuple[int, int, int]]) -> None:
    entity, month, days = columns(found)
    monthly = windows.by_entity(entity, month, days.astype(float), ENTITIES, MONTHS)
    for length in (1, 3, 12):
        rolled = windows.rolling_sum(monthly, length)
        for e in range(ENTITIES):
            for m in range(MONTHS):
                assert rolled[e, m] == sum(d for who, when, d in found if who == e and m - length < when <= m)


def test_rows_of_no_entity_or_outside_the_months_are_left_out() -> None:
    entity, month = np.array([0, -1, 0, 0]), np.array([0, 0, -1, 2])
    assert windows.by_entity(entity, month, np.ones(4), 1, 2).tolist() == [[1.0, 0.0]]


def test_what_entered_before_the_first_month_is_open_in_it() -> None:
    entity, month, change = np.array([0, 0, 0]), np.array([-7, 1, 2]), np.array([2, 1, -3])
    assert windows.state_at_month_ends(entity, month, change, 1, 4).tolist() == [[2.0, 3.0, 0.0, 0.0]]
