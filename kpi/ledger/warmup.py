"""Loading libraries before the store is taken.

DuckDB imports pandas and Arrow when it first meets a frame. That takes half a second, several on a busy machine, and
with the file open everybody else would wait for it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module


@cache
def load_pandas() -> None:
    """Before results are fetched as pandas frames."""
    import_module("pandas")


@cache
def load_frames() -> None:
    """Before frames are handed to DuckDB or fetched from it, and before rows are digested."""
    import duckdb
    import polars as pl

    from kpi.ledger.digest import rows_digest

    load_pandas()
    with duckdb.connect() as blank:
        blank.register("frame", pl.DataFrame({"row_number": [1], "text": ["a"]}))
        rows_digest(blank.execute("FROM frame").pl())
