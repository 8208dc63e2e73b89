"""Figures → the long table ``kpi_monthly``.

One row per indicator, grain, entity, currency and month. Columns: kpi_id, grain, partner_id, site_id, product, currency
("" where they don't apply), month (first day); n, numerator, denominator, value, lower, upper, status for the month;
the same with _3 and _12 (the value called rolling_3, rolling_12) for the last three and twelve months; target, limit
and target_source in force in the month; reported. Missing numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.catalog import WINDOWS
from kpi.marts.entities import Portfolio
from kpi.marts.figures import Figured
from kpi.marts.judgement import STATUSES

if TYPE_CHECKING:
    import pandas as pd

FIGURE_COLUMNS = ("n", "numerator", "denominator", "value", "lower", "upper", "status")
NAMES = ("kpi_id", "grain", "partner_id", "site_id", "product", "currency")


def column_name(figure: str, window: int) -> str:
    """Where a window's figure stands in the table: value of 12 months is rolling_12, its n is n_12."""
    if window == 1:
        return figure
    return f"rolling_{window}" if figure == "value" else f"{figure}_{window}"


def to_table(figured: Sequence[Figured], portfolio: Portfolio) -> pd.DataFrame:
    """Lay the arrays of every indicator and grain end to end, rows ordered as ``figured``, then entity, then month."""
    import pandas as pd

    places = [np.flatnonzero(part.shown) for part in figured]  # row-major: entity, then month
    months = portfolio.axis.length
    names = [_names(part, place // months, portfolio) for part, place in zip(figured, places, strict=True)]
    columns: dict[str, Any] = {name: _categorical([found[name] for found in names]) for name in NAMES}
    starts = portfolio.axis.starts().astype("datetime64[s]")
    columns["month"] = _joined([starts[place % months] for place in places], "datetime64[s]")
    for window in WINDOWS:
        for figure in FIGURE_COLUMNS:
            found = [getattr(part.windows[window], figure) for part in figured]
            columns[column_name(figure, window)] = (
                pd.Categorical.from_codes(_laid(found, places, np.int8), categories=list(STATUSES))  # type: ignore[call-overload]
                if figure == "status"
                else _laid(found, places, np.float64)
            )
    for name in ("target", "limit"):
        columns[name] = _laid([getattr(part, name) for part in figured], places, np.float64)
    columns["target_source"] = _sources(figured, places)
    columns["reported"] = _laid([part.reported for part in figured], places, np.bool_)
    return pd.DataFrame(columns, copy=False)


def empty_table() -> pd.DataFrame:
    """The same columns with no row, for a store that holds no records yet."""
    from kpi.marts.entities import Axis, Portfolio

    return to_table([], Portfolio((), {}, Axis(0, 0), {}, {}))


def _names(part: Figured, entity: Any, portfolio: Portfolio) -> dict[str, tuple[Any, Sequence[str]]]:
    """For every naming column the rows as numbers, and what the numbers stand for."""
    same = np.zeros(len(entity), dtype=np.int64)
    return {
        "kpi_id": (same, (part.indicator.id,)),
        "grain": (same, (part.entities.grain,)),
        "partner_id": (part.entities.partner[entity], portfolio.partners),
        "site_id": (entity, part.entities.site_id),
        "product": (entity, part.entities.product),
        "currency": (same, (part.currency,)),
    }


def _categorical(parts: list[tuple[Any, Sequence[str]]]) -> pd.Categorical[str]:
    """One categorical column from parts that number their own names."""
    import pandas as pd

    names = sorted({name for _, named in parts for name in named})
    number = {name: place for place, name in enumerate(names)}
    codes = [np.array([number[name] for name in named], dtype=np.int64)[rows] for rows, named in parts]
    return pd.Categorical.from_codes(_joined(codes, np.int64), categories=names)  # type: ignore[call-overload]


def _sources(figured: Sequence[Figured], places: Sequence[Any]) -> pd.Categorical[str]:
    import pandas as pd

    known = sorted({source for part in figured for source in part.target_source.names})
    number = {source: place for place, source in enumerate(known)}
    codes = [
        np.array([number[name] for name in part.target_source.names], dtype=np.int64)[
            part.target_source.codes[part.entities.partner].ravel()[place]
        ]
        for part, place in zip(figured, places, strict=True)
    ]
    return pd.Categorical.from_codes(_joined(codes, np.int64), categories=known)  # type: ignore[call-overload]


def _laid(parts: Sequence[Any], places: Sequence[Any], kind: Any) -> Any:
    """Take the chosen places of each array and lay them end to end, in one new array."""
    laid = np.empty(sum(len(place) for place in places), dtype=kind)
    start = 0
    for part, place in zip(parts, places, strict=True):
        stop = start + len(place)
        laid[start:stop] = part.ravel() if part.size == len(place) else part.ravel()[place]
        start = stop
    return laid


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.array([], dtype=kind)
