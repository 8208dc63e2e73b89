"""The digest of rows, against its written description in plain Python."""

from __future__ import annotations

import hashlib
import struct
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.ledger.digest import rows_digest

TYPES = {
    "row_number": pl.Int64,
    "restates": pl.Boolean,
    "text": pl.String,
    "day": pl.Date,
    "amount": pl.Float64,
    "count": pl.Int64,
    "yes": pl.Boolean,
}
LETTERS = {"text": b"s", "day": b"d", "amount": b"f", "yes": b"b", "restates": b"b"}


def plain_digest(rows: list[dict[str, Any]]) -> str:
    whole = b""
    for name in TYPES:
        values = [row[name] for row in rows]
        letter = LETTERS.get(name, b"i")
        whole += name.encode() + b"\0" + letter + bytes(value is None for value in values)
        if letter == b"s":
            texts = [(value or "").encode() for value in values]
            whole += b"".join(struct.pack("<q", len(text)) for text in texts) + b"".join(texts)
        elif letter == b"f":
            whole += b"".join(struct.pack("<d", value or (value if value is not None else 0)) for value in values)
        elif letter == b"d":
            whole += b"".join(struct.pack("<i", (value - date(1970, 1, 1)).days if value else 0) for value in values)
        elif letter == b"b":
            whole += bytes(bool(value) for value in values)
        else:
            whole += b"".join(struct.pack("<q", value or 0) for value in values)
    return hashlib.sha256(whole).hexdigest()


row = st.fixed_dictionaries(
    {
        "restates": st.booleans(),
        "text": st.none() | st.text(st.characters(codec="utf-8")),
        "day": st.none() | st.dates(),
        "amount": st.none() | st.floats(allow_nan=False),
        "count": st.none() | st.integers(-(2**63), 2**63 - 1),
        "yes": st.none() | st.booleans(),
    }
)


@settings(max_examples=40)
@given(rows=st.lists(row, min_size=1, max_size=8), seed=st.randoms())
def test_it_is_what_its_description_says_in_any_order(rows: list[dict[str, Any]], seed: Any) -> None:
    numbered = [{"row_number": number, **cells} for number, cells in enumerate(rows, start=2)]
    shuffled = seed.sample(numbered, len(numbered))
    assert rows_digest(pl.DataFrame(shuffled, schema=TYPES)) == plain_digest(numbered)


def test_it_never_changes() -> None:
    """A digest that differs between releases would call every older store changed."""
    rows = pl.DataFrame(
        {
            "row_number": [2, 3],
            "restates": [False, True],
            "text": ["Größe", None],
            "day": [date(2026, 1, 31), None],
            "amount": [0.1, -0.0],
            "count": [12, None],
            "yes": [True, None],
        },
        schema=TYPES,
    )
    assert rows_digest(rows) == "dbcedf659e4fbbcdbafdae131156985feb53239af03b2a0bf68a7a046a877f98"
