"""A ledger that holds some partners' records: to try something on, and throw away.

Events, submissions, withdrawals and coverage are all there, so versions, months and receipts are those of the store.
Original files are not. The store is only read, and only for as long as the rows take to copy. It lies in memory; where
many records are to be tried, in a file of its own, which takes a fraction of the memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kpi.access import Scope
from kpi.ledger.current import partners_condition, standing_versions
from kpi.ledger.opening import open_database
from kpi.ledger.originals import tables_of_originals
from kpi.ledger.store import Store
from kpi.ledger.tables import KEYS, quoted
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

IN_MEMORY = Path(":memory:")
MOST_IN_MEMORY = 300_000  # records; beyond that they are tried in a file
MOST_MEMORY = "300MB"  # of DuckDB for such a file
NOT_COPIED = ("meta",)  # the schema brings it


@dataclass(frozen=True)
class PartialStore(Store):
    """Written to and read like a ``Store``, by one thread. It is gone with its last connection."""

    keeps_originals: ClassVar[bool] = False
    root: duckdb.DuckDBPyConnection = field(repr=False, compare=False, kw_only=True)

    @contextmanager
    def connect(self, read_only: bool = True, timeout: float = 0.0) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the ledger in memory, which nobody else can take."""
        cursor = self.root.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@contextmanager
def empty_in_memory() -> Iterator[PartialStore]:
    """A ledger in memory without an event."""
    root = open_database(IN_MEMORY, read_only=False)
    try:
        root.execute((Path(__file__).with_name("schema.sql")).read_text(encoding="utf-8"))
        yield PartialStore(IN_MEMORY, root=root)
    finally:
        root.close()


@contextmanager
def _empty_in_a_file() -> Iterator[PartialStore]:
    """The same in a file that goes when this ends."""
    with tempfile.TemporaryDirectory(prefix="kpi-trial-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "trial.duckdb"
        root = open_database(path, read_only=False)
        try:
            root.execute(f"SET memory_limit = '{MOST_MEMORY}'")
            root.execute((Path(__file__).with_name("schema.sql")).read_text(encoding="utf-8"))
            yield PartialStore(path, root=root)
        finally:
            root.close()


@contextmanager
def copied_in_memory(store: Store, scope: Scope, coming: int = 0) -> Iterator[PartialStore]:
    """The ledger of ``store`` with the records of the partners in ``scope`` and the targets of all.

    ``coming``: how many records will be tried on it. Raises StoreUnavailable and StoreDamaged as ``store.connect``.
    """
    load_frames()
    with store.connect() as source:
        frames = {name: _rows(source, name, scope) for name in _tables(source)}
    many = coming + sum(rows.num_rows for rows in frames.values()) > MOST_IN_MEMORY
    with _empty_in_a_file() if many else empty_in_memory() as copy:
        while frames:
            name, rows = frames.popitem()
            _add(copy, name, rows)
            del rows
        yield copy


def add_records(copy: PartialStore, store: Store, *, scope: Scope, present: Scope, version: int) -> None:
    """Adds to ``copy`` the records of the partners that ``scope`` allows and ``present`` does not.

    Only those up to ``version``, at which the copy was made: later ones would pass for what was tried on it since.
    """
    with store.connect() as source:
        frames = {name: _rows(source, name, scope, present, version) for name in KEYS}
    for name, rows in frames.items():
        _add(copy, name, rows)


def last_month_covered(connection: duckdb.DuckDBPyConnection, datasets: Sequence[str], version: int) -> date | None:
    """The last month that any partner's standing files of ``datasets`` cover at ``version``; None for none."""
    row = connection.execute(
        f"SELECT max(month_to) FROM coverage WHERE list_contains(?::TEXT[], dataset) "
        f"AND {standing_versions(version, 'version')}",
        [list(datasets)],
    ).fetchone()
    return row[0] if row else None


def _tables(source: duckdb.DuckDBPyConnection) -> list[str]:
    found = source.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name"
    ).fetchall()
    without = {*NOT_COPIED, *tables_of_originals(source)}  # nothing that is tried asks for an original
    return [name for (name,) in found if name not in without]


def _rows(
    source: duckdb.DuckDBPyConnection,
    name: str,
    scope: Scope,
    present: Scope | None = None,
    version: int | None = None,
) -> Any:
    """The rows of a table as Arrow has them; of a record table those of the partners asked for and not present."""
    if name not in KEYS:
        return source.execute(f"FROM {quoted([name])}").to_arrow_table()
    wanted, values = partners_condition(scope, "partner_id")
    there, known = ("false", []) if present is None else partners_condition(present, "partner_id")
    return source.execute(
        f"FROM {quoted([name])} WHERE {wanted} AND NOT {there} AND (?::BIGINT IS NULL OR version <= ?) "
        "ORDER BY version, row_number",
        [*values, *known, version, version],
    ).to_arrow_table()


def _add(copy: PartialStore, name: str, rows: Any) -> None:
    if not rows.num_rows:
        return
    with copy.connect() as connection:
        connection.register("incoming", rows)
        connection.execute(f"INSERT INTO {quoted([name])} BY NAME FROM incoming")
        connection.unregister("incoming")
