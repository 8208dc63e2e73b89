"""What is too large, too far, too slow or too greedy is refused quickly, with the limit named."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from kpi.errors import InputRefused
from kpi.intake.read import check_size, read_table
from kpi.intake.table import LIMITS, MEGABYTE, FileHints, Limits
from kpi.intake.workbook import _read_in_process
from tests.intake.packed import workbook

FIXTURES = Path(__file__).parent.parent / "fixtures"
TYPED = FIXTURES / "good" / "reading" / "typed_cells.xlsx"
FAR_CELL = FIXTURES / "bad" / "reading" / "far_cell.xlsx"


def refusal(content: bytes, hints: FileHints | None = None, **limits: int) -> str:
    with pytest.raises(InputRefused) as refused:
        read_table(content, "file.csv", hints or FileHints(), limits=replace(LIMITS, **limits))
    return str(refused.value)


def test_a_file_too_large_is_refused_by_its_size_alone() -> None:
    with pytest.raises(InputRefused, match="has 400 MB"):
        check_size(400_000_000, "file.csv")


# what it is, its content, the limit, what is said
TOO_MUCH = [
    ("bytes", b"a,b\n1,2\n", {"file_bytes": 4}, "file.csv: the file has 1 MB. Allowed: files of at most 0 MB"),
    (
        "rows",
        b"a,b\n1,2\n3,4\n5,6\n",
        {"rows": 3},
        "it has more than 3 rows. Allowed: at most 3 rows in one file. Split",
    ),
    ("columns", b"a,b,c\n1,2,3\n", {"columns": 2}, "it has 3 columns. Allowed: at most 2 columns"),
    ("cell", b'a,b\n1,"23456"\n', {"field_characters": 4}, 'row 2: "23456" is the start of a cell with 5 characters'),
    (
        "line",
        b"a,b\n1,2\n3," + b"4" * 90 + b"\n",
        {"line_characters": 50},
        "row 3: there is no line end within 50 char",
    ),
]


@pytest.mark.parametrize(("what", "content", "limits", "said"), TOO_MUCH)
def test_text_beyond_a_limit(what: str, content: bytes, limits: dict[str, int], said: str) -> None:
    assert said in refusal(content, **limits), what


def test_the_limits_of_rows_and_columns_hold_for_workbooks() -> None:
    content = TYPED.read_bytes()
    assert "Allowed: at most 2 columns, " in refusal(content, columns=2)
    assert "and 5 cells" in refusal(content, workbook_cells=5)
    xls = TYPED.with_suffix(".xls").read_bytes()
    assert "it has 6 columns" in refusal(xls, columns=2)
    assert "it has more than 2 rows" in refusal(xls, rows=2)


def test_a_cell_in_the_last_corner_is_refused_at_once() -> None:
    started = time.monotonic()
    assert "as far as XFD1048576" in refusal(FAR_CELL.read_bytes())
    assert time.monotonic() - started < 30


def test_a_workbook_that_aborts_its_reader_takes_nothing_else_down() -> None:
    """Past the guard the same workbook asks for half a terabyte: the reading process dies, this one does not."""
    with pytest.raises(InputRefused, match="needs more memory than is allowed"):
        _read_in_process(FAR_CELL.read_bytes(), "xlsx", "file.xlsx", FileHints(), None, LIMITS)


def test_one_long_text_in_many_cells_is_refused_with_the_true_reason() -> None:
    """A workbook of some kilobytes whose cells hold far more text than it has bytes."""
    cells = [["id", "note"], *[[str(number), "x" * 30_000] for number in range(100)]]
    said = refusal(workbook({"Sheet": cells}), workbook_text_bytes=MEGABYTE)
    assert "its cells hold more than 1 MB of text" in said
    assert "as CSV UTF-8" in said


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(InputRefused, match="reading it took more than 0 seconds"):
        _read_in_process(
            TYPED.read_bytes(), "xlsx", "file.xlsx", FileHints(), None, replace(LIMITS, worker_wait_seconds=0)
        )


def test_an_archive_of_too_many_parts_is_refused() -> None:
    assert "it holds more than 3 parts" in refusal(TYPED.read_bytes(), workbook_entries=3)


def test_an_archive_that_unpacks_too_large_is_refused() -> None:
    assert "it unpacks to more than 0 MB" in refusal(TYPED.read_bytes(), unpacked_bytes=10_000)


def test_an_open_quote_does_not_read_the_whole_file() -> None:
    """A quote that is never closed swallows every line after it: the row where it opened is named."""
    content = b"id,name\n1,x\n" + b'2,"open\n' + b"3,y\n" * 400_000
    started = time.monotonic()
    assert refusal(content).startswith("file.csv, row 3: a quoted cell begins in this row")
    assert time.monotonic() - started < 30


def test_ragged_rows_are_all_named_up_to_a_thousand() -> None:
    content = b"a,b,c\n" + b"1,2\n" * 2_000
    with pytest.raises(InputRefused) as refused:
        read_table(content, "file.csv")
    findings = refused.value.findings
    assert findings is not None
    assert findings.frame["row"].to_list() == [None, *range(2, 1_002)]
    assert findings.frame["problem"][0] == "reading stopped after 1,000 rows whose cells do not fit the header"


# what the mapping says, what is told
WRONG_HINTS = [
    (FileHints(encoding="klingon"), '"klingon" is not the name of an encoding'),
    (FileHints(encoding="rot13"), '"rot13" is not the name of an encoding'),
    (FileHints(encoding="utf-16-le"), "the text is not utf-16-le, the encoding that the mapping names"),
    (FileHints(delimiter=";;"), '";;" cannot separate cells'),
    (FileHints(delimiter='"'), "cannot separate cells"),
    (FileHints(header_row=9), "row 9: this row should hold the headers, but it is empty or not there"),
]


@pytest.mark.parametrize(("hints", "said"), WRONG_HINTS)
def test_a_mapping_that_does_not_fit_the_file(hints: FileHints, said: str) -> None:
    assert said in refusal(b"a,b\n1,2\n3,45\n", hints)


def test_a_sheet_that_is_not_there() -> None:
    said = refusal(TYPED.read_bytes(), FileHints(sheet="March"))
    assert '"March" is not a sheet of this workbook. Allowed: one of "Deliveries".' in said


def test_the_limits_are_stated_once() -> None:
    assert Limits() == LIMITS


def test_the_row_of_a_bad_byte_deep_in_a_large_file_is_found_quickly() -> None:
    """Line ends inside quotes begin no row; 60 MB before the byte cost seconds, not minutes."""
    content = b"id,name\n" + b'1,"two\nlines, and some more text to fill the cell"\n' * 1_000_000 + b"2,\xe4\n"
    started = time.monotonic()
    assert refusal(content).startswith("file.csv, row 1000002: byte 0xE4 is not UTF-8")
    assert time.monotonic() - started < 30


def test_the_row_of_a_bad_byte_in_a_small_file() -> None:
    assert refusal(b'id,name\n1,"two\nlines"\n\n2,\xe4\n').startswith("file.csv, row 4: byte 0xE4 is not UTF-8")
