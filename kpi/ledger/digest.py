"""A digest of a submission's rows that depends on nothing but the values.

SHA-256 over the columns one after the other, rows in the order of row_number. Per column: its name, a zero byte, the
letter of its type, one byte per row (1 where there is no value), then the values, little-endian, no value as zero:
``i`` integers 8 bytes, ``f`` numbers 8 bytes IEEE 754, ``d`` dates 4 bytes days since 1970-01-01, ``b`` yes/no one
byte, ``s`` texts 8 bytes of UTF-8 length each, then all texts joined. No number is ever turned into text, so another
release of any library gives the same digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

ROWS_AT_ONCE = 250_000


def rows_digest(rows: pl.DataFrame) -> str:
    """Hex digest of ``rows``: row_number, restates, then the contract's columns in its order."""
    ordered = rows if rows["row_number"].is_sorted() else rows.sort("row_number")
    digest = hashlib.sha256()
    for column in ordered.iter_columns():
        add_column(digest, column)
    return digest.hexdigest()


def add_column(digest: Any, column: pl.Series) -> None:
    """Adds one whole column, its rows in order, slice by slice: no second copy of it is made."""
    import polars as pl

    layout = {
        pl.Int64(): (b"i", "<i8"),
        pl.Float64(): (b"f", "<f8"),
        pl.Date(): (b"d", "<i4"),
        pl.Boolean(): (b"b", "|u1"),
    }
    letter, number = layout.get(column.dtype, (b"s", ""))
    slices = [column.slice(start, ROWS_AT_ONCE) for start in range(0, len(column), ROWS_AT_ONCE)]
    digest.update(column.name.encode() + b"\0" + letter)
    for part in slices:
        digest.update(part.is_null().cast(pl.UInt8).to_numpy().tobytes())
    if letter != b"s":
        for part in slices:
            digest.update(_numbers(part).astype(number).tobytes())
        return
    for part in slices:
        digest.update(part.str.len_bytes().fill_null(0).cast(pl.Int64).to_numpy().astype("<i8").tobytes())
    for part in slices:
        digest.update(_joined(part))


def _numbers(part: pl.Series) -> Any:
    import polars as pl

    plain = part.to_physical() if part.dtype == pl.Date else part.cast(pl.UInt8) if part.dtype == pl.Boolean else part
    return plain.fill_null(0).to_numpy()


def _joined(texts: pl.Series) -> memoryview:
    """All texts one after the other, UTF-8, from Arrow's own buffer."""
    import pyarrow as pa

    values = texts.fill_null("").rechunk().to_arrow().cast(pa.large_string())
    _, offsets, octets = values.buffers()
    if octets is None:
        return memoryview(b"")
    first, last = (
        int.from_bytes(offsets[8 * at : 8 * at + 8], "little") for at in (values.offset, values.offset + len(values))
    )
    return memoryview(octets)[first:last]
