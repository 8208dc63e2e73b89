"""What goes back to the sender: the annotated workbook and the plain text."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.intake import report, report_cells
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
    assert book.sheetnames == ["Findings", "By kind", "Your file"]
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
    assert book["Findings"]["B5"].value == 3
    assert book["Findings"]["B5"].hyperlink.location == f"'Your file'!{marked['promised_date'].coordinate}"
    assert book["Findings"].freeze_panes == "A5"
    assert book["Findings"].auto_filter.ref == "A4:G6"
    assert "is not written as yyyy-mm-dd" in said


def test_no_cell_begins_a_formula() -> None:
    rows = [{**DELIVERY, "product": DANGEROUS, "unit": "+1", "ordered_quantity": "=1+1", "=cmd": "@x"}]
    book = opened(annotated_workbook(offer("deliveries", rows)))
    for sheet in book:
        for cell in cells(sheet):
            assert cell.data_type in ("s", "n")
            link = cell.hyperlink
            assert link is None or (link.target is None and link.location.startswith("'Your file'!"))
    assert DANGEROUS in [cell.value for cell in cells(book["Your file"])]


def test_a_file_that_could_not_be_read_has_the_reason_alone() -> None:
    found = check_file("deliveries", b"PK\x03\x04broken", "broken.xlsx", known=KNOWN, today=TODAY)
    book = opened(annotated_workbook(found))
    assert book.sheetnames == ["Findings", "By kind"]
    assert "The file could not be read." in [cell.value for cell in cells(book["Findings"])]


def test_of_a_large_file_only_the_rows_with_findings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_cells, "MOST_CELLS", 50)
    rows = [{**DELIVERY, "delivery_id": str(number)} for number in range(40)]
    rows[17]["ordered_quantity"] = "-1"
    own = opened(annotated_workbook(offer("deliveries", rows)))["Your file"]
    assert own["A1"].value == "Only rows with findings are shown, 1 of 40: the whole file would be too large."
    assert [cell.value for cell in own["A"]][1:] == ["Row", 19]


def test_the_worst_of_several_findings_colours_the_cell() -> None:
    found = Findings.of(
        [
            {"severity": severity, "code": "c", "row": 2, "column": "product", "problem": f"is {severity}"}
            for severity in ("warning", "error")
        ]
    )
    severity, words = report_cells._marks(found)[(2, "product")]
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


def test_errors_are_kept_before_warnings_where_not_all_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_FINDINGS", 3)
    rows = [{"severity": "warning", "code": "w", "row": row, "problem": "is odd"} for row in range(2, 7)]
    rows += [{"code": "e", "row": row, "problem": "is wrong"} for row in (9, 8)]
    found = Findings.of(rows)
    assert report.chosen(found).frame.select("severity", "row").rows() == [("warning", 2), ("error", 8), ("error", 9)]
    listed = opened(annotated_workbook(replace(offer("deliveries", [DELIVERY]), findings=found)))["Findings"]
    assert listed["A3"].value.startswith("The first 3 are listed, errors first; 4 more are only counted")
    assert [listed.cell(row, 2).value for row in range(5, 9)] == [2, 8, 9, None]


def test_the_sheet_that_was_read_is_named_and_a_strange_file_name_does_no_harm() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Lots '26"
    for cells_of_row in (list(DELIVERY), list(DELIVERY.values())):
        book.active.append(cells_of_row)
    content = io.BytesIO()
    book.save(content)
    name = "=1+1\n\x1b[31m&<'\"é.xlsx"
    found = check_file("deliveries", content.getvalue(), name, known=KNOWN, today=TODAY)
    made = opened(annotated_workbook(found))
    assert made["Your file"]["A1"].value.startswith('Sheet "Lots \'26". ')
    title = made["Findings"]["A1"]
    assert title.data_type == "s"
    assert title.value.startswith("=1+1␊␛[31m&<'\"é.xlsx as deliveries")


def test_what_many_have_in_common_is_told_of_a_group() -> None:
    late = [f"is before the deviation was opened (2026-0{month}-01)" for month in range(1, 8)]
    rows = [{"code": "e", "row": row, "column": "due_date", "problem": said} for row, said in enumerate(late, 17)]
    assert Findings.of(rows).grouped().select("problem", "rows", "first_rows").rows() == [
        ("is before the deviation was opened", 7, "17, 18, 19, 20, 21 …")
    ]


WORDS = st.lists(st.sampled_from(["is", "the", "day", "(1)", "(2)", "a", "before", "opened", "…"]), max_size=6)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=2, max_size=5), WORDS, WORDS)
def test_what_a_group_says_is_the_beginning_and_end_of_every_member(
    middles: list[tuple[list[str], ...]], begin: list[str], end: list[str]
) -> None:
    texts = [" ".join([*begin, *middle[0], *end]) for middle in middles]
    rows = [{"code": "e", "row": row, "problem": text} for row, text in enumerate(texts)]
    (said,) = Findings.of(rows).grouped()["problem"].to_list()
    if len(set(texts)) == 1:
        assert said == texts[0]
    elif said.startswith("for example: "):
        assert said == f"for example: {texts[0]}"
    else:
        ways = [(said[:at], said[at + 1 :]) for at, letter in enumerate(said) if letter == "…"]
        ways += [(f"{said[:at]} (", f"){said[at:]}") for at in range(len(said) + 1)]
        assert any(
            all(text.startswith(a) and text.endswith(b) and len(text) >= len(a) + len(b) for text in texts)
            for a, b in ways
        )


def test_a_row_is_as_high_as_its_longest_text() -> None:
    long = "keep one of these rows; a correction of a record sent earlier goes into a later file"
    rows = [{"code": "a", "row": 2, "action": long}, {"code": "b", "row": 3, "action": "fill in the cell"}]
    checked = replace(offer("deliveries", [DELIVERY]), findings=Findings.of(rows, "f.csv"))
    sheet = opened(annotated_workbook(checked))["Findings"]
    heights = {sheet.cell(row, 7).value: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}
    told = {text.lower(): height for text, height in heights.items() if text}
    assert told[long] == 2 * (told["fill in the cell"] or 15)
