"""The numbers of all control charts in one table, indicator after indicator; the charts draw from its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.qbr.workbook.cells import MONTH, Column, Number, Value, counted, numbers, status_mark
from kpi.qbr.workbook.sheet import Book, Table

if TYPE_CHECKING:
    from kpi.qbr.pack import ChartMonth, Figure, IndicatorPage

NAME = "Control charts data"
COLUMNS = (
    Column("Indicator", 34),
    Column("Month", 11, MONTH),
    Column("Unit", 13),
    numbers("Value", 11),
    numbers("n", 9),
    numbers("Numerator", 11),
    numbers("Denominator", 13),
    numbers("Centre line", 11),
    numbers("Lower control limit", 12),
    numbers("Upper control limit", 12),
    numbers("Target"),
    numbers("Target, upper edge"),
    numbers("Limit"),
    numbers("Limit, upper edge"),
    numbers("Flagged month", 11),
    Column("Rule that it broke", 50, align="indent"),
    Column("Reading", 16),
    numbers("Phase of limits", 9),
    Column("Status", 36, align="indent"),
    Column("Key", 30),
)
PLACES = {column.head: place for place, column in enumerate(COLUMNS)}

Ranges = dict[str, tuple[int, int]]  # {figure key: first and last row of its months}


def write(book: Book, pages: Sequence[IndicatorPage]) -> tuple[Ranges, int]:
    """Writes the sheet; the rows of each indicator and the row of the heads, all counted from 0."""
    lines = [
        "Every chart draws from these cells: change a number here and the chart follows.",
        "A flagged month is one that broke a rule; its value stands there once more, as a series of its own.",
    ]
    about = "The numbers that the charts draw: a row for each indicator and month"
    table = Table(book, NAME, about, COLUMNS, title="Data of the control charts", lines=lines, frozen=2)
    ranges: Ranges = {}
    for page in pages:
        if page.figure is None or not page.months:
            continue
        first = table.row
        for month in page.months:
            table.add(*_cells(page.figure, month))
        ranges[page.figure.key] = (first, table.row - 1)
    table.close("No indicator has a month with a value.")
    return ranges, table.head


def _cells(figure: Figure, month: ChartMonth) -> tuple[Value, ...]:
    shown = figure.number_format
    return (
        figure.name,
        month.month,
        figure.unit,
        Number(month.value, shown),
        counted(month.n),
        counted(month.numerator),
        counted(month.denominator),
        Number(month.centre, shown),
        Number(month.lower_limit, shown),
        Number(month.upper_limit, shown),
        Number(month.target, shown),
        Number(month.target_high, shown),
        Number(month.limit, shown),
        Number(month.limit_high, shown),
        Number(month.value if month.rule else None, shown),
        month.rule_text,
        month.reading,
        None if month.phase is None else month.phase + 1,
        status_mark(month.status),
        figure.key,
    )
