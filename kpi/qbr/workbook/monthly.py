"""The monthly values twice: to be read, a column for each month; and to be computed with, a row for each."""

from __future__ import annotations

from kpi.present.wording import short_month
from kpi.qbr.pack import AppendixPage
from kpi.qbr.workbook.cells import MONTH, Column, Marked, Number, counted, numbers, status_mark
from kpi.qbr.workbook.sheet import Book, Table

WIDE, LONG = "Monthly values", "Monthly values, long"
LEADING = (Column("Indicator", 34), Column("Unit", 13), Column("What", 9))


def wide(book: Book, page: AppendixPage) -> None:
    """Three rows for each indicator: value, n, status by its shape."""
    columns = (*LEADING, *(numbers(short_month(month), 11) for month in page.months))
    about = "A column for each month; value, n and status of each indicator"
    table = Table(book, WIDE, about, columns, title=page.title, page=page, frozen=len(LEADING))
    for row in page.monthly:
        figure = row.figure
        table.add(figure.name, figure.unit, "value", *(Number(cell[0], figure.number_format) for cell in row.cells))
        table.add(figure.name, figure.unit, "n", *(counted(cell[2]) for cell in row.cells))
        table.add(figure.name, figure.unit, "status", *(_shape(cell[3]) for cell in row.cells))
    table.close("No indicator has a figure.")


def long(book: Book, page: AppendixPage) -> None:
    """A row for each indicator and month."""
    columns = (
        Column("Indicator", 34),
        Column("Month", 11, MONTH),
        Column("Unit", 13),
        numbers("Value", 12),
        Column("As shown", 18, align="indent"),
        numbers("n", 9),
        Column("Status", 36, align="indent"),
        Column("Key", 30),
    )
    about = "The same with a row for each indicator and month, for pivot tables"
    table = Table(book, LONG, about, columns, title=page.title, page=page, frozen=2)
    for row in page.monthly:
        figure = row.figure
        for month, (value, text, n, status) in zip(page.months, row.cells, strict=True):
            shown = Number(value, figure.number_format)
            table.add(figure.name, month, figure.unit, shown, text, counted(n), status_mark(status), figure.key)
    table.close("No indicator has a figure.")


def _shape(status: str) -> Marked:
    mark = status_mark(status)
    return Marked(mark.text.partition(" ")[0], mark.colour)
