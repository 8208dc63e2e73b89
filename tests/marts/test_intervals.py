"""Intervals against published values."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.marts.intervals import poisson, wilson

# numerator, denominator, lower, upper. Newcombe (1998) and its worked cases; 0 of n and n of n are exact ends.
WILSON = [
    (81, 263, 0.2553, 0.3662),
    (0, 20, 0.0, 0.1611),
    (20, 20, 0.8389, 1.0),
    (15, 148, 0.0624, 0.1605),
    (1, 29, 0.0061, 0.1718),
]
# count, lower, upper: Garwood (1936), table of exact Poisson limits.
POISSON = [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (50, 37.1110, 65.9190)]


@pytest.mark.parametrize(("numerator", "denominator", "lower", "upper"), WILSON)
def test_wilson(numerator: int, denominator: int, lower: float, upper: float) -> None:
    low, high = wilson(np.array([float(numerator)]), np.array([float(denominator)]))
    assert low[0] == pytest.approx(lower, abs=5e-5)
    assert high[0] == pytest.approx(upper, abs=5e-5)


@pytest.mark.parametrize(("count", "lower", "upper"), POISSON)
def test_poisson(count: int, lower: float, upper: float) -> None:
    low, high = poisson(np.array([float(count)]), np.array([1.0]))
    assert low[0] == pytest.approx(lower, abs=6e-4)
    assert high[0] == pytest.approx(upper, abs=6e-4)


def test_a_rate_is_scaled_and_divided_by_its_exposure() -> None:
    low, high = poisson(np.array([5.0]), np.array([40.0]), scale=100)
    assert (low[0], high[0]) == pytest.approx((100 * 1.6235 / 40, 100 * 11.6683 / 40), abs=1e-3)


def test_nothing_counted_on_nothing_has_no_interval() -> None:
    assert np.isnan(wilson(np.array([0.0]), np.array([0.0]))).all()
    assert np.isnan(poisson(np.array([0.0]), np.array([0.0]))).all()


def test_a_numerator_above_its_denominator_has_no_interval() -> None:
    assert np.isnan(wilson(np.array([3.0]), np.array([2.0]))).all()
