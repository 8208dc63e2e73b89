"""One partner's months of an indicator, from counts to a control chart, through the product's own functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd

from kpi.catalog import load_catalog
from kpi.ledger.rebaselines import Rebaseline
from kpi.marts import Marts
from kpi.marts.intervals import wilson
from kpi.marts.judgement import STATUSES, judge
from kpi.present.charts import Heading
from kpi.present.control import Control, draw_control
from kpi.signals.series import read_signals

CATALOG = load_catalog()
RATE = CATALOG.indicators["lot_acceptance_rate"]
HEADING = Heading("<b>Muster & Co</b>", "Ledger version 7, definition v1 of abc")
NONE = float("nan")
FIRST = date(2024, 1, 1)


def month_of(place: int) -> date:
    """The first day of the month at ``place``, from 0 for January 2024."""
    return date(2024 + place // 12, place % 12 + 1, 1)


def marts_of(
    released: Sequence[float],
    lots: Sequence[float] | float,
    *,
    targets: Sequence[float] | float = 0.98,
    limit: float = 0.93,
    sources: Sequence[str] | str = "definition",
) -> Marts:
    """Figures of the lot acceptance rate of the partner P from January 2024 on. NaN lots: not reported; 0: none."""
    numerator, denominator = np.array(released, float), np.broadcast_to(np.array(lots, float), len(released))
    reported = ~np.isnan(denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = numerator / denominator
    target, edge = np.broadcast_to(np.array(targets, float), value.shape), np.full(value.shape, limit)
    lower, upper = wilson(numerator, denominator)
    keys = {"kpi_id": RATE.id, "grain": "partner", "partner_id": "P", "site_id": "", "product": "", "currency": ""}
    names = {name: pd.Categorical([key] * len(value)) for name, key in keys.items()}
    codes = judge(RATE, value, denominator, reported, target, edge)
    columns = {
        **names,
        "month": pd.DatetimeIndex([month_of(place) for place in range(len(value))]),
        "n": denominator,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "lower": lower,
        "upper": upper,
        "status": pd.Categorical.from_codes(codes, categories=list(STATUSES)),
        "target": target,
        "limit": edge,
        "target_source": sources,
        "rolling_3": value,
        "rolling_12": value,
    }
    last = month_of(len(value) - 1)
    return Marts(7, None, "abc", pd.DataFrame(columns), pd.DataFrame(), pd.DataFrame(), last, False)


def rebaseline(place: int, reason: str = "New filling line") -> Rebaseline:
    """Limits of the partner P that start anew at the month at ``place``."""
    at = datetime(2026, 1, 5, 9, 0)
    return Rebaseline(RATE.id, "partner", "P", "", "", "", month_of(place), reason, "qa.lead", at, 8)


def charted(
    marts: Marts, month: date | None = None, *, rebaselines: Sequence[Rebaseline] = (), prime: bool = False
) -> Control:
    """The control chart of the partner P, read in ``month`` (the last unless another is given)."""
    read = month or marts.last_month
    assert read is not None
    signals = read_signals(marts, CATALOG, month=read, rebaselines=rebaselines, prime=prime)
    return draw_control(RATE, marts.kpi_monthly, signals, HEADING, read, rebaselines=rebaselines, prime=prime)


def traces(figure) -> dict[str, object]:
    """The named traces of a plotly figure."""
    return {trace.name: trace for trace in figure.data if trace.name}
