"""The chain of events: every event carries the hash of the one before it, so no later change goes unnoticed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kpi.errors import UsageError

if TYPE_CHECKING:
    import duckdb

GENESIS = "0" * 64  # stands where the first event's previous hash would be

SUBMISSION = "submission"
WITHDRAWAL = "withdrawal"
SYNTHETIC = "synthetic"
ACTION = "escalation action"
REBASELINE = "rebaseline"
REBASELINE_WITHDRAWN = "rebaseline withdrawn"
MAPPING_SAVED = "mapping saved"
MAPPING_DROPPED = "mapping dropped"
MEETING_OPENED = "meeting opened"
MEETING_CHANGED = "meeting changed"
MEETING_CANCELLED = "meeting cancelled"
DECISION = "decision"
DECISION_WITHDRAWN = "decision withdrawn"
ACTION_AGREED = "action agreed"
ACTION_CHANGED = "agreed action changed"
MINUTES_ISSUED = "minutes issued"
MINUTES_SIGNED = "minutes signed"
FIGURE_NOTE = "figure note"
ACCESS_GRANTED = "access granted"
ACCESS_WITHDRAWN = "access withdrawn"
FOUR_EYES_SET = "four eyes set"
OFFERED = "submission offered"
OFFER_REFUSED = "offer refused"
OFFER_TAKEN_BACK = "offer taken back"


@dataclass(frozen=True)
class Event:
    """One ledger version. ``at`` is UTC without a time zone; ``payload`` is canonical JSON."""

    version: int
    kind: str
    at: datetime
    actor: str
    reason: str
    payload: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Last:
    """The end of the chain; version 0 stands for the empty ledger."""

    version: int
    at: datetime | None
    hash: str


def canonical_json(value: Any) -> str:
    """One text per value: keys sorted, no spaces, only ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def event_hash(version: int, kind: str, at: datetime, actor: str, reason: str, payload: str, previous_hash: str) -> str:
    """SHA-256 over the canonical JSON of the list of these fields, ``at`` as ISO 8601 to the microsecond."""
    fields = [version, kind, at.isoformat(timespec="microseconds"), actor, reason, payload, previous_hash]
    return hashlib.sha256(canonical_json(fields).encode("ascii")).hexdigest()


def utc(moment: datetime) -> datetime:
    """UTC without a time zone, as the ledger stores it; a moment without a zone is taken to be UTC already."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def last_event(connection: duckdb.DuckDBPyConnection) -> Last:
    """Where the chain ends now."""
    row = connection.execute("SELECT version, recorded_at, hash FROM events ORDER BY version DESC LIMIT 1").fetchone()
    return Last(*row) if row else Last(0, None, GENESIS)


def append_event(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    *,
    after: Last,
    now: datetime,
    actor: str,
    reason: str,
    payload: dict[str, Any],
) -> Event:
    """Appends one event after the last one, as read within the same transaction of the caller's.

    The ledger's time never runs backwards: where the clock stands before the last event's time (a machine set wrongly,
    several machines), that time is recorded, or "as of a date" would show another order than the versions do.
    Raises UsageError when nobody is named as the actor.
    """
    if not actor.strip():
        raise UsageError("Say who is acting: the audit trail names a person for every event.")
    at = utc(now) if after.at is None else max(utc(now), after.at)
    body = canonical_json(payload)
    event = Event(
        version=after.version + 1,
        kind=kind,
        at=at,
        actor=actor,
        reason=reason,
        payload=body,
        previous_hash=after.hash,
        hash=event_hash(after.version + 1, kind, at, actor, reason, body, after.hash),
    )
    connection.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [event.version, kind, at, actor, reason, body, after.hash, event.hash],
    )
    return event
