"""The newest event up to a version that could move something: what rests on it is the same at every version since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kpi.ledger.chain import SUBMISSION, SYNTHETIC, WITHDRAWAL

if TYPE_CHECKING:
    from kpi.ledger.store import Store

RECORDS = (SUBMISSION, WITHDRAWAL, SYNTHETIC)  # what figures are made of, and whether they are made up


def newest_of(store: Store, version: int, kinds: Iterable[str]) -> int:
    """The version of the newest event of these kinds up to ``version``; 0 for none."""
    with store.connect() as connection:
        row = connection.execute(
            "SELECT max(version) FROM events WHERE version <= ? AND list_contains(?::TEXT[], kind)",
            [version, list(kinds)],
        ).fetchone()
    return int(row[0] or 0) if row else 0


def first_file(store: Store) -> date | None:
    """The day (UTC) of the ledger's first submission; None where there is none."""
    with store.connect() as connection:
        row = connection.execute("SELECT min(recorded_at)::DATE FROM events WHERE kind = ?", [SUBMISSION]).fetchone()
    return row[0] if row else None
