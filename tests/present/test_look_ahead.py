"""What is coming up, in words and as tables."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from kpi.present.look_ahead import days, look_ahead_of, summary, unconfirmed

DAY, MEETING = date(2025, 4, 10), date(2025, 4, 30)
COLUMNS = ["what", "partner_id", "site_id", "record_id", "description", "due_on", "days_left", "severity"]
PARTNERS = {"P": "Pharma & Söhne", "Q": "Quill"}


def frame(*rows: tuple) -> pd.DataFrame:
    """(what, partner, record, days left, severity), the earliest first."""
    made = [
        (what, partner, "S1", record, "words", pd.Timestamp(DAY) + pd.Timedelta(days=left), left, severity)
        for what, partner, record, left, severity in rows
    ]
    table = pd.DataFrame(made, columns=COLUMNS)
    return table.assign(
        extended_due_date=pd.Series([pd.NaT] * len(made), dtype="datetime64[s]"),
        submission_id="S000001",
        file_name="x.csv",
        row_number=2,
    )


SOME = frame(
    ("finding", "Q", "F1", -40, "critical"),
    ("delivery", "P", "L1", -1, None),
    ("delivery", "P", "L2", -1, None),
    ("CAPA", "P", "CAPA-7", 0, "minor"),
)


def test_the_summary_counts_and_names_what_matters_most() -> None:
    assert summary(SOME, DAY, MEETING, PARTNERS) == (
        "3 commitments are overdue on 10 April 2025: 1 audit finding and 2 order lines. "
        "1 CAPA is due by 30 April 2025. Critical: audit finding F1 of Quill. "
        "The oldest is audit finding F1 of Quill, 40 days overdue."
    )


def test_about_one_partner_it_is_not_named_again() -> None:
    said = summary(SOME[SOME["partner_id"] == "P"], DAY, MEETING, PARTNERS)
    assert said == (
        "2 order lines are overdue on 10 April 2025. 1 CAPA is due by 30 April 2025. "
        "The oldest is order line L1, 1 day overdue."
    )


def test_nothing_to_do_is_said_and_leaves_no_table() -> None:
    shown = look_ahead_of(frame(), DAY, MEETING, PARTNERS, {})
    assert shown.summary == "Nothing was overdue on 10 April 2025, and nothing falls due by 30 April 2025."
    assert (shown.board, len(shown.overdue), len(shown.due)) == ("", 0, 0)


def test_half_of_it_may_be_nothing() -> None:
    assert summary(SOME[3:], DAY, MEETING, PARTNERS).startswith("Nothing is overdue on 10 April 2025. 1 CAPA is due")


def test_the_board_puts_the_most_overdue_first_and_says_overdue_without_colour() -> None:
    table = json.loads(look_ahead_of(SOME, DAY, MEETING, PARTNERS, {}).board)
    assert [column["name"] for column in table["columns"]] == ["CAPAs", "Audit findings", "Order lines"]
    assert [(row["name"], [cell.get("v") for cell in row["cells"]]) for row in table["rows"]] == [
        ("Pharma & Söhne", ["1 due", "–", "2 overdue"]),
        ("Quill", ["–", "1 overdue", "–"]),
    ]
    assert set(table["looks"]) == {"overdue", "due"}


def test_the_records_name_partner_and_site_and_leave_empty_columns_out() -> None:
    shown = look_ahead_of(SOME, DAY, MEETING, {"P": "P" * 90}, {("P", "S1"): "Basel", ("Q", "S2"): "Visp"})
    assert list(shown.overdue["when"]) == ["40 days overdue", "1 day overdue", "1 day overdue"]
    assert list(shown.overdue["site"]) == ["S1", "Basel", "Basel"]
    assert shown.overdue["partner"].str.len().max() <= 40
    assert "extended_due_date" not in shown.overdue
    assert list(shown.due["what"]) == ["CAPA"]


@pytest.mark.parametrize(("left", "said"), [(-2, "2 days overdue"), (0, "today"), (1, "in 1 day"), (30, "in 30 days")])
def test_days_in_words(left: int, said: str) -> None:
    assert days(left) == said


def covered(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """partner, dataset, month and the day it was received."""
    table = pd.DataFrame(rows, columns=["partner_id", "dataset", "month", "received_on"])
    return table.assign(month=pd.to_datetime(table["month"]), received_on=pd.to_datetime(table["received_on"]))


@pytest.mark.parametrize(
    ("received", "said"),
    [
        ([("B", "deliveries", "2026-02-01", "2026-03-09")], ""),  # the file of the month in which it fell due
        (
            [("B", "deliveries", "2026-01-01", "2026-02-09"), ("B", "deliveries", "2026-02-01", None)],
            "Not confirmed, some may be done: 1 order line of Basel (its newest deliveries file is for January 2026).",
        ),
        ([("B", "deviations", "2026-01-01", "2026-02-09")], ""),  # another file says nothing about it
    ],
)
def test_what_no_file_could_have_told_is_not_called_late_without_a_word(
    received: list[tuple[str, str, str, str | None]], said: str
) -> None:
    late = pd.DataFrame({"partner_id": ["B"], "what": ["delivery"], "due_on": [date(2026, 2, 20)], "days_left": [-9]})
    assert unconfirmed(late, covered(*received), {"B": "Basel"}) == said
