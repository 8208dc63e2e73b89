"""The first sheet: what the workbook is, from which data, and what its sheets hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.present.wording import STATUS_LOOKS, joined, plural
from kpi.qbr.pack import TITLE as TITLE_PAGE
from kpi.qbr.pack import IndicatorPage, Pack
from kpi.qbr.workbook.cells import DAY, MOMENT, MONTH, Column, Value, height_of, status_mark
from kpi.qbr.workbook.sheet import TITLE, Book, write_cell

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from kpi.qbr.workbook.records import Listed

NAME = "About"
LABEL, TEXT = Column("", 30, wrap=True), Column("", 110, wrap=True)
SECTION = {"bold": True, "font_size": 12, "bottom": 1}
LINK = {"font_color": "#0B4F9E", "underline": 1}
READING = (
    "Percentages are stored as fractions and shown as percentages. An empty cell means that there is no such number, "
    "never 0. Months are stored as their first day. Texts are texts, whatever they begin with; nothing in here "
    "is a formula."
)
USUAL_TITLE = "Quarterly business review"


def title_of(pack: Pack) -> str:
    """As on the title page; the usual one without such a page."""
    return next((page.title for page in pack.pages if page.kind == TITLE_PAGE), USUAL_TITLE)


def start(book: Book) -> Worksheet:
    """The sheet, empty: what it lists is known at the end."""
    sheet = book.add(NAME, "Which data this is, what the sheets hold, comments")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, LABEL.width)
    sheet.set_column(1, 1, TEXT.width)
    return sheet


def fill(book: Book, sheet: Worksheet, listed: Sequence[Listed]) -> None:
    writer = _Writer(book, sheet)
    pack = book.pack
    sheet.write_string(0, 0, title_of(pack), book.format(**TITLE))
    for label, value, shown in _facts(pack):
        writer.pair(label, value, shown)
    comments = [(page.title, page.comment) for page in pack.pages if page.comment]
    writer.section("Comments of the alliance manager", comments)
    writer.section("Restated since first reported", _restated(pack))
    writer.section("Sheets", [])
    for name, text in book.contents[1:]:
        writer.link(name, text)
    writer.section("How to read it", [("Numbers and texts", READING)])
    for look in STATUS_LOOKS:
        writer.mark(look.state, look.state)
    if listed:
        writer.section("Records behind each figure", [])
        for one in listed:
            cut = "" if one.listed == one.records else f", of which {one.listed:,} are in this workbook"
            writer.pair(one.figure.name, f"{plural(one.records, 'record')}{cut}")


def _facts(pack: Pack) -> list[tuple[str, Value, str]]:
    """Label, value, format."""
    source = pack.provenance
    made_up = "yes: synthetic sample data, no real partner" if source.synthetic else "no"
    facts: list[tuple[str, Value, str]] = [
        ("Partner", pack.partner, ""),
        ("Partner's id", pack.partner_id, ""),
        ("Period", pack.period, ""),
        ("Last month", pack.month, MONTH),
        ("Months that figures count", pack.window, "0"),
        ("Ledger version", source.version, "0"),
        ("Version recorded (UTC)", source.recorded_at, MOMENT),
        ("Judged on", source.day, DAY),
        ("Frozen for", source.frozen_for, ""),
        ("Definitions", source.definitions, ""),
        ("Store", source.store, ""),
        ("Synthetic", made_up, ""),
        ("Source", source.line, ""),
    ]
    return [fact for fact in facts if fact[1] not in (None, "")]


def _restated(pack: Pack) -> list[tuple[str, str]]:
    """(the pages it concerns, what was restated), each text once."""
    pages: dict[str, list[str]] = {}
    for page in pack.pages:
        if page.restated:
            figure = page.figure if isinstance(page, IndicatorPage) else None
            name = page.title.partition(":")[0] if figure is None else figure.name
            pages.setdefault(page.restated, []).append(name)
    return [(joined(names, 3), text) for text, names in pages.items()]


class _Writer:
    """Writes from top to bottom, two columns."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet, self.row = book, sheet, 1

    def pair(self, label: str, value: Value, shown: str = "") -> None:
        self.row += 1
        write_cell(self.book, self.sheet, self.row, 0, label, LABEL)
        if isinstance(value, int | float):
            self.sheet.write_number(self.row, 1, value, self.book.format(num_format=shown, align="left"))
        else:
            write_cell(self.book, self.sheet, self.row, 1, value, Column("", TEXT.width, shown, wrap=True))
        texts = [(label, LABEL.width), (value, TEXT.width)]
        height = height_of([(text, width) for text, width in texts if isinstance(text, str)])
        if height is not None:
            self.sheet.set_row(self.row, height)

    def section(self, title: str, pairs: Sequence[tuple[str, str]]) -> None:
        """A heading and what stands under it; nothing at all where that is known to be nothing."""
        if not pairs and title in ("Comments of the alliance manager", "Restated since first reported"):
            return
        self.row += 2
        for position in (0, 1):
            self.sheet.write_string(self.row, position, "" if position else title, self.book.format(**SECTION))
        for label, text in pairs:
            self.pair(label, text)

    def link(self, name: str, text: str) -> None:
        self.row += 1
        self.sheet.write_url(self.row, 0, f"internal:'{name}'!A1", self.book.format(**LINK), name)
        write_cell(self.book, self.sheet, self.row, 1, text, TEXT)

    def mark(self, label: str, status: str) -> None:
        self.row += 1
        write_cell(self.book, self.sheet, self.row, 0, f"Status: {label}", LABEL)
        write_cell(self.book, self.sheet, self.row, 1, status_mark(status), TEXT)
