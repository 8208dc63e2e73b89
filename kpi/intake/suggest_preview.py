"""The first records of a file as a mapping would have them read, with the cells that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from kpi.intake.cast import cast_column
from kpi.intake.contracts.base import Column, Dataset
from kpi.intake.headers import match_headers
from kpi.intake.mapping_data import Mapping
from kpi.intake.table import TextTable
from kpi.intake.translate import translate

MISSING = "a value is needed here"


@dataclass(frozen=True)
class Preview:
    """cells: "row" (Int64, as a spreadsheet counts) and, per column of ours that has a source, what we understand, as
    text ("" where there is no value; where a cell cannot be read, the cell itself).
    problems: the same shape and columns without "row": why a cell cannot be read, "" where it can.
    headers: ours -> theirs; columns filled by a constant are not in it.
    """

    cells: pl.DataFrame
    problems: pl.DataFrame
    headers: dict[str, str]


def preview(table: TextTable, contract: Dataset, mapping: Mapping, rows: int = 8) -> Preview:
    """Reads only the first ``rows`` records. Headers that the mapping names and the file has not are left out."""
    head = replace(
        table,
        cells=table.cells.head(rows).rechunk(),
        rows=table.rows.head(rows),
        typed={header: kinds.head(rows) for header, kinds in table.typed.items()},
    )
    found = match_headers(table.cells.columns, contract, mapping).found
    cells = {"row": head.rows.cast(pl.Int64)}
    problems: dict[str, pl.Series] = {}
    for column in contract.columns:
        if column.name in found or column.name in mapping.constants:
            cells[column.name], problems[column.name] = _understood(column, found.get(column.name), head, mapping)
    return Preview(pl.DataFrame(cells), pl.DataFrame(problems), found)


def _understood(column: Column, header: str | None, head: TextTable, mapping: Mapping) -> tuple[pl.Series, pl.Series]:
    given = translate(column, header, head, mapping)
    cast = cast_column(column, given.cells, given.typed, given.conventions)
    why = [""] * len(given.cells)
    for index, problem, allowed in cast.faults.select("index", "problem", "allowed").iter_rows():
        why[index] = f"{problem}; allowed: {allowed}"
    shown = []
    for place, (value, cell) in enumerate(zip(cast.values.to_list(), given.cells.to_list(), strict=True)):
        shown.append(_text(value) if value is not None else cell or "")
        if why[place]:
            continue
        if cell is None and column.required:
            why[place] = MISSING
        elif column.kind == "choice" and value is not None and value not in column.allowed:
            why[place] = f"is not allowed; allowed: {column.allows}"
    return pl.Series(shown, dtype=pl.String), pl.Series(why, dtype=pl.String)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
