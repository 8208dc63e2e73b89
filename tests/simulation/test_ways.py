"""The counting, on series whose alarms can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.catalog import Catalog, load_catalog
from kpi.signals.panel import Panel
from kpi.simulation.measures import detection, false_alarms_per_year, stood_already
from kpi.simulation.panels import panel_from
from kpi.simulation.ways import Alarms, our_rules, red_month, three_sd

GOOD, BAD = 20, 12  # of 20 lots right first time: 100 % and 60 %; target 85 %, limit 70 %


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def right_first_time(catalog: Catalog, numerator: list[float], denominator: float | list[float] = 20) -> Panel:
    counts = np.array([numerator], dtype=np.float64)
    return panel_from({"right_first_time": (counts, np.zeros_like(counts) + denominator)}, catalog)


def months_of(alarms: Alarms) -> list[int]:
    return [int(month) for month in np.flatnonzero(alarms.raised[0, 0])]


# Months, and in which of them an alarm begins. Ours stays until two months running are back inside the target.
CASES = {
    "nothing": ([GOOD] * 8, [], []),
    "one bad month": ([GOOD, GOOD, BAD, GOOD, GOOD, GOOD], [2], [2]),
    "bad, good, bad: for us the same alarm": ([BAD, GOOD, BAD, GOOD, GOOD, GOOD], [0], [0, 2]),
    "bad, two good, bad: a new alarm": ([BAD, GOOD, GOOD, BAD, GOOD], [0, 3], [0, 3]),
    "on the limit is not past it": ([GOOD, 14, GOOD], [], []),
}


@pytest.mark.parametrize("name", CASES)
def test_alarms_begin_where_they_should(name: str, catalog: Catalog) -> None:
    counts, ours, red = CASES[name]
    panel = right_first_time(catalog, [float(count) for count in counts])
    assert months_of(our_rules(panel, catalog)) == ours
    assert months_of(red_month(panel, catalog)) == red


def test_two_bad_months_raise_a_second_alarm_of_ours_in_a_higher_tier(catalog: Catalog) -> None:
    panel = right_first_time(catalog, [GOOD, BAD, BAD, BAD, GOOD])
    assert months_of(our_rules(panel, catalog)) == [1, 2]
    assert months_of(red_month(panel, catalog)) == [1]


def test_red_knows_no_minimum_n_and_we_do(catalog: Catalog) -> None:
    panel = right_first_time(catalog, [1.0, 0.0, 1.0], 1)
    assert months_of(red_month(panel, catalog)) == [1]
    assert months_of(our_rules(panel, catalog)) == []


def test_a_month_without_lots_neither_ends_nor_begins_an_alarm(catalog: Catalog) -> None:
    panel = right_first_time(catalog, [BAD, 0.0, BAD, GOOD], [20.0, 0.0, 20.0, 20.0])
    red = red_month(panel, catalog)
    assert months_of(red) == [0]
    assert red.standing[0, 0].tolist() == [True, True, True, False]


def test_three_sd_counts_the_newest_month_into_its_own_yardstick(catalog: Catalog) -> None:
    """With n months one outlier lies (n − 1)/√n standard deviations out: 3.02 with eleven, 2.85 with ten."""
    ten = right_first_time(catalog, [*[GOOD] * 9, BAD])
    eleven = right_first_time(catalog, [*[GOOD] * 10, BAD])
    assert months_of(three_sd(ten, catalog)) == []
    assert months_of(three_sd(eleven, catalog)) == [10]


def test_three_sd_looks_at_the_worse_side_only(catalog: Catalog) -> None:
    assert months_of(three_sd(right_first_time(catalog, [*[BAD] * 11, GOOD]), catalog)) == []
    rates = np.array([[*[2.0] * 11, 9.0]])
    panel = panel_from({"deviation_rate": (rates, np.full_like(rates, 20.0))}, catalog)
    assert months_of(three_sd(panel, catalog)) == [11]


def test_three_sd_of_equal_months_is_no_alarm(catalog: Catalog) -> None:
    assert months_of(three_sd(right_first_time(catalog, [17.0] * 24), catalog)) == []


def test_what_the_lead_of_a_family_tells_is_no_alarm_of_its_members(catalog: Catalog) -> None:
    """All late lines miss both; on time in full leads. On its own a member does alarm."""
    late, lines = np.array([[20.0, 8.0, 20.0, 20.0]]), np.full((1, 4), 20.0)
    both = panel_from({"on_time_delivery": (late, lines), "on_time_in_full": (late, lines)}, catalog)
    alone = panel_from({"on_time_delivery": (late, lines)}, catalog)
    assert our_rules(both, catalog).raised.sum() == 1
    assert our_rules(alone, catalog).raised.sum() == 1
    assert red_month(both, catalog).raised.sum() == 2


def alarms_at(*months: int, standing: tuple[int, ...] = (), length: int = 36) -> Alarms:
    raised, stands = np.zeros((1, 1, length), dtype=np.int64), np.zeros((1, 1, length), dtype=bool)
    raised[0, 0, list(months)] = 1
    stands[0, 0, [*months, *standing]] = True
    return Alarms(raised, stands)


def together(*alarms: Alarms) -> Alarms:
    return Alarms(np.concatenate([a.raised for a in alarms]), np.concatenate([a.standing for a in alarms]))


def test_false_alarms_per_year_leave_the_first_year_out() -> None:
    """Three alarms after the first year, of two partners in two years each."""
    alarms = together(alarms_at(3, 12, 30), alarms_at(11, 35))
    assert false_alarms_per_year(alarms, 12) == pytest.approx(3 / 4)


def test_months_to_detect_count_the_month_of_the_change_as_the_first() -> None:
    """Change in month 24 of 36: found in its first month, in its fourth, never (twelve); one had an alarm already."""
    alarms = together(alarms_at(24), alarms_at(5, 27, 30), alarms_at(10), alarms_at(23, 25))
    stood = stood_already(alarms, 0, 24)
    assert stood.tolist() == [False, False, False, True]
    found = detection(alarms, 0, 24, ~stood)
    assert found.median == 4
    assert found.mean == pytest.approx((1 + 4 + 12) / 3)
    assert found.within_a_year == pytest.approx(2 / 3)
