"""A source's text cells cast piece by piece: only the typed values and what was wrong are kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from kpi.intake import rules
from kpi.intake.ahead import one_ahead
from kpi.intake.cast import cast_column
from kpi.intake.contracts import Dataset
from kpi.intake.contracts.base import Column
from kpi.intake.headers import Headers
from kpi.intake.kept import Kept
from kpi.intake.mapping_data import Mapping
from kpi.intake.number_signs import Points, open_points, points_in
from kpi.intake.places import Places
from kpi.intake.shape import ids_shown_otherwise, rows_apart
from kpi.intake.source import Source, TableSource
from kpi.intake.swapped_dates import Orders, orders_in, swapped_dates
from kpi.intake.table import TextTable
from kpi.intake.translate import conflicts, translate

COLUMNS_AT_ONCE = 2  # what is being cast of each takes memory; polars itself works without Python's lock


@dataclass(frozen=True)
class CastRecords:
    """records: the typed columns, null where missing or bad. bad: per column the mask of bad cells (all of them where a
    required column is missing). rows: the row number per record. conflicts: as from ``translate.conflicts``. apart: as
    from ``shape.rows_apart``. whole: findings about whole columns, as plain dicts.
    """

    records: pl.DataFrame
    rows: pl.Series
    bad: dict[str, pl.Series]
    findings: list[pl.DataFrame]
    conflicts: list[dict[str, Any]]
    apart: list[dict[str, Any]]
    whole: list[dict[str, Any]]


@dataclass(frozen=True)
class _Piece:
    values: list[pl.Series]
    bad: list[pl.Series]
    findings: list[pl.DataFrame]
    points: list[Points]
    orders: list[Orders]


def cast_pieces(
    contract: Dataset,
    source: Source,
    headers: Headers,
    mapping: Mapping,
    today: date,
    kept: Kept,
    progress: Callable[[float], None],
) -> CastRecords:
    """Reads the source to its end. Raises FileRefused as ``Source.pieces``."""
    rows: list[pl.Series] = []
    values: list[list[pl.Series]] = [[] for _ in contract.columns]
    bad: list[list[pl.Series]] = [[] for _ in contract.columns]
    findings: list[pl.DataFrame] = []
    contradicted: dict[str, dict[str, Any]] = {}
    apart: list[dict[str, Any]] = []
    points, orders = [Points() for _ in contract.columns], [Orders() for _ in contract.columns]
    otherwise: list[dict[str, Any]] = []
    with ThreadPoolExecutor(COLUMNS_AT_ONCE, thread_name_prefix="cast") as workers:
        for piece, share in one_ahead(source.pieces()):
            cast = _cast_piece(contract, piece, headers, mapping, today, workers)
            rows.append(piece.rows)
            apart += rows_apart(piece)
            otherwise = otherwise or ids_shown_otherwise(contract, headers.found, piece)
            for at in range(len(contract.columns)):
                values[at].append(cast.values[at])
                bad[at].append(cast.bad[at])
                points[at] = points[at].then(cast.points[at])
                orders[at] = orders[at].then(cast.orders[at])
            findings += [taken for taken in map(kept.take, cast.findings) if taken.height]
            for conflict in conflicts(piece, headers.found, mapping):
                earlier = contradicted.setdefault(conflict["column"], conflict)
                if conflict["value"] < earlier["value"]:
                    contradicted[conflict["column"]] = conflict
            progress(share)
    theirs = [headers.found.get(name, name) for name in contract.names]
    order = [headers.found[name] for name in mapping.constants if name in headers.found]
    columns: list[pl.Series] = []
    for at, column in enumerate(contract.columns):
        columns.append(pl.concat(values[at], rechunk=True).alias(column.name))
        values[at] = []  # one column after the other, so that no two copies of all stand side by side
    masks = {column.name: pl.concat(bad[at], rechunk=True) for at, column in enumerate(contract.columns)}
    for name in _absent(headers, mapping):
        masks[name] = pl.repeat(True, len(masks[name]), dtype=pl.Boolean, eager=True)
    return CastRecords(
        records=pl.DataFrame(columns),
        rows=pl.concat(rows, rechunk=True),
        bad=masks,
        findings=findings,
        conflicts=[contradicted[header] for header in order if header in contradicted],
        apart=apart,
        whole=[
            *otherwise,
            *swapped_dates(zip(theirs, orders, strict=True)),
            *open_points(zip(contract.columns, theirs, points, strict=True)),
        ],
    )


def _absent(headers: Headers, mapping: Mapping) -> set[str]:
    absent = {fault["column"] for fault in headers.faults if fault["code"] == "missing_column"}
    return absent | (set(mapping.columns) - set(headers.found))


def _cast_piece(
    contract: Dataset, piece: TextTable, headers: Headers, mapping: Mapping, today: date, workers: ThreadPoolExecutor
) -> _Piece:
    """Everything that one piece says, the template's example rows left out: those are told about once, as a row."""
    all_of_them = Kept(most=piece.cells.height)  # which are kept is decided for the whole file
    places = Places(piece.rows, headers.found, TableSource(piece), all_of_them)
    none = pl.repeat(False, piece.cells.height, dtype=pl.Boolean, eager=True)

    def cast_one(column: Column) -> tuple[pl.Series, pl.Series, list[pl.DataFrame], Points, Orders]:
        given = translate(column, headers.found.get(column.name), piece, mapping)
        cast = cast_column(column, given.cells, given.typed, given.conventions)
        said = [places.findings(column.name, cast.faults)]
        wrong = none.clone().scatter(cast.faults["index"], True) if cast.faults.height else none
        if column.kind == "date":
            said.append(rules.implausible_dates(column, cast.values, today, places))
            slips = rules.implausible(cast.values, today)
            wrong = wrong | slips if slips.any() else wrong
        points, orders = Points(), Orders()
        if column.kind in ("number", "integer"):
            points = points_in(given.cells, given.typed, piece.rows, given.conventions)
        if column.kind == "date":
            orders = orders_in(given.cells, given.typed, piece.rows)
        return cast.values.alias(column.name), wrong, said, points, orders

    done = list(workers.map(cast_one, contract.columns))
    values, bad = [one[0] for one in done], [one[1] for one in done]
    said = [frame for one in done for frame in one[2]]
    example = rules.example_rows(contract, pl.DataFrame(values)).fill_null(False)
    if example.any():
        silent = piece.rows.filter(example)
        said = [frame.filter(~pl.col("row").is_in(silent.to_list())) for frame in said]
    said = [frame for frame in said if frame.height]
    return _Piece(values, bad, said, [one[3] for one in done], [one[4] for one in done])
