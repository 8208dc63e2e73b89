"""What became of a submission's records when it was withdrawn: earlier values that came back, records that went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING
from kpi.ledger.compare import compare
from kpi.ledger.current import current_query
from kpi.ledger.tables import key_of, quoted

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl


@dataclass(frozen=True)
class Returned:
    """``cells``: row_number (of the row that counts again), key, column, old, new. ``gone``: records in force no more;
    ``back``: records that are as an earlier submission said again."""

    cells: pd.DataFrame
    gone: int
    back: int


def returned(
    connection: duckdb.DuckDBPyConnection, dataset: str, submission_version: int, withdrawn_at: int
) -> Returned:
    """Of the records in the submission, those in force just before version ``withdrawn_at`` beside those at it.

    Speaks of every partner in the file: ask only for a reader who may see all of them.
    """
    before = _standing(connection, dataset, submission_version, withdrawn_at - 1)
    after = _standing(connection, dataset, submission_version, withdrawn_at)
    found = compare(connection, dataset, after, withdrawn_at - 1)
    return Returned(found.cells(), before.height - after.height, found.changed)


def _standing(
    connection: duckdb.DuckDBPyConnection, dataset: str, submission_version: int, version: int
) -> pl.DataFrame:
    """The records in force at ``version`` of the keys in the submission: row_number, then the contract's columns."""
    query, values = current_query(dataset, version, EVERYTHING)
    key = quoted(key_of(dataset))
    return connection.execute(
        f"SELECT * EXCLUDE (version) FROM ({query}) AS standing "
        f"WHERE ({key}) IN (SELECT {key} FROM {dataset} WHERE version = ?) ORDER BY {key}",
        [*values, submission_version],
    ).pl()
