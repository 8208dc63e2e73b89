"""Run the compiled statements and hold what they yield: small arrays per cell and month, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import duckdb

    from kpi.marts.compile import CountQuery, Statements

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CellCounts:
    """One statement's result: per row a cell, a month index, the split ("" for none), then amounts by column."""

    cell: Ints
    month: Ints
    split: npt.NDArray[np.object_]
    events: Floats
    amounts: dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Values:
    """The records of one median: per row a cell, a month index, and the place of its value in ``distinct``."""

    cell: Ints
    month: Ints
    rank: Ints
    distinct: Ints


@dataclass(frozen=True)
class Counted:
    """Everything the SQL yields. Keys: (dataset, month_of) for events, (kpi_id, part) for amounts, kpi_id else."""

    events: dict[tuple[str, str], CellCounts] = field(default_factory=dict)
    amounts: dict[tuple[str, str], CellCounts] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    distinct: dict[tuple[str, str], list[tuple[str, str, int, int]]] = field(default_factory=dict)
    states: dict[str, tuple[Ints, Ints, Ints]] = field(default_factory=dict)  # cell, month, change

    def first_event(self) -> int | None:
        months = [int(counts.month.min()) for counts in self.events.values() if len(counts.month)]
        return min(months) if months else None

    def month_dates(self) -> dict[str, list[str]]:
        """Dataset → the dates that put its records into months."""
        dates: dict[str, list[str]] = defaultdict(list)
        for dataset, month_of in self.events:
            dates[dataset].append(month_of)
        return dates


def run(connection: duckdb.DuckDBPyConnection, statements: Statements) -> Counted:
    """Run every statement on the staged tables of ``connection``."""
    counted = Counted()
    for query in statements.counts:
        counts = _cell_counts(connection, query)
        if not query.split_by:
            counted.events[query.dataset, query.month_of] = counts
        counted.amounts.update(dict.fromkeys(counts.amounts, counts))
    for values in statements.values:
        found = connection.execute(values.sql).fetchnumpy()
        distinct_days, rank = np.unique(_ints(found["days"]), return_inverse=True)
        counted.values[values.kpi_id] = Values(_ints(found["cell"]), _ints(found["month"]), rank, distinct_days)
    for distinct in statements.distinct:
        counted.distinct[distinct.kpi_id, distinct.part] = connection.execute(distinct.sql).fetchall()
    for state in statements.states:
        found = connection.execute(state.sql).fetchnumpy()
        counted.states[state.kpi_id] = (_ints(found["cell"]), _ints(found["month"]), _ints(found["change"]))
    return counted


def _cell_counts(connection: duckdb.DuckDBPyConnection, query: CountQuery) -> CellCounts:
    found = connection.execute(query.sql).fetchnumpy()
    return CellCounts(
        cell=_ints(found["cell"]),
        month=_ints(found["month"]),
        split=np.asarray(found["split"] if query.split_by else [""] * len(found["cell"]), dtype=object),
        events=np.asarray(found["events"], dtype=np.float64),
        amounts={
            (column.kpi_id, column.part): np.asarray(found[f"{column.kpi_id}.{column.part}"], dtype=np.float64)
            for column in query.columns
        },
    )


def _ints(found: Any) -> Ints:
    return np.asarray(found, dtype=np.int64)
