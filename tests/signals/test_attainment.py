"""Attainment: 0 at the limit, 100 at the target, linear between; all or nothing where nothing lies between."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.signals.attainment import attainment, is_step

NONE = math.nan
# better, centre, target, limit, value → attainment
TABLE = [
    ("higher", None, 0.85, 0.70, 0.85, 100.0),
    ("higher", None, 0.85, 0.70, 0.99, 100.0),
    ("higher", None, 0.85, 0.70, 0.70, 0.0),
    ("higher", None, 0.85, 0.70, 0.10, 0.0),
    ("higher", None, 0.85, 0.70, 0.775, 50.0),
    ("lower", None, 25.0, 45.0, 25.0, 100.0),
    ("lower", None, 25.0, 45.0, 30.0, 75.0),
    ("lower", None, 25.0, 45.0, 45.0, 0.0),
    ("lower", None, 25.0, 45.0, 400.0, 0.0),
    ("lower", None, 25.0, 45.0, 0.0, 100.0),
    ("band", 1.0, 0.95, 0.90, 1.0, 100.0),
    ("band", 1.0, 0.95, 0.90, 0.96, 100.0),
    ("band", 1.0, 0.95, 0.90, 1.04, 100.0),
    ("band", 1.0, 0.95, 0.90, 0.925, 50.0),
    ("band", 1.0, 0.95, 0.90, 1.075, 50.0),
    ("band", 1.0, 0.95, 0.90, 1.10, 0.0),
    # limit equal to the target: all or nothing, the target itself is reached
    ("lower", None, 0.0, 0.0, 0.0, 100.0),
    ("lower", None, 0.0, 0.0, 1.0, 0.0),
    ("higher", None, 0.9, 0.9, 0.9, 100.0),
    ("higher", None, 0.9, 0.9, 0.899, 0.0),
    ("band", 1.0, 0.95, 0.95, 1.05, 100.0),
    ("band", 1.0, 0.95, 0.95, 1.051, 0.0),
    # no limit, and one that contradicts the target: the same
    ("higher", None, 0.9, NONE, 0.95, 100.0),
    ("higher", None, 0.9, NONE, 0.85, 0.0),
    ("lower", None, 10.0, 5.0, 7.0, 100.0),
    ("lower", None, 10.0, 5.0, 11.0, 0.0),
]


@pytest.mark.parametrize(("better", "centre", "target", "limit", "value", "expected"), TABLE)
def test_attainment(better, centre, target, limit, value, expected):
    assert attainment(value, target, limit, better, centre) == pytest.approx(expected)


numbers = st.floats(-1e6, 1e6)


@given(numbers, numbers, numbers, numbers, st.sampled_from(["higher", "lower"]))
def test_a_better_value_never_attains_less(one, other, target, limit, better):
    worse, good = (max(one, other), min(one, other)) if better == "lower" else (min(one, other), max(one, other))
    low, high = (attainment(value, target, limit, better) for value in (worse, good))
    assert 0 <= low <= high <= 100


@given(numbers, numbers, numbers)
def test_the_target_is_a_hundred_and_a_limit_short_of_it_is_zero(target, limit, value):
    assert attainment(target, target, limit, "higher") == 100
    if not is_step(target, limit, "higher"):
        assert attainment(limit, target, limit, "higher") == 0
    assert attainment(-value, -target, -limit, "lower") == attainment(value, target, limit, "higher")
