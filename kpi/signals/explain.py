"""Why a figure changed between two periods: what each site or product adds to the change.

Rates, proportions and ratios are taken apart by kpi.signals.decomposition, medians by kpi.signals.medians_apart; a
state is a plain sum. The contributions add up to the change exactly.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.errors import UsageError
from kpi.marts.select import figures
from kpi.signals.explain_amounts import parts_of_amounts
from kpi.signals.explain_medians import parts_of_medians
from kpi.signals.explained import BREAKDOWNS, Explained, NotComparable, Period

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.marts import Marts


def breakdowns(indicator: Indicator) -> tuple[str, ...]:
    """What an indicator can be broken down by: site, product, both or neither."""
    return tuple(grain for grain in BREAKDOWNS if grain in indicator.grains)


def explain(
    marts: Marts,
    indicator: Indicator,
    *,
    partner: str,
    by: str,
    month_from: date,
    month_to: date,
    window: int = 1,
    currency: str = "",
    values: pd.DataFrame | None = None,
) -> Explained | NotComparable:
    """The change of the partner's figure from ``month_from`` to ``month_to``, taken apart by "site" or "product".

    ``values``: for a median, what kpi.marts.values gives. Raises UsageError for a breakdown that the indicator does not
    have, an unknown partner, or months in the wrong order.
    """
    if by not in breakdowns(indicator):
        others = " or ".join(breakdowns(indicator))
        hint = f"It can be broken down by {others}" if others else "It is about whole partners only"
        raise UsageError(f"{indicator.name} is not counted by {by}. {hint}.")
    if month_from >= month_to:
        raise UsageError(f"{month_from:%Y-%m} is not before {month_to:%Y-%m}. Name the earlier month first.")
    months = (month_from, month_to)
    whole = [_rows(marts, indicator, partner, "partner", month, window, currency) for month in months]
    for month, rows in zip(months, whole, strict=True):
        if not rows or np.isnan(rows[0]["value"]):
            return NotComparable(month, window, str(rows[0]["status"]) if rows else "")
    if indicator.values is not None:
        if values is None:
            raise ValueError(f"{indicator.id} is a median: its single values are needed")
        known = _reported(marts, indicator, partner)
        parts, ends = parts_of_medians(values, by, *(_window(month, window) & known for month in months))
    else:
        split = [_rows(marts, indicator, partner, by, month, window, currency) for month in months]
        parts, ends = parts_of_amounts(indicator, by, [row[0] for row in whole], split)
    periods = [Period(month, window, value) for month, value in zip(months, ends, strict=True)]
    ordered = sorted(parts, key=lambda part: (-abs(part.total), part.kind, part.entity))
    return Explained(indicator.id, partner, currency, by, periods[0], periods[1], tuple(ordered))


def _rows(
    marts: Marts, indicator: Indicator, partner: str, grain: str, month: date, window: int, currency: str
) -> list[dict[str, Any]]:
    found = figures(
        marts,
        kpis=[indicator.id],
        partners=[partner],
        grain=grain,
        window=window,
        month_from=month,
        month_to=month,
    )
    mine = found[found["currency"] == currency]
    return [{str(name): cell for name, cell in row.items()} for row in mine.to_dict("records")]


def _reported(marts: Marts, indicator: Indicator, partner: str) -> set[int]:
    """The partner's reported months (year × 12 + month − 1): records of other months are in no figure."""
    table = marts.kpi_monthly
    mine = (table["kpi_id"] == indicator.id) & (table["grain"] == "partner") & (table["partner_id"] == partner)
    return {start.year * 12 + start.month - 1 for start in table["month"][mine & table["reported"]]}


def _window(month: date, window: int) -> set[int]:
    last = month.year * 12 + month.month - 1
    return set(range(last - window + 1, last + 1))
