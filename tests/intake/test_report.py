"""What goes back to the sender: the annotated workbook and the plain text."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import polars as pl
import pytest

from kpi.intake import report
from kpi.intake.findings import Findings
from kpi.intake.report import annotated_workbook
from kpi.intake.validate import check_file
from tests.intake.offered import DELIVERY, KNOWN, TODAY, offer

DANGEROUS = '=HYPERLINK("http://example.org")'


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_senders_own_cells_are_marked_and_explained() -> None:
    rows = [DELIVERY, {**DELIVERY, "delivery_id": "L-2", "promised_date": "31.12.2024", "ordered_quantity": "-1"}]
    book = opened(annotated_workbook(offer("deliveries", rows)))
    assert book.sheetnames == ["Findings", "Your file"]
    own = book["Your file"]
    assert [cell.value for cell in own[2]] == ["Row", *DELIVERY]
    assert [cell.value for cell in own[3]] == [2, *DELIVERY.values()]
    marked = {own.cell(2, cell.column).value: cell for cell in own[4] if cell.comment}
    assert set(marked) == {"promised_date", "ordered_quantity"}
    assert 'date_format = "%d.%m.%Y"' in marked["promised_date"].comment.text
    assert marked["promised_date"].fill.fgColor.rgb == "FFFBC4BE"
    assert own["A4"].value == 3
    said = [cell.value for cell in cells(book["Findings"])]
    assert "file.csv as deliveries: 2 errors" in said
    assert "is not written as yyyy-mm-dd" in said


def test_no_cell_begins_a_formula() -> None:
    rows = [{**DELIVERY, "product": DANGEROUS, "unit": "+1", "ordered_quantity": "=1+1", "=cmd": "@x"}]
    book = opened(annotated_workbook(offer("deliveries", rows)))
    for sheet in book:
        for cell in cells(sheet):
            assert cell.data_type in ("s", "n")
            assert cell.hyperlink is None
    assert DANGEROUS in [cell.value for cell in cells(book["Your file"])]


def test_a_file_that_could_not_be_read_has_the_reason_alone() -> None:
    found = check_file("deliveries", b"PK\x03\x04broken", "broken.xlsx", known=KNOWN, today=TODAY)
    book = opened(annotated_workbook(found))
    assert book.sheetnames == ["Findings"]
    assert "The file could not be read." in [cell.value for cell in cells(book["Findings"])]


def test_of_a_large_file_only_the_rows_with_findings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_CELLS", 50)
    rows = [{**DELIVERY, "delivery_id": str(number)} for number in range(40)]
    rows[17]["ordered_quantity"] = "-1"
    own = opened(annotated_workbook(offer("deliveries", rows)))["Your file"]
    assert own["A1"].value == "Only rows with findings are shown, 1 of 40."
    assert [cell.value for cell in own["A"]][1:] == ["Row", 19]


def test_the_worst_of_several_findings_colours_the_cell() -> None:
    found = Findings.of(
        [
            {"severity": severity, "code": "c", "row": 2, "column": "product", "problem": f"is {severity}"}
            for severity in ("warning", "error")
        ]
    )
    severity, words = report._marks(found)[(2, "product")]
    assert severity == "error"
    assert "is warning" in words
    assert "is error" in words


def test_findings_group_by_kind_and_column() -> None:
    rows = [{"code": "e", "row": row, "column": "unit", "value": "x", "problem": f"is {row}"} for row in range(2, 9)]
    notice = {"severity": "notice", "code": "n", "problem": "something"}
    grouped = Findings.of([*rows, notice], "f.csv").grouped()
    assert grouped.select("severity", "rows", "first_rows", "problem").rows() == [
        ("error", 7, "2, 3, 4, 5, 6 …", "for example: is 2"),
        ("notice", 1, "", "something"),
    ]


def test_findings_add_up_and_cut_long_values() -> None:
    one = Findings.of([{"code": "e", "row": 5, "value": "x" * 999, "problem": "is long"}], "f.csv")
    both = one + Findings.of([{"severity": "notice", "code": "n", "problem": "note"}])
    assert (both.errors, both.notices, both.file_name, len(both)) == (1, 1, "f.csv", 2)
    assert both.frame["row"].to_list() == [None, 5]
    assert both.frame["value"].str.len_chars().max() == 200
    assert both.frame["code"].to_list() == ["n", "e"]
    assert isinstance(both.frame, pl.DataFrame)
