"""A small store with the order lines of a few partners, for whatever is made from packs."""

from __future__ import annotations

from datetime import date

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.qbr.source import Source, load_source
from tests.support import Row, submit_rows

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
TODAY = date(2026, 1, 5)
PARTNERS = ("HELIX", "NOVA", "01234")


def lines(partner_id: str, month: date, late: int, count: int = 10) -> list[Row]:
    """``count`` order lines promised in the month, the first ``late`` of them delivered late."""
    return [
        {
            "partner_id": partner_id,
            "site_id": f"{partner_id}-1",
            "delivery_id": f"{month:%m}-{place}",
            "product": "Aspiran",
            "promised_date": month.replace(day=10),
            "delivered_date": month.replace(day=20 if place < late else 10),
            "ordered_quantity": 100,
            "delivered_quantity": 100,
        }
        for place in range(count)
    ]


def filled(store: Store, partners: tuple[str, ...] = PARTNERS) -> Store:
    """January and February of every partner: 1 of 10 lines late in January, 2 of 10 in February."""
    for partner in partners:
        for late, month in enumerate((JANUARY, FEBRUARY), start=1):
            submit_rows(store, "deliveries", lines(partner, month, late), month)
    return store


def source_of(store: Store, as_of: int | None = None) -> Source:
    return load_source(store, load_catalog(), today=TODAY, scope=EVERYTHING, as_of=as_of)
