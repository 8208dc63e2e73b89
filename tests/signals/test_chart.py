"""Charts of many series against one chart by plain loops; phases, baselines and series that hardly exist."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.signals.chart import CHARTS, POINTS_FOR_LIMITS, RULES, Chart, read_chart
from kpi.signals.verdicts import READINGS, chart_readings
from tests.signals.oracle import labels_of, lines_of

LINES = ("centre", "lower", "upper", "near_lower", "near_upper")
# Few distinct numbers, so that ties, points on the mean and points on a limit come up often.
values = st.one_of(st.none(), st.integers(-4, 4).map(float), st.sampled_from([0.1, 0.2, 0.3, 10.0]))
sizes = st.one_of(st.none(), st.integers(0, 12).map(float))


@st.composite
def points(draw: st.DrawFn) -> tuple[float | None, float | None, float | None]:
    """Value, count and n of one month; count and n are what a proportion can be."""
    n = draw(sizes)
    count = None if n is None else float(draw(st.integers(0, int(n))))
    return draw(values), draw(st.sampled_from([count, count, count, None])), n


def as_array(line: list[float | None]) -> np.ndarray:
    return np.array([np.nan if number is None else number for number in line], dtype=float)


def labels(chart: Chart) -> list[tuple[str, int]]:
    return [(RULES[code], int(side)) for code, side in zip(chart.rule, chart.side, strict=True)]


@given(
    chart=st.sampled_from(CHARTS),
    series=st.lists(points(), max_size=30),
    screen=st.booleans(),
    baseline=st.one_of(st.none(), st.integers(1, 12)),
    clip=st.booleans(),
    scale=st.sampled_from([1.0, 100.0]),
)
@settings(max_examples=400)
def test_every_line_and_label_is_what_the_definitions_say(chart, series, screen, baseline, clip, scale) -> None:
    value, count, n = ([point[part] for point in series] for part in range(3))
    wanted, lines = lines_of(
        chart, value, count, n, screen=screen, baseline=baseline, clip=clip, scale=1.0 if chart == "xmr" else scale
    )
    read = read_chart(
        chart, *map(as_array, (value, count, n)), scale=scale, screen=screen, baseline=baseline, clip=clip
    )
    np.testing.assert_allclose(read.value, as_array(wanted), rtol=1e-12)
    for place, name in enumerate(LINES):
        line = as_array([None if of_point is None else of_point[place] for of_point in lines])
        np.testing.assert_allclose(getattr(read, name), line, rtol=1e-9, atol=1e-12, err_msg=name)
    assert labels(read) == labels_of(wanted, lines)
    assert read.points == sum(v is not None for v in wanted)
    used = read.points if baseline is None else min(int(read.points), baseline)
    assert read.trial == (used < POINTS_FOR_LIMITS)


@given(st.lists(st.lists(points(), min_size=20, max_size=20), min_size=1, max_size=6), st.sampled_from(CHARTS))
@settings(max_examples=50)
def test_series_read_together_are_as_read_alone(many, chart) -> None:
    value, count, n = (np.stack([as_array([point[part] for point in series]) for series in many]) for part in range(3))
    starts = np.zeros(value.shape, dtype=bool)
    starts[::2, 9] = True
    together = read_chart(chart, value, count, n, phase_starts=starts)
    deeper = read_chart(chart, value[None], count[None], n[None], phase_starts=starts[None])
    for i in range(len(many)):
        alone = read_chart(chart, value[i], count[i], n[i], phase_starts=starts[i])
        for name in (*LINES, "value", "rule", "side", "phase", "points", "trial", "sigma_z"):
            np.testing.assert_array_equal(getattr(together, name)[i], getattr(alone, name), err_msg=name)
            np.testing.assert_array_equal(getattr(deeper, name)[0, i], getattr(alone, name), err_msg=name)


@pytest.mark.parametrize("chart", CHARTS)
def test_each_phase_is_a_chart_of_its_own(chart: str) -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(5, 40, 30).astype(float)
    count = np.floor(n * rng.uniform(0.2, 0.9, 30))
    count[[4, 17]] = np.nan
    value = rng.normal(size=30)
    starts = np.isin(np.arange(30), [11, 22])
    whole = read_chart(chart, value, count, n, phase_starts=starts, baseline=8)
    assert whole.phase.tolist() == [0] * 11 + [1] * 11 + [2] * 8
    for number, part in enumerate((slice(0, 11), slice(11, 22), slice(22, 30))):
        alone = read_chart(chart, value[part], count[part], n[part], baseline=8)
        for name in (*LINES, "rule", "side"):
            np.testing.assert_array_equal(getattr(whole, name)[part], getattr(alone, name))
        if number == 2:
            assert (whole.points, whole.trial) == (alone.points, alone.trial)
            np.testing.assert_array_equal(whole.sigma_z, alone.sigma_z)


def test_no_rule_reaches_across_phases() -> None:
    rising = np.arange(12.0)
    assert set(labels(read_chart("xmr", rising, None, None))) >= {("trend", 1)}
    parted = read_chart("xmr", rising, None, None, phase_starts=rising == 6)
    assert [rule for rule, _ in labels(parted)] == [""] * 12


def test_a_phase_may_begin_where_there_is_no_point_or_at_the_very_first() -> None:
    value = np.array([1.0, 2, np.nan, 5, 6])
    at_gap = read_chart("xmr", value, None, None, phase_starts=[True, False, True, False, False])
    assert at_gap.phase.tolist() == [0, 0, 1, 1, 1]
    assert at_gap.centre.tolist()[:2] + at_gap.centre.tolist()[3:] == [1.5, 1.5, 5.5, 5.5]
    assert (at_gap.points, at_gap.trial) == (2, True)
    without_points = read_chart("xmr", value[:3], None, None, phase_starts=[False, False, True])
    assert (without_points.points, without_points.trial) == (0, True)


HARDLY_THERE = [
    ("xmr", [], "", ""),
    ("xmr", [math.nan, math.nan], "", ""),
    ("xmr", [5.0], "5", "no limits"),
    ("xmr", [5.0, 7.0], "6", "limits"),
    ("p", [], "", ""),
    ("p", [3.0], "0.3", "limits"),
    ("u", [3.0], "0.3", "limits"),
    ("p_prime", [3.0], "0.3", "no limits"),
    ("u_prime", [3.0], "0.3", "no limits"),
    ("p_prime", [3.0, 4.0], "0.35", "limits"),
    ("p_prime", [0.0, 0.0], "0", "limits"),  # all of sigma is zero: nothing to be multiplied
    ("p_prime", [10.0], "1", "limits"),
]


@pytest.mark.parametrize(("chart", "numbers", "centre", "limits"), HARDLY_THERE)
def test_series_that_hardly_exist(chart: str, numbers: list[float], centre: str, limits: str) -> None:
    read = read_chart(chart, numbers, numbers, [10.0] * len(numbers))
    assert not read.rule.any()
    found = {f"{line:g}" for line in read.centre if not np.isnan(line)}
    assert found == ({centre} if centre else set())
    assert np.isnan(read.upper).all() == (limits != "limits")
    said = {READINGS[code] for code in chart_readings(read, "higher")}
    assert said == ({"common cause"} if limits == "limits" else {""} if numbers else set())


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("number", [0.1, 1 / 3, 1e9, 0.0, 1e-12])
def test_points_that_are_all_equal_break_no_rule(chart: str, number: float) -> None:
    """0.1 added ten times is not ten times 0.1: no rounding may look like a run or a point outside."""
    value = np.full(36, number)
    count, n = np.resize([1.0, 2.0, 3.0], 36), np.resize([3.0, 6.0, 9.0], 36)
    read = read_chart(chart, value, count, n)
    assert not read.rule.any()
    np.testing.assert_allclose(read.centre, read.value, rtol=1e-14)


def test_months_without_denominator_take_no_part() -> None:
    read = read_chart("p", None, [1, 0, 2, np.nan], [10, 0, 10, 10])
    assert np.isnan(read.value).tolist() == [False, True, False, True]
    assert read.points == 2
    np.testing.assert_array_equal(read.value[[0, 2]], [0.1, 0.2])


def test_clipping_changes_lines_and_no_label() -> None:
    rng = np.random.default_rng(5)
    n = rng.integers(1, 9, (200, 36)).astype(float)
    count = rng.binomial(n.astype(int), 0.9)
    for chart in ("p", "u"):
        clipped, free = (read_chart(chart, None, count, n, clip=clip) for clip in (True, False))
        assert (clipped.lower >= 0).all()
        assert (free.lower < 0).any()
        np.testing.assert_array_equal(clipped.rule, free.rule)


def test_with_equal_sizes_a_primed_chart_is_an_individuals_chart() -> None:
    """Laney 2002: where all nᵢ are equal, the p′ chart is the XmR chart of the proportions, with 3/1.128 for 2.66."""
    count = np.array([12.0, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22])
    prime = read_chart("p_prime", None, count, np.full(15, 500.0))
    individuals = read_chart("xmr", count / 500, None, None, screen=False)
    ours, theirs = prime.upper - prime.centre, (individuals.upper - individuals.centre) * (3 / 1.128) / 2.66
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_an_unknown_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed are xmr, p, u, p_prime, u_prime"):
        read_chart("c", None, [1.0], [1.0])
