"""Native charts that can still be edited: the months of an indicator with centre line, limits, target and n."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from kpi.present.charts import LIMIT_LINES, LINE, RED_LINE, TARGET_LINE
from kpi.present.wording import shortened
from kpi.qbr.workbook import chart_data
from kpi.qbr.workbook.axis import axis_of
from kpi.qbr.workbook.cells import ROW_HEIGHT, held, lines_of
from kpi.qbr.workbook.sheet import NOTE, TITLE, TITLE_HEIGHT, Book

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

    from kpi.qbr.pack import IndicatorPage

NAME = "Charts"
WIDTH, HEIGHT = 1080, 350  # pixels
COLUMNS, COLUMN_WIDTH = 9, 16.43  # as wide together as a chart
ROWS = 18  # that a chart covers, at 20 pixels
ROWS_ON_A_PAGE = 75  # of A4 upright
TEXT_WIDTH = 140  # digits
LABELS = 13  # months that are named on the axis
BARS = "#c3c9d0"
SMALL = {"name": "Arial", "size": 9, "color": "#4b5563"}
BARS_SHARE = 5  # n's axis is so many times as high as its highest bar
LONGEST_TITLE = 90
LONGEST_ALT_TEXT = 1000

# The column of the table, and how its line is drawn. The value comes last but one, so that it lies over the lines.
LINES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Upper control limit", {"color": LIMIT_LINES, "width": 1, "dash_type": "dash"}),
    ("Centre line", {"color": LIMIT_LINES, "width": 1.25}),
    ("Lower control limit", {"color": LIMIT_LINES, "width": 1, "dash_type": "dash"}),
    ("Target", {"color": TARGET_LINE, "width": 1.5, "dash_type": "long_dash"}),
    ("Target, upper edge", {"color": TARGET_LINE, "width": 1.5, "dash_type": "long_dash"}),
    ("Limit", {"color": RED_LINE, "width": 1.25, "dash_type": "round_dot"}),
    ("Limit, upper edge", {"color": RED_LINE, "width": 1.25, "dash_type": "round_dot"}),
)
FIELDS = ("upper_limit", "centre", "lower_limit", "target", "target_high", "limit", "limit_high")


def write(book: Book, pages: Sequence[IndicatorPage]) -> None:
    """The sheet of charts, and after it the sheet with their numbers."""
    sheet = book.add(NAME, "A control chart for each indicator, drawn from the sheet after this one")
    sheet.hide_gridlines(2)
    sheet.set_portrait()  # two or three charts on a page
    sheet.set_column(0, COLUMNS - 1, COLUMN_WIDTH)
    ranges, head = chart_data.write(book, pages)
    row, breaks = 0, [0]
    for page in pages:
        start, has_chart = row, page.figure is not None and page.figure.key in ranges
        row = _words(book, sheet, row, page)
        if row + ROWS * has_chart - breaks[-1] > ROWS_ON_A_PAGE:
            breaks.append(start)
        if page.figure is not None and has_chart:
            chart = _chart(book, page, ranges[page.figure.key], head)
            options = {
                "description": shortened(_alt_text(page), LONGEST_ALT_TEXT),
                "object_position": 1,
                "x_offset": 2,
                "y_offset": 4,
            }
            sheet.insert_chart(row, 0, chart, options)
            for covered in range(row, row + ROWS):
                sheet.set_row(covered, ROW_HEIGHT)  # said, so that every program gives the chart its height
            row += ROWS
        row += 1
    sheet.set_h_pagebreaks(breaks[1:])


def _words(book: Book, sheet: Any, row: int, page: IndicatorPage) -> int:
    """What is said of an indicator, above its chart; the row below."""
    sheet.write_string(row, 0, held(page.title), book.format(**TITLE))
    sheet.set_row(row, TITLE_HEIGHT)
    no_chart = "" if page.months else "No month has a value, so there is no chart."
    comment = f"Comment: {page.comment}" if page.comment else ""
    restated = f"{page.restated}." if page.restated else ""
    for text in (page.statement, page.reading, page.gaps, restated, comment, no_chart):
        for line in lines_of(text, TEXT_WIDTH):
            row += 1
            sheet.write_string(row, 0, held(line), book.format(**NOTE))
    return row + 1


def _chart(book: Book, page: IndicatorPage, rows: tuple[int, int], head: int) -> Chart:
    figure = page.figure
    assert figure is not None
    chart = book.workbook.add_chart({"type": "line"})
    drawn = [
        (name, line)
        for (name, line), field in zip(LINES, FIELDS, strict=True)
        if any(getattr(month, field) is not None for month in page.months)
    ]
    for name, line in drawn:
        chart.add_series({**_series(name, rows, head), "line": line, "marker": {"type": "none"}})
    dots = {"type": "circle", "size": 5 if len(page.months) <= 36 else 3}
    chart.add_series(
        {
            **_series("Value", rows, head),
            "line": {"color": LINE, "width": 2},
            "marker": {**dots, "fill": {"color": LINE}, "border": {"color": LINE}},
        }
    )
    if any(month.rule for month in page.months):
        mark = {"type": "diamond", "size": 10, "fill": {"none": True}, "border": {"color": RED_LINE, "width": 2}}
        chart.add_series({**_series("Flagged month", rows, head), "line": {"none": True}, "marker": mark})
    _dress(chart, page)
    _add_bars(book, chart, page, rows, head)
    return chart


def _series(name: str, rows: tuple[int, int], head: int) -> dict[str, Any]:
    column, months = chart_data.PLACES[name], chart_data.PLACES["Month"]
    return {
        "name": [chart_data.NAME, head, column],
        "categories": [chart_data.NAME, rows[0], months, rows[1], months],
        "values": [chart_data.NAME, rows[0], column, rows[1], column],
    }


def _dress(chart: Chart, page: IndicatorPage) -> None:
    figure = page.figure
    assert figure is not None
    shown = [value for month in page.months for value in (month.value, *(getattr(month, field) for field in FIELDS))]
    low, high, step = axis_of(shown, share=figure.unit == "%")
    grey = {"color": "#e3e6ea", "width": 0.75}
    title = f"{shortened(figure.name, LONGEST_TITLE)}, monthly {page.chart_name}"
    chart.set_title({"name": title, "overlay": False, "name_font": {**SMALL, "size": 12}})
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yyyy",
            "major_unit": max(ceil(len(page.months) / LABELS), 1),
            "major_unit_type": "months",
            "num_font": SMALL,
            "line": {"color": LIMIT_LINES},
            "label_position": "low",
        }
    )
    chart.set_y_axis(
        {
            "name": figure.unit,
            "name_font": {**SMALL, "bold": False},
            "num_format": figure.number_format,
            "min": low,
            "max": high,
            "major_unit": step,
            "num_font": SMALL,
            "major_gridlines": {"visible": True, "line": grey},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "bottom", "font": SMALL})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.show_blanks_as("gap")
    chart.set_chartarea({"border": {"color": "#d5d9de"}})


def _add_bars(book: Book, chart: Chart, page: IndicatorPage, rows: tuple[int, int], head: int) -> None:
    """n as pale bars along the bottom, on an axis of their own at the right."""
    most = max((month.n or 0.0 for month in page.months), default=0.0)
    if most <= 0:
        return
    step = axis_of([most], share=False)[1]
    bars = book.workbook.add_chart({"type": "column"})
    look = {"fill": {"color": BARS, "transparency": 45}, "border": {"none": True}, "gap": 60, "y2_axis": True}
    bars.add_series({**_series("n", rows, head), **look})
    bars.set_y2_axis(
        {
            "name": "n",
            "name_font": {**SMALL, "bold": False},
            "min": 0,
            "max": step * BARS_SHARE,
            "major_unit": step,
            "num_font": SMALL,
            "num_format": f"[<={step:.0f}]#,##0;;",  # nothing beside the part that has no bars
            "major_gridlines": {"visible": False},
            "line": {"none": True},
        }
    )
    chart.combine(bars)


def _alt_text(page: IndicatorPage) -> str:
    figure = page.figure
    assert figure is not None
    flagged = f"{len(page.flagged)} flagged months" if page.flagged else "no flagged month"
    verdicts = f"{figure.variation.sentence} {figure.assurance.sentence}"
    return f"Control chart of {figure.name}, {len(page.months)} months, {flagged}. {page.statement} {verdicts}"
