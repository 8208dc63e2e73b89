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

    chosen = [np.nonzero(part.shown) for part in figured]
    starts = portfolio.axis.starts()
    columns: dict[str, object] = {}
    for name in NAMES:
        values = [_names(part, name, where[0], portfolio) for part, where in zip(figured, chosen, strict=True)]
        columns[name] = pd.Categorical(_joined(values, object))
    columns["month"] = _joined([starts[where[1]] for where in chosen], "datetime64[s]")
    for window in WINDOWS:
        for figure in FIGURE_COLUMNS:
            found = [getattr(part.windows[window], figure)[where] for part, where in zip(figured, chosen, strict=True)]
            columns[column_name(figure, window)] = (
                pd.Categorical.from_codes(_joined(found, np.int8), categories=list(STATUSES))  # type: ignore[call-overload]
                if figure == "status"
                else _joined(found, np.float64)
            )
    for name in ("target", "limit"):
        columns[name] = _joined([getattr(p, name)[w] for p, w in zip(figured, chosen, strict=True)], np.float64)
    sources = [part.target_source[where] for part, where in zip(figured, chosen, strict=True)]
    columns["target_source"] = pd.Categorical(_joined(sources, object))
    columns["reported"] = _joined([part.reported[where] for part, where in zip(figured, chosen, strict=True)], bool)
    return pd.DataFrame(columns)


def empty_table() -> pd.DataFrame:
    """The same columns with no row, for a store that holds no records yet."""
    from kpi.marts.entities import Axis, Portfolio

    return to_table([], Portfolio((), {}, Axis(0, 0), {}, {}))


def _names(part: Figured, name: str, entity: np.ndarray, portfolio: Portfolio) -> np.ndarray:
    if name == "kpi_id":
        return np.full(len(entity), part.indicator.id, dtype=object)
    if name in ("grain", "currency"):
        return np.full(len(entity), part.entities.grain if name == "grain" else part.currency, dtype=object)
    if name == "partner_id":
        return np.array(portfolio.partners, dtype=object)[part.entities.partner[entity]]
    return np.array(getattr(part.entities, name), dtype=object)[entity]


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts).astype(kind) if parts else np.array([], dtype=kind)
