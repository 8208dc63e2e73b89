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


def last_event(connection: duckdb.DuckDBPyConnection) -> tuple[int, datetime | None, str]:
    """Version, time and hash of the newest event; version 0 stands for the empty ledger."""
    row = connection.execute("SELECT version, recorded_at, hash FROM events ORDER BY version DESC LIMIT 1").fetchone()
    return row if row else (0, None, GENESIS)


def append_event(
    connection: duckdb.DuckDBPyConnection, kind: str, *, now: datetime, actor: str, reason: str, payload: dict[str, Any]
) -> Event:
    """Appends one event within the caller's transaction.

    The ledger's time never runs backwards: where the clock stands before the last event's time (a machine set wrongly,
    several machines), that time is recorded, or "as of a date" would show another order than the versions do.
    Raises UsageError when nobody is named as the actor.
    """
    if not actor.strip():
        raise UsageError("Say who is acting: the audit trail names a person for every event.")
    version, last_at, previous_hash = last_event(connection)
    at = utc(now) if last_at is None else max(utc(now), last_at)
    body = canonical_json(payload)
    event = Event(
        version=version + 1,
        kind=kind,
        at=at,
        actor=actor,
        reason=reason,
        payload=body,
        previous_hash=previous_hash,
        hash=event_hash(version + 1, kind, at, actor, reason, body, previous_hash),
    )
    connection.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [event.version, kind, at, actor, reason, body, previous_hash, event.hash],
    )
    return event
