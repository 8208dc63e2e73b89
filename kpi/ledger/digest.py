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


def rows_digest(rows: pl.DataFrame) -> str:
    """Hex digest of ``rows``: row_number, restates, then the contract's columns in its order."""
    ordered = rows.sort("row_number") if not rows["row_number"].is_sorted() else rows
    digest = hashlib.sha256()
    for column in ordered.iter_columns():
        _add_column(digest, column)
    return digest.hexdigest()


def _add_column(digest: Any, column: pl.Series) -> None:
    import polars as pl

    digest.update(column.name.encode() + b"\0")
    missing = column.is_null().to_numpy().astype("|u1").tobytes()
    if column.dtype == pl.String:
        texts = column.fill_null("")
        digest.update(b"s" + missing)
        digest.update(texts.str.len_bytes().to_numpy().astype("<i8").tobytes())
        digest.update("".join(texts.to_list()).encode())
        return
    letter, layout = {
        pl.Int64: (b"i", "<i8"),
        pl.Float64: (b"f", "<f8"),
        pl.Date: (b"d", "<i4"),
        pl.Boolean: (b"b", "|u1"),
    }[type(column.dtype)]
    zero = False if column.dtype == pl.Boolean else 0
    values = column.to_physical().fill_null(zero).to_numpy()
    digest.update(letter + missing)
    digest.update(values.astype(layout).tobytes())
