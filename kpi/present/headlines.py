"""The headline figures of a month as cells, partner by partner: nothing in it compares one with another.

So they are the same for every reader who may see the partner, and are made once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kpi.present.rows import figure_cells, of_month, rows_of, trend_start
from kpi.present.verdicts import Verdict, verdicts, with_verdict
from kpi.present.wording import STATUSES, is_missing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kpi.access import Scope
    from kpi.catalog import Catalog
    from kpi.marts import Marts
    from kpi.present.board import Cell
    from kpi.signals.series import Signals

Verdicts = dict[tuple[str, ...], Verdict]  # by partner and indicator


@dataclass(frozen=True)
class Headline:
    """One partner's.

    ``cells`` and ``targets`` by indicator; what was never reported, or has no target, is not among them.
    ``counts``: how many figures of each status, with zeros. ``received``: the state of each dataset expected.
    """

    cells: Mapping[str, Cell]
    targets: Mapping[str, float]
    counts: Mapping[str, int]
    received: tuple[str, ...] = ()


NOTHING_KNOWN = Headline({}, {}, dict.fromkeys(STATUSES, 0))
Headlines = dict[str, Headline]  # by partner


def headlines_for(found: Headlines, scope: Scope) -> Headlines:
    """Those of the partners that ``scope`` allows."""
    return {partner: one for partner, one in found.items() if scope.allows(partner)}


def headline_verdicts(signals: Signals) -> Verdicts:
    """The verdicts of charts at partners' grain; they are of a month, whatever the figures' window."""
    return verdicts(signals.series, ["partner_id", "kpi_id"])


def headlines_of(marts: Marts, catalog: Catalog, verdict_of: Verdicts, month: date, window: int) -> Headlines:
    """Every partner that has a figure or expected data of ``month`` (first day), over ``window`` months."""
    kpis = [indicator.id for indicator in catalog.headlines]
    rows = rows_of(marts, kpis=kpis, window=window, month_from=trend_start(month), month_to=month)
    now = of_month(rows, month)
    cells: dict[str, dict[str, Cell]] = {}
    for key, cell in figure_cells(rows, now, catalog.indicators, ["partner_id", "kpi_id"]).items():
        partner, kpi = key
        cells.setdefault(partner, {})[kpi] = with_verdict(cell, verdict_of.get(key))
    targets: dict[str, dict[str, float]] = {}
    counts: dict[str, dict[str, int]] = {}
    named = now[["partner_id", "kpi_id", "target", "status"]]
    for partner, kpi, target, status in named.itertuples(index=False, name=None):
        if not is_missing(target):
            targets.setdefault(partner, {})[kpi] = float(target)
        counts.setdefault(partner, dict.fromkeys(STATUSES, 0))[status] += 1
    received = states_of_month(marts, month)
    return {
        partner: Headline(
            cells.get(partner, {}),
            targets.get(partner, {}),
            counts.get(partner, NOTHING_KNOWN.counts),
            received.get(partner, ()),
        )
        for partner in sorted({*cells, *counts, *received})
    }


def states_of_month(marts: Marts, month: date) -> dict[str, tuple[str, ...]]:
    """{partner_id: the state of each dataset expected for the month}."""
    of_month = marts.coverage[pd.to_datetime(marts.coverage["month"]) == pd.Timestamp(month)]
    found: dict[str, tuple[str, ...]] = {}
    for partner, state in zip(of_month["partner_id"], of_month["state"], strict=True):
        found[str(partner)] = (*found.get(str(partner), ()), str(state))
    return found
