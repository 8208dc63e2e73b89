"""Choose rows of ``kpi_monthly``: what the command line prints and the screens draw."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi.catalog import GRAINS, WINDOWS
from kpi.errors import UsageError
from kpi.marts.table import FIGURE_COLUMNS, column_name

if TYPE_CHECKING:
    import pandas as pd

    from kpi.marts.build import Marts

NAMES_LISTED = 20  # where nothing is near
KEY_COLUMNS = ("kpi_id", "partner_id", "site_id", "product", "currency", "month")
COLUMNS = (
    *KEY_COLUMNS,
    "n",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "target",
    "limit",
    "status",
    "target_source",
)


def figures(
    marts: Marts,
    *,
    kpis: Collection[str] = (),
    partners: Collection[str] = (),
    grain: str = "partner",
    window: int = 1,
    month_from: date | None = None,
    month_to: date | None = None,
) -> pd.DataFrame:
    """Figures of one grain and window, columns as in ``COLUMNS``; empty ``kpis`` or ``partners`` means all.

    Ordered by indicator (catalogue order), partner, site, product, currency, month. An indicator without figures gives
    no rows. Raises UsageError for a grain, window or partner that there is none of.
    """
    if grain not in GRAINS:
        raise UsageError(f'"{grain}" is not a grain. Allowed: {", ".join(GRAINS)}.')
    if window not in WINDOWS:
        raise UsageError(f"{window} is not a window. Allowed: {', '.join(map(str, WINDOWS))} months.")
    table = marts.kpi_monthly
    chosen = table["grain"] == grain
    if kpis:
        chosen &= table["kpi_id"].isin(list(kpis))
    if partners:
        require_known("partner", partners, set(marts.register["partner_id"]))
        chosen &= table["partner_id"].isin(list(partners))
    if month_from is not None:
        chosen &= table["month"] >= str(month_from)
    if month_to is not None:
        chosen &= table["month"] <= str(month_to)
    return in_window(table[chosen], window)


def in_window(rows: pd.DataFrame, window: int) -> pd.DataFrame:
    """The rows with the window's figures under the plain names."""
    names = {column_name(figure, window): figure for figure in FIGURE_COLUMNS}
    kept = [*KEY_COLUMNS, *names, "target", "limit", "target_source"]
    return rows[kept].rename(columns=names)[list(COLUMNS)].reset_index(drop=True)


def require_known(noun: str, wanted: Collection[str], known: Collection[str]) -> None:
    """Raises UsageError for a name that is not known, with the nearest ones: mostly it is a slip of the keyboard."""
    for name in wanted:
        if name in known:
            continue
        by_folded = {other.casefold(): other for other in sorted(known)}
        near = [by_folded[found] for found in get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.5)]
        listed = near or list(by_folded.values())[:NAMES_LISTED]
        hint = f"{'Nearest' if near else 'Known'}: {', '.join(listed)}." if listed else f"No {noun} is known yet."
        raise UsageError(f'There is no {noun} "{name}". {hint}')
