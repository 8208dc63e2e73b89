"""An indicator's months as a table: value, n, counts, interval, target, and what the control chart says of each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.rows import figure_cell, n_text
from kpi.present.signals import rule_words
from kpi.present.wording import format_interval, format_n, format_target, has_interval, is_missing, short_month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpi.catalog import Indicator


def months_board(figures: pd.DataFrame, chart: pd.DataFrame, indicator: Indicator, first: date, last: date) -> str:
    """The months from ``first`` to ``last``, newest first. "" when there is none.

    ``figures``: rows of ``figures``; ``chart``: rows of ``Signals.points`` or none. Both may hold further indicators.
    """
    mine = figures[figures["kpi_id"] == indicator.id]
    mine = mine[(mine["month"] >= pd.Timestamp(first)) & (mine["month"] <= pd.Timestamp(last))]
    words = _words(chart, indicator)
    rows = [
        Row(short_month(row.month), _cells(indicator, row, words.get(row.month, "")))
        for row in each_row(mine.sort_values("month", ascending=False))
    ]
    if not rows:
        return ""
    counts = [Column("Counted", kind="text")] if has_interval(indicator) else [Column("n", kind="number")]
    columns = [
        Column("Value"),
        *counts,
        Column("95 % interval", kind="text"),
        Column("Target", kind="text"),
        Column("Control chart", kind="words"),
    ]
    return payload(f"{indicator.name} by month", "Month", columns, rows)


def _cells(indicator: Indicator, row: Any, words: str) -> list[Cell]:
    value = figure_cell(indicator, row)
    counted = n_text(indicator, row)
    if has_interval(indicator) and not is_missing(row.numerator):
        counted = f"{format_n(row.numerator)} of {format_n(row.denominator)}"
    return [
        Cell(text=value.text, state=value.state),
        Cell(text=counted),
        Cell(text=format_interval(indicator, row.lower, row.upper)),
        Cell(text=format_target(indicator, row.target)),
        Cell(text=words),
    ]


def _words(chart: pd.DataFrame, indicator: Indicator) -> dict[Any, str]:
    """{month: which rule its point broke, in words}."""
    if chart.empty:
        return {}
    flagged = chart[(chart["kpi_id"] == indicator.id) & (chart["rule"] != "")]
    return {row.month: rule_words(row.rule, row.side, indicator) for row in each_row(flagged)}


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, whose fields no type checker can know."""
    return iter(frame.itertuples(index=False))
