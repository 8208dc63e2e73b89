"""A small portfolio with a meeting on it: order lines of two partners, some late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from kpi.catalog import Catalog
from kpi.ledger.meeting_model import AgendaItem, Meeting, Participant
from kpi.ledger.meetings import open_meeting
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING
from tests.support import order_lines, submit_rows

JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANA, BEN = Participant("Ana Berg", "Head of quality", "sponsor"), Participant("Ben Low", "", "partner")


def deliver(store: Store, partner: str, month: date, late: int) -> str:
    return submit_rows(store, "deliveries", order_lines(partner, month, late), month).submission_id


def meet(store: Store, catalog: Catalog, **changed: Any) -> Meeting:
    usual: dict[str, Any] = {
        "partner_id": "HELIX",
        "day": date(2026, 12, 3),
        "title": "Steering committee",
        "month": FEBRUARY,
        "window": 1,
        "participants": [ANA, BEN],
        "agenda": [AgendaItem("Late deliveries", note="A carrier failed.")],
        "definitions": catalog.digest,
        "actor": "ana",
        "now": NOW,
        "scope": EVERYTHING,
    }
    return open_meeting(store, **{**usual, **changed})
