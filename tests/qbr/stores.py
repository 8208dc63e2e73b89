"""A small store with the order lines of a few partners, for whatever is made from packs."""

from __future__ import annotations

from datetime import date

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.qbr.source import Source, load_source
from tests.support import order_lines, submit_rows

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
TODAY = date(2026, 1, 5)
PARTNERS = ("HELIX", "NOVA", "01234")


def filled(store: Store, partners: tuple[str, ...] = PARTNERS) -> Store:
    """January and February of every partner: 1 of 10 lines late in January, 2 of 10 in February."""
    for partner in partners:
        for late, month in enumerate((JANUARY, FEBRUARY), start=1):
            submit_rows(store, "deliveries", order_lines(partner, month, late), month)
    return store


def source_of(store: Store, as_of: int | None = None) -> Source:
    return load_source(store, load_catalog(), today=TODAY, scope=EVERYTHING, as_of=as_of)
