"""Workbooks made to exhaust, to mislead, or by programs that follow no rule: read rightly, or refused soon."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kpi.errors import InputRefused
from kpi.intake.read import read_table
from kpi.intake.table import TextTable
from kpi.intake.validate import check_file
from tests.intake.offered import DELIVERY, KNOWN, TODAY
from tests.intake.packed import workbook
from tests.intake.rawbooks import HEADER, RECORD, number, ods, ods_cell, ods_row, row, text, xlsx
from tests.support import processor_seconds

FIXTURES = Path(__file__).parents[1] / "fixtures"
ODS_HEADER = ods_row(ods_cell("id"), ods_cell("amount"))
EMPTY_CELLS = '<table:table-cell table:number-columns-repeated="16384"/>'


def read(content: bytes) -> TextTable:
    return read_table(content, "book.xlsx")


def told(content: bytes) -> str:
    with pytest.raises(InputRefused) as refused:
        read(content)
    return str(refused.value)


# what it is, the workbook, what its reading says beside the ordinary sentence
SAID = [
    ("hidden row", xlsx(HEADER + RECORD + row(3, text("A3", "y"), attributes=' hidden="1"')), "1 hidden row was read"),
    ("hidden empty row", xlsx(HEADER + RECORD + '<row r="9" hidden="1"/>'), ""),
    (
        "hidden columns",
        xlsx(HEADER + RECORD, before='<cols><col min="1" max="2" width="9" hidden="1"/></cols>'),
        "2 hidden columns were read as well.",
    ),
    (
        "filtered",
        xlsx(HEADER + RECORD + row(3, text("A3", "y"), attributes=' hidden="true"'), after='<autoFilter ref="A1:B3"/>'),
        "1 hidden row (a filter is set) was read as well.",
    ),
    (
        "formulas",
        xlsx(HEADER + row(2, text("A2", "x"), '<c r="B2"><f>1+1</f><v>2</v></c>')),
        "1 cell is a formula; its stored result was read.",
    ),
    ("macros", xlsx(HEADER + RECORD, more={"xl/vbaProject.bin": b"x"}), "It holds macros, which are never run."),
    (
        "links",
        xlsx(HEADER + RECORD, more={"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "It refers to other workbooks: what is stored in this one was read.",
    ),
    (
        "percentages",
        xlsx(HEADER + row(2, text("A2", "x"), number("B2", 0.985, 2)) + row(3, number("B3", 0.5, 4))),
        'Shown as percentages, read as the numbers behind them (98.5 % is 0.985): "amount" (2 cells).',
    ),
    (
        "hidden in ODS",
        ods(
            ODS_HEADER + ods_row(ods_cell("x"), ods_cell("5"), attributes=' table:visibility="filter"'),
            '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>',
        ),
        "1 hidden row and 2 hidden columns were read as well.",
    ),
    (
        "percentage in ODS",
        ods(
            ODS_HEADER
            + ods_row(
                ods_cell("x"),
                '<table:table-cell office:value-type="percentage" office:value="0.985"><text:p>98.5%</text:p>'
                "</table:table-cell>",
            )
        ),
        'Shown as percentages, read as the numbers behind them (98.5 % is 0.985): "amount" (1 cell).',
    ),
]


@pytest.mark.parametrize(("what", "content", "note"), SAID, ids=[case[0] for case in SAID])
def test_what_a_workbook_does_not_show_is_said(what: str, content: bytes, note: str) -> None:
    notes = " ".join(read(content).reading.notes).removeprefix("The name ends in .xlsx, but the content is ODS. ")
    assert note in notes if note else notes == ""


def test_dates_of_both_calendars_times_and_numbers_are_exact() -> None:
    cells = [(40000, 1), (40000.5, 1), (1.5, 3), ("0.1", 0), ("1E+20", 0), (-3, 0)]
    rows = "".join(
        row(place, text(f"A{place}", "x"), number(f"B{place}", *cell)) for place, cell in enumerate(cells, 2)
    )
    expected = ["2009-07-06", "2009-07-06 12:00:00", "36:00:00", "0.1", "1e+20", "-3"]
    assert read(xlsx(HEADER + rows)).cells["amount"].to_list() == expected
    later = read(xlsx(HEADER + rows, book='<workbookPr date1904="1"/>')).cells["amount"].to_list()
    assert later[:2] == ["2013-07-07", "2013-07-07 12:00:00"]


@pytest.mark.parametrize("reference", ["A1:A1", "A1:XFD1048576", "Z9:Z9"])
def test_a_dimension_that_lies_changes_nothing(reference: str) -> None:
    table = read(xlsx(HEADER + RECORD, before=f'<dimension ref="{reference}"/>'))
    assert table.cells.rows() == [("x", "5")]


def test_rows_in_any_order_and_cells_without_places() -> None:
    assert read(xlsx(RECORD + HEADER)).cells.rows() == [("x", "5")]
    bare = "<row><c t='inlineStr'><is><t>{}</t></is></c><c t='inlineStr'><is><t>{}</t></is></c></row>"
    assert read(xlsx(bare.format("id", "amount") + bare.format("x", "5"))).cells.rows() == [("x", "5")]


def test_an_error_in_a_cell_without_a_place_is_not_read_as_empty() -> None:
    bare = "<row><c t='inlineStr'><is><t>id</t></is></c><c t='inlineStr'><is><t>n</t></is></c></row>"
    said = told(xlsx(bare + '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row>'))
    assert 'sheet "Data" has errors or formulas that were never calculated, in cells that do not' in said


MERGED = ("<mergeCells>", "</mergeCells>")
GROWING = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
RANDOM = random.Random(5).randbytes(400_000).hex()
# what it is, the workbook, what is said, within seconds of a busy machine
HARMFUL = [
    ("a string that is not there", xlsx(HEADER + row(2, '<c r="A2" t="s"><v>99</v></c>')), "damaged or was cut off"),
    (
        "a string that is not there, of some",
        xlsx(HEADER + row(2, '<c r="A2" t="s"><v>99</v></c>'), strings="<si><t>a</t></si>"),
        "damaged or was cut off",
    ),
    ("a row before the first", xlsx(HEADER + '<row r="-1"><c r="A0"><v>1</v></c></row>'), "damaged or was cut off"),
    (
        "a text that no cell can hold",
        xlsx(HEADER + row(2, '<c r="A2" t="s"><v>0</v></c>'), strings=f"<si><t>{RANDOM}</t></si>"),
        "it holds a text of more than 32,767 characters",
    ),
    (
        "a text a little too long",
        xlsx(HEADER + row(2, text("A2", "x" * 32_768))),
        "is the start of a cell with 32,768 characters",
    ),
    (
        "hundreds of thousands of merged cells",
        xlsx(
            HEADER + RECORD,
            after="<mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(3, 200_003))
            + "</mergeCells>",
        ),
        'sheet "Data" has 200,000 areas of merged cells. Allowed: at most 10,000',
    ),
    (
        "a column repeated a million times",
        ods(ODS_HEADER + ods_row(ods_cell("x", ' table:number-columns-repeated="1000000"'))),
        "has cells in use as far as",
    ),
    (
        "a row repeated a thousand million times",
        ods(ODS_HEADER + ods_row(ods_cell("x"), attributes=' table:number-rows-repeated="999999999"')),
        "has cells in use as far as B1000000000",
    ),
    (
        "entities that grow",
        xlsx(
            HEADER + RECORD,
            more={"xl/comments1.xml": GROWING},
        ),
        "its part xl/comments1.xml defines XML entities",
    ),
]


@pytest.mark.parametrize(("what", "content", "said"), HARMFUL, ids=[case[0] for case in HARMFUL])
def test_a_workbook_made_to_harm_is_refused_soon(what: str, content: bytes, said: str) -> None:
    started = processor_seconds()
    assert said in told(content)
    assert processor_seconds() - started < 10


# what it is, the workbook: strange, but with one clear reading
HARMLESS = [
    ("empty rows without end", xlsx(HEADER + RECORD + "".join(f'<row r="{n}"/>' for n in range(3, 200_000)))),
    ("deep nesting", xlsx(HEADER + RECORD, before="<x>" * 50_000 + "</x>" * 50_000)),
    ("a style that is not there", xlsx(HEADER + row(2, text("A2", "x"), number("B2", 5, 4_000_000)))),
    (
        "a million empty rows of an ODS",
        ods(
            ODS_HEADER
            + ods_row(ods_cell("x"), ods_cell("5"))
            + ods_row(EMPTY_CELLS, attributes=' table:number-rows-repeated="1048574"')
        ),
    ),
]


@pytest.mark.parametrize(("what", "content"), HARMLESS, ids=[case[0] for case in HARMLESS])
def test_a_strange_workbook_is_read_soon(what: str, content: bytes) -> None:
    started = processor_seconds()
    assert read(content).cells.rows() == [("x", "5")]
    assert processor_seconds() - started < 10


def test_a_long_row_without_an_end_costs_no_more_than_its_length() -> None:
    cells = "".join(f'<c r="A1"><v>{place * 7919 % 1_000_003}</v></c>' for place in range(300_000))
    started = processor_seconds()
    assert "only headers" in told(xlsx(f'<row r="1">{cells}</row>'))
    assert processor_seconds() - started < 10


def test_merged_cells_among_records_need_consent() -> None:
    second = [*list(DELIVERY.values())[:2], "L-2", *list(DELIVERY.values())[3:5]]
    lines = [list(DELIVERY), list(DELIVERY.values()), second]
    book = xlsx(
        "".join(
            row(at, *(text(f"{'ABCDEFG'[place]}{at}", cell) for place, cell in enumerate(cells)))
            for at, cells in enumerate(lines, start=1)
        ),
        after='<mergeCells count="1"><mergeCell ref="F2:F3"/></mergeCells>',
    )
    checked = check_file("deliveries", book, "book.xlsx", known=KNOWN, today=TODAY)
    assert [line for line in checked.findings.lines() if line.startswith("warning")] == [
        'warning: book.xlsx, row 2, column "delivered_date": F2:F3 is one merged cell: its value was read in its first '
        "cell, the others were read as empty. Allowed: a value in every cell that has one. Unmerge it and fill in "
        "every row; accept the warning if the other cells are meant to be empty."
    ]


def test_a_second_table_and_totals_in_a_workbook_are_told_once() -> None:
    headers, values = list(DELIVERY), [*list(DELIVERY.values())[:-1], 12000]
    rows = [headers, values, [], ["Site", "Weekday", "Visits"], ["Basel", "Monday", 3]]
    checked = check_file("deliveries", workbook({"Data": rows}), "b.xlsx", known=KNOWN, today=TODAY)
    assert not checked.accepted
    totals = [headers, values, ["Gesamt", None, None, None, None, None, 12000]]
    checked = check_file("deliveries", workbook({"Data": totals}), "b.xlsx", known=KNOWN, today=TODAY)
    assert checked.findings.frame["code"].to_list() == ["totals_row"]


def test_a_hidden_row_of_an_xls_is_said() -> None:
    """The flag is set in the record that describes the second row of an ordinary file."""
    content = bytearray((FIXTURES / "good" / "reading" / "typed_cells.xls").read_bytes())
    record = content.index(b"\x08\x02\x10\x00\x01\x00")  # ROW, 16 bytes, row 2
    content[record + 4 + 12] |= 0x20
    table = read_table(bytes(content), "book.xls")
    assert table.rows.to_list() == [2, 3]
    assert table.reading.notes[0] == "1 hidden row was read as well."
