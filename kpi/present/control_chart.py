"""The control chart of one series: its months with centre line and limits of each phase, and what broke which rule.

Months after the one looked at are drawn pale: they do not exist for the limits and the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kpi.present.chart_points import legend_entry, rings, values
from kpi.present.charts import (
    BAR_WIDTH,
    BARS,
    CHOSEN_MONTH,
    HALF_A_MONTH,
    HEIGHT,
    LIMIT_LINES,
    Heading,
    agreed_lines,
    dress,
    scaled,
    step,
)
from kpi.present.wording import (
    format_value,
    in_unit,
    shortened,
)
from kpi.signals.limits import POINTS_FOR_LIMITS

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator

LONGEST_REASON = 34  # letters of a phase's reason that fit on the chart
PHASE_ROW, PHASE_ROWS = 16, 2  # height in pixels of a row of reasons above the chart, and how many there are
ROOM = 0.07  # of the axis, above and below what is drawn


@dataclass(frozen=True)
class Phase:
    """Limits that start anew in ``month``, and why."""

    month: date
    reason: str


def control_chart(
    indicator: Indicator,
    series: pd.DataFrame,
    heading: Heading,
    name: str,
    *,
    chosen: date | None = None,
    phases: Sequence[Phase] = (),
) -> go.Figure:
    """The months of one series with centre line, control limits, target and limit; n as bars beneath.

    ``series``: one row a month in the order of time, with columns of ``kpi_monthly`` and, NaN or "" where the chart has
    no point, centre, lower_limit, upper_limit, rule, side, reading, phase. ``name`` of the chart ("p chart").
    ``chosen`` is shaded; later months are pale.
    """
    from plotly.subplots import make_subplots

    months = series["month"].tolist()
    counted = np.ones(len(series), dtype=bool) if chosen is None else (series["month"] <= pd.Timestamp(chosen)).values
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.82, 0.18], vertical_spacing=0.04)
    lines = [*_limit_lines(indicator, series[counted], heading), *agreed_lines(indicator, series, heading)]
    for trace in lines:
        figure.add_scatter(**trace, row=1, col=1)
    for trace in rings(indicator, series[counted]):
        figure.add_scatter(**trace, row=1, col=1)
    for trace in values(indicator, series, counted, heading):
        figure.add_scatter(**trace, row=1, col=1)
    for status in dict.fromkeys(series.loc[series["value"].notna(), "status"]):
        figure.add_scatter(**legend_entry(status), row=1, col=1)
    bars = {"marker": {"color": BARS}, "width": BAR_WIDTH, "hoverinfo": "skip", "showlegend": False}
    figure.add_bar(x=months, y=series["n"], **bars, row=2, col=1)
    dress(figure, indicator, heading, series, f"monthly {name}")
    figure.update_yaxes(range=_span_of(indicator, series, lines), row=1, col=1)
    figure.update_yaxes(title_text="n", row=2, col=1, rangemode="tozero", nticks=3, showgrid=False)
    _mark_phases(figure, [phase for phase in phases if months[0] < pd.Timestamp(phase.month) <= months[-1]], months)
    if chosen is not None:
        start = pd.Timestamp(chosen)
        edges = {"x0": start - HALF_A_MONTH, "x1": start + HALF_A_MONTH}
        figure.add_vrect(**edges, fillcolor=CHOSEN_MONTH, line_width=0, layer="below")
    return figure


def _limit_lines(indicator: Indicator, series: pd.DataFrame, heading: Heading) -> list[dict[str, Any]]:
    """Limits and centre as steps, broken where a new phase begins. Only the last phase is in the legend."""
    drawn = series[series["centre"].notna()]
    lines = []
    phases = list(drawn.groupby("phase", sort=True))
    for place, (_, phase) in enumerate(phases):
        last = place == len(phases) - 1
        trial = len(phase) < POINTS_FOR_LIMITS
        within = series[(series["month"] >= phase["month"].min()) & (series["month"] <= phase["month"].max())]
        months = within["month"].tolist()
        name = "Trial control limits" if trial else "Control limits"
        mean = f"Mean {format_value(indicator, float(phase['centre'].iloc[-1]), heading.currency)}"
        for column, label, dash in (
            ("upper_limit", name, "dot"),
            ("lower_limit", "", "dot"),
            ("centre", mean, "solid"),
        ):
            values = within[column]
            if column == "centre" or indicator.chart == "xmr":  # the same all through a phase, whatever the month's n
                values = values.ffill()
            values = scaled(indicator, values)
            lines.append(step(months, values, label, LIMIT_LINES, dash, column, legend=last and bool(label)))
    return lines


def _span_of(indicator: Indicator, series: pd.DataFrame, lines: Sequence[dict[str, Any]]) -> list[float]:
    """The axis from the lowest to the highest value or line. Intervals of tiny months may reach beyond it."""
    drawn = np.concatenate(
        [scaled(indicator, series["value"]), *(np.asarray(line["y"], dtype=float) for line in lines)]
    )
    low, high = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    room = ROOM * (high - low) or max(abs(high) * ROOM, in_unit(indicator, 10.0**-indicator.decimals))
    return [low - room, high + room]


def _mark_phases(figure: go.Figure, phases: Sequence[Phase], months: Sequence[Any]) -> None:
    """An upright line where each phase begins, with its reason above the plot; neighbours on different heights."""
    rows = min(len(phases), PHASE_ROWS)
    if rows:
        figure.update_layout(height=HEIGHT + rows * PHASE_ROW, margin={"t": figure.layout.margin.t + rows * PHASE_ROW})
    for place, phase in enumerate(phases):
        start = pd.Timestamp(phase.month) - HALF_A_MONTH
        late = start > months[0] + 0.6 * (months[-1] - months[0])
        figure.add_vline(x=start, line={"color": LIMIT_LINES, "width": 1.2, "dash": "dash"}, row=1, col=1)
        figure.add_annotation(
            x=start,
            y=1,
            yref="y domain",
            yshift=PHASE_ROW * (rows - 1 - place % PHASE_ROWS),
            xanchor="right" if late else "left",
            yanchor="bottom",
            xshift=5 if late else -5,
            showarrow=False,
            text=escape(f"New limits: {shortened(phase.reason, LONGEST_REASON)}"),
            font={"size": 11},
        )
