"""The last months of a figure as a small drawing: a line, its last point by status, the target dashed."""

from __future__ import annotations

from kpi.present.charts import LINE, TARGET_LINE
from kpi.present.wording import look_of
from kpi.qbr.document import svg
from kpi.qbr.document.chart_marks import mark
from kpi.qbr.document.chart_scale import Span, value_text
from kpi.qbr.pack import Figure

WIDTH, HEIGHT = 120, 20


def trend_svg(figure: Figure) -> str:
    """The drawing. A month alone between gaps is a dot, so that none is lost."""
    values = figure.trend
    known = [value for value in values if value is not None]
    targets = [edge for edge in (figure.target, figure.target_high) if edge is not None]
    low, high = min(known + targets), max(known + targets)
    up = Span(low, high, HEIGHT - 4, 4) if high > low else Span(low - 1, low + 1, HEIGHT - 4, 4)
    across = Span(0, max(len(values) - 1, 1), 5, WIDTH - 6)
    body = [svg.line(0, up.at(edge), WIDTH, up.at(edge), TARGET_LINE, 0.9, "4 3") for edge in targets]
    stretch: list[tuple[float, float]] = []
    for place, value in enumerate((*values, None)):
        if value is not None:
            stretch.append((across.at(place), up.at(value)))
            continue
        if len(stretch) > 1:
            body.append(svg.polyline(stretch, LINE, 1.4))
        elif stretch:
            body.append(
                f'<circle cx="{svg.number(stretch[0][0])}" cy="{svg.number(stretch[0][1])}" r="1.4" fill="{LINE}"/>'
            )
        stretch = []
    if values[-1] is not None:
        status = figure.status if look_of(figure.status).symbol != "line-ew-open" else "no target"
        body.append(mark(status, across.at(len(values) - 1), up.at(values[-1]), 3.4))
    return svg.document(WIDTH, HEIGHT, body, trend_words(figure))


def trend_words(figure: Figure) -> str:
    """The drawing for those who cannot see it."""
    known = [value for value in figure.trend if value is not None]
    if not known:
        return f"{figure.name}: no month has a value"
    ends = f"lowest {value_text(figure, min(known))}, highest {value_text(figure, max(known))}"
    return f"{figure.name}, the last {len(figure.trend)} months: {ends}, last {_last(figure)}"


def _last(figure: Figure) -> str:
    return "without a value" if figure.trend[-1] is None else value_text(figure, figure.trend[-1])
