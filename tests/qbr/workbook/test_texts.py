"""Texts stay texts, whatever they begin with and however long they are; no cell is a formula."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from lxml import etree

from kpi.qbr.pack import Pack
from kpi.qbr.workbook.cells import LONGEST_TEXT, held, lines_of
from tests.qbr.packs import (
    NAMES,
    UGLY_TEXTS,
    a_figure,
    a_look_ahead_page,
    a_pack,
    a_provenance,
    a_scorecard,
    an_indicator_page,
    ugly_pack,
)
from tests.qbr.workbook.books import parts_with_formulas, read, records_for, table_of, texts_of, written


@pytest.mark.parametrize("text", [*UGLY_TEXTS, "{=1+1}", "{=A1}", "+1", "https://example.org/x", "1e5", "01234"])
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    pack = a_pack(text, indicators=2, months=3, text=text, comment=text, partner_id=text)
    content = written(pack)
    assert parts_with_formulas(content) == []
    book = read(content)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n", "d", "inlineStr") for cell in row), sheet.title
            assert all(cell.hyperlink is None or cell.hyperlink.location for cell in row), sheet.title
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Partner"] == text
    assert about["Partner's id"] == text
    assert {row["What is to be done"] for row in table_of(book, "Actions")} == {text}
    assert {row["Description"] for row in table_of(book, "Look-ahead")} == {text}
    assert {row["Comment"] for row in table_of(book, "Scorecard")} == {text}


def test_a_text_that_looks_like_a_formula_is_marked_as_a_text() -> None:
    """Without the mark a spreadsheet makes a formula of it as soon as somebody edits the cell."""
    book = read(written(a_pack(pages=[a_look_ahead_page(2, text="=1+1")])))
    cell = next(cell for row in book["Look-ahead"].iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.quotePrefix


def test_records_keep_ids_days_and_missing_cells() -> None:
    pack = a_pack(indicators=2, months=3)
    rows = table_of(read(written(pack)), "Records, batch records")
    assert len(rows) == 4
    first = rows[0]
    assert first["Partner"] == "01234"
    assert first["Batch"] == "00000000"
    assert first["Product"] == "-3"
    assert first["File"] == "=cmd|' /C calc'!A0.csv"
    assert first["Row in the file"] == 2
    assert first["Disposition date"] == datetime(2026, 10, 5)
    assert first["Completed"] is None
    assert (first["Reworked"], rows[1]["Reworked"]) == ("yes", "no")
    assert (first["Release tests"], rows[1]["Release tests"]) == (None, 3)
    assert (first["Counts as"], first["Key"]) == ("numerator and denominator", "right_first_time")


def test_records_beyond_the_limit_are_cut_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.qbr.workbook.records.MOST_ROWS", 5)
    pack = a_pack(indicators=3, months=3)
    book = read(written(pack, records_for(pack, each=4)))
    assert len(table_of(book, "Records, batch records")) == 5
    said = " ".join(texts_of(book, "Records, batch records"))
    assert "Cut: the first 5 of 12 rows are here. The rest is on the screen of the indicator" in said
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Right first time"] == "4 records"
    assert about["Lot acceptance rate"] == "4 records, of which 1 are in this workbook"
    assert about["Cost per released lot"] == "4 records, of which 0 are in this workbook"


def test_a_pack_without_any_figure_says_so() -> None:
    nothing = an_indicator_page(a_figure("Never reported", months=()), ())
    pack = a_pack(pages=[a_scorecard([]), nothing], provenance=a_provenance(recorded_at=None, version=0))
    book = read(written(pack, {}))
    assert book.sheetnames == ["About", "Scorecard", "Charts", "Control charts data"]
    assert "No indicator has a figure." in texts_of(book, "Scorecard")
    assert "No month has a value, so there is no chart." in texts_of(book, "Charts")
    assert not book["Charts"]._charts
    assert book.properties.created == datetime(1980, 1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_partner_period_and_version_are_on_every_sheet_and_every_printed_page(name: str) -> None:
    pack = a_pack(name, indicators=2, months=3)
    book = read(written(pack))
    for sheet in book:
        texts = " ".join(texts_of(book, sheet.title))
        if sheet.title != "Charts":
            assert name in texts, sheet.title
            assert "Ledger version 412" in texts, sheet.title
        assert "Ledger version 412 of 3 November 2026, 09:12 UTC" in sheet.oddFooter.left.text
        assert sheet.oddHeader.left.text.replace("&&", "&").startswith(name[:100])
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "Charts" else "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book.properties.title == f"Quarterly business review: {name}, October 2026"


def test_tables_have_frozen_heads_that_are_printed_on_every_page_and_filters() -> None:
    book = read(written(ugly_pack()))
    assert len(book.sheetnames) == len({name.casefold() for name in book.sheetnames}) >= 14
    for sheet in book:
        if sheet.title in ("About", "Charts"):
            continue
        head = int("".join(letter for letter in sheet.freeze_panes if letter.isdigit())) - 1
        assert sheet.print_title_rows == f"${head}:${head}", sheet.title
        assert f"{head}:" in sheet.auto_filter.ref, sheet.title


def test_numbers_have_their_format_and_days_are_days() -> None:
    pack = a_pack(indicators=3, months=5)
    book = read(written(pack))
    sheet = book["Scorecard"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Category")
    place = [cell.value for cell in head].index("Value")
    shown = [row[place].number_format for row in sheet.iter_rows(min_row=head[0].row + 1)]
    assert shown == [page.figure.number_format for page in pack.indicator_pages if page.figure]
    assert set(shown) == {"0.0%", "#,##0.0"}
    due = table_of(book, "Actions")[0]["Due"]
    assert due.date() == date(2026, 11, 15)
    assert table_of(book, "Control charts data")[0]["Month"] == datetime(2026, 6, 1)


def test_a_text_longer_than_a_cell_is_cut_with_a_mark() -> None:
    assert held("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert held("x" * (LONGEST_TEXT + 1)) == "x" * (LONGEST_TEXT - 1) + "…"
    assert held("half \ud83d") == "half ?"


def test_lines_of_chinese_are_half_as_long() -> None:
    assert [len(line) for line in lines_of("上海生物制药有限公司", 10)] == [5, 5]
    assert lines_of("one\ntwo", 10) == ["one", "two"]
    assert lines_of("", 10) == []


def test_sheets_follow_the_pages_chosen_and_their_order() -> None:
    pack = a_pack(indicators=2, months=3)
    by_kind = {page.kind: page for page in pack.pages}
    chosen: Pack = replace(pack, pages=(by_kind["escalations"], by_kind["scorecard"]))
    assert read(written(chosen)).sheetnames == ["About", "Escalations", "Scorecard", "Records, batch records"]


def test_the_first_sheet_leads_to_every_other() -> None:
    book = read(written(a_pack(indicators=2, months=3)))
    links = [cell.hyperlink.location for row in book["About"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_every_part_of_the_file_is_well_formed() -> None:
    content = written(ugly_pack())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
