"""What each kind of condition takes for true, false and not known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kpi.catalog import load_catalog
from kpi.catalog.escalation_rule import JUDGED_STATUSES, SIGNALS
from kpi.catalog.policy import CONDITIONS, Condition
from kpi.marts.judgement import STATUSES
from kpi.signals.conditions import truths_of
from kpi.signals.rules import RULES
from tests.signals.panels import Series, panel, rule

FEWER = "repeat_finding_rate"
PAST = Condition("status", statuses=("past limit",))
SHORT = {1: "true", 0: "false", -1: "not known"}
HIGHER, LOWER, BAND, COUNT = "right_first_time", "deviation_rate", "yield_attainment", "overdue_critical_deviations"


def truth(condition: Condition, series: dict[str, Series], **settings: object) -> list[str]:
    """The condition's truth for the first (or only) subject, by month."""
    watched = rule(enter=[condition], leave=[condition], **settings)  # type: ignore[arg-type]
    return [SHORT[code] for code in truths_of(watched, panel(series), load_catalog()).enter[0, 0]]


def test_what_definitions_may_name_is_what_marts_and_charts_call_it() -> None:
    assert set(JUDGED_STATUSES) < set(STATUSES)
    assert ("", *SIGNALS) == RULES
    assert set(CONDITIONS) == {"status", "signal", "amount", "several", "missing_data"}


def test_only_judged_figures_are_known() -> None:
    assert truth(PAST, {HIGHER: Series(STATUSES)}) == [
        *("false", "false", "true"),
        *("not known", "not known", "not known", "not known"),
    ]


@pytest.mark.parametrize(
    ("kpi_id", "target", "lower", "upper", "beyond"),
    [
        (LOWER, 25, 26, 90, "true"),
        (LOWER, 25, 25, 90, "false"),
        (LOWER, 25, 5, 24, "false"),  # beyond chance on the better side
        (BAND, 0.95, 0.80, 0.94, "true"),
        (BAND, 0.95, 1.06, 1.20, "true"),  # the band ends at 1.05
        (BAND, 0.95, 0.94, 1.20, "false"),
        (COUNT, 0, float("nan"), float("nan"), "true"),  # a count is what it is
    ],
)
def test_beyond_chance_means_the_interval_excludes_the_target(
    kpi_id: str, target: float, lower: float, upper: float, beyond: str
) -> None:
    condition = Condition("status", statuses=("past limit",), beyond_chance=True)
    series = Series(["past limit"], value=[1], lower=[lower], upper=[upper], target=target)
    assert truth(condition, {kpi_id: series}) == [beyond]


# The tails by hand: 0.9^10 = 0.349, 10 × 0.1 × 0.9^9 + 0.349 = 0.736, …; 0.95^3 = 0.857.
@pytest.mark.parametrize(
    ("kpi_id", "target", "count", "of", "beyond"),
    [
        (HIGHER, 0.9, 7, 10, "false"),  # P(X ≤ 7) = 0.0702
        (HIGHER, 0.9, 6, 10, "true"),  # P(X ≤ 6) = 0.0128
        (HIGHER, 0.9, 10, 10, "false"),
        (HIGHER, 0.9, 0, 1, "false"),  # P = 0.1: one record proves nothing
        (HIGHER, 1.0, 9, 10, "true"),  # at a target of 100 % none may fail
        (FEWER, 0.05, 1, 3, "false"),  # P(X ≥ 1) = 0.143, where Wilson's interval already excludes 5 %
        (FEWER, 0.05, 2, 3, "true"),  # P(X ≥ 2) = 0.00725
        (FEWER, 0.05, 0, 3, "false"),
    ],
)
def test_beyond_chance_of_a_proportion_is_the_exact_tail_at_the_target(
    kpi_id: str, target: float, count: int, of: int, beyond: str
) -> None:
    condition = Condition("status", statuses=("past limit",), beyond_chance=True)
    series = Series(["past limit"], value=[count / of], numerator=[count], denominator=[of], target=target)
    assert truth(condition, {kpi_id: series}) == [beyond]


def test_too_few_records_are_judged_on_the_next_wider_window_where_the_rule_says_so() -> None:
    series = Series(
        ["too few", "too few", "no activity", "no data", "met"],
        wider={
            3: ["met", "too few", "no activity", "past limit", "past limit"],
            12: ["missed", "past limit", "past limit", "past limit", "past limit"],
        },
    )
    assert truth(PAST, {HIGHER: series}) == ["not known"] * 4 + ["false"]
    wide = Condition("status", statuses=("past limit",), widen=True)
    assert truth(wide, {HIGHER: series}) == ["false", "true", "true", "not known", "false"]


def test_a_signal_needs_a_point_enough_records_and_enough_points() -> None:
    outside, run = RULES.index("outside"), RULES.index("run")
    status = ["met", "met", "missed", "too few", "no data", "no target"]
    concern = [0, outside, run, outside, 0, outside]
    condition = Condition("signal", signals=("outside",), least_points=12)
    series = Series(status, concern=concern, points=12)
    assert truth(condition, {HIGHER: series}, kpis=(HIGHER,)) == [
        *("false", "true", "false", "not known", "not known", "true"),
    ]
    assert truth(condition, {HIGHER: Series(status, concern=concern, points=11)}) == ["not known"] * 6


@pytest.mark.parametrize(
    ("measure", "known"),
    [("value", ["false", "true", "not known"]), ("numerator", ["true", "false", "not known"]),
     ("shortfall", ["false", "true", "not known"])],
)  # fmt: skip
def test_an_amount_is_known_wherever_it_is_a_number(measure: str, known: list[str]) -> None:
    series = Series(
        ["too few", "met", "no data"],
        value=[1, 2, float("nan")],
        numerator=[2, 1, float("nan")],
        denominator=[3, 3, float("nan")],
    )
    condition = Condition("amount", kpi=COUNT, measure=measure, at_least=2)
    assert truth(condition, {COUNT: series}, kpis=(COUNT,)) == known


def test_an_amount_of_an_indicator_that_nobody_has_is_not_known() -> None:
    condition = Condition("amount", kpi="open_critical_findings", at_least=1)
    assert truth(condition, {HIGHER: Series(["met"])}, kpis=(HIGHER,)) == ["not known"]


def test_several_is_not_known_while_missing_data_could_make_up_the_number() -> None:
    months = {
        HIGHER: ["past limit", "past limit", "past limit", "met", "no data"],
        LOWER: ["past limit", "past limit", "met", "no data", "no data"],
        "capa_on_time": ["met", "no data", "too few", "met", "no data"],
    }
    condition = Condition("several", statuses=("past limit",), at_least=2)
    found = truth(condition, {name: Series(status) for name, status in months.items()}, subject="partner")
    assert found == ["true", "true", "false", "false", "not known"]


def test_negated_turns_true_into_false_and_leaves_what_is_not_known() -> None:
    condition = Condition("status", statuses=("past limit",), negated=True)
    assert truth(condition, {HIGHER: Series(["past limit", "met", "no data"])}) == ["false", "true", "not known"]


@pytest.mark.parametrize(
    ("when", "both"),
    [
        ("all", ["true", "false", "not known", "false", "not known"]),
        ("any", ["true", "true", "true", "false", "not known"]),
    ],
)
def test_parts_are_joined_as_true_false_and_not_known(when: str, both: list[str]) -> None:
    status = ["past limit", "past limit", "past limit", "met", "no data"]
    value = [2, 0, float("nan"), 0, float("nan")]
    amount = Condition("amount", kpi=COUNT, at_least=1)
    watched = rule(enter=[PAST, amount], enter_when=when, kpis=(HIGHER,))
    looked_at = panel({HIGHER: Series(status), COUNT: Series(["met"] * 5, value=value)})
    assert [SHORT[code] for code in truths_of(watched, looked_at, load_catalog()).enter[0, 0]] == both


def test_a_rule_for_every_indicator_looks_at_those_with_a_target() -> None:
    without = Series(["no target"], target=float("nan"))
    looked_at = panel({HIGHER: Series(["met"]), "cost_per_released_batch": without, LOWER: Series(["met"])})
    found = truths_of(rule(not_kpis=(LOWER,)), looked_at, load_catalog())
    assert [looked_at.series[place][0] for place in found.subjects] == [HIGHER]


def test_data_are_missing_for_a_rule_only_when_they_are_due() -> None:
    series = {HIGHER: Series(["no data", "no data"])}
    for day, blind in ((date(2025, 3, 10), [True, False]), (date(2025, 3, 11), [True, True])):
        found = truths_of(rule(), panel(series, day=day), load_catalog())
        np.testing.assert_array_equal(found.blind[0, 0], blind)
