"""The small decisions behind the upload screens, as tables."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi.desk.standing import reported_before, says_the_same
from kpi.intake.findings import Findings
from pages.shared.text import literal, shortened, size_text
from pages.upload import findings_view, months
from pages.upload.confirm import what_is_missing
from pages.upload.receipt import change_summary


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 1, 31), date(2025, 12, 1)),
        (date(2024, 3, 31), date(2024, 2, 1)),
    ],
)
def test_the_month_offered_is_the_last_finished_one(today: date, month: date) -> None:
    assert months.last_finished_month(today) == month


def test_months_go_back_to_the_first_plausible_one_without_a_gap() -> None:
    choices = months.month_choices(date(2026, 3, 15))
    assert choices[0] == date(2026, 3, 1)
    assert choices[-1] == date(1990, 1, 1)
    assert len(choices) == len(set(choices)) == 36 * 12 + 3


def test_a_range_of_months_is_named_and_checked() -> None:
    march, may = date(2026, 3, 1), date(2026, 5, 1)
    assert months.span_name(march, march) == "March 2026"
    assert months.span_name(march, may) == "March 2026 to May 2026"
    assert months.order_problem(march, may) is None
    assert months.order_problem(march, march) is None
    assert "Swap them" in (months.order_problem(may, march) or "")


@pytest.mark.parametrize(
    ("accepted", "reason", "why", "missing"),
    [
        (True, "", None, ""),
        (True, "late data", "changed", ""),
        (True, "", "changed", "Write a reason"),
        (False, "late data", None, "Tick the box"),
        (False, "", "changed", "Tick the box"),
    ],
)
def test_what_is_missing_before_confirming(accepted: bool, reason: str, why: str | None, missing: str) -> None:
    told = what_is_missing(accepted, reason, why)
    assert (told is None) if not missing else (told or "").startswith(missing)


HISTORY = pd.DataFrame(
    [
        ("S000004", "deliveries", "2025-03-01", "2025-03-01", "HELIX, MERIDIAN", "current"),
        ("S000003", "deliveries", "2025-01-01", "2025-02-01", "HELIX", "current"),
        ("S000002", "deliveries", "2025-03-01", "2025-03-01", "HELIX", "withdrawn"),
        ("S000001", "deviations", "2025-03-01", "2025-03-01", "HELIX", "current"),
    ],
    columns=["submission_id", "dataset", "month_from", "month_to", "partners", "state"],
).astype({"month_from": "datetime64[us]", "month_to": "datetime64[us]"})


@pytest.mark.parametrize(
    ("partners", "month_from", "month_to", "reported"),
    [
        (("HELIX",), date(2025, 3, 1), date(2025, 3, 1), ("S000004",)),
        (("MERIDIAN",), date(2025, 1, 1), date(2025, 12, 1), ("S000004",)),
        (("HELIX",), date(2025, 2, 1), date(2025, 3, 1), ("S000004", "S000003")),
        (("HELIX",), date(2025, 4, 1), date(2025, 4, 1), ()),
        (("HEL",), date(2025, 3, 1), date(2025, 3, 1), ()),
    ],
)
def test_who_reported_these_months_before(
    partners: tuple[str, ...], month_from: date, month_to: date, reported: tuple[str, ...]
) -> None:
    found = reported_before(HISTORY, dataset="deliveries", partners=partners, month_from=month_from, month_to=month_to)
    assert found == reported


def test_the_same_file_says_the_same_only_for_the_same_months_and_dataset() -> None:
    march, february = date(2025, 3, 1), date(2025, 2, 1)
    same = {"dataset": "deliveries", "month_from": march, "month_to": march}
    assert says_the_same(HISTORY, "S000004", **same)
    assert not says_the_same(HISTORY, "S000004", **(same | {"month_from": february}))
    assert not says_the_same(HISTORY, "S000004", **(same | {"dataset": "deviations"}))


FINDINGS = Findings.of(
    [
        {"code": "not_a_date", "row": 3, "column": "Promised", "value": "x", "problem": "is not a date"},
        {"code": "not_a_date", "row": 4, "column": "Ordered", "value": "y", "problem": "is not a date"},
        {"code": "unknown_batch", "row": 4, "column": "Batch", "severity": "warning", "problem": "is not known"},
    ],
    "deliveries.csv",
)


@pytest.mark.parametrize(
    ("kinds", "columns", "codes", "rows"),
    [
        ([], [], [], [3, 4, 4]),
        (["warning"], [], [], [4]),
        ([], ["Promised"], [], [3]),
        ([], [], ["not_a_date"], [3, 4]),
        (["error"], ["Batch"], [], []),
    ],
)
def test_findings_are_filtered_by_kind_column_and_rule(
    kinds: list[str], columns: list[str], codes: list[str], rows: list[int]
) -> None:
    assert findings_view.every_finding(FINDINGS, kinds, columns, codes)["Row"].to_list() == rows


def test_findings_are_counted_with_a_shape_each() -> None:
    assert findings_view.tally(FINDINGS) == ":red-badge[✕ 2 errors] :orange-badge[▲ 1 warning]"
    assert findings_view.rule_name("end_before_start") == "End before start"
    assert not findings_view.only_about_the_file(FINDINGS)


def test_counts_and_sizes_are_told_in_words() -> None:
    assert change_summary(1, 0, 1397) == "1 new record, 0 changed, 1,397 unchanged"
    assert [size_text(size) for size in (1, 999, 1200, 4_700_000)] == ["1 byte", "999 bytes", "1.2 kB", "4.7 MB"]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("$5 and $6", r"\$5 and \$6"),
        (":red[x]", r"\:red\[x\]"),
        ("- a list", r"\- a list"),
        ("1. not a list", r"1\. not a list"),
        ("plain words, 3.5 of them", "plain words, 3.5 of them"),
    ],
)
def test_text_from_files_is_shown_letter_by_letter(text: str, escaped: str) -> None:
    assert literal(text) == escaped


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    name = "a" * 100 + ".csv"
    assert len(shortened(name, 30)) == 30
    assert shortened(name, 30).endswith(".csv")
    assert shortened("short.csv", 30) == "short.csv"


def test_what_is_counted_only_is_said_under_the_list_of_findings() -> None:
    one = Findings.of([{"code": "value_missing", "row": 2, "column": "unit", "problem": "is empty"}])
    assert findings_view.showing(1, one) == "Showing 1 of 1 finding."
    many = Findings(one.frame, "", {("error", "value_missing", "unit"): 12_000})
    assert findings_view.showing(1, many) == "Showing 1 of 12,001 findings. … 12,000 more are counted only."
