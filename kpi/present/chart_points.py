"""The points of a control chart: values by status, rings around those that broke a rule, hover texts.

A point's own shape is its status; a ring around it, of a form for each rule, says that the point is no common cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kpi.present.charts import LINE, Heading, scaled
from kpi.present.signals import rule_words
from kpi.present.wording import (
    format_interval,
    format_n,
    format_target,
    format_value,
    has_interval,
    is_missing,
    look_of,
    short_month,
)

if TYPE_CHECKING:
    from kpi.catalog import Indicator

RINGS = {  # rule: (form of the ring, what the legend calls it); in the order of precedence
    "outside": ("circle-open", "Outside the control limits"),
    "trend": ("square-open", "Trend"),
    "two_of_three": ("diamond-tall-open", "2 of 3 near a limit"),
    "run": ("hexagon-open", "Run on one side of the mean"),
}
READING_COLOURS = {"concern": "#c77700", "improvement": "#3d7fb3"}  # the colours of the verdicts' icons
NEUTRAL = "#8a63b8"
READING_WORDS = {
    "concern": "for the worse",
    "improvement": "for the better",
    "high": "unusually high",
    "low": "unusually low",
}
FEW = "#7b8794"  # a month below the definition's minimum n: its interval, never a colour
PALE = 0.45


def rings(indicator: Indicator, series: pd.DataFrame) -> list[dict[str, Any]]:
    """One trace for each rule and reading there is, named for the legend; no colour for months of too few records."""
    drawn = []
    few = series["status"] == "too few"
    looks = [(reading, words, READING_COLOURS.get(reading, NEUTRAL), ~few) for reading, words in READING_WORDS.items()]
    looks += [(reading, "too few records to judge", FEW, few) for reading in READING_WORDS]
    for rule, (form, name) in RINGS.items():
        for reading, words, colour, chosen in looks:
            found = series[(series["rule"] == rule) & (series["reading"] == reading) & chosen]
            if found.empty:
                continue
            drawn.append(
                {
                    "x": found["month"].tolist(),
                    "y": scaled(indicator, found["value"]),
                    "mode": "markers",
                    "name": f"{name}, {words}",
                    "marker": {"symbol": form, "size": 19, "color": colour, "line": {"width": 2}},
                    "hoverinfo": "skip",
                }
            )
    return drawn


def values(indicator: Indicator, series: pd.DataFrame, counted: Any, heading: Heading) -> list[dict[str, Any]]:
    """The months that count, and pale those after them, joined to the last that counts."""
    traces = []
    before = int(counted.sum())
    for start, end, pale in ((0, before, False), (max(before - 1, 0), len(series), True)):
        part = series.iloc[start:end]
        if part.empty or (pale and before == len(series)):
            continue
        looks = [look_of(status) for status in part["status"]]
        sizes = [0 if pale and before and place == 0 else 9 for place in range(len(part))]
        texts = [hover_text(indicator, row, heading.currency) for row in part.itertuples(index=False)]
        traces.append(
            {
                "x": part["month"].tolist(),
                "y": scaled(indicator, part["value"]),
                "mode": "lines+markers",
                "name": "Later month" if pale else "Month",
                "showlegend": False,
                "opacity": PALE if pale else 1,
                "line": {"color": LINE, "width": 1.6, "dash": "dot" if pale else "solid"},
                "marker": {
                    "size": sizes,
                    "symbol": [look.symbol for look in looks],
                    "color": [look.mark for look in looks],
                    "opacity": 1,
                },
                "error_y": _interval_bars(indicator, part),
                "text": texts,
                "hovertemplate": "%{text}<extra></extra>",
                "connectgaps": False,
                "selected": {"marker": {"opacity": 1}},
                "unselected": {"marker": {"opacity": 1}},
            }
        )
    return traces


def _interval_bars(indicator: Indicator, series: pd.DataFrame) -> dict[str, Any]:
    """The 95 % interval of months with too few records to judge, as grey bars."""
    few = (series["status"] == "too few") & series["lower"].notna() & series["upper"].notna()
    if not few.any():
        return {"visible": False}
    up = np.where(few, series["upper"] - series["value"], np.nan)
    down = np.where(few, series["value"] - series["lower"], np.nan)
    return {
        "type": "data",
        "symmetric": False,
        "array": scaled(indicator, np.clip(up, 0, None)),
        "arrayminus": scaled(indicator, np.clip(down, 0, None)),
        "color": FEW,
        "thickness": 1.2,
        "width": 4,
    }


def hover_text(indicator: Indicator, row: Any, currency: str) -> str:
    """What a pointer over a month reads: value, n, interval, target, status and the rule it broke, in words."""
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
    if row.rule:
        parts.append(f"<b>special cause: {rule_words(row.rule, int(row.side), indicator)}</b>")
    return "<br>".join(parts)


def legend_entry(status: str) -> dict[str, Any]:
    """Explains one status' shape in the legend; draws nothing."""
    look = look_of(status)
    marker = {"symbol": look.symbol, "color": look.mark, "size": 9}
    return {"x": [None], "y": [None], "mode": "markers", "name": look.meaning, "marker": marker, "hoverinfo": "skip"}
