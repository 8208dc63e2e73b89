"""Events that say something about the ledger as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kpi.ledger.appending import transaction
from kpi.ledger.chain import SYNTHETIC, append_event, last_event

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


def mark_synthetic(store: Store, actor: str, now: datetime, connection: duckdb.DuckDBPyConnection | None = None) -> int:
    """Records that this ledger holds a generated portfolio, for good; returns the version."""
    if connection is None:
        with store.connect(read_only=False) as opened:
            return mark_synthetic(store, actor, now, opened)
    with transaction(connection):
        event = append_event(
            connection,
            SYNTHETIC,
            after=last_event(connection),
            now=now,
            actor=actor,
            reason="Generated data, not a real portfolio",
            payload={},
        )
    return event.version
