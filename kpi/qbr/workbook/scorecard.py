"""The scorecard: a row for each indicator, with its numbers, verdicts, trend and what the alliance manager says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.present.rows import TREND_MONTHS, months_before
from kpi.present.wording import short_month
from kpi.qbr.pack import Figure, ScorecardPage
from kpi.qbr.workbook.cells import Column, Number, Value, counted, numbers, status_mark
from kpi.qbr.workbook.sheet import Book, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "Scorecard"
TREND_LINE = "#4a7fb0"
# What is printed; the details after it are for the screen.
COLUMNS = (
    Column("Category", 14, wrap=True),
    Column("Indicator", 26, wrap=True),
    Column("Unit", 11),
    numbers("Value"),
    numbers("n", 7),
    numbers("Target", 9),
    numbers("Target, upper edge", 9),
    numbers("Limit", 9),
    numbers("Limit, upper edge", 9),
    Column("Status", 22, wrap=True, align="indent"),
    Column("Variation", 22, wrap=True),
    Column("Assurance", 20, wrap=True),
)
COMMENT, NO_COMMENT = Column("Comment", 36, wrap=True), Column("Comment", 10)
OBJECTION, NO_OBJECTION = Column("Objection", 36, wrap=True), Column("Objection", 10)
TREND = Column("Trend", 20)
BEFORE_MONTHS = (
    numbers("Numerator", 11),
    numbers("Denominator", 13),
    numbers("95 % interval from", 12),
    numbers("95 % interval to", 12),
)
AFTER_MONTHS = (
    Column("Variation in a sentence", 130, wrap=True, align="indent"),
    Column("Assurance in a sentence", 130, wrap=True),
)
KEY = Column("Key", 30)
TREND_PLACE = len(COLUMNS) + 2  # after objection and comment


def write(book: Book, page: ScorecardPage) -> None:
    pack = book.pack
    months = [months_before(pack.month, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    comments = {one.figure.key: one.comment for one in pack.indicator_pages if one.figure is not None}
    comment = COMMENT if any(comments.values()) else NO_COMMENT
    objection = OBJECTION if any(figure.objections for figure in page.figures) else NO_OBJECTION
    trend = tuple(numbers(short_month(month), 10) for month in months)
    table = Table(
        book,
        NAME,
        f"Every indicator in {pack.period}: value, n, interval, target, status, variation and assurance, the last "
        f"{TREND_MONTHS} single months",
        (*COLUMNS, objection, comment, TREND, *BEFORE_MONTHS, *trend, *AFTER_MONTHS, KEY),
        title=page.title,
        lines=page.score,
        page=page,
        frozen=2,
    )
    for category, figures in page.categories:
        for figure in figures:
            row = table.add(*_cells(category, figure, comments))
            if any(value is not None for value in figure.trend):
                _sparkline(table, row)
    table.close("No indicator has a figure.")
    table.sheet.print_area(0, 0, max(table.row - 1, table.first), TREND_PLACE)
    table.sheet.fit_to_pages(1, 0)


def _cells(category: str, figure: Figure, comments: Mapping[str, str]) -> tuple[Value, ...]:
    shown = figure.number_format
    return (
        category,
        figure.name,
        figure.unit,
        Number(figure.value, shown),
        counted(figure.n),
        Number(figure.target, shown),
        Number(figure.target_high, shown),
        Number(figure.limit, shown),
        Number(figure.limit_high, shown),
        status_mark(figure.status),
        figure.variation.short,
        figure.assurance.short,
        "\n".join(figure.objections),
        comments.get(figure.key, ""),
        None,
        counted(figure.numerator),
        counted(figure.denominator),
        Number(figure.lower, shown),
        Number(figure.upper, shown),
        *(Number(value, shown) for value in trend_of(figure)),
        figure.variation.sentence,
        figure.assurance.sentence,
        figure.key,
    )


def trend_of(figure: Figure) -> tuple[float | None, ...]:
    """A place for each of the months, oldest first; those before the first one that is known are empty."""
    known = figure.trend[-TREND_MONTHS:]
    return (None,) * (TREND_MONTHS - len(known)) + known


def _sparkline(table: Table, row: int) -> None:
    """A line within the cell, from the months to the right of it."""
    from xlsxwriter.utility import xl_range_abs

    first = TREND_PLACE + 1 + len(BEFORE_MONTHS)
    cells = xl_range_abs(row, first, row, first + TREND_MONTHS - 1)
    options = {"range": f"'{NAME}'!{cells}", "markers": True, "series_color": TREND_LINE, "weight": 1.25}
    table.sheet.add_sparkline(row, TREND_PLACE, options)
