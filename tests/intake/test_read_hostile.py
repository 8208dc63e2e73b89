"""Files as they come from odd programs, careless hands and people who mean harm: the true reason, soon."""

from __future__ import annotations

import tracemalloc

import pytest

from kpi.errors import InputRefused
from kpi.intake.read import read_table
from kpi.intake.table import TextTable
from tests.support import processor_seconds

CSV = b"id,name,amount\na,x,1\nb,y,2\nc,z,3\n"
KINDS = "Allowed: CSV, XLSX, XLS or ODS."


def told(content: bytes, name: str = "file.csv") -> str:
    with pytest.raises(InputRefused) as refused:
        read_table(content, name)
    return str(refused.value)


def read(content: bytes, name: str = "file.csv") -> TextTable:
    return read_table(content, name)


# content, what it is called
FOREIGN = [
    (b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K1\r\nE\r\n", "a symbolic link file (SYLK)"),
    (b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n', "a data interchange file (DIF)"),
    (
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="x"/>',
        "an XML spreadsheet of Excel 2003",
    ),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "an XML spreadsheet of"),
    (b'{"id": 1}\n{"id": 2}\n', "JSON"),
    (b"[1,2,3]\n[4,5,6]\n", "JSON"),
    (b'["id","name"]\n', "JSON"),
    (b"<style>td {}</style><table><tr><td>1</td></tr></table>", "a web page (HTML)"),
    (b"<!-- made by x --><html><table>", "a web page (HTML) or an XML document"),
    (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "a web archive (MHTML)"),
]


@pytest.mark.parametrize(("content", "kind"), FOREIGN)
def test_what_is_no_table_is_called_by_its_name(content: bytes, kind: str) -> None:
    said = told(content, "report.xls")
    assert f"this is {kind}" in said
    assert KINDS in said


def test_headers_that_only_begin_like_a_foreign_format_are_read() -> None:
    assert read(b"ID;Product;Amount\nP;Quux;3\n").cells.columns == ["ID", "Product", "Amount"]
    assert read(b"[id],[name]\n1,2\n").cells.columns == ["[id]", "[name]"]
    assert read(b"TABLE,chairs\n1,2\n").cells.columns == ["TABLE", "chairs"]


def test_a_mark_twice_at_the_beginning_is_no_part_of_the_first_header() -> None:
    assert read(b"\xef\xbb\xbf\xef\xbb\xbf" + CSV).cells.columns == ["id", "name", "amount"]


def test_two_files_put_one_behind_the_other_are_refused_where_the_second_begins() -> None:
    assert told(CSV + b"\xef\xbb\xbf" + CSV).startswith(
        "file.csv, row 5: a byte-order mark stands here, as where two files"
    )


def test_the_end_of_file_mark_of_old_programs_is_left_out_and_said() -> None:
    table = read(CSV + b"\x1a")
    assert table.rows.to_list() == [2, 3, 4]
    assert table.reading.notes == ("The file ends with an old end-of-file mark (Ctrl+Z), which was left out.",)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_line_ends_of_every_kind_and_mixed(end: bytes) -> None:
    assert read(CSV.replace(b"\n", end)).cells.rows() == [("a", "x", "1"), ("b", "y", "2"), ("c", "z", "3")]
    mixed = b"id,name,amount\r\na,x,1" + end + b"b,y,2\nc,z,3\r\n"
    assert read(mixed).cells.rows() == read(CSV).cells.rows()


@pytest.mark.parametrize("first", [b"sep=;\r\n", b'"sep=;"\r\n', b"\xef\xbb\xbfsep=;\n"])
def test_the_line_that_names_the_separator_is_no_header(first: bytes) -> None:
    table = read(first + CSV.replace(b",", b";"))
    assert (table.cells.columns, table.reading.header_row) == (["id", "name", "amount"], 2)
    assert table.rows.to_list() == [3, 4, 5]


# content, what is said, seconds, megabytes beyond the content itself
GREEDY = [
    (b"id,name\n1," + b"x" * 60_000_000, "no line end within 1,000,000 characters", 5, 80),
    (b"\x00" * 60_000_000, "NUL character", 5, 80),
    (b"id,name\n" + b"\n" * 60_000_000, "more than 3,000,000 rows", 5, 80),
    (b"id,name\n" + b"\r" * 60_000_000, "more than 3,000,000 rows", 5, 80),
    (b"id,name\n" + b"1\n" * 1_000_000, "reading stopped after 1,000 rows", 8, 200),
]


@pytest.mark.parametrize(("content", "said", "seconds", "megabytes"), GREEDY, ids=[case[1] for case in GREEDY])
def test_a_greedy_text_is_refused_soon_and_in_little_memory(
    content: bytes, said: str, seconds: float, megabytes: float
) -> None:
    started = processor_seconds()
    assert said in told(content)
    assert processor_seconds() - started < seconds
    tracemalloc.start()
    told(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < len(content) + megabytes * 1e6


def test_blank_lines_behind_a_quoted_cell_are_parsed_piece_by_piece() -> None:
    content = b'id,name\n"x",y\n' + b"\n" * 300_000 + b'"z",w\n'
    table = read(content)
    assert table.rows.to_list() == [2, 300_003]
    assert table.cells.rows() == [("x", "y"), ("z", "w")]
    returns = read(content.replace(b"\n", b"\r"))
    assert returns.rows.to_list() == [2, 300_003]
