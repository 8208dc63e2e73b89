"""What people do in meetings, with everything usual but what a test is about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kpi.ledger.agreed_actions import agree_action, change_action
from kpi.ledger.decisions import record_decision
from kpi.ledger.meeting_model import AgendaItem, AgreedAction, Decision, Edition, Meeting, Participant
from kpi.ledger.meeting_names import CONFIRM
from kpi.ledger.meetings import change_meeting, open_meeting
from kpi.ledger.minutes import issue_minutes, sign_minutes
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING

THEN = datetime(2026, 2, 6, 9, 30)
DAY = date(2026, 2, 10)
JANUARY = date(2026, 1, 1)
DIGEST = "0a" * 32
ANA = Participant("Ana Berg", "Head of quality", "sponsor")
BEN = Participant("Ben Low", "", "partner")
USUAL: dict[str, Any] = {"actor": "ana", "now": THEN, "scope": EVERYTHING}


def open_one(store: Store, **changed: Any) -> Meeting:
    usual: dict[str, Any] = {
        "partner_id": "HELIX",
        "day": DAY,
        "title": "Steering committee",
        "month": JANUARY,
        "window": 1,
        "participants": [ANA, BEN],
        "agenda": [AgendaItem("Late CAPAs")],
        "definitions": "0123456789ab",
    }
    return open_meeting(store, **{**USUAL, **usual, **changed})


def change_one(store: Store, meeting_id: str = "M-1", **changed: Any) -> Meeting:
    return change_meeting(store, meeting_id, **{**USUAL, **changed})


def decide(store: Store, meeting_id: str = "M-1", **changed: Any) -> Decision:
    usual = {"text": "We audit the site", "decided_by": "Both sides", "meeting_id": meeting_id}
    return record_decision(store, **{**USUAL, **usual, **changed})


def agree(store: Store, meeting_id: str = "M-1", **changed: Any) -> AgreedAction:
    usual: dict[str, Any] = {
        "text": "Replace the feeder",
        "owner": "Ben Low",
        "side": "partner",
        "due_on": date(2026, 3, 1),
        "meeting_id": meeting_id,
    }
    return agree_action(store, **{**USUAL, **usual, **changed})


def change(store: Store, action_id: str, state: str | None = None, **changed: Any) -> AgreedAction:
    return change_action(store, action_id, state=state, **{**USUAL, **changed})


def issue(store: Store, meeting_id: str = "M-1", **changed: Any) -> Edition:
    usual: dict[str, Any] = {
        "text": "We met.",
        "side": "sponsor",
        "name": "Ana Berg",
        "up_to": version_now(store),
        "content_sha256": DIGEST,
    }
    return issue_minutes(store, meeting_id, **{**USUAL, **usual, **changed})


def sign(store: Store, edition: int, meeting_id: str = "M-1", **changed: Any) -> Edition:
    usual: dict[str, Any] = {"edition": edition, "side": "partner", "name": "Ben Low", "meaning": CONFIRM}
    return sign_minutes(store, meeting_id, **{**USUAL, "actor": "ben", **usual, **changed})
