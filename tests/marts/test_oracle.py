"""Hand-worked examples of every indicator, held against the oracle and against the product itself."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from kpi.access import EVERYTHING
from kpi.ledger.store import open_store
from kpi.marts import load_marts
from tests.marts.compare import Shown, all_differences, policy_of, shown_by_product
from tests.marts.oracle import RULES, Figure, Key, figures
from tests.marts.oracle_calendar import WINDOWS
from tests.marts.oracle_judgement import poisson, status, target_in_force, wilson
from tests.marts.oracle_ledger import Submission, coverage_at, current_records
from tests.spec.indicators import audits, batches, deliveries, deviations
from tests.spec.reporting import SCENARIOS, Scenario
from tests.spec.tables import Case, Expected, lines_of, month
from tests.support import CHECKED_ON, submit_rows, withdraw_quickly

CASES = [*batches.CASES, *deviations.CASES, *audits.CASES, *deliveries.CASES]
NUMBERED = list(enumerate(CASES))
COVERED = (month("2023-01"), month("2024-06"))
DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")


def partner_of(number: int) -> str:
    return f"CASE{number:02d}"


def key_of(kpi_id: str, partner_id: str, answer: Expected) -> Key:
    site = answer.of if answer.grain == "site" else ""
    product = answer.of if answer.grain == "product" else ""
    currency = answer.of if answer.grain == "partner" else ""
    return (kpi_id, answer.grain, partner_id, site, product, currency, answer.month)


def assert_equal(figure: Figure, answer: Expected) -> None:
    for name in ("n", "numerator", "denominator", "value"):
        found, expected = getattr(figure, name), getattr(answer, name)
        if expected is None:
            assert found is None, f"{name} is {found}, expected none"
        else:
            assert found is not None, f"{name} is missing, expected {expected}"
            assert math.isclose(found, float(expected), abs_tol=1e-12), f"{name} is {found}, expected {expected}"


def case_id(case: Case | Scenario) -> str:
    return f"{case.kpi_id}: {case.title}" if isinstance(case, Case) else case.title


@pytest.fixture(scope="module")
def product_figures(tmp_path_factory, catalog) -> dict[int, dict[Key, Shown]]:
    """All cases in one store, one partner each, one file per dataset; window → figures."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('cases') / 'cases.duckdb'}")
    tables = [case.rows(partner_of(number)) for number, case in enumerate(CASES)]
    for dataset in DATASETS:
        submit_rows(store, dataset, [row for table in tables for row in table.get(dataset, [])], *COVERED)
    marts = load_marts(store, catalog, scope=EVERYTHING)
    return {window: shown_by_product(marts, window) for window in WINDOWS}


def test_every_indicator_has_a_worked_example(catalog) -> None:
    worked = {case.kpi_id for case in CASES} | {line["kpi_id"] for s in SCENARIOS for line in lines_of(s.expected)}
    assert worked == set(catalog.indicators) == set(RULES)


def test_the_oracle_and_the_definitions_speak_of_the_same_kinds_and_grains(catalog) -> None:
    for kpi_id, indicator in catalog.indicators.items():
        assert indicator.kind == RULES[kpi_id].kind, kpi_id
        assert set(indicator.grains) == set(RULES[kpi_id].grains), kpi_id


@pytest.mark.parametrize(("number", "case"), NUMBERED, ids=[case_id(case) for case in CASES])
def test_oracle_counts_the_worked_example(number: int, case: Case) -> None:
    partner_id = partner_of(number)
    records = case.rows(partner_id)
    version = Submission(1, "", [], *COVERED, CHECKED_ON)
    coverage = [
        row
        for dataset, rows in records.items()
        for row in coverage_at([Submission(1, dataset, rows, *COVERED, version.received_on)], 1)
    ]
    for answer in case.answers():
        found = figures(records, coverage, window=answer.window)
        assert_equal(found[key_of(case.kpi_id, partner_id, answer)], answer)


@pytest.mark.parametrize(("number", "case"), NUMBERED, ids=[case_id(case) for case in CASES])
def test_product_counts_the_worked_example(number: int, case: Case, product_figures) -> None:
    for answer in case.answers():
        shown = product_figures[answer.window][key_of(case.kpi_id, partner_of(number), answer)]
        assert_equal(shown.figure, answer)
        assert (shown.status == "no activity") == (answer.value is None)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[case_id(scenario) for scenario in SCENARIOS])
def test_oracle_judges_the_months(scenario: Scenario, catalog) -> None:
    submissions = [
        Submission(version, file.dataset, file.rows, file.month_from, file.month_to, file.received_on)
        for version, file in enumerate(scenario.files("P"), start=1)
    ]
    now = len(submissions)
    if scenario.withdrawn:
        now += 1
        submissions[scenario.withdrawn - 1].withdrawn_by = now
    records, coverage = current_records(submissions, now), coverage_at(submissions, now)
    for line in lines_of(scenario.expected):
        kpi_id, policy = line["kpi_id"], policy_of(catalog, line["kpi_id"])
        figure = figures(records, coverage, window=int(line["window"]))[
            (kpi_id, "partner", "P", "", "", "", month(line["month"]))
        ]
        judged = status(
            reported=figure.reported,
            snapshot=RULES[kpi_id].kind == "snapshot",
            n=figure.n,
            value=figure.value,
            policy=policy,
            in_force=target_in_force([], policy, kpi_id, "P", month(line["month"])),
        )
        assert_scenario_line(figure, judged, line)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[case_id(scenario) for scenario in SCENARIOS])
def test_product_judges_the_months(scenario: Scenario, empty_store, catalog) -> None:
    receipts = [
        submit_rows(empty_store, file.dataset, file.rows, file.month_from, file.month_to, received_on=file.received_on)
        for file in scenario.files("P")
    ]
    if scenario.withdrawn:
        withdraw_quickly(empty_store, receipts[scenario.withdrawn - 1].submission_id)
    marts = load_marts(empty_store, catalog, scope=EVERYTHING)
    shown = {window: shown_by_product(marts, window) for window in WINDOWS}
    for line in lines_of(scenario.expected):
        cell = shown[int(line["window"])][(line["kpi_id"], "partner", "P", "", "", "", month(line["month"]))]
        assert_scenario_line(cell.figure, cell.status, line)
    found = all_differences(empty_store, catalog, marts)
    assert not found, "beside the lines above, these differ from the count:\n" + "\n".join(found[:20])


def assert_scenario_line(figure: Figure, judged: str, line: dict[str, str]) -> None:
    where = f"{line['kpi_id']} {line['month']}, window {line['window']}"
    assert judged == line["status"], where
    for name in ("n", "numerator", "denominator"):
        expected = None if line[name] == "-" else float(Fraction(line[name]))
        assert getattr(figure, name) == expected, f"{where}: {name}"


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)],
)
def test_wilson_gives_the_published_intervals(numerator, denominator, lower, upper) -> None:
    assert wilson(numerator, denominator) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # Pearson and Hartley, Biometrika Tables, table 40: 95 % limits for the mean of a Poisson count
    [(0, 0.0, 3.69), (1, 0.0253, 5.57), (3, 0.619, 8.77), (10, 4.80, 18.39), (50, 37.11, 65.92)],
)
def test_poisson_gives_the_published_intervals(count, lower, upper) -> None:
    assert poisson(count) == pytest.approx((lower, upper), abs=5e-3)


def test_more_events_than_opportunities_is_no_proportion() -> None:
    assert wilson(3, 2) is None
