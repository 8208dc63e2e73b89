"""Charts as plotly figures: built once, then shared and never changed.

Figures carry no theme: lines and marks use colours that reach 3:1 on light and dark alike; text is left to the page.
Plotly reads a little markup in texts, so every name that comes from a record is escaped first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kpi.present.chart_title import SPACE, n_of_months, titled
from kpi.present.wording import (
    band_edges,
    format_target,
    format_value,
    in_unit,
    short_month,
    shortened,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator

LINE = "#4a7fb0"
LIMIT_LINES = "#7b8794"
TARGET_LINE = "#8a63b8"
RED_LINE = "#d8453b"
BARS = "rgba(123,135,148,0.45)"
CHOSEN_MONTH = "rgba(123,135,148,0.16)"
HEIGHT = 486
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


def rolling_chart(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> go.Figure:
    """Rolling 3 and 12 months as plain lines with target and limit: no control limits, the points share records.

    ``series``: one row a month, with columns month, rolling_3, rolling_12, target, limit.
    """
    from plotly.subplots import make_subplots

    months = series["month"].tolist()
    figure = make_subplots(rows=1, cols=1)
    for trace in agreed_lines(indicator, series, heading):
        figure.add_scatter(**trace)
    for window, colour, dash in ((3, LINE, "solid"), (12, "#c77700", "solid")):
        values = scaled(indicator, series[f"rolling_{window}"].to_numpy(dtype=float))
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
    dress(figure, indicator, heading, series, "rolling 3 and 12 months")
    return figure


def agreed_lines(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> list[dict[str, Any]]:
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
        label = f"{name} {format_target(indicator, last) if column == 'target' else limit_text(indicator, last)}"
        edges = [agreed]
        if indicator.better == "band":
            edges.append(np.array([band_edges(indicator, edge)[1] for edge in agreed]))
        for i, edge in enumerate(edges):
            lines.append(step(months, scaled(indicator, edge), label, colour, dash, column, legend=i == 0))
    return lines


def limit_text(indicator: Indicator, limit: float) -> str:
    """The limit as it is read; both edges of a band."""
    if indicator.better == "band":
        low, high = band_edges(indicator, limit)
        return f"{format_value(indicator, low)} and {format_value(indicator, high)}"
    return format_value(indicator, limit)


def step(
    months: list[Any], values: Any, name: str, colour: str, dash: str, group: str, *, legend: bool = True
) -> dict[str, Any]:
    """A line that steps half-way between months; lines of one ``group`` are shown and hidden together."""
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


def scaled(indicator: Indicator, values: Any) -> Any:
    """Stored values in the unit that people read."""
    return np.asarray(values, dtype=float) * in_unit(indicator, 1.0)


def _span(months: list[Any]) -> str:
    first, last = short_month(months[0]), short_month(months[-1])
    return first if first == last else f"{first} to {last}"


def dress(figure: go.Figure, indicator: Indicator, heading: Heading, series: pd.DataFrame, kind: str) -> None:
    """Title with unit, period, n and source line, legend, margins. ``series`` as it was drawn."""
    months = series["month"].tolist()
    under = f"{shortened(heading.who, LONGEST_NAME)}, {kind}, {_span(months)}"
    lines = (under, n_of_months(indicator, series), heading.source)
    figure.update_layout(
        title=titled(indicator, lines, heading.currency),
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": SPACE, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.13, "yanchor": "top", "font": {"size": 12}},
        hovermode="closest",
        clickmode="event+select",
        dragmode=False,
    )
    first = min(months[0], months[-1] - pd.DateOffset(months=FEWEST_MONTHS_WIDE - 1))
    ends = [first - pd.Timedelta(days=20), months[-1] + pd.Timedelta(days=20)]
    figure.update_xaxes(tickformat="%b\n%Y", nticks=14, showgrid=False, range=ends)
    figure.update_yaxes(ticksuffix=" %" if indicator.unit == "%" else "", zeroline=False, row=1, col=1)
