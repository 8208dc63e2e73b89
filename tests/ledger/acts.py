"""Acts on one escalation, with everything usual but what a test is about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kpi.ledger.act_names import SIDES_OF
from kpi.ledger.actions import Action, record_action
from kpi.ledger.rebaselines import Rebaseline, record_rebaseline
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING

THEN = datetime(2026, 2, 6, 9, 30)
ONE = "E-0000000a"
OTHER = "E-0000000b"


def act(store: Store, action: str = "comment", text: str = "Seen", **changed: Any) -> Action:
    usual: dict[str, Any] = {
        "escalation_id": ONE,
        "rule_id": "past_limit",
        "partner_id": "HELIX",
        "kpi_id": "on_time_delivery",
        "currency": "",
        "month": date(2026, 1, 1),
        "side": SIDES_OF[action][0] if action in SIDES_OF else "sponsor",
        "owner": "QA lead" if action == "assign" else "",
        "until": date(2026, 3, 1) if action == "shelve" else None,
        "actor": "ana",
        "now": THEN,
        "scope": EVERYTHING,
    }
    return record_action(store, action=action, text=text, **{**usual, **changed})


def begin_anew(store: Store, month: date, **changed: Any) -> Rebaseline:
    usual: dict[str, Any] = {
        "kpi_id": "on_time_delivery",
        "grain": "partner",
        "partner_id": "HELIX",
        "site_id": "",
        "product": "",
        "currency": "",
        "reason": "New packaging line",
        "actor": "ana",
        "now": THEN,
        "scope": EVERYTHING,
    }
    return record_rebaseline(store, month=month, **{**usual, **changed})
