"""Every way in which a file cannot be read, one file per mistake, and exactly what its sender is told."""

from __future__ import annotations

import io
import zipfile
from itertools import groupby
from pathlib import Path

import pytest

from kpi.errors import InputRefused
from kpi.intake.read import read_table

BAD = Path(__file__).parent.parent / "fixtures" / "bad" / "reading"

# What recurs: what is allowed, and what to do.
KINDS = "CSV, XLSX, XLS or ODS"
SAVE_AS = "Save it as an Excel workbook (XLSX) or as CSV UTF-8 and upload that"
RECORDS = "a row of headers and at least one record"
FILL_IN = "Fill in the file and upload it again"
ORDINARY = "a workbook as Excel or LibreOffice saves it"
SAVE_AGAIN = "Open it in Excel or LibreOffice, save it again as XLSX and upload that"
WHOLE = "a whole workbook"
EXPORT_AGAIN = f"Export or copy it again; if that does not help: o{SAVE_AGAIN[1:]}"
NO_PASSWORD = "Save it without one (in Excel: File, Info, Protect Workbook, Encrypt with Password, empty it)"
QUOTES = 'cells with quotes around the whole cell, and quotes inside doubled, like "12 ""large"" boxes"'

# file, place, what is said, what is allowed, what to do
REFUSALS = [
    (
        "cell_too_long.csv",
        ", row 3",
        '"' + "x" * 199 + '…" is the start of a cell with 32,768 characters',
        "at most 32,767 characters in a cell, as in a workbook",
        "Check the quotes in this row, or shorten the text",
    ),
    ("cut_off.ods", "", "the workbook is damaged or was cut off", WHOLE, EXPORT_AGAIN),
    ("cut_off.xls", "", "the workbook is damaged or was cut off", WHOLE, EXPORT_AGAIN),
    ("cut_off.xlsx", "", "the workbook is damaged or was cut off", WHOLE, EXPORT_AGAIN),
    (
        "cut_off_in_a_character.csv",
        ", row 3",
        "the file ends in the middle of a character, so it was probably cut off",
        "a whole file",
        "Export the file again and upload that",
    ),
    (
        "delimiter_unclear.csv",
        ", row 1",
        "the cells could be separated by commas or semicolons, and the rows do not tell which",
        "one delimiter that fits better than any other, or one that is named",
        'Name it in the mapping, for example: delimiter = ";"',
    ),
    ("empty_file.csv", "", "the file is empty, it has no bytes at all", KINDS, SAVE_AS),
    ("empty_sheet.xlsx", "", "every visible sheet is empty", RECORDS, "Fill in the sheet and upload the file again"),
    (
        "encoding_not_named.csv",
        ", row 3",
        "byte 0xE4 is not UTF-8, so the file is in an encoding that it does not name",
        "UTF-8, or another encoding that is named",
        (
            "Save the file as CSV UTF-8, or name its encoding in the mapping, for example: encoding = "
            '"cp1252" (Western European), "cp1250", "iso-8859-7"'
        ),
    ),
    (
        "entities.xlsx",
        "",
        "its part xl/worksheets/sheet1.xml defines XML entities, which no spreadsheet program writes",
        ORDINARY,
        SAVE_AGAIN,
    ),
    (
        "error_cell.ods",
        ', row 3, column "amount"',
        'cell B3 of sheet "Data" holds an error',
        "a value, or an empty cell",
        "Correct the formula, or empty the cell",
    ),
    (
        "error_cell.xls",
        ', row 3, column "amount"',
        '"#DIV/0!" in cell B3 of sheet "Data" is an error',
        "a value, or an empty cell",
        "Correct the formula, or empty the cell",
    ),
    (
        "error_cell.xlsx",
        ', row 3, column "amount"',
        '"#DIV/0!" in cell B3 of sheet "Data" is an error',
        "a value, or an empty cell",
        "Correct the formula, or empty the cell",
    ),
    (
        "far_cell.xlsx",
        "",
        'sheet "Data" has cells in use as far as XFD1048576, far beyond any table',
        "at most 500 columns, 3,000,000 rows and 50,000,000 cells",
        "Delete what stands far outside the table (in Excel, Ctrl+End jumps there), save and upload again",
    ),
    (
        "formula_without_value.xlsx",
        ', row 3, column "amount"',
        '"=A3*2" in cell B3 of sheet "Data" is a formula that was never calculated',
        "a value, or a formula whose result is stored",
        "Open the workbook in Excel or LibreOffice, let it calculate, save it and upload it again",
    ),
    ("gzip.csv", "", "this is a gzip archive, whatever its name says", KINDS, SAVE_AS),
    (
        "header_missing.csv",
        ", row 3",
        '"y" stands in column B, which has no header (2 rows in all)',
        "a header over every column with values",
        "Write a header over the column or empty it",
    ),
    (
        "header_missing.xlsx",
        ", row 2",
        '"stray" stands in column D, which has no header',
        "a header over every column with values",
        "Write a header over the column or empty it",
    ),
    (
        "header_twice.csv",
        ', row 1, column "id"',
        "stands over 2 columns, A and C",
        "every header once",
        "Rename or remove the repeated columns",
    ),
    ("json.csv", "", "this is JSON, whatever its name says", KINDS, SAVE_AS),
    (
        "lies_about_its_length.xlsx",
        "",
        "it unpacks to more than 200 times its size, as archives do that are made to harm",
        "an ordinary workbook",
        "Save only the sheet with the records as a new workbook or as CSV UTF-8, and split it if it is large",
    ),
    (
        "nul_character.csv",
        ", row 3",
        "there is a NUL character here, which text never has",
        "text",
        (
            "Export the file again as CSV UTF-8; if it is in UTF-16, name the encoding in the mapping: "
            'encoding = "utf-16-le"'
        ),
    ),
    ("only_empty_cells.csv", "", "there is nothing in it but empty cells", RECORDS, FILL_IN),
    (
        "only_headers.csv",
        "",
        "there are only headers (row 1) and no record under them",
        RECORDS,
        "Fill in the file and upload it again; if there was nothing to report, say so to the team instead",
    ),
    (
        "only_headers.xlsx",
        "",
        "there are only headers (row 1) and no record under them",
        RECORDS,
        "Fill in the file and upload it again; if there was nothing to report, say so to the team instead",
    ),
    (
        "outside_path.xlsx",
        "",
        "its part ../../evil.xml has a name that no spreadsheet program gives",
        ORDINARY,
        SAVE_AGAIN,
    ),
    (
        "password.ods",
        "",
        "the workbook is protected by a password and cannot be opened",
        "a workbook without a password",
        NO_PASSWORD,
    ),
    (
        "password.xls",
        "",
        "the workbook is protected by a password and cannot be opened",
        "a workbook without a password",
        NO_PASSWORD,
    ),
    (
        "password.xlsx",
        "",
        "the workbook is protected by a password and cannot be opened",
        "a workbook without a password",
        NO_PASSWORD,
    ),
    ("pdf.csv", "", "this is a PDF document, whatever its name says", KINDS, SAVE_AS),
    (
        "quote_never_closed.csv",
        ", row 3",
        "a quoted cell begins in this row and its closing quote never comes",
        QUOTES,
        "Close the quote or remove it",
    ),
    (
        "ragged_rows.csv",
        ", row 2",
        "the row has 2 cells and the header has 3",
        "as many cells in every row as in the header, 3",
        "Add the missing cells, empty ones too",
    ),
    (
        "ragged_rows.csv",
        ", row 4",
        '"more" is beyond the last header: the row has 4 cells and the header has 3',
        "as many cells in every row as in the header, 3",
        "Check for a delimiter that belongs into a quoted cell",
    ),
    (
        "records_on_a_hidden_sheet.xlsx",
        "",
        'every visible sheet is empty; hidden, and not read unless named: "Data"',
        RECORDS,
        "Fill in the sheet and upload the file again",
    ),
    (
        "several_sheets.xlsx",
        "",
        'the workbook has 2 sheets with content: "March", "April"',
        "one sheet with records, or one that is named",
        'Name it in the mapping, for example: sheet = "March"',
    ),
    (
        "text_after_a_quote.csv",
        ", row 2",
        "there is text after a closing quote",
        QUOTES,
        "Put the whole cell into quotes and double every quote inside it",
    ),
    (
        "unpacks_too_large.xlsx",
        "",
        "it unpacks to more than 200 times its size, as archives do that are made to harm",
        "an ordinary workbook",
        "Save only the sheet with the records as a new workbook or as CSV UTF-8, and split it if it is large",
    ),
    (
        "utf16_unclear.csv",
        ", row 1",
        "there is a NUL character here, which text never has",
        "text",
        (
            "Export the file again as CSV UTF-8; if it is in UTF-16, name the encoding in the mapping: "
            'encoding = "utf-16-le"'
        ),
    ),
    ("web_page.csv", "", "this is a web page (HTML), whatever its name says", KINDS, SAVE_AS),
    ("word_document.xlsx", "", "this is a Word document, whatever its name says", KINDS, SAVE_AS),
    ("xml.csv", "", "this is an XML document, whatever its name says", KINDS, SAVE_AS),
    ("zip_archive.xlsx", "", "this is a ZIP archive, not a workbook, whatever its name says", KINDS, SAVE_AS),
]


@pytest.mark.parametrize(
    ("file", "lines"),
    [
        (file, [f"{file}{place}: {said}. Allowed: {allowed}. {action}." for _, place, said, allowed, action in cases])
        for file, cases in groupby(REFUSALS, key=lambda case: case[0])
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(file: str, lines: list[str]) -> None:
    """Given the file, when it is read, then its sender reads exactly these lines."""
    with pytest.raises(InputRefused) as refused:
        read_table((BAD / file).read_bytes(), file)
    assert str(refused.value).splitlines() == lines
    assert refused.value.findings is not None
    assert refused.value.findings.errors == len(lines)


def test_every_bad_file_is_in_the_table() -> None:
    assert {case[0] for case in REFUSALS} == {path.name for path in BAD.iterdir()}


EMPTY_VALUES = [
    # what stands in a cell with a formula, whether that is a result
    (b'<c r="B3"><f>A3*2</f></c>', False),
    (b'<c r="B3"><f>A3*2</f><v/></c>', False),
    (b'<c r="B3"><f>A3*2</f><v /></c>', False),  # as openpyxl writes it
    (b'<c r="B3"><f>A3*2</f><v></v></c>', False),
    (b'<c r="B3" t="n"><f>A3*2</f><v></v></c>', False),
    (b'<c r="B3" t="str"><f>A3*2</f></c>', False),
    (b'<c r="B3" t="str"><f>A3*2</f><v></v></c>', True),  # Excel, for a formula that gives an empty text
    (b'<c r="B3"><f>A3*2</f><v>4</v></c>', True),
]


@pytest.mark.parametrize(("cell", "is_result"), EMPTY_VALUES)
def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(cell: bytes, is_result: bool) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(BAD / "formula_without_value.xlsx") as given, zipfile.ZipFile(content, "w") as made:
        for name in given.namelist():
            part = given.read(name)
            made.writestr(name, part.replace(b'<c r="B3"><f>A3*2</f></c>', cell))
            assert not name.endswith("sheet1.xml") or b'<c r="B3"><f>A3*2</f></c>' in part
    if is_result:
        assert read_table(content.getvalue(), "f.xlsx").cells["amount"].to_list()[-1] in ("", "4")
        return
    with pytest.raises(InputRefused) as refused:
        read_table(content.getvalue(), "f.xlsx")
    assert '"=A3*2" in cell B3 of sheet "Data" is a formula that was never calculated' in str(refused.value)
