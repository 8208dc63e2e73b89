"""Files as partners send them: each is read as a person would read it, and what was detected is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.intake.read import read_table
from kpi.intake.table import FileHints, TextTable

GOOD = Path(__file__).parent.parent / "fixtures" / "good" / "reading"


def read(name: str, hints: FileHints | None = None, preferred_sheet: str | None = None) -> TextTable:
    return read_table((GOOD / name).read_bytes(), name, hints or FileHints(), preferred_sheet=preferred_sheet)


# file, headers, rows as a spreadsheet numbers them, the last record, the sentence
TEXT_FILES = [
    (
        "commas.csv",
        ["delivery_id", "product", "promised_date", "quantity"],
        [2, 3],
        ("D-002", "Vials, 10 ml", "2024-03-05", "340"),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "semicolons_with_mark.csv",
        ["delivery_id", "product", "quantity"],
        [2, 3],
        ("008", "Ampullen", "2,5"),
        "Read as CSV, UTF-8, separated by semicolons, header in row 1.",
    ),
    (
        "tabs_utf16_with_mark.csv",
        ["delivery_id", "product"],
        [2],
        ("D-1", "Želatina"),
        "Read as CSV, UTF-16 (little endian), separated by tabs, header in row 1.",
    ),
    (
        "utf16_without_mark.csv",
        ["delivery_id", "product"],
        [2, 3],
        ("D-2", "Salbe"),
        "Read as CSV, UTF-16 (big endian), separated by commas, header in row 1.",
    ),
    (
        "lone_carriage_returns.csv",
        ["a", "b"],
        [2, 3],
        ("three\rlines", "4"),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "mixed_line_ends.csv",
        ["a", "b"],
        [2, 3, 4],
        ("5", "6"),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "line_break_in_a_cell.csv",
        ["a", "b"],
        [2, 3],
        ("2", 'say "yes"'),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "inch_marks.csv",
        ["item", "size"],
        [2, 3],
        ("Rod", '7"'),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "title_above.csv",
        ["delivery_id", "product", "quantity"],
        [4],
        ("D-1", "Gel", "5"),
        "Read as CSV, UTF-8, separated by commas, header in row 3.",
    ),
    (
        "blank_rows.csv",
        ["a", "b"],
        [3, 6],
        ("3", "4"),
        "Read as CSV, UTF-8, separated by commas, header in row 2.",
    ),
    ("one_column.csv", ["batch_id"], [2, 3], ("B-2",), "Read as CSV, UTF-8, header in row 1."),
    (
        "trailing_delimiters.csv",
        ["a", "b"],
        [2, 3, 4],
        ("5", "6"),
        "Read as CSV, UTF-8, separated by semicolons, header in row 1.",
    ),
    (
        "wrapped_header.csv",
        ["Promised date", "b"],
        [2],
        ("x", "y"),
        "Read as CSV, UTF-8, separated by commas, header in row 1.",
    ),
    (
        "damaged_characters.csv",
        ["id", "name"],
        [2],
        ("1", "M\ufffdller"),
        "Read as CSV, UTF-8, separated by commas, header in row 1. "
        "Row 2 holds the character \ufffd: another program lost a character there.",
    ),
]


@pytest.mark.parametrize(("name", "headers", "rows", "last", "sentence"), TEXT_FILES)
def test_text_files(name: str, headers: list[str], rows: list[int], last: tuple[str, ...], sentence: str) -> None:
    table = read(name)
    assert table.cells.columns == headers
    assert table.rows.to_list() == rows
    assert table.cells.row(-1) == last
    assert table.reading.sentence() == sentence
    assert table.typed == {}


@pytest.mark.parametrize(
    ("name", "encoding", "value"),
    [
        ("western_european.csv", "cp1252", "Käthe Müller"),
        ("western_european.csv", "latin-1", "Käthe Müller"),
        ("greek.csv", "iso-8859-7", "Γιώργος"),
    ],
)
def test_an_encoding_is_taken_from_the_mapping_and_not_detected(name: str, encoding: str, value: str) -> None:
    table = read(name, FileHints(encoding=encoding))
    assert table.cells["name"][0] == value
    assert "encoding" not in table.reading.detected


def test_what_was_detected_is_told_apart_from_what_was_given() -> None:
    assert read("commas.csv").reading.detected == ("encoding", "delimiter", "header_row")
    given = FileHints(delimiter=",", encoding="utf-8", header_row=1)
    assert read("commas.csv", given).reading.detected == ()


def test_a_mark_at_the_start_outweighs_another_encoding_and_is_told() -> None:
    reading = read("semicolons_with_mark.csv", FileHints(encoding="cp1252")).reading
    assert reading.encoding == "utf-8"
    assert reading.notes == ("The file is marked as UTF-8, so the given encoding cp1252 was not used.",)


def test_a_header_row_that_is_given_is_used() -> None:
    table = read("commas.csv", FileHints(header_row=2))
    assert table.cells.columns == ["D-001", "Tablets 5 mg", "2024-03-02", "1200"]
    assert table.rows.to_list() == [3]


TYPED_CELLS = {
    "delivery_id": ["007", "008"],
    "promised_date": ["2024-02-03", "03.02.2024"],
    "seen_at": ["2024-02-03 14:30:00", ""],
    "quantity": ["12", "1234567890123"],
    "share": ["0.1", "0.00001"],
    "released": ["TRUE", "FALSE"],
}


@pytest.mark.parametrize("name", ["typed_cells.xlsx", "typed_cells.xls", "dates_from_1904.xlsx"])
def test_workbook_cells_keep_what_they_really_are(name: str) -> None:
    """Real dates, numbers and booleans are told apart from text that looks like them."""
    table = read(name)
    assert table.cells.to_dict(as_series=False) == TYPED_CELLS
    assert {column: kinds.to_list() for column, kinds in table.typed.items()} == {
        "promised_date": ["date", None],
        "seen_at": ["date", None],
        "quantity": ["number", "number"],
        "share": ["number", "number"],
        "released": ["bool", "bool"],
    }


def test_an_ods_has_the_same_cells() -> None:
    """LibreOffice wrote this file and made the booleans numbers; everything else is as in the XLSX."""
    table = read("typed_cells.ods")
    assert table.reading.format == "ods"
    assert table.cells.to_dict(as_series=False) == {**TYPED_CELLS, "released": ["1", "0"]}
    assert table.typed["promised_date"].to_list() == ["date", None]


WORKBOOKS = [
    ("table_in_the_middle.xlsx", ["a", "b"], [6, 8], 'Read as XLSX, sheet "Data", header in row 5.'),
    (
        "hidden_sheet.xlsx",
        ["a", "b"],
        [2],
        'Read as XLSX, sheet "Data", header in row 1. Hidden and not read: "Lists".',
    ),
    (
        "merged_cells.xlsx",
        ["site", "batch"],
        [2, 3],
        'Read as XLSX, sheet "Data", header in row 1. Merged cells (A2:A3) hold their value in the first cell only; '
        "the others were read as empty.",
    ),
    ("far_cell_without_content.xlsx", ["a", "b"], [2], 'Read as XLSX, sheet "Data", header in row 1.'),
    (
        "formula_with_value.xlsx",
        ["id", "amount"],
        [2, 3],
        'Read as XLSX, sheet "Data", header in row 1. 1 cell is a formula; its stored result was read.',
    ),
    (
        "workbook_named_csv.csv",
        list(TYPED_CELLS),
        [2, 3],
        'Read as XLSX, sheet "Deliveries", header in row 1. '
        "The name ends in .csv, but the content is XLSX and was read as that.",
    ),
]


@pytest.mark.parametrize(("name", "headers", "rows", "sentence"), WORKBOOKS)
def test_workbooks(name: str, headers: list[str], rows: list[int], sentence: str) -> None:
    table = read(name)
    assert table.cells.columns == headers
    assert table.rows.to_list() == rows
    assert table.reading.sentence() == sentence


def test_of_several_sheets_the_one_named_or_preferred_is_read() -> None:
    named = read("template_like.xlsx", FileHints(sheet="how to fill in"))
    assert named.reading.sheet == "How to fill in"
    assert "sheet" not in named.reading.detected
    preferred = read("template_like.xlsx", preferred_sheet="deliveries")
    assert preferred.reading.sheet == "deliveries"
    assert "sheet" in preferred.reading.detected


def test_a_hidden_sheet_is_read_when_it_is_named() -> None:
    assert read("hidden_sheet.xlsx", FileHints(sheet="Lists")).cells.columns == ["x", "y"]


def test_the_same_records_from_every_format_and_a_reading_that_can_be_stored() -> None:
    reading = read("hidden_sheet.xlsx").reading.to_dict()
    assert reading["hidden_sheets"] == ["Lists"]
    assert reading["format"] == "xlsx"
