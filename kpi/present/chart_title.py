"""What stands over every chart, so that it says the same on the screen and as a picture in somebody's slides.

The title names figure and unit. Three lines under it: whose and when, how many records, which data and definition.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from kpi.present.wording import format_n, plural, unit_name

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.marts import Marts

SPACE = 104  # pixels above the plot that title and lines take


def source_of(indicator: Indicator, marts: Marts) -> str:
    """The last line: which data and which definition the chart shows, and that they are made up where they are."""
    made_up = "Synthetic sample data. " if marts.synthetic else ""
    return f"{made_up}Ledger version {marts.version}, definition v{indicator.version} of {marts.definitions}"


def titled(indicator: Indicator, lines: tuple[str, ...], currency: str = "") -> dict[str, Any]:
    """The title of a plotly figure's layout; ``lines`` under it. Plotly reads markup, so every text is escaped."""
    unit = unit_name(indicator, currency)
    return {
        "text": escape(f"{indicator.name}, {unit}" if unit else indicator.name),
        "subtitle": {"text": "<br>".join(escape(line) for line in lines if line), "font": {"size": 12}},
        "font": {"size": 16},
        "x": 0,
        "y": 0.97,
        "yanchor": "top",
    }


def n_of_months(indicator: Indicator, series: pd.DataFrame) -> str:
    """ "n 1,234 in 24 months, 31 to 58 a month"; of the months of one series that have a value.

    A snapshot counts what stands at each month's end; its months may hold the same records, so they are not added.
    """
    counted = series["n"][series["value"].notna() & series["n"].notna()]
    if counted.empty:
        return "n: no month has a value"
    if indicator.kind == "snapshot":
        return f"n: the count itself, at the end of {plural(len(counted), 'month')}"
    low, high = format_n(counted.min()), format_n(counted.max())
    total = f"n {format_n(counted.sum())} in {plural(len(counted), 'month')}"
    if len(counted) == 1:
        return total
    return f"{total}, {low} a month" if low == high else f"{total}, {low} to {high} a month"
