"""The rows that an event brings with it. Every function works within the transaction of its caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import duckdb

from kpi.ledger.chain import Event
from kpi.ledger.tables import quoted

if TYPE_CHECKING:
    import polars as pl


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or none of it."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # DuckDB may have rolled back already; the first error is the one to tell
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def append_original(connection: duckdb.DuckDBPyConnection, sha256: str, content: bytes) -> None:
    """Identical bytes are kept once, whatever they were submitted as."""
    connection.execute(
        "INSERT INTO originals SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = ?)",
        [sha256, content, sha256],
    )


def append_submission(connection: duckdb.DuckDBPyConnection, event: Event, facts: dict[str, Any]) -> None:
    """``facts`` as in the event's payload."""
    row = {name: value for name, value in facts.items() if name != "rows_digest"} | {
        "version": event.version,
        "reason": event.reason,
        "actor": event.actor,
        "recorded_at": event.at,
    }
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO submissions ({quoted(list(row))}) VALUES ({marks})", list(row.values()))


def append_records(connection: duckdb.DuckDBPyConnection, dataset: str, version: int, records: pl.DataFrame) -> None:
    """``records``: row_number, restates, then the contract's columns."""
    connection.register("incoming_records", records)
    try:
        names = quoted(records.columns)
        connection.execute(
            f"INSERT INTO {dataset} (version, {names}) "
            f"SELECT {version}, {names} FROM incoming_records ORDER BY row_number"
        )
    finally:
        connection.unregister("incoming_records")


def append_coverage(connection: duckdb.DuckDBPyConnection, version: int, facts: dict[str, Any]) -> None:
    """Every partner in the file is covered for all months of the submission."""
    connection.execute(
        "INSERT INTO coverage SELECT ?, ?, unnest(?::TEXT[]), ?, ?",
        [version, facts["dataset"], facts["partners"], facts["month_from"], facts["month_to"]],
    )


def append_withdrawal(connection: duckdb.DuckDBPyConnection, event: Event, facts: dict[str, Any]) -> None:
    """``facts`` as in the event's payload."""
    connection.execute(
        "INSERT INTO withdrawals VALUES (?, ?, ?, ?, ?, ?)",
        [event.version, facts["submission_version"], facts["submission_id"], event.reason, event.actor, event.at],
    )
