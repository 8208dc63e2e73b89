"""The funnel as a plotly figure: points at their number of records, limits that narrow as records grow.

As kpi.present.charts: no theme, colours that reach 3:1 on light and dark, every name from a record escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.present.chart_title import SPACE, titled
from kpi.present.charts import HEIGHT, LIMIT_LINES
from kpi.present.labels import Spot, placed
from kpi.present.peer_marks import side_by_side, unnamed
from kpi.present.wording import Look, format_n, format_value, in_unit, look_of, shortened
from kpi.signals.funnel import Limits

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator
    from kpi.signals.peers import Peer

WORSE_998, WORSE_95 = "worse, outside 99.8 %", "worse, outside 95 %"
OTHER_998, OTHER_95 = "better, outside 99.8 %", "better, outside 95 %"
WITHIN, TOO_FEW = "within the limits", "too few"
_BLUE = {"light": "#1f5a8a", "dark": "#84b8e0", "mark": "#3d7fb3", "hue": "blue"}


def _look(of: str, state: str, shape: str, symbol: str, **colours: str) -> Look:
    return replace(look_of(of), state=state, shape=shape, symbol=symbol, meaning=f"{state} limits", **colours)


FUNNEL_LOOKS = (
    _look("past limit", WORSE_998, "◆", "diamond"),
    _look("missed", WORSE_95, "▲", "triangle-up"),
    _look("met", OTHER_998, "■", "square", **_BLUE),
    _look("met", OTHER_95, "□", "square-open", **_BLUE),
    replace(look_of("too few"), state=WITHIN, shape="●", symbol="circle", meaning=WITHIN),
    look_of(TOO_FEW),
)
ALL_NAMED = 12  # points up to which every one gets its name; beyond, those that stand out
NARROW = (560.0, 250.0)  # the plot's pixels on a narrow screen
LONGEST_LABEL = 26
LONGEST_AXIS = 70
CENTRE_LINE = "#4a7fb0"


@dataclass(frozen=True)
class Point:
    """One partner, or one site ``of`` a partner. Values are as stored; ``limits`` those at the point's own n."""

    partner_id: str
    name: str
    of: str
    numerator: float
    n: float
    value: float
    limits: tuple[float, float, float, float]  # lower and upper 95 %, lower and upper 99.8 %
    state: str
    chosen: bool


def draw(
    indicator: Indicator,
    curve: Limits,
    centre: float,
    points: list[Point],
    lines: tuple[str, ...],
    others: tuple[Peer, ...] = (),
) -> go.Figure:
    """``lines`` stand under the title: who and when, n, data version. Custom data of a point is its partner's id.

    ``others`` have no names: they stand in the order given, with nothing but what is drawn.
    """
    from plotly.graph_objects import Figure

    figure = Figure()
    edges = _edges(indicator, curve, centre, points, others)
    for trace in (
        *_lines(indicator, curve, centre),
        *unnamed(indicator, others),
        *_marks(indicator, points, _labels(indicator, points, curve, centre, edges, others)),
    ):
        figure.add_scatter(**trace)
    _dress(figure, indicator, lines)
    figure.update_xaxes(range=[float(curve.n[0]), float(curve.n[-1])], showgrid=False, zeroline=False, nticks=10)
    figure.update_yaxes(range=list(edges), zeroline=False, ticksuffix=" %" if indicator.unit == "%" else "")
    return figure


def _edges(
    indicator: Indicator, curve: Limits, centre: float, points: list[Point], others: tuple[Peer, ...]
) -> tuple[float, float]:
    """The value axis, in the read unit: all points, the limits where points are, a little air, no impossible value."""
    unit = in_unit(indicator, 1.0)
    reached = curve.n >= min([point.n for point in points] + [other.n for other in others])
    values = [*(point.value for point in points), *(end for other in others for end in (other.low, other.high))]
    low = min(*values, float(curve.lower_998[reached].min()), centre) * unit
    high = max(*values, float(curve.upper_998[reached].max()), centre) * unit
    air = 0.06 * (high - low) or 1.0
    return max(low - air, -air), min(high + air, 100 * 1.03) if indicator.kind == "proportion" else high + air


def _lines(indicator: Indicator, curve: Limits, centre: float) -> list[dict[str, Any]]:
    def line(values: Any, name: str, dash: str, group: str, legend: bool, colour: str = LIMIT_LINES) -> dict[str, Any]:
        return {
            "x": curve.n,
            "y": np.asarray(values, dtype=float) * in_unit(indicator, 1.0),
            "mode": "lines",
            "name": name,
            "legendgroup": group,
            "showlegend": legend,
            "line": {"color": colour, "width": 1.4, "dash": dash},
            "hoverinfo": "skip",
        }

    together = f"All together {format_value(indicator, centre)}"
    return [
        line(np.full(curve.n.shape, centre), together, "solid", "centre", True, CENTRE_LINE),
        line(curve.lower_95, "95 % limits", "dot", "95", True),
        line(curve.upper_95, "95 % limits", "dot", "95", False),
        line(curve.lower_998, "99.8 % limits", "dash", "998", True),
        line(curve.upper_998, "99.8 % limits", "dash", "998", False),
    ]


def _marks(indicator: Indicator, points: list[Point], labels: dict[int, str]) -> list[dict[str, Any]]:
    """A trace for each look that occurs, so that the legend explains just these, and a ring about the chosen."""
    traces = []
    for look in FUNNEL_LOOKS:
        mine = [i for i, point in enumerate(points) if point.state == look.state]
        if mine:
            traces.append(
                _scatter(indicator, [points[i] for i in mine])
                | {
                    "mode": "markers+text",
                    "name": look.meaning,
                    "marker": {"symbol": look.symbol, "color": look.mark, "size": 10, "line": {"width": 1.5}},
                    "text": [_label(points[i]) if i in labels else "" for i in mine],
                    "textposition": [labels.get(i, "middle right") for i in mine],
                    "textfont": {"size": 11},
                    "hovertext": [_hover(indicator, points[i]) for i in mine],
                    "hovertemplate": "%{hovertext}<extra></extra>",
                    "customdata": [points[i].partner_id for i in mine],
                    "cliponaxis": False,
                }
            )
    chosen = [point for point in points if point.chosen]
    if chosen:
        ring = {"symbol": "circle-open", "size": 20, "color": CENTRE_LINE, "line": {"width": 2}}
        name = escape(shortened(chosen[0].of or chosen[0].name, LONGEST_LABEL))
        traces.append(
            _scatter(indicator, chosen) | {"mode": "markers", "name": name, "marker": ring, "hoverinfo": "skip"}
        )
    return traces


def _scatter(indicator: Indicator, points: list[Point]) -> dict[str, Any]:
    return {"x": [point.n for point in points], "y": [in_unit(indicator, point.value) for point in points]}


def _label(point: Point) -> str:
    name = escape(shortened(point.name, LONGEST_LABEL))
    return f"\u00a0<b>{name}</b>\u00a0" if point.chosen else name


def _labels(
    indicator: Indicator,
    points: list[Point],
    curve: Limits,
    centre: float,
    edges: tuple[float, float],
    others: tuple[Peer, ...],
) -> dict[int, str]:
    """Where names go: the chosen first, then those outside, then the rest where there are few."""
    width, height = NARROW
    left, right = float(curve.n[0]), float(curve.n[-1])
    low, high = edges
    marks = [
        *((point.n, point.value, shortened(point.name, LONGEST_LABEL)) for point in points),
        *((n, other.middle, "") for n, other in side_by_side(others)),
    ]
    spots = [
        Spot((n - left) / (right - left) * width, (in_unit(indicator, value) - low) / (high - low) * height, name)
        for n, value, name in marks
    ]
    urgency = [look.state for look in FUNNEL_LOOKS]
    order = sorted(range(len(points)), key=lambda i: (not points[i].chosen, urgency.index(points[i].state), i))
    few = len(points) <= ALL_NAMED
    wanted = [i for i in order if few or points[i].chosen or points[i].state not in (WITHIN, TOO_FEW)]
    across = (curve.n - left) / (right - left) * width
    lines = [
        (float(x), (in_unit(indicator, float(y)) - low) / (high - low) * height)
        for limit in (curve.lower_95, curve.upper_95, curve.lower_998, curve.upper_998, np.full(across.shape, centre))
        for x, y in zip(across, limit, strict=True)
    ]
    return placed(spots, wanted, lines, width, height)


def _hover(indicator: Indicator, point: Point) -> str:
    lower_95, upper_95, lower_998, upper_998 = (format_value(indicator, limit) for limit in point.limits)
    who = f"{escape(point.name)}, {escape(point.of)}" if point.of else escape(point.name)
    return "<br>".join(
        (
            f"<b>{who}: {format_value(indicator, point.value)}</b>",
            f"{format_n(point.numerator)} of {format_n(point.n)}",
            f"95 % limits {lower_95} to {upper_95}",
            f"99.8 % limits {lower_998} to {upper_998}",
            next(look.meaning for look in FUNNEL_LOOKS if look.state == point.state),
        )
    )


def _dress(figure: go.Figure, indicator: Indicator, lines: tuple[str, ...]) -> None:
    figure.update_layout(
        title=titled(indicator, lines),
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": SPACE, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.17, "yanchor": "top", "font": {"size": 12}},
        hovermode="closest",
        dragmode=False,
    )
    counted = indicator.denominator_text.replace(" in the month", "")  # the period stands in the title
    figure.update_xaxes(title_text=escape(f"n: {shortened(counted, LONGEST_AXIS)}"))
