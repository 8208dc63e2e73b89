"""Choosing rows of ``kpi_monthly`` for a screen, and turning figures into cells of a board."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.marts.select import in_window
from kpi.present import sparkline
from kpi.present.board import Cell, Column
from kpi.present.wording import cell_value, format_interval, format_n, format_target, is_missing, month_name

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.marts import Marts

TREND_MONTHS = 12
STATE_TEXTS = {"no data": "no data", "no activity": "none"}
NOTHING = Cell(text="–", tip="Nothing of this kind was ever reported")

Key = tuple[str, ...]


def rows_of(
    marts: Marts,
    *,
    grain: str = "partner",
    window: int = 1,
    kpis: Collection[str] | None = None,
    partner: str | None = None,
    month_from: date | None = None,
    month_to: date | None = None,
) -> pd.DataFrame:
    """Figures as ``kpi.marts.select.figures`` gives them, except that an indicator never reported is simply absent."""
    table = marts.kpi_monthly
    chosen = table["grain"] == grain
    if kpis is not None:
        chosen &= table["kpi_id"].isin(list(kpis))
    if partner is not None:
        chosen &= table["partner_id"] == partner
    if month_from is not None:
        chosen &= table["month"] >= pd.Timestamp(month_from)
    if month_to is not None:
        chosen &= table["month"] <= pd.Timestamp(month_to)
    return in_window(table[chosen], window)


def of_month(rows: pd.DataFrame, month: date) -> pd.DataFrame:
    return rows[rows["month"] == pd.Timestamp(month)]


def months_before(month: date, count: int) -> date:
    """The first day of the month ``count`` months earlier."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def trend_start(month: date) -> date:
    """The first month of a trend that ends in ``month``."""
    return months_before(month, TREND_MONTHS - 1)


def names_of(marts: Marts) -> dict[str, str]:
    """{partner_id: partner_name}."""
    return dict(zip(marts.register["partner_id"], marts.register["partner_name"], strict=True))


def labels_of(marts: Marts) -> dict[str, str]:
    """{partner_id: what the sidebar and links call it} by name: the name, and the id where two share one."""
    names = names_of(marts)
    every = list(names.values())
    ordered = sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return {p: f"{name} ({p})" if every.count(name) > 1 else name for p, name in ordered}


def figure_cells(
    rows: pd.DataFrame, now: pd.DataFrame, indicators: Mapping[str, Indicator], keys: Sequence[str]
) -> dict[Key, Cell]:
    """{key: cell} for each row of ``now``, with the trend of the months in ``rows`` beside it."""
    trends = trend_lines(rows, keys)
    return {
        key: figure_cell(indicators[figure.kpi_id], figure, trends.get(key, "")) for key, figure in keyed(now, keys)
    }


def keyed(rows: pd.DataFrame, keys: Sequence[str]) -> list[tuple[Key, Any]]:
    """Each row as (its values in ``keys``, the row)."""
    wanted = rows[list(keys)].itertuples(index=False, name=None)
    return list(zip(wanted, rows.itertuples(index=False), strict=True))


def figure_cell(indicator: Indicator, figure: Any, trend: str = "") -> Cell:
    """Value, n, status and trend of one figure."""
    text = STATE_TEXTS.get(figure.status) or cell_value(indicator, figure.value, figure.currency)
    n = n_text(indicator, figure)
    tip = "" if is_missing(figure.target) else f"Target {format_target(indicator, figure.target)}"
    return Cell(text=text, state=figure.status, note=f"n {n}" if n else "", trend=trend, tip=tip)


def n_text(indicator: Indicator, figure: Any) -> str:
    """The n to show beside a figure; "" where it would only repeat the value or there is none."""
    if is_missing(figure.n) or figure.status in STATE_TEXTS or indicator.kind == "snapshot":
        return ""
    return format_n(figure.n)


def trend_lines(rows: pd.DataFrame, keys: Sequence[str]) -> dict[Key, str]:
    """{key: encoded sparkline} over the months in ``rows``, with the last month's target."""
    if rows.empty:
        return {}
    by = list(keys)
    wide = rows.pivot_table(index=by, columns="month", values="value", aggfunc="first", dropna=False, observed=True)
    wide = wide.dropna(how="all").reindex(columns=_last_months(rows["month"].max()))
    targets = rows.sort_values("month").groupby(by, observed=True)["target"].last().reindex(wide.index)
    lines = sparkline.encode(wide.to_numpy(dtype=float), targets.to_numpy(dtype=float))
    found = wide.index if len(by) > 1 else [(key,) for key in wide.index]
    return dict(zip(found, lines, strict=True))


def _last_months(last: pd.Timestamp) -> pd.DatetimeIndex:
    """A trend is always as wide, so that a short one stands at its right end."""
    return pd.date_range(end=last, periods=TREND_MONTHS, freq="MS")


def detail_columns(month: date, window: int, *, interval: bool = True) -> list[Column]:
    """The columns of a board with one figure a row; ``detail_cells`` fills them."""
    intervals = [Column("95 % interval", kind="text", tip="Wilson for proportions, exact Poisson for rates")]
    return [
        Column(month_name(month) if window == 1 else f"{window} months"),
        Column("n", kind="number", tip="Records behind the figure"),
        *(intervals if interval else []),
        Column("Target", kind="text"),
        Column("Trend", kind="trend", note="12 months, dotted: target"),
    ]


def detail_cells(indicator: Indicator, figure: Any, trend: str, *, interval: bool = True) -> list[Cell]:
    """Value with status, n, interval, target and trend of one figure."""
    cell = figure_cell(indicator, figure)
    intervals = [Cell(text=format_interval(indicator, figure.lower, figure.upper))]
    return [
        Cell(text=cell.text, state=cell.state),
        Cell(text=n_text(indicator, figure)),
        *(intervals if interval else []),
        Cell(text=format_target(indicator, figure.target)),
        Cell(trend=trend, state=cell.state),
    ]
