"""Funnels: limits against the exact distributions, the normal approximation and published chi-squares."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from kpi.signals.funnel import INSIDE, NO_POINT, OUTSIDE_95, OUTSIDE_998, funnel, limits

# Fleiss, Statistical Methods for Rates and Proportions (1981), p. 139; R's help page of prop.test prints the same.
SMOKERS, PATIENTS = [83, 90, 129, 70], [86, 93, 136, 82]
# Bortkiewicz (1898): deaths by horse kick in 14 corps over 20 years (G, I to XI, XIV, XV).
HORSE_KICKS = [16, 16, 12, 12, 8, 11, 17, 12, 7, 13, 15, 25, 24, 8]


def test_dispersion_of_the_smokers_is_the_published_chi_square():
    found = funnel(SMOKERS, PATIENTS, "proportion")
    assert found.phi * 4 == pytest.approx(12.6, abs=0.005)
    assert found.p_value == pytest.approx(0.005585, abs=5e-7)


def test_dispersion_of_the_horse_kicks_is_the_index_of_dispersion():
    found = funnel(HORSE_KICKS, [20] * 14, "rate")
    assert found.centre == pytest.approx(0.7)
    assert found.phi * 14 == pytest.approx(sum((deaths - 14) ** 2 for deaths in HORSE_KICKS) / 14)
    assert found.over_dispersed


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.9, 0.98])
@pytest.mark.parametrize("n", [1, 5, 10, 37])
def test_a_proportion_is_outside_exactly_when_its_binomial_tail_is_rarer(n, rate):
    drawn = limits(np.array([float(n)]), rate, "proportion")
    for count in range(n + 1):
        fewer, more = binom.cdf(count, n, rate), binom.sf(count - 1, n, rate)
        for tail, low, high in ((0.025, drawn.lower_95, drawn.upper_95), (0.001, drawn.lower_998, drawn.upper_998)):
            assert (fewer < tail) == (count / n < low[0] - 1e-12), (n, rate, count)
            assert (more < tail) == (count / n > high[0] + 1e-12), (n, rate, count)


@pytest.mark.parametrize("expected", [0.3, 2.0, 9.0])
def test_a_rate_is_outside_exactly_when_its_poisson_tail_is_rarer(expected):
    drawn = limits(np.array([10.0]), expected / 10, "rate", 100)
    for count in range(40):
        fewer, more = poisson.cdf(count, expected), poisson.sf(count - 1, expected)
        for tail, low, high in ((0.025, drawn.lower_95, drawn.upper_95), (0.001, drawn.lower_998, drawn.upper_998)):
            assert (fewer < tail) == (count * 10 < low[0] - 1e-9), count
            assert (more < tail) == (count * 10 > high[0] + 1e-9), count


@pytest.mark.parametrize(("kind", "rate"), [("proportion", 0.75), ("rate", 0.3)])
def test_with_many_records_the_limits_are_those_of_the_normal_approximation(kind, rate):
    """Spiegelhalter 2005; also Public Health England, Fingertips technical guidance: centre ± z · standard error."""
    n = np.array([15232.0, 16123.0, 17932.0, 18475.0])
    error = np.sqrt((rate * (1 - rate) if kind == "proportion" else rate) / n)
    drawn = limits(n, rate, kind)
    one_count = 1 / n[0]
    assert drawn.lower_95 == pytest.approx(rate - 1.959964 * error, abs=2 * one_count)
    assert drawn.upper_95 == pytest.approx(rate + 1.959964 * error, abs=2 * one_count)
    assert drawn.lower_998 == pytest.approx(rate - 3.090232 * error, abs=3 * one_count)
    assert drawn.upper_998 == pytest.approx(rate + 3.090232 * error, abs=3 * one_count)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12),
    st.sampled_from(["proportion", "rate"]),
)
def test_the_verdicts_agree_with_the_lines_drawn(pairs, kind):
    counts, sizes = [min(pair) if kind == "proportion" else pair[0] for pair in pairs], [max(pair) for pair in pairs]
    found = funnel(counts, sizes, kind, 100)
    if found is None:
        assert not any(sizes)
        return
    own = limits(found.n, found.centre / 100, kind, 100)
    for place, position in enumerate(found.position):
        value = found.value[place]
        if sizes[place] == 0:
            assert position == NO_POINT
            assert math.isnan(value)
            continue
        outside_95 = value < own.lower_95[place] - 1e-7 or value > own.upper_95[place] + 1e-7
        outside_998 = value < own.lower_998[place] - 1e-7 or value > own.upper_998[place] + 1e-7
        assert position == (OUTSIDE_998 if outside_998 else OUTSIDE_95 if outside_95 else INSIDE)


def test_two_rejects_of_ten_are_no_signal_where_two_in_a_hundred_are_usual():
    """The normal approximation would put 8 of 10 beyond 99.8 %; chance gives as few or fewer in 1.6 % of months."""
    found = funnel([8, 980], [10, 990], "proportion")
    rate = found.centre
    assert rate - 3.090232 * math.sqrt(rate * (1 - rate) / 10) > 0.8
    assert found.position[0] == OUTSIDE_95


def test_points_that_cannot_be_are_left_out_and_do_not_move_the_centre():
    found = funnel([9, 5, np.nan, 3, 7, 12, -1], [10, 0, 10, np.nan, 10, 10, 10], "proportion")
    assert found.points == 2
    assert found.centre == pytest.approx(16 / 20)
    assert (found.position == NO_POINT).tolist() == [False, True, True, True, False, True, True]


def test_nobody_with_a_figure_is_no_funnel():
    assert funnel([], [], "rate") is None
    assert funnel([0, 0], [0, 0], "proportion") is None
    assert funnel([np.nan], [np.nan], "rate") is None


def test_one_point_is_its_own_centre_and_has_no_dispersion():
    found = funnel([9], [10], "proportion")
    assert found.position.tolist() == [INSIDE]
    assert math.isnan(found.phi)
    assert not found.over_dispersed


@pytest.mark.parametrize(("counts", "kind"), [([0, 0], "proportion"), ([5, 8], "proportion"), ([0, 0], "rate")])
def test_where_nothing_varies_nobody_is_outside(counts, kind):
    found = funnel(counts, [5, 8], kind)
    assert found.position.tolist() == [INSIDE, INSIDE]
    assert math.isnan(found.phi)
    assert not found.over_dispersed


def test_few_events_are_said_to_be_too_few_for_a_verdict_on_dispersion():
    assert funnel([1, 0, 0, 1], [50, 40, 60, 45], "proportion").thin
    assert not funnel(SMOKERS, [300, 300, 300, 300], "proportion").thin


def test_over_dispersion_is_reported_and_changes_no_limit():
    found = funnel([50, 90, 99, 60, 95], [100] * 5, "proportion")
    assert found.over_dispersed
    assert found.p_value < 1e-6
    own = limits(np.array([100.0]), found.centre, "proportion")
    assert own.lower_998[0] == pytest.approx(0.788 - 3.090232 * math.sqrt(0.788 * 0.212 / 100), abs=0.02)


def test_order_of_the_points_changes_nothing_but_their_places():
    forward, back = funnel(SMOKERS, PATIENTS, "proportion"), funnel(SMOKERS[::-1], PATIENTS[::-1], "proportion")
    assert forward.position.tolist() == back.position.tolist()[::-1]
    assert forward.phi == pytest.approx(back.phi)


def test_an_unknown_kind_is_an_error_with_the_kinds_allowed():
    with pytest.raises(ValueError, match="allowed are proportion, rate"):
        funnel([1], [2], "median")
