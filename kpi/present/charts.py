"""Charts as plotly figures: built once, then shared and never changed.

Figures carry no theme: lines and marks use colours that reach 3:1 on light and dark alike; text is left to the page.
Plotly reads a little markup in texts, so every name that comes from a record is escaped first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kpi.present.wording import (
    band_edges,
    format_interval,
    format_n,
    format_target,
    format_value,
    has_interval,
    in_unit,
    is_missing,
    look_of,
    short_month,
    shortened,
    unit_name,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator
    from kpi.signals.limits import Limits

LINE = "#4a7fb0"
LIMIT_LINES = "#7b8794"
TARGET_LINE = "#8a63b8"
RED_LINE = "#d8453b"
OUTSIDE = "#8a63b8"
BARS = "rgba(123,135,148,0.45)"
CHOSEN_MONTH = "rgba(123,135,148,0.16)"
HEIGHT = 470
HALF_A_MONTH = pd.Timedelta(days=15)
BAR_WIDTH = 20 * 24 * 3600 * 1000  # 20 days; left to itself, the only bar of a chart is a millisecond wide
FEWEST_MONTHS_WIDE = 12
LONGEST_NAME = 48  # letters of a name that fit beside the period on a narrow screen
CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["zoom2d", "pan2d", "select2d", "lasso2d", "autoScale2d"]}


@dataclass(frozen=True)
class Heading:
    """What stands over and under a chart. ``who`` is the partner, site or product; ``source`` the data version."""

    who: str
    source: str
    currency: str = ""


def control_chart(
    indicator: Indicator, series: pd.DataFrame, limits: Limits, heading: Heading, chosen: date | None = None
) -> go.Figure:
    """The months of one series with centre line, control limits, target and limit; n as bars beneath.

    ``series``: one row a month in the order of time, columns of ``figures``; months without a value are gaps.
    ``limits``: of the same months. ``chosen`` is shaded.
    """
    from plotly.subplots import make_subplots

    months = series["month"].tolist()
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.82, 0.18], vertical_spacing=0.04)
    centre = float(np.nanmax(limits.centre)) if limits.points else None
    stepped: list[dict[str, Any]] = [
        _step(months, _scaled(indicator, limits.upper), "Control limits", LIMIT_LINES, "dot", "control"),
        _step(months, _scaled(indicator, limits.lower), "Control limits", LIMIT_LINES, "dot", "control", legend=False),
        _step(
            months,
            _scaled(indicator, limits.centre),
            f"Mean {format_value(indicator, centre, heading.currency)}",
            LIMIT_LINES,
            "solid",
            "centre",
        ),
        *_agreed_lines(indicator, series, heading),
    ]
    for trace in stepped:
        figure.add_scatter(**trace, row=1, col=1)
    figure.add_scatter(**_outside(indicator, months, limits), row=1, col=1)
    figure.add_scatter(**_values(indicator, series, heading), row=1, col=1)
    for status in dict.fromkeys(series.loc[series["value"].notna(), "status"]):
        figure.add_scatter(**_legend_entry(status), row=1, col=1)
    bars = {"marker": {"color": BARS}, "width": BAR_WIDTH, "hoverinfo": "skip", "showlegend": False}
    figure.add_bar(x=months, y=series["n"], **bars, row=2, col=1)
    _dress(figure, indicator, heading, months, "monthly")
    figure.update_yaxes(title_text="n", row=2, col=1, rangemode="tozero", nticks=3, showgrid=False)
    if chosen is not None:
        start = pd.Timestamp(chosen)
        edges = {"x0": start - HALF_A_MONTH, "x1": start + HALF_A_MONTH}
        figure.add_vrect(**edges, fillcolor=CHOSEN_MONTH, line_width=0, layer="below")
    return figure


def rolling_chart(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> go.Figure:
    """Rolling 3 and 12 months as plain lines with target and limit: no control limits, the points share records.

    ``series``: one row a month, with columns month, rolling_3, rolling_12, target, limit.
    """
    from plotly.subplots import make_subplots

    months = series["month"].tolist()
    figure = make_subplots(rows=1, cols=1)
    for trace in _agreed_lines(indicator, series, heading):
        figure.add_scatter(**trace)
    for window, colour, dash in ((3, LINE, "solid"), (12, "#c77700", "solid")):
        values = _scaled(indicator, series[f"rolling_{window}"].to_numpy(dtype=float))
        texts = [format_value(indicator, value, heading.currency) for value in series[f"rolling_{window}"]]
        figure.add_scatter(
            x=months,
            y=values,
            mode="lines+markers",
            name=f"{window} months",
            text=texts,
            marker={"size": 5, "symbol": "circle" if window == 3 else "square"},
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate=f"%{{x|%b %Y}}, {window} months: %{{text}}<extra></extra>",
        )
    _dress(figure, indicator, heading, months, "rolling 3 and 12 months")
    return figure


def _values(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> dict[str, Any]:
    looks = [look_of(status) for status in series["status"]]
    return {
        "x": series["month"].tolist(),
        "y": _scaled(indicator, series["value"].to_numpy(dtype=float)),
        "mode": "lines+markers",
        "name": "Month",
        "showlegend": False,
        "line": {"color": LINE, "width": 1.6},
        "marker": {"size": 9, "symbol": [k.symbol for k in looks], "color": [k.mark for k in looks], "opacity": 1},
        "text": [hover_text(indicator, row, heading.currency) for row in series.itertuples(index=False)],
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def hover_text(indicator: Indicator, row: Any, currency: str) -> str:
    """What a pointer over a month reads: value, n, interval, target and status in words."""
    parts = [f"<b>{short_month(row.month)}: {format_value(indicator, row.value, currency)}</b>"]
    if has_interval(indicator) and not is_missing(row.numerator):
        parts.append(f"{format_n(row.numerator)} of {format_n(row.denominator)}")
    elif indicator.kind != "snapshot":
        parts.append(f"n {format_n(row.n)}")
    interval = format_interval(indicator, row.lower, row.upper)
    if interval:
        parts.append(f"95 % interval {interval}")
    if not is_missing(row.target):
        parts.append(f"target {format_target(indicator, row.target)}")
    parts.append(look_of(row.status).meaning)
    return "<br>".join(parts)


def _agreed_lines(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> list[dict[str, Any]]:
    """Target and limit as they were agreed month by month; both edges of a band."""
    months = series["month"].tolist()
    lines = []
    for column, name, colour, dash in (
        ("target", "Target", TARGET_LINE, "dash"),
        ("limit", "Limit", RED_LINE, "longdash"),
    ):
        agreed = series[column].to_numpy(dtype=float)
        if np.isnan(agreed).all():
            continue
        last = agreed[~np.isnan(agreed)][-1]
        label = f"{name} {format_target(indicator, last) if column == 'target' else _limit_text(indicator, last)}"
        edges = [agreed]
        if indicator.better == "band":
            edges.append(np.array([band_edges(indicator, edge)[1] for edge in agreed]))
        for i, edge in enumerate(edges):
            lines.append(_step(months, _scaled(indicator, edge), label, colour, dash, column, legend=i == 0))
    return lines


def _limit_text(indicator: Indicator, limit: float) -> str:
    if indicator.better == "band":
        low, high = band_edges(indicator, limit)
        return f"{format_value(indicator, low)} and {format_value(indicator, high)}"
    return format_value(indicator, limit)


def _outside(indicator: Indicator, months: list[Any], limits: Limits) -> dict[str, Any]:
    shown = np.where(limits.outside, limits.value, np.nan)
    return {
        "x": months,
        "y": _scaled(indicator, shown),
        "mode": "markers",
        "name": "Outside the control limits",
        "showlegend": bool(limits.outside.any()),
        "marker": {"symbol": "circle-open", "size": 18, "color": OUTSIDE, "line": {"width": 2}},
        "hoverinfo": "skip",
    }


def _legend_entry(status: str) -> dict[str, Any]:
    """Explains one status' shape in the legend; draws nothing."""
    look = look_of(status)
    marker = {"symbol": look.symbol, "color": look.mark, "size": 9}
    return {"x": [None], "y": [None], "mode": "markers", "name": look.meaning, "marker": marker, "hoverinfo": "skip"}


def _step(
    months: list[Any], values: Any, name: str, colour: str, dash: str, group: str, *, legend: bool = True
) -> dict[str, Any]:
    return {  # half a month longer at both ends, so that one month alone has lines too
        "x": [months[0] - HALF_A_MONTH, *months, months[-1] + HALF_A_MONTH],
        "y": [values[0], *values, values[-1]],
        "mode": "lines",
        "name": name,
        "legendgroup": group,
        "showlegend": legend and not np.isnan(values).all(),
        "line": {"color": colour, "width": 1.3, "dash": dash, "shape": "hvh"},
        "hoverinfo": "skip",
    }


def _scaled(indicator: Indicator, values: Any) -> Any:
    return np.asarray(values, dtype=float) * in_unit(indicator, 1.0)


def _span(months: list[Any]) -> str:
    first, last = short_month(months[0]), short_month(months[-1])
    return first if first == last else f"{first} to {last}"


def _dress(figure: go.Figure, indicator: Indicator, heading: Heading, months: list[Any], kind: str) -> None:
    """Title with unit and period, source line, legend, margins."""
    unit = unit_name(indicator, heading.currency)
    name = f"{indicator.name}, {unit}" if unit else indicator.name
    under = f"{shortened(heading.who, LONGEST_NAME)}, {kind}, {_span(months)}"
    figure.update_layout(
        title={
            "text": escape(name),
            "subtitle": {"text": f"{escape(under)}<br>{escape(heading.source)}", "font": {"size": 12}},
            "font": {"size": 16},
            "x": 0,
            "y": 0.97,
            "yanchor": "top",
        },
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 88, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.13, "yanchor": "top", "font": {"size": 12}},
        hovermode="closest",
        clickmode="event+select",
        dragmode=False,
    )
    first = min(months[0], months[-1] - pd.DateOffset(months=FEWEST_MONTHS_WIDE - 1))
    ends = [first - pd.Timedelta(days=20), months[-1] + pd.Timedelta(days=20)]
    figure.update_xaxes(tickformat="%b\n%Y", nticks=14, showgrid=False, range=ends)
    figure.update_yaxes(ticksuffix=" %" if indicator.unit == "%" else "", zeroline=False, row=1, col=1)
