"""The rows that an event brings with it. Every function works within the transaction of its caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import duckdb

from kpi.ledger.chain import Event
from kpi.ledger.tables import quoted

if TYPE_CHECKING:
    import polars as pl

ROWS_AT_ONCE = 122_880  # one of DuckDB's row groups


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


def write_sparingly(connection: duckdb.DuckDBPyConnection) -> None:
    """Until the file is closed: one thread, which holds one copy of an original less and takes less time in all."""
    connection.execute("SET threads = 1; SET allocator_flush_threshold = '1MB'")


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


def append_records(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    version: int,
    records: pl.DataFrame,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """``records``: row_number, restates, then the contract's columns. ``progress`` is told the share appended.

    In slices: what DuckDB has not yet written stays in memory, and so does each slice's copy for the hand-over.
    """
    import polars as pl

    ordered = records if records["row_number"].is_sorted() else records.sort("row_number")
    names = quoted(records.columns)
    newest = pl.CompatLevel.newest()  # texts as they lie in memory, not copied for older readers of Arrow
    for start in range(0, ordered.height, ROWS_AT_ONCE):
        connection.register("incoming_records", ordered.slice(start, ROWS_AT_ONCE).to_arrow(compat_level=newest))
        try:
            connection.execute(
                f"INSERT INTO {dataset} (version, {names}) SELECT {int(version)}, {names} FROM incoming_records"
            )
        finally:
            connection.unregister("incoming_records")
        progress(min(1.0, (start + ROWS_AT_ONCE) / ordered.height))


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
