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
    ordered = rows if rows["row_number"].is_sorted() else rows.sort("row_number")
    digest = hashlib.sha256()
    table = ordered.to_arrow()
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(name.encode() + b"\0")
        _add_values(digest, column.combine_chunks())
    return digest.hexdigest()


def _add_values(digest: Any, values: Any) -> None:
    """``values`` is an Arrow array."""
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = values.is_null().cast(pa.uint8()).to_numpy(zero_copy_only=False).tobytes()
    if not pa.types.is_temporal(values.type) and not pa.types.is_primitive(values.type):
        texts = pc.fill_null(values.cast(pa.large_string()), "")
        lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
        digest.update(b"s" + missing + lengths.astype("<i8").tobytes())
        digest.update("".join(texts.to_pylist()).encode())
        return
    letter, layout, plain = {
        pa.int64(): (b"i", "<i8", pa.int64()),
        pa.float64(): (b"f", "<f8", pa.float64()),
        pa.date32(): (b"d", "<i4", pa.int32()),
        pa.bool_(): (b"b", "|u1", pa.uint8()),
    }[values.type]
    numbers = pc.fill_null(values.cast(plain), pa.scalar(0, plain)).to_numpy(zero_copy_only=False)
    digest.update(letter + missing)
    digest.update(numbers.astype(layout).tobytes())
