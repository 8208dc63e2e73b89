"""A file beside what its partner sent before, as stories that a person can check. The table is plausibility.toml."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from scipy.stats import poisson

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.intake.findings import Findings
from kpi.intake.plausible_months import unusual_side
from kpi.ledger.past import with_history
from kpi.ledger.store import Store
from tests.spec.tables import month, records_of
from tests.support import checked_rows, submit_rows

CASES = tomllib.loads(Path(__file__).with_name("plausibility.toml").read_text(encoding="utf-8"))["case"]
PARTNER = "ACME"
POLICY = load_catalog().plausibility


def months(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    return month(first), month(last or first)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['check']}: {case['title']}")
def test_each_story_is_told_in_these_words(case: dict[str, Any], empty_store: Store) -> None:
    for earlier in case["before"]:
        rows = records_of(earlier["rows"], case["dataset"], PARTNER)
        submit_rows(empty_store, case["dataset"], rows, *months(earlier["month"]))
    checked = checked_rows(case["dataset"], records_of(case["file"], case["dataset"], PARTNER))
    first, last = months(case["month"])
    found = with_history(empty_store, checked, month_from=first, month_to=last, scope=EVERYTHING).findings
    about = Findings(found.frame.filter(pl.col("code") == case["check"]), found.file_name)
    assert about.lines() == case["lines"]
    severities = about.frame["severity"].unique().to_list()
    assert case["check"] == "records_vanished" or severities in ([], [POLICY.check(case["check"]).severity])


def test_every_check_has_a_story() -> None:
    elsewhere = {"volume_unusual", "back_dated_target"}
    assert {case["check"] for case in CASES} == set(POLICY.checks) - elsewhere


def deliveries(first: date, number: int) -> list[dict[str, Any]]:
    table = "delivery_id | promised_date\n" + "\n".join(f"{first:%y%m}-{n} | {first}" for n in range(number))
    return records_of(table, "deliveries", PARTNER)


@pytest.mark.parametrize(
    ("earlier", "number", "said"),
    [
        # (records of the earlier months, records of this one, what is said)
        ([30, 33, 28, 31, 35, 30], 9, "9 records are unusually few for a month of ACME: so far 28 to 35 a month"),
        ([30, 33, 28, 31, 35, 30], 11, None),  # not below a third of the median
        ([30, 33, 28, 31, 35, 30], 92, "92 records are unusually many for a month of ACME: so far 28 to 35 a month"),
        ([30, 33, 28, 31, 35, 30], 90, None),  # not above three times the median
        ([30, 33, 28, 31, 35], 9, None),  # five months say nothing
        ([30, 33, 8, 31, 35, 30], 9, None),  # a month was as small before
        ([2, 1, 2, 3, 2, 2], 7, None),  # chance: 7 at a mean of 2
        ([2, 1, 2, 3, 2, 2], 9, "9 records are unusually many for a month of ACME: so far 1 to 3 a month"),
    ],
)
def test_how_many_records_are_unusual(empty_store: Store, earlier: list[int], number: int, said: str | None) -> None:
    for place, count in enumerate(earlier, start=1):
        submit_rows(empty_store, "deliveries", deliveries(date(2025, place, 1), count), date(2025, place, 1))
    checked = checked_rows("deliveries", deliveries(date(2025, 9, 1), number))
    about = {"month_from": date(2025, 9, 1), "scope": EVERYTHING}
    found = with_history(empty_store, checked, month_to=date(2025, 9, 1), **about).findings.frame  # type: ignore[arg-type]
    told = found.filter(pl.col("code") == "volume_unusual")["problem"].to_list()
    assert told == ([] if said is None else [f"{said}, in {len(earlier)} earlier months"])
    longer = with_history(empty_store, checked, month_to=date(2025, 10, 1), **about).findings.frame  # type: ignore[arg-type]
    assert "volume_unusual" not in longer["code"].to_list()


def test_a_correction_of_a_month_that_is_there_may_be_short(empty_store: Store) -> None:
    for place in range(1, 8):
        submit_rows(empty_store, "deliveries", deliveries(date(2025, place, 1), 30), date(2025, place, 1))
    july = date(2025, 7, 1)
    checked = checked_rows("deliveries", deliveries(july, 1))
    found = with_history(empty_store, checked, month_from=july, month_to=july, scope=EVERYTHING)
    assert "volume_unusual" not in found.findings.frame["code"].to_list()


@pytest.mark.parametrize("median", [0, 1, 2, 5, 10, 40, 300, 5000])
def test_the_interval_is_that_of_the_poisson_distribution(median: int) -> None:
    """Beside scipy's distribution; the factor is 1 here, so that chance alone decides."""
    check = POLICY.check("volume_unusual")
    only_chance = replace(check, numbers={**check.numbers, "factor": 1.0})
    low, high = poisson.ppf([check.number("chance") / 2, 1 - check.number("chance") / 2], median)
    for count in range(max(0, int(low) - 3), int(high) + 4):
        expected = "few" if count < low else "many" if count > high else ""
        if median <= 600:
            assert unusual_side(count, [median] * 6, only_chance) == expected, count
        elif not median / 3 <= count <= median * 3:
            assert unusual_side(count, [median] * 6, check) == expected


def test_targets_that_apply_to_judged_months_are_told(empty_store: Store) -> None:
    submit_rows(empty_store, "deliveries", deliveries(date(2025, 8, 1), 3), date(2025, 8, 1))
    usual = {"partner_id": PARTNER, "kpi_id": "on_time_delivery", "target": 0.95}
    first = [{**usual, "effective_from": date(2025, 1, 1)}]
    submit_rows(empty_store, "targets", first, date(2025, 8, 1))
    rows = [
        *first,  # the same again: nothing is judged anew
        {**usual, "effective_from": date(2025, 8, 1)},
        {**usual, "effective_from": date(2025, 8, 2)},  # for months that begin later
        {**usual, "partner_id": "*", "effective_from": date(2025, 7, 1), "target": 0.9},
        {**usual, "partner_id": "OTHER", "effective_from": date(2025, 7, 1)},  # nothing was judged there
    ]
    checked = checked_rows("targets", rows)
    august = date(2025, 8, 1)
    found = with_history(empty_store, checked, month_from=august, month_to=august, scope=EVERYTHING).findings.frame
    told = found.filter(pl.col("code") == "back_dated_target").select("severity", "row", "value", "problem").rows()
    words = "is in the past: months up to 2025-08 have figures already, and they will be judged by the target"
    assert told == [
        ("notice", 3, "2025-08-01", f"{words} 0.95"),
        ("notice", 5, "2025-07-01", f"{words} 0.9"),
    ]
