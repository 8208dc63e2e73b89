"""The control chart of an indicator's page as an SVG drawing, made without a browser.

It says what the screen's chart says (kpi/present/control_chart.py): months by status, rings around those that broke a
rule, mean and control limits of each phase, target and limit, and n as bars beneath.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.present.charts import LIMIT_LINES, LINE
from kpi.present.control_chart import LONGEST_REASON
from kpi.present.wording import look_of, short_month, shortened
from kpi.qbr.document import svg
from kpi.qbr.document.chart_lines import draw_labels, draw_lines, lines_of
from kpi.qbr.document.chart_marks import flags_of, mark, ring, statuses_of
from kpi.qbr.document.chart_scale import (
    Span,
    month_span,
    month_ticks,
    place_of,
    unit_value,
    value_span,
    value_ticks,
)
from kpi.qbr.pack import ChartMonth, IndicatorPage

WIDTH, HEIGHT = 720, 400
BARS, BARS_OPACITY = LIMIT_LINES, 0.45
NO_MONTHS = "No month has a value yet."
_LEFT, _TOP, _PHASE_ROW, _LEGEND_ROW = 46, 20, 15, 17
_COUNTS, _GAP, _AXIS = 42, 13, 34  # heights of the bars' panel, above it, and of the months' names


def chart_svg(page: IndicatorPage, width: float = WIDTH, height: float = HEIGHT) -> str:
    """The drawing in pixels of ``width`` by ``height``; a sentence in its place where no month has a value."""
    figure = page.figure
    if figure is None or not any(month.value is not None for month in page.months):
        words = svg.text(width / 2, height / 2, NO_MONTHS, size=13, colour=svg.MUTED, anchor="middle")
        frame = f'<rect x="0.5" y="0.5" width="{svg.number(width - 1)}" height="{svg.number(height - 1)}" '
        return svg.document(width, height, [f'{frame}fill="none" stroke="{svg.RULE}"/>', words], chart_title(page))
    lines = lines_of(page)
    labels = max((svg.width_of(steps.label, 11.5) for steps in lines), default=0)
    legend = list(_legend_rows(page.months, width))
    phases = [phase for phase in page.phases if page.months[0].month < phase[0] <= page.months[-1].month]
    top = _TOP + _PHASE_ROW * min(len(phases), 2)
    bottom = height - _AXIS - _LEGEND_ROW * len(legend) - _COUNTS - _GAP
    across = month_span(page.months, _LEFT, width - labels - 18)
    numbers = [month.value for month in page.months] + [value for steps in lines for value in steps.values]
    up = value_span(figure, numbers, bottom, top)
    body = [
        *_value_axis(page, across, up),
        *_counts(page.months, across, bottom + _GAP, bottom + _GAP + _COUNTS),
        *_month_axis(across, bottom + _GAP + _COUNTS),
        *_phase_marks(phases, across, up),
        *draw_lines(page, lines, across, up),
        *draw_labels(page, lines, across, up, across.end + 18),
        *_values(page, across, up),
        *(mark for row in _placed(legend, height) for mark in row),
    ]
    return svg.document(width, height, body, chart_title(page))


def chart_title(page: IndicatorPage) -> str:
    """What the chart is, in one line."""
    name = page.title if page.figure is None else page.figure.name
    if not page.months:
        return f"{name}: {NO_MONTHS[:1].lower()}{NO_MONTHS[1:]}"
    first, last = short_month(page.months[0].month), short_month(page.months[-1].month)
    return f"{name}, monthly {page.chart_name}, {first if first == last else f'{first} to {last}'}"


def _value_axis(page: IndicatorPage, across: Span, up: Span) -> Iterator[str]:
    assert page.figure is not None
    for value, words in value_ticks(up):
        height = up.at(value)
        yield svg.line(across.start, height, across.end, height, svg.RULE, 0.7)
        yield svg.text(across.start - 6, height + 4, words, size=11.5, colour=svg.MUTED, anchor="end")
    if page.figure.unit:
        yield svg.text(0, 11, page.figure.unit, size=11.5, colour=svg.MUTED)


def _month_axis(across: Span, y: float) -> Iterator[str]:
    yield svg.line(across.start, y, across.end, y, svg.MUTED, 0.8)
    for place, month, year in month_ticks(across, 30):
        x = across.at(place)
        yield svg.line(x, y, x, y + 3, svg.MUTED, 0.8)
        yield svg.text(x, y + 14, month, size=11.5, colour=svg.MUTED, anchor="middle")
        if year:
            yield svg.text(x, y + 27, year, size=11.5, colour=svg.MUTED, anchor="middle")


def _counts(months: Sequence[ChartMonth], across: Span, top: float, foot: float) -> Iterator[str]:
    """n as bars, with the highest named."""
    counts = [(place_of(month.month), month.n) for month in months if month.n]
    yield svg.text(0, foot, "n", size=11.5, colour=svg.MUTED)
    if not counts:
        return
    most = max(count for _, count in counts)
    width = 0.64 * (across.at(1) - across.at(0))
    for place, count in counts:
        high = max(count / most * (foot - top), 0.5)
        yield svg.rect(across.at(place) - width / 2, foot - high, width, high, BARS, BARS_OPACITY)
    yield svg.text(across.start - 6, top + 8, f"{int(most):,}", size=11.5, colour=svg.MUTED, anchor="end")
    yield svg.text(across.start - 6, foot, "0", size=11.5, colour=svg.MUTED, anchor="end")


def _phase_marks(phases: Sequence[tuple[object, str]], across: Span, up: Span) -> Iterator[str]:
    """An upright line where limits begin anew, with its reason above the plot; neighbours on different heights."""
    rows = min(len(phases), 2)
    for place, (month, reason) in enumerate(phases):
        x = across.at(place_of(month) - 0.5)  # type: ignore[arg-type]
        yield svg.line(x, up.end, x, up.start, LIMIT_LINES, 1.2, "4 3")
        late = x > across.start + 0.6 * (across.end - across.start)
        words = f"New limits: {shortened(reason, LONGEST_REASON)}"
        y = up.end - 5 - _PHASE_ROW * (rows - 1 - place % 2 if rows > 1 else 0)
        yield svg.text(x + (3 if late else -3), y, words, size=11, colour=svg.MUTED, anchor="end" if late else "start")


def _values(page: IndicatorPage, across: Span, up: Span) -> Iterator[str]:
    """The line through neighbouring months, the marks, and the rings around them."""
    figure = page.figure
    assert figure is not None
    stretches: list[list[tuple[float, float]]] = []
    before = None
    drawn = []
    for month in page.months:
        if month.value is None:
            continue
        place = place_of(month.month)
        point = across.at(place), up.at(unit_value(figure, month.value))
        if before is None or place != before + 1:
            stretches.append([])
        stretches[-1].append(point)
        before = place
        drawn.append((month, *point))
    yield from (svg.polyline(stretch, LINE, 1.6) for stretch in stretches if len(stretch) > 1)
    step = across.at(1) - across.at(0)
    radius = min(4.6, max(2.4, 0.42 * step))
    for month, x, y in drawn:
        if month.rule:
            yield ring(month.rule, month.reading, month.status, x, y, radius + 4)
    yield from (mark(month.status, x, y, radius) for month, x, y in drawn)


Entry = tuple[str, str, str, str]  # rule, reading, status, words; a status alone has no rule


def _legend_rows(months: Sequence[ChartMonth], width: float) -> Iterator[list[tuple[float, Entry]]]:
    """(x, entry) in rows no wider than the drawing: what each shape and each ring says."""
    entries: list[Entry] = [("", "", status, look_of(status).meaning) for status in statuses_of(months)]
    entries += flags_of(months)
    row: list[tuple[float, Entry]] = []
    x = float(_LEFT)
    for entry in entries:
        needed = 22 + svg.width_of(entry[3], 11.5) + 10
        if row and x + needed > width:
            yield row
            row, x = [], float(_LEFT)
        row.append((x, entry))
        x += needed
    if row:
        yield row


def _placed(rows: Sequence[Sequence[tuple[float, Entry]]], height: float) -> Iterator[list[str]]:
    for place, row in enumerate(rows):
        y = height - _LEGEND_ROW * (len(rows) - place) + 12
        for x, (rule, reading, status, words) in row:
            shape = ring(rule, reading, status, x + 8, y - 4, 6) if rule else mark(status, x + 8, y - 4)
            yield [shape, svg.text(x + 20, y, words, size=11.5)]
