"""Drawn counts → the panel that escalation rules look at, figured and judged by the product's own code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from kpi.catalog import WINDOWS, Catalog
from kpi.marts.figures import WindowFigures, figures_of_counts
from kpi.signals.history import concerns_as_they_came
from kpi.signals.panel import Days, Panel
from kpi.simulation.drawing import Counts

FIRST_MONTH = np.datetime64("2020-01", "M")  # any; nothing depends on it
REPORTING_DAYS = np.timedelta64(40, "D")  # from a month's first day


def panel_from(counts: Mapping[str, tuple[Counts, Counts]], catalog: Catalog) -> Panel:
    """Everything was received in time; targets and limits are the definitions'. Series stand in the catalogue's order.

    ``counts``: indicator (a proportion or rate with a target) → numerator and denominator, partners × months.
    """
    series = [kpi_id for kpi_id in catalog.indicators if kpi_id in counts]
    partners, months = counts[series[0]][0].shape
    shape = (partners, len(series), months)
    target, limit = np.full(shape, np.nan), np.full(shape, np.nan)
    concern, points = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int64)
    figured: list[dict[int, WindowFigures]] = []
    for place, kpi_id in enumerate(series):
        indicator, (numerator, denominator) = catalog.indicators[kpi_id], counts[kpi_id]
        target[:, place] = np.nan if indicator.target is None else indicator.target
        limit[:, place] = np.nan if indicator.limit is None else indicator.limit
        reported = np.ones(numerator.shape, dtype=bool)
        figures = figures_of_counts(indicator, numerator, denominator, reported, target[:, place], limit[:, place])
        figured.append(figures)
        concern[:, place], points[:, place] = concerns_as_they_came(
            indicator.chart,
            figures[1].value,
            numerator,
            denominator,
            better=indicator.better,
            scale=indicator.scale,
        )
    starts = FIRST_MONTH + np.arange(months)
    due_on: Days = np.asarray(starts.astype("datetime64[D]") + REPORTING_DAYS, dtype="datetime64[D]")
    known_on = np.broadcast_to(due_on, shape)
    return Panel(
        day=date.fromisoformat(str(due_on[-1] + 1)),
        partners=tuple(f"P{number:05d}" for number in range(partners)),
        series=tuple((kpi_id, "") for kpi_id in series),
        months=tuple(date.fromisoformat(f"{month}-01") for month in starts),
        **{
            name: {
                window: np.stack([figures[window].__dict__[name] for figures in figured], axis=1) for window in WINDOWS
            }
            for name in ("status", "n", "numerator", "denominator", "value", "lower", "upper")
        },
        target=target,
        limit=limit,
        concern=concern,
        points=points,
        datasets=(),
        due_on=due_on,
        received=np.empty((0, partners, months), dtype="datetime64[D]"),
        owed=np.zeros((0, partners, months), dtype=bool),
        ended=np.zeros((partners, months), dtype=bool),
        known_on=known_on,
        clock_from=known_on,
    )
