"""The panel of everybody → one reader's: what it would be, had it been made from that scope's marts alone.

Making a panel reads every control chart anew for every month, which takes as long for one partner as for all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.signals.panel import NUMBERS, Panel, first_month, panel_of

if TYPE_CHECKING:
    from kpi.access import Scope
    from kpi.catalog import Catalog
    from kpi.marts import Marts


def restricted_panel(panel: Panel, marts: Marts, catalog: Catalog, scope: Scope) -> Panel:
    """``panel``, made of everything, for the reader of ``scope``, whose own marts ``marts`` are; arrays of its own."""
    if scope.partners is None:
        return panel
    rows = marts.kpi_monthly[marts.kpi_monthly["grain"] == "partner"]
    if rows.empty:
        return panel_of(marts, catalog, (), panel.day)
    own = set(rows["partner_id"].unique())
    named = set(zip(rows["kpi_id"], rows["currency"], strict=True))
    partners = [place for place, name in enumerate(panel.partners) if name in own]
    series = [place for place, name in enumerate(panel.series) if name in named]
    first = panel.months.index(first_month(rows, panel.day))

    def of_series(array: Any) -> Any:
        return array[np.ix_(partners, series)][:, :, first:].copy()

    def of_windows(arrays: dict[int, Any]) -> Any:
        return {window: of_series(array) for window, array in arrays.items()}

    return replace(
        panel,
        partners=tuple(panel.partners[place] for place in partners),
        series=tuple(panel.series[place] for place in series),
        months=panel.months[first:],
        status=of_windows(panel.status),
        **{name: of_windows(getattr(panel, name)) for name in NUMBERS},
        **{name: of_series(getattr(panel, name)) for name in ("target", "limit", "concern", "points")},
        **{name: of_series(getattr(panel, name)) for name in ("known_on", "clock_from")},
        due_on=panel.due_on[first:].copy(),
        received=panel.received[:, partners][:, :, first:].copy(),
        owed=panel.owed[:, partners][:, :, first:].copy(),
        ended=panel.ended[partners][:, first:].copy(),
    )
