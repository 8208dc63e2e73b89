"""The text for an e-mail: readable by somebody who knows nothing of this product."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from kpi.intake.email_text import email_text
from kpi.intake.findings import Findings
from tests.intake.offered import DELIVERY, offer

MARCH = date(2024, 3, 1)


def text_of(rows: list[dict[str, Any]] | None = None, **about: Any) -> str:
    checked = offer("deliveries", [{**DELIVERY, "delivery_id": str(number)} for number in range(200)])
    if rows is not None:
        checked = replace(checked, findings=Findings.of(rows, "file.csv"))
    return email_text(checked, **{"month_from": MARCH, "month_to": MARCH, **about})


def test_the_whole_text() -> None:
    late = [
        {
            "code": "due_not_before_opened",
            "row": row,
            "column": "Due",
            "problem": f"is before the deviation was opened (2024-03-{row % 28 + 1:02d})",
            "allowed": "the day of opened_date or later",
            "action": "correct one of the two dates",
        }
        for row in range(17, 159)
    ]
    one = {"severity": "warning", "code": "w", "row": 4, "column": "Qty", "problem": "is odd", "action": "check it"}
    note = {"severity": "notice", "code": "n", "problem": "two partners are in the file"}
    assert (
        text_of([*late, one, note], partners=["Helix Bio AG"])
        == """\
Subject: Helix Bio AG: Deliveries, 2024-03: please correct the file

Good day,

thank you for file.csv, which we received as deliveries of Helix Bio AG for 2024-03.
We checked its 200 rows and found 142 things to correct and 1 thing to check. Nothing of it was
taken over yet.

Please correct:
- 142 rows: Due is before the deviation was opened (rows 17, 18, 19, 20, 21 …). Allowed: the day of
  opened_date or later. Correct one of the two dates.

Please check, and tell us whether it is right:
- Row 4: Qty is odd. Check it.

For your information:
- Two partners are in the file.

The annotated file is attached: its first sheet lists every finding with its row, and the cells are
marked. Please correct your own file and send it again as a whole; file.csv itself stays as you sent
it.

Thank you for your help.
"""
    )


def test_a_file_in_order_says_so() -> None:
    text = text_of([], month_to=date(2024, 5, 1))
    assert text.splitlines()[0] == "Subject: HELIX: Deliveries, 2024-03 to 2024-05: the file is in order"
    assert "found nothing to correct." in text
    assert "There is nothing that you need to do." in text
    assert "annotated" not in text


def test_findings_about_the_whole_file_are_each_told() -> None:
    rows = [
        {
            "severity": "warning",
            "code": "volume_unusual",
            "problem": f"{number} records are few for P{number}",
        }
        for number in (3, 4)
    ]
    text = text_of(rows)
    assert "- 3 records are few for P3." in text
    assert "- 4 records are few for P4." in text
    assert "please check the file" in text


def test_it_stays_short_whatever_was_found() -> None:
    rows = [
        {"code": f"code_{kind}", "row": row, "column": f"c{kind}", "problem": f"is wrong in way {kind}" * 9}
        for kind in range(80)
        for row in range(2, 5)
    ]
    text = text_of(rows)
    assert len(text.splitlines()) <= 60
    told = len(re.findall("^- ", text, re.M))
    assert f"… and {(80 - told) * 3:,} more of other kinds; the annotated file has them all." in text
    assert "code_" not in text


def test_a_file_name_cannot_add_lines() -> None:
    checked = replace(offer("deliveries", [DELIVERY]), file_name="a\nBcc: x@y.z\n.csv")
    text = email_text(checked, month_from=MARCH, month_to=MARCH, partners=["A\nB"])
    assert not re.search("^Bcc", text, re.M)
    assert text.splitlines()[0].startswith("Subject: A␊B: ")


def test_a_single_row_shows_its_value_and_no_advice_that_only_we_can_follow() -> None:
    word = {
        "code": "not_allowed",
        "row": 16,
        "column": "VE",
        "value": "freigeg.",
        "problem": "is not an allowed value",
        "allowed": "pending, released, rejected",
        "action": "use an allowed value, or say in the mapping what this one means",
    }
    again = {
        "severity": "notice",
        "code": "month_reported_already",
        "problem": "HELIX already has deliveries for 2024-03",
        "action": "this file adds to them",
    }
    text = text_of([word, again])
    assert (
        '- Row 16: VE "freigeg." is not an allowed value. Allowed: pending, released, rejected. Use an\n'
        "  allowed value.\n"
    ) in text
    assert "- HELIX already has deliveries for 2024-03.\n" in text
