"""Control limits against published answers: qcc 2.7, Montgomery, NHSRplotthedots 0.2.2."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.signals.limits import limits_of, p_chart, u_chart, xmr

ORANGE_JUICE = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]
CLOTH_N = [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
CLOTH_X = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
VISCOSITY = [
    *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304),
    *(305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328),
]
ONE_SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
A_STEP = [10, 11, 9, 10, 11, 10, 9, 10, 11, 10, 20, 21, 19, 20, 21, 20, 19, 20, 21, 20]


def numbers_outside(limits) -> list[int]:
    return [int(i) + 1 for i in np.flatnonzero(limits.outside)]


def test_p_chart_of_the_orange_juice_cans():
    limits = p_chart(ORANGE_JUICE, [50] * 30)
    assert limits.centre[0] == pytest.approx(0.2313333, abs=5e-8)
    assert limits.lower[0] == pytest.approx(0.05242755, abs=5e-9)
    assert limits.upper[0] == pytest.approx(0.4102391, abs=5e-8)
    assert numbers_outside(limits) == [15, 23]


def test_p_chart_of_the_orange_juice_cans_without_the_two_outside():
    kept = [x for i, x in enumerate(ORANGE_JUICE, start=1) if i not in (15, 23)]
    limits = p_chart(kept, [50] * 28)
    assert limits.centre[0] == pytest.approx(0.215)
    assert limits.lower[0] == pytest.approx(0.04070284, abs=5e-9)
    assert limits.upper[0] == pytest.approx(0.3892972, abs=5e-8)


def test_u_chart_of_the_dyed_cloth_has_limits_for_each_point():
    limits = u_chart(CLOTH_X, CLOTH_N)
    assert limits.centre[0] == pytest.approx(1.423256, abs=5e-7)
    assert limits.lower[:3] == pytest.approx([0.291474, 0.157885, 0.430617], abs=5e-7)
    assert limits.upper[:3] == pytest.approx([2.555038, 2.688626, 2.415894], abs=5e-7)
    assert numbers_outside(limits) == []


def test_u_chart_in_another_scale_only_changes_the_unit():
    plain, per_100 = u_chart(CLOTH_X, CLOTH_N), u_chart(CLOTH_X, CLOTH_N, 100)
    assert per_100.upper == pytest.approx(plain.upper * 100)
    assert per_100.sigma_z == pytest.approx(plain.sigma_z)


def test_xmr_with_limits_from_the_first_twenty():
    """Montgomery's table uses 3/1.128 where this chart uses the rounded 2.66: a difference in the third decimal."""
    limits = xmr(VISCOSITY, baseline=20)
    assert limits.centre[0] == pytest.approx(300.5)
    assert limits.lower[0] == pytest.approx(279.783, abs=0.004)
    assert limits.upper[0] == pytest.approx(321.217, abs=0.004)
    assert numbers_outside(limits) == [39, 40]


def test_xmr_screens_large_moving_ranges_once():
    screened, unscreened = xmr(ONE_SPIKE), xmr(ONE_SPIKE, screen=False)
    assert screened.centre[0] == pytest.approx(1.944444, abs=5e-7)
    assert (screened.lower[0], screened.upper[0]) == pytest.approx((-0.715556, 4.604444), abs=5e-7)
    assert (unscreened.lower[0], unscreened.upper[0]) == pytest.approx((-3.062614, 6.951503), abs=5e-7)


def test_xmr_sees_a_step_that_three_standard_deviations_hide():
    limits = xmr(A_STEP, screen=False)
    assert (limits.lower[0], limits.upper[0]) == pytest.approx((10.90, 19.30), abs=0.005)
    assert limits.outside.sum() == 15
    assert np.abs(np.array(A_STEP) - np.mean(A_STEP)).max() < 3 * np.std(A_STEP)


def test_a_point_on_the_limit_is_not_outside():
    limits = p_chart([0, 1], [1, 1])
    assert limits.upper[0] == 1.0
    assert not limits.outside.any()


def test_a_gap_takes_no_part_and_shows_no_limits():
    with_gap = xmr([10, np.nan, 12, 11, np.nan])
    without = xmr([10, 12, 11])
    assert with_gap.upper[[0, 2, 3]] == pytest.approx(without.upper)
    assert np.isnan(with_gap.upper[[1, 4]]).all()
    assert with_gap.points == 3


def test_many_series_at_once_equal_each_alone():
    rng = np.random.default_rng(7)
    n = rng.integers(0, 40, size=(50, 36)).astype(float)
    count = np.floor(n * 0.9)
    count[3, :] = np.nan
    for chart in ("p", "u", "xmr"):
        together = limits_of(chart, count, count, n, 100)
        for i in range(50):
            alone = limits_of(chart, count[i], count[i], n[i], 100)
            np.testing.assert_allclose(together.upper[i], alone.upper)
            np.testing.assert_array_equal(together.outside[i], alone.outside)


@pytest.mark.parametrize(("points", "trial"), [(11, True), (12, False)])
def test_fewer_than_twelve_points_give_trial_limits(points, trial):
    assert bool(xmr(list(range(points))).trial) is trial


def test_one_point_has_a_centre_and_no_limits():
    limits = xmr([4.0])
    assert limits.centre[0] == 4.0
    assert np.isnan(limits.upper[0])
    assert not limits.outside.any()


def test_nothing_at_all_gives_nothing():
    limits = p_chart([np.nan, np.nan], [0, 0])
    assert np.isnan(limits.centre).all()
    assert limits.points == 0


def test_sigma_z_is_near_one_for_binomial_points_and_larger_for_overdispersed_ones():
    rng = np.random.default_rng(1)
    n = np.full(400, 200)
    steady = rng.binomial(n, 0.1)
    wild = rng.binomial(n, np.clip(rng.normal(0.1, 0.05, 400), 0, 1))
    assert p_chart(steady, n).sigma_z == pytest.approx(1, abs=0.15)
    assert p_chart(wild, n).sigma_z > 2


def test_an_unknown_chart_is_refused():
    with pytest.raises(ValueError, match="allowed are xmr, p, u"):
        limits_of("c", [1], [1], [1])
