"""The workbook being written, and one sheet of it: a heading, a frozen row of heads with filters, then rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from kpi.present.wording import shortened
from kpi.qbr.workbook.cells import (
    COUNT,
    DAY,
    TEXT,
    Column,
    Marked,
    Number,
    Value,
    height_of,
    held,
    is_number,
    lines_of,
    looks_like_a_formula,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kpi.qbr.pack import Pack, Page

A4 = 9
LONGEST_HEADING = 150  # digits' widths: what a screen shows of a line
PRINTED_WIDTH = 215  # digits on a printed page: at more than that nobody could read them
LONGEST_PRINTED = 110  # characters of a name beside the page number; Excel takes 255 in all
TITLE = {"bold": True, "font_size": 14}
TITLE_HEIGHT = 21.0  # points
NOTE = {"font_color": "#5c6875"}
FONT = {"font_name": "Arial", "font_size": 10}  # as wide wherever the workbook is opened
HEAD = {"bold": True, "bg_color": "#E6E9EE", "text_wrap": True, "valign": "top"}


class Book:
    """The workbook of one pack. ``contents``: name and description of every sheet, in their order."""

    def __init__(self, workbook: Workbook, pack: Pack) -> None:
        self.workbook = workbook
        self.pack = pack
        self.contents: list[tuple[str, str]] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._numbers: dict[str, Format] = {}
        self._texts: dict[tuple[str, bool, str, bool], Format] = {}

    def format(self, **properties: Any) -> Format:
        """The one format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._formats[key]

    def number(self, shown: str) -> Format:
        """Of a number; looked up once for each of thousands of cells."""
        if shown not in self._numbers:
            self._numbers[shown] = self.format(num_format=shown)
        return self._numbers[shown]

    def text(self, text: str, column: Column, colour: str = "") -> Format:
        """Of a text; one that looks like a formula stays a text when somebody edits the cell."""
        key = (column.align, column.wrap, colour, looks_like_a_formula(text))
        if key not in self._texts:
            properties: dict[str, Any] = {"num_format": TEXT, **column.alignment}
            properties |= {"text_wrap": True} if column.wrap else {}
            properties |= {"font_color": colour} if colour else {}
            properties |= {"quote_prefix": True} if key[-1] else {}
            self._texts[key] = self.format(**properties)
        return self._texts[key]

    def add(self, name: str, about: str) -> Worksheet:
        """A new sheet, ready to be printed: landscape, one page wide, partner and version on every page."""
        sheet = self.workbook.add_worksheet(name)
        self.contents.append((name, about))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        partner, period = self.pack.partner, self.pack.period
        sheet.set_header(f"&L{_printed(partner)}&R{_printed(period)}")
        sheet.set_footer(f"&L{_printed(self.pack.provenance.version_line)}&C&A&RPage &P of &N")
        return sheet


class Table:
    """A sheet with one table. ``first``: the row of the first record, counted from 0."""

    def __init__(
        self,
        book: Book,
        name: str,
        about: str,
        columns: Sequence[Column],
        *,
        title: str,
        lines: Sequence[str] = (),
        page: Page | None = None,
        frozen: int = 0,
    ) -> None:
        """``lines`` stand under the title, then the page's own lines; ``frozen``: columns that stay in sight."""
        self.book, self.name, self.columns = book, name, tuple(columns)
        self.sheet = book.add(name, about)
        for position, column in enumerate(self.columns):
            self.sheet.set_column(position, position, column.width)
        self.row = 0
        self._heading(title, lines, page)
        self.head = self.row
        for position, column in enumerate(self.columns):
            self.sheet.write_string(self.head, position, column.head, book.format(**HEAD, **column.alignment))
        self._height([(column.head, column.width) for column in self.columns])
        self.sheet.freeze_panes(self.head + 1, frozen)
        self.sheet.repeat_rows(self.head)
        pages = ceil(sum(column.width for column in self.columns) / PRINTED_WIDTH)
        if pages > 1:
            self.sheet.fit_to_pages(pages, 0)
            self.sheet.repeat_columns(0, max(frozen - 1, 0))
        self.row = self.first = self.head + 1

    def _heading(self, title: str, lines: Sequence[str], page: Page | None) -> None:
        room = min(sum(column.width for column in self.columns), LONGEST_HEADING)
        self.sheet.write_string(0, 0, held(title), self.book.format(**TITLE))
        self.sheet.set_row(0, TITLE_HEIGHT)
        said = [*lines, *_lines_of_page(self.book.pack, page)]
        self.row = 1
        for line in (part for text in said for part in lines_of(text, room)):
            self.sheet.write_string(self.row, 0, held(line), self.book.format(**NOTE))
            self.row += 1
        self.row += 1

    def add(self, *values: Value) -> int:
        """Writes a row below the last one; the row's number, counted from 0."""
        row = self.row
        wrapped = []
        for position, (value, column) in enumerate(zip(values, self.columns, strict=True)):
            write_cell(self.book, self.sheet, row, position, value, column)
            text = value.text if isinstance(value, Marked) else value
            if column.wrap and isinstance(text, str):
                wrapped.append((text, column.width))
        self._height(wrapped)
        self.row += 1
        return row

    def _height(self, wrapped: list[tuple[str, float]]) -> None:
        height = height_of(wrapped)
        if height is not None:
            self.sheet.set_row(self.row, height)

    def close(self, nothing: str = "") -> None:
        """Filters over all rows; ``nothing`` is said where there is none."""
        if self.row == self.first and nothing:
            self.sheet.write_string(self.row, 0, nothing, self.book.format(**NOTE))
        last = max(self.row - 1, self.first)
        self.sheet.autofilter(self.head, 0, last, len(self.columns) - 1)


def write_cell(book: Book, sheet: Worksheet, row: int, position: int, value: Value, column: Column) -> None:
    """Whatever a text begins with, it is written as a text; nothing at all for a number that there is not."""
    if isinstance(value, Marked):
        sheet.write_string(row, position, held(value.text), book.text(value.text, column, value.colour))
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, position, held(value), book.text(value, column))
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, position, value, book.format(num_format=column.format or DAY, align="left"))
    elif isinstance(value, Number):
        if is_number(value.value):
            sheet.write_number(row, position, value.value, book.number(value.format))
    elif value is not None and is_number(value):
        sheet.write_number(row, position, value, book.number(column.format or COUNT))


def _lines_of_page(pack: Pack, page: Page | None) -> list[str]:
    if page is None:
        return [f"{pack.partner}, {pack.period}", pack.provenance.line]
    comment = [f"Comment: {page.comment}"] if page.comment else []
    return [*pack.foot(page), *comment]


def _printed(text: str) -> str:
    """A text in a printed header, where "&" begins a code."""
    return shortened(text, LONGEST_PRINTED).replace("&", "&&")
