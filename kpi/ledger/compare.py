"""What a file would change: its records beside the ones in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.ledger.current import partners_condition, standing_versions
from kpi.ledger.tables import key_of, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    import pandas as pd
    import polars as pl

CELLS_SHOWN = 10_000
PAIRS_KEPT = CELLS_SHOWN  # a changed record has at least one changed cell, so no more can be shown
ROWS_AT_ONCE = 125_000
STANDING = "\x1fstanding"  # suffix of the columns that hold the values in force; no column of ours has it


@dataclass(frozen=True)
class Comparison:
    """``records`` has row_number, restates (its key has a current record), then the columns of the contract.

    ``pairs`` has, for the first changed records (as many as can be shown), the same columns and beside each the value
    in force; ``changed`` counts them all.
    """

    records: pl.DataFrame
    pairs: pl.DataFrame
    key: tuple[str, ...]
    new: int
    changed: int
    unchanged: int

    def cells(self, limit: int = CELLS_SHOWN) -> pd.DataFrame:
        """The changed cells by row and column: row_number, key, column, old, new; from key on as text, "" for none."""
        import pandas as pd

        values = [name for name in self.records.columns if name not in ("row_number", "restates", *self.key)]
        rows: list[tuple[Any, ...]] = []
        for pair in self.pairs.iter_rows(named=True):
            name_of_record = " / ".join(as_text(pair[name]) for name in self.key)
            for name in values:
                old, new = pair[name + STANDING], pair[name]
                if old != new:
                    rows.append((pair["row_number"], name_of_record, name, as_text(old), as_text(new)))
            if len(rows) >= limit:
                break
        return pd.DataFrame(rows[:limit], columns=["row_number", "key", "column", "old", "new"])


def compare(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    records: pl.DataFrame,
    version: int,
    progress: Callable[[float], None] = lambda share: None,
) -> Comparison:
    """Compares ``records`` (row_number, then the contract's columns) with what is in force at ``version``.

    Slice by slice: a file that restates two million records needs memory for a slice of those in force, not for all.
    ``progress`` is told the share of the rows compared.
    """
    import polars as pl

    restates, pairs, changed, kept = [], [], 0, 0
    for start in range(0, records.height, ROWS_AT_ONCE):
        part = records.slice(start, ROWS_AT_ONCE)
        standing = _standing_records(connection, dataset, part, version)
        if standing.height:
            judged = _judged(part, standing, key_of(dataset))
            restates.append(judged["restates"])
            differing = judged.filter(pl.col("changed" + STANDING))
            changed += differing.height
            if differing.height and kept < PAIRS_KEPT:  # in the order of the rows: the first ones are those shown
                pairs.append(differing.head(PAIRS_KEPT - kept).rechunk())
                kept += pairs[-1].height
        else:
            restates.append(pl.repeat(False, part.height, dtype=pl.Boolean, eager=True))
        progress(min(1.0, (start + ROWS_AT_ONCE) / records.height))
    known = pl.concat(restates).alias("restates") if restates else pl.Series("restates", [], dtype=pl.Boolean)
    restating = int(known.sum())
    whole = records.with_columns(known).select("row_number", "restates", *records.columns[1:])
    return Comparison(
        records=whole,
        pairs=pl.concat(pairs).sort("row_number") if pairs else whole.clear(),
        key=key_of(dataset),
        new=records.height - restating,
        changed=changed,
        unchanged=restating - changed,
    )


def _judged(records: pl.DataFrame, standing: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """``records`` beside those in force, with what is new ("restates" is false) and what differs."""
    import polars as pl

    standing = standing.rename(lambda name: name + STANDING)
    joined = records.join(
        standing.with_columns(pl.lit(True).alias(STANDING)),
        left_on=list(key),
        right_on=[name + STANDING for name in key],
        how="left",
        maintain_order="left",
    )
    restates = pl.col(STANDING).is_not_null()
    values = [name for name in records.columns if name not in ("row_number", *key)]
    differs = reduce(or_, (pl.col(name).ne_missing(pl.col(name + STANDING)) for name in values), pl.lit(False))
    return joined.with_columns(restates.alias("restates"), (restates & differs).alias("changed" + STANDING))


def _standing_records(
    connection: duckdb.DuckDBPyConnection, dataset: str, records: pl.DataFrame, version: int
) -> pl.DataFrame:
    """The current records of the keys in ``records``, the contract's columns only.

    ``current.sql`` would answer it too; for a few keys in a large table one pass and a window cost half as much.
    """
    key, columns = key_of(dataset), records.columns[1:]
    mine, partners = partners_condition(Scope.of(records["partner_id"].unique().to_list()), "record.partner_id")
    connection.register("incoming_keys", records.select(key))
    try:
        return connection.execute(
            f"""
            WITH ranked AS (
                SELECT {quoted(columns)}, row_number() OVER (PARTITION BY {quoted(key)} ORDER BY version DESC) AS age
                FROM {dataset} AS record
                WHERE {standing_versions(version, "record.version")} AND {mine}
                    AND ({quoted(key)}) IN (SELECT {quoted(key)} FROM incoming_keys)
            )
            SELECT {quoted(columns)} FROM ranked WHERE age = 1
            """,
            partners,
        ).pl()
    finally:
        connection.unregister("incoming_keys")


def as_text(value: object) -> str:
    """A value as a person would write it into a file; the empty text where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
