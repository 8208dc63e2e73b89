"""Where the original files lie, so that a new one never makes DuckDB write much of the earlier ones again.

DuckDB writes a whole row group of a table again when a row is added to it, so tables of originals are kept small: once
the newest holds as much as FULL, the next original begins a table of its own, ``originals_000002`` and so on. The first
is the table ``originals``. A store whose originals fit in there has layout 1; the first further table makes it layout
2, which earlier releases refuse to open rather than miss files in. In further tables large files lie packed.

Every function works within the transaction of its caller.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.ledger.chain import OFFERED
from kpi.ledger.tables import quoted

if TYPE_CHECKING:
    import duckdb

FIRST_TABLE = "originals"
FURTHER_TABLE = re.compile(r"originals_\d{6}")
FURTHER_COLUMNS = "sha256 TEXT PRIMARY KEY, packing TEXT NOT NULL, stored BIGINT NOT NULL, content BLOB NOT NULL"
LAYOUT, FURTHER_LAYOUT = 1, 2  # schema_version without and with further tables
FULL = 32_000_000  # bytes of originals in a table from which on the next one begins another; so much is written again
PACKED_FROM = 1_000_000  # bytes; smaller files gain little
WORTH_PACKING = 0.9  # of the size; what does not get smaller than that stays as it is
PLAIN, ZSTD = "", "zstd"  # values of the column packing
AT_ONCE = 1 << 20  # bytes


@dataclass(frozen=True)
class Packed:
    """A file as it is to be stored: ``plain`` are its own bytes, ``content`` those that a further table keeps."""

    sha256: str
    plain: bytes
    packing: str
    content: memoryview


def packed(sha256: str, content: bytes) -> Packed:
    """Packs a file where that is worth it; takes a second or two for the largest, so before the store is taken."""
    if len(content) < PACKED_FROM:
        return Packed(sha256, content, PLAIN, memoryview(content))
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    whole = memoryview(content)
    with pa.CompressedOutputStream(sink, ZSTD) as stream:
        for start in range(0, len(content), AT_ONCE):
            stream.write(whole[start : start + AT_ONCE])
            if start == 0 or sink.tell() <= WORTH_PACKING * len(content):
                continue
            return Packed(sha256, content, PLAIN, whole)  # what is packed already need not be held twice
    found = sink.getvalue()
    if found.size > WORTH_PACKING * len(content):
        return Packed(sha256, content, PLAIN, whole)
    return Packed(sha256, content, ZSTD, memoryview(found))


def append_original(connection: duckdb.DuckDBPyConnection, original: Packed) -> None:
    """Identical bytes are kept once, whatever they were submitted as."""
    names = tables_of_originals(connection)
    if any(_holds(connection, name, original.sha256) for name in names):
        return
    newest = names[-1]
    size = len(original.plain) if newest == FIRST_TABLE else len(original.content)
    if _stored(connection, newest) + size > FULL:
        newest = _begin_table(connection, newest)
    if newest == FIRST_TABLE:
        _insert(connection, newest, "?, content", [original.sha256], original.plain)
        return
    facts = [original.sha256, original.packing, len(original.content)]
    _insert(connection, newest, "?, ?, ?, content", facts, original.content)


def read_original(connection: duckdb.DuckDBPyConnection, sha256: str) -> bytes | None:
    """The file as it was uploaded; None where it is not there. Raises ValueError where it cannot be unpacked."""
    for name in tables_of_originals(connection):
        packing = "''" if name == FIRST_TABLE else "packing"
        row = connection.execute(
            f"SELECT {packing}, content FROM {quoted([name])} WHERE sha256 = ?", [sha256]
        ).fetchone()
        if row is not None:
            return row[1] if row[0] == PLAIN else b"".join(_unpacked(row[0], row[1]))
    return None


def intact_originals(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Every original by its sha256, and whether its bytes are still those. Large ones are looked at one by one."""
    found = dict(connection.execute("SELECT sha256, sha256(content) = sha256 FROM originals").fetchall())
    for name in tables_of_originals(connection)[1:]:
        table = quoted([name])
        for digest, packing in connection.execute(f"SELECT sha256, packing FROM {table}").fetchall():
            if packing == PLAIN:
                query = f"SELECT sha256(content) = sha256 FROM {table} WHERE sha256 = ?"
            else:
                query = f"SELECT content FROM {table} WHERE sha256 = ?"
            row = connection.execute(query, [digest]).fetchone()
            good = row is not None and (row[0] if packing == PLAIN else _unpacks_to(digest, packing, row[0]))
            found[digest] = found.get(digest, True) and good
    return found


def tables_of_originals(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The first, then the further ones, oldest first."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary "
        "AND database_name = current_database() AND starts_with(table_name, 'originals_') ORDER BY table_name"
    ).fetchall()
    return [FIRST_TABLE, *(name for (name,) in found if FURTHER_TABLE.fullmatch(name))]


def create_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Makes the further table ``name``, and the store one of the layout that has such tables."""
    if not FURTHER_TABLE.fullmatch(name):
        raise ValueError(f"{name} is not the name of a table of originals")
    connection.execute(f"CREATE TABLE {quoted([name])} ({FURTHER_COLUMNS})")
    # The one value that is ever changed: it speaks of the tables, not of what anybody submitted.
    connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", [str(FURTHER_LAYOUT)])


def layout_of(connection: duckdb.DuckDBPyConnection) -> int:
    """The layout that the tables have, whatever the store says of itself."""
    return LAYOUT if len(tables_of_originals(connection)) == 1 else FURTHER_LAYOUT


def _begin_table(connection: duckdb.DuckDBPyConnection, newest: str) -> str:
    number = 1 if newest == FIRST_TABLE else int(newest.removeprefix(f"{FIRST_TABLE}_"))
    name = f"{FIRST_TABLE}_{number + 1:06d}"
    create_table(connection, name)
    return name


def _holds(connection: duckdb.DuckDBPyConnection, name: str, sha256: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {quoted([name])} WHERE sha256 = ?", [sha256]).fetchone() is not None


def _stored(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Bytes of originals in a table. For the first it is what the events say: asking the contents reads them."""
    if name == FIRST_TABLE:
        row = connection.execute(
            """
            SELECT sum(size) FROM (
                SELECT sha256, size FROM submissions
                UNION
                SELECT payload ->> '$.sha256', (payload ->> '$.size')::BIGINT FROM events WHERE kind = ?
            ) JOIN originals USING (sha256)
            """,
            [OFFERED],
        ).fetchone()
    else:
        row = connection.execute(f"SELECT sum(stored) FROM {quoted([name])}").fetchone()
    return int(row[0] or 0) if row else 0


def _insert(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, facts: list[object], content: bytes | memoryview
) -> None:
    """The bytes are handed over as an Arrow buffer: as a parameter they would be copied twice on the way."""
    import pyarrow as pa

    ends = pa.py_buffer(b"".join(end.to_bytes(8, "little") for end in (0, len(content))))
    bytes_of_file = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(content)])
    connection.register("incoming_original", pa.table({"content": bytes_of_file}))
    try:
        connection.execute(f"INSERT INTO {quoted([name])} SELECT {columns} FROM incoming_original", facts)
    finally:
        connection.unregister("incoming_original")


def _unpacked(packing: str, content: bytes) -> Iterator[bytes]:
    """Raises ValueError for a packing that is unknown and for bytes that are none of it."""
    import pyarrow as pa

    if packing != ZSTD:
        raise ValueError(f"Packed in an unknown way: {packing}")
    try:
        with pa.CompressedInputStream(pa.BufferReader(content), ZSTD) as stream:
            while portion := stream.read(AT_ONCE):
                yield portion
    except OSError as error:
        raise ValueError("It does not unpack") from error


def _unpacks_to(sha256: str, packing: str, content: bytes) -> bool:
    digest = hashlib.sha256()
    try:
        for portion in _unpacked(packing, content):
            digest.update(portion)
    except ValueError:
        return False
    return digest.hexdigest() == sha256
