"""A pack and the records behind it → the workbook: sheets in the order of the pack's pages, records last."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.qbr.pack import (
    APPENDIX,
    CHANGED,
    DECISIONS,
    ESCALATIONS,
    INDICATOR,
    LOOK_AHEAD,
    SCORECARD,
    AppendixPage,
    ChangedPage,
    DecisionsPage,
    EscalationsPage,
    LookAheadPage,
    Pack,
    Page,
    ScorecardPage,
)
from kpi.qbr.workbook import about, charts, lists, monthly, records, scorecard
from kpi.qbr.workbook.sheet import FONT, Book

if TYPE_CHECKING:
    import pandas as pd

# Texts stay texts, whatever they begin with; in memory, since the parts of the file bear no time of their own then.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NO_MOMENT = datetime(1980, 1, 1)  # of the empty ledger


def write_workbook(pack: Pack, records_behind: Mapping[str, pd.DataFrame]) -> bytes:
    """The .xlsx. ``records_behind``: {figure key: the records that it counts}, as ``records_of`` gives them.

    Fractions stay fractions (0.885, shown as 88.5%), what there is not stays empty. The same pack and records give the
    same bytes.
    """
    import xlsxwriter

    content = io.BytesIO()
    # The font as a copy: XlsxWriter adds to what it is given.
    with xlsxwriter.Workbook(content, {**OPTIONS, "default_format_properties": dict(FONT)}) as workbook:
        provenance = pack.provenance
        workbook.set_properties(
            {
                "title": f"{about.title_of(pack)}: {pack.partner}, {pack.period}",
                "subject": provenance.version_line,
                "comments": provenance.line,
                "created": provenance.recorded_at or NO_MOMENT,
            }
        )
        book = Book(workbook, pack)
        first = about.start(book)
        for kind in dict.fromkeys(page.kind for page in pack.pages):
            if kind in SHEETS:
                SHEETS[kind](book, next(page for page in pack.pages if page.kind == kind))
        listed = records.write(book, records_behind)
        about.fill(book, first, listed)
        first.activate()
    return content.getvalue()


def _scorecard(book: Book, page: Page) -> None:
    assert isinstance(page, ScorecardPage)
    scorecard.write(book, page)


def _changed(book: Book, page: Page) -> None:
    assert isinstance(page, ChangedPage)
    lists.changed(book, page)


def _indicators(book: Book, page: Page) -> None:
    charts.write(book, book.pack.indicator_pages)


def _escalations(book: Book, page: Page) -> None:
    assert isinstance(page, EscalationsPage)
    lists.escalations(book, page)


def _decisions(book: Book, page: Page) -> None:
    assert isinstance(page, DecisionsPage)
    lists.decisions(book, page)
    lists.actions(book, page)


def _look_ahead(book: Book, page: Page) -> None:
    assert isinstance(page, LookAheadPage)
    lists.look_ahead(book, page)


def _appendix(book: Book, page: Page) -> None:
    assert isinstance(page, AppendixPage)
    monthly.wide(book, page)
    monthly.long(book, page)
    lists.sources(book, page)
    lists.definitions(book, page)


SHEETS: dict[str, Callable[[Book, Page], None]] = {
    SCORECARD: _scorecard,
    CHANGED: _changed,
    INDICATOR: _indicators,
    ESCALATIONS: _escalations,
    DECISIONS: _decisions,
    LOOK_AHEAD: _look_ahead,
    APPENDIX: _appendix,
}
