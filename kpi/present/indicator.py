"""One indicator: its series with limits, what the chart says in words, and the figure by partner, site, product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kpi.present import charts
from kpi.present.board import Row, payload
from kpi.present.rows import (
    detail_cells,
    detail_columns,
    keyed,
    labels_of,
    n_text,
    of_month,
    rows_of,
    trend_lines,
    trend_start,
)
from kpi.present.wording import (
    SEVERITY,
    format_interval,
    format_n,
    format_target,
    format_value,
    has_interval,
    is_missing,
    joined,
    look_of,
    period_name,
    plural,
    shape_in_markdown,
    short_month,
)
from kpi.signals.limits import POINTS_FOR_LIMITS, Limits, limits_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator
    from kpi.marts import Marts

ENTITY = {"partner": "partner_id", "site": "site_id", "product": "product"}
CORNERS = {"partner": "Partner", "site": "Site", "product": "Product"}
CHART_NAMES = {"p": "p chart", "u": "u chart", "xmr": "XmR chart"}


@dataclass(frozen=True)
class Drawn:
    """A control chart with what it says in words: ``reading`` of the points, ``gaps`` of the months without one."""

    figure: go.Figure
    reading: str
    gaps: str


def currencies(marts: Marts, indicator: Indicator, partner: str) -> list[str]:
    """The currencies an indicator of money has figures in for a partner; [""] for every other indicator."""
    return sorted({str(c) for c in rows_of(marts, kpis=[indicator.id], partner=partner)["currency"]}) or [""]


def series_of(marts: Marts, indicator: Indicator, partner: str, currency: str) -> pd.DataFrame:
    """The partner's months in the order of time, with both rolling values beside each."""
    table = marts.kpi_monthly
    mine = (table["grain"] == "partner") & (table["kpi_id"] == indicator.id) & (table["partner_id"] == partner)
    return table[mine & (table["currency"] == currency)].sort_values("month").reset_index(drop=True)


def figure_at(marts: Marts, indicator: Indicator, partner: str, currency: str, month: date, window: int) -> Any | None:
    """The partner's figure of one month and window, or None when the month has no row."""
    rows = rows_of(marts, kpis=[indicator.id], partner=partner, window=window, month_from=month, month_to=month)
    return dict(keyed(rows, ("currency",))).get((currency,))


def draw_control(indicator: Indicator, series: pd.DataFrame, heading: charts.Heading, chosen: date) -> Drawn:
    """The control chart of a partner's months. Rolling values never come here: their points share records."""
    limits = limits_of(indicator.chart, series["value"], series["numerator"], series["denominator"], indicator.scale)
    figure = charts.control_chart(indicator, series, limits, heading, chosen)
    return Drawn(figure, reading(indicator, series, limits, heading.currency), gaps(series))


def reading(indicator: Indicator, series: pd.DataFrame, limits: Limits, currency: str) -> str:
    """What the chart says: its kind, its mean, and which months stand outside the limits."""
    points = int(limits.points)
    if points == 0:
        return "No month has a value yet."
    mean = format_value(indicator, float(np.nanmax(limits.centre)), currency)
    start = f"{CHART_NAMES[indicator.chart]} of {plural(points, 'month')}, mean {mean}"
    if points < 2 and indicator.chart == "xmr":
        return f"{start}. Control limits need at least two months."
    trial = f" Trial limits: fewer than {POINTS_FOR_LIMITS} months." if points < POINTS_FOR_LIMITS else ""
    outside = [short_month(month) for month in series["month"][limits.outside]]
    if not outside:
        return f"{start}. Every month lies within the control limits.{trial}"
    verb = "lies" if len(outside) == 1 else "lie"
    return f"{start}. {joined(outside, 6)} {verb} outside the control limits (ringed): look for a special cause.{trial}"


def gaps(series: pd.DataFrame) -> str:
    """The months without a point, named; "" when there are none."""
    named = []
    for status, text in (("no data", "Not reported"), ("no activity", "Nothing that counts happened in")):
        months = [short_month(month) for month in series["month"][series["status"] == status]]
        if months:
            named.append(f"{text}: {joined(months, 8)}." if status == "no data" else f"{text} {joined(months, 8)}.")
    return " ".join(named)


def draw_rolling(indicator: Indicator, series: pd.DataFrame, heading: charts.Heading) -> go.Figure:
    """Rolling 3 and 12 months as plain lines."""
    return charts.rolling_chart(indicator, series, heading)


def statement(indicator: Indicator, figure: Any | None, month: date, window: int) -> str:
    """The figure of the chosen month in one sentence, starting with its status shape."""
    period = period_name(month, window)
    if figure is None:
        return f"{shape_in_markdown('no data')} Nothing was ever reported for {period}."
    shape, meaning = shape_in_markdown(figure.status), look_of(figure.status).meaning
    if figure.status == "no data":
        return f"{shape} Not reported for {period}."
    if figure.status == "no activity":
        return f"{shape} {meaning.capitalize()} in {period}."
    details = [f"n {n_text(indicator, figure)}"] if n_text(indicator, figure) else []
    if has_interval(indicator) and not is_missing(figure.numerator):
        details = [f"{format_n(figure.numerator)} of {format_n(figure.denominator)}"]
    interval = format_interval(indicator, figure.lower, figure.upper)
    details += [f"95 % interval {interval}"] if interval else []
    bracket = f" ({', '.join(details)})" if details else ""
    target = "" if is_missing(figure.target) else f", target {format_target(indicator, figure.target)}"
    value = format_value(indicator, figure.value, figure.currency)
    return f"{shape} **{value}** in {period}{bracket}{target}: {meaning}."


def entities_board(
    marts: Marts, indicator: Indicator, grain: str, partner: str | None, month: date, window: int
) -> str:
    """The indicator by partner, site or product, those that need attention first. "" when there is none."""
    if grain not in indicator.grains:
        return ""
    entity = ENTITY[grain]
    key = (entity, "currency")
    rows = rows_of(
        marts,
        grain=grain,
        kpis=[indicator.id],
        partner=partner,
        window=window,
        month_from=trend_start(month),
        month_to=month,
    )
    trends = trend_lines(rows, key)
    names = labels_of(marts) if grain == "partner" else _site_names(marts) if grain == "site" else {}
    found = [(k, names.get(k[0]) or k[0], figure) for k, figure in keyed(of_month(rows, month), key)]
    found.sort(key=lambda item: (SEVERITY[item[2].status], item[1].casefold()))
    table = [_entity_row(indicator, grain, k, name, figure, trends.get(k, "")) for k, name, figure in found]
    if not table:
        return ""
    columns = detail_columns(month, window, interval=has_interval(indicator))
    return payload(f"{indicator.name} by {grain}, {period_name(month, window)}", CORNERS[grain], columns, table)


def _entity_row(indicator: Indicator, grain: str, key: tuple[str, ...], name: str, figure: Any, trend: str) -> Row:
    opens = {"partner": name, "kpi": indicator.name} if grain == "partner" else {}
    shown = f"{name}, {key[1]}" if key[1] else name
    cells = detail_cells(indicator, figure, trend, interval=has_interval(indicator))
    return Row(shown, cells, note=key[0] if grain == "site" and name != key[0] else "", opens=opens)


def _site_names(marts: Marts) -> dict[str, str]:
    sites = marts.register
    return {str(s): str(n) for s, n in zip(sites["site_id"], sites["site_name"], strict=True) if not is_missing(n)}
