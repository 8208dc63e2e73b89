"""Offering a file and deciding about it, with everything usual but what a test says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kpi.access import EVERYTHING
from kpi.ledger.deciding import accept_offer, refuse_offer, take_back_offer
from kpi.ledger.four_eyes import Setting, set_four_eyes
from kpi.ledger.store import Store
from kpi.ledger.submissions import WAITING, Receipt
from tests.ledger.files import File, deliveries, put

LATER = datetime(2026, 2, 9, 11, 0)
OFFERER, SPONSOR = "hel@helix.example", "sam@sponsor.example"


EARLIER = datetime(2025, 1, 2)  # the ledger's time never runs backwards, so before everything that tests submit


def under_four_eyes(store: Store, partner_id: str | None = "HELIX", on: bool = True, reason: str = "agreed") -> Setting:
    return set_four_eyes(store, partner_id=partner_id, on=on, reason=reason, actor="ada", now=EARLIER, scope=EVERYTHING)


def offered(store: Store, file: File | None = None, **changed: Any) -> tuple[int, File]:
    """One file offered by the partner; the version that names the offer, and the file."""
    file = file or deliveries({"delivery_id": "D1"})
    receipt = put(store, file, **{"actor": OFFERER, **changed})
    assert (receipt.status, receipt.submission_id) == (WAITING, "")
    return receipt.version, file


def accept(store: Store, version: int, file: File, **changed: Any) -> Receipt:
    usual: dict[str, Any] = {
        "note": "",
        "actor": SPONSOR,
        "now": LATER,
        "accept_warnings": False,
        "scope": EVERYTHING,
    }
    return accept_offer(store, version, file, **{**usual, **changed})


def refuse(store: Store, version: int, **changed: Any) -> int:
    usual: dict[str, Any] = {"reason": "wrong month", "actor": SPONSOR, "now": LATER, "scope": EVERYTHING}
    return refuse_offer(store, version, **{**usual, **changed})


def take_back(store: Store, version: int, **changed: Any) -> int:
    usual: dict[str, Any] = {"reason": "", "actor": OFFERER, "now": LATER, "scope": EVERYTHING}
    return take_back_offer(store, version, **{**usual, **changed})
