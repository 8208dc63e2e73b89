"""The workbook within a chart, which PowerPoint opens under "Edit data": month, value, n, limits, target, flags."""

from __future__ import annotations

import io
from datetime import datetime, time

from kpi.qbr.deck.columns import ChartData, N
from kpi.qbr.deck.drawing import clean

SHEET = "Data"
DATE_FORMAT = "[$-809]mmm yyyy"
N_FORMAT = "#,##0"


def column_letter(place: int) -> str:
    """ "A" for 0, "AA" for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def chart_workbook(data: ChartData, number_format: str, created: datetime) -> bytes:
    """Months in A, ``data.columns`` from B on, then the texts. No text becomes a formula or a link."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    book = Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": created, "title": "", "author": ""})
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    days, numbers, counts = (book.add_format({"num_format": code}) for code in (DATE_FORMAT, number_format, N_FORMAT))
    sheet.write_string(0, 0, "Month", head)
    for row, month in enumerate(data.months, 1):
        sheet.write_datetime(row, 0, datetime.combine(month, time()), days)
    for place, column in enumerate(data.columns, 1):
        sheet.write_string(0, place, clean(column.header), head)
        looks = counts if column.kind == N else numbers
        for row, value in enumerate(column.values, 1):
            if value is not None:
                sheet.write_number(row, place, value, looks)
    for place, (header, texts) in enumerate(data.texts, 1 + len(data.columns)):
        sheet.write_string(0, place, header, head)
        for row, text in enumerate(texts, 1):
            if text:
                sheet.write_string(row, place, clean(text))
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, len(data.columns) + len(data.texts), 14)
    book.close()
    return file.getvalue()
