"""Rows that are no records: headers that come again, a second table under the first, totals. Each is told once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from kpi.intake.findings import Findings
from kpi.intake.source import Source, TableSource
from kpi.intake.table import TextTable

MOST_GAPS = 50  # blank rows looked behind, and rows with errors looked at in a piece of a file
MOST_ROWS = 10_000
# Whole cells that begin a row of totals: English, German, French, Italian, Spanish, Dutch.
TOTALS = re.compile(
    r"(grand |sub[- ]?|sous[- ]|zwischen|gesamt|end)?(total|totals|totaux|totale|totali|summe|sum|somme|somma|suma|"
    r"gesamt|insgesamt|totaal|total general)\s*[:.]?",
    re.IGNORECASE,
)
NUMERIC = re.compile(r"[-+(]?[\d.,'’ \u00a0]*\d[)%]?(\s?[A-Z]{3}|\s?[€$£%])?")


def shape_findings(source: Source, rows: pl.Series, said: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The findings without those about rows that are no records, and one for each such row instead.

    ``rows``: the numbers of all records. ``said``: frames with the columns of a finding. Only rows with errors are
    looked at, and only so many: a row that is no record lacks what a record must have.
    """
    bad = _rows_with_errors(said)
    found: list[dict[str, Any]] = []
    if len(bad):
        table = _around(source, rows, bad)
        found += [*_headers_again(table), *_second_table(table, _after_gaps(rows, bad))]
        apart = {one["row"] for one in found}
        found += [one for one in _totals(table, bad) if one["row"] not in apart]
    if found:
        begins = min((one["row"] for one in found if one["code"] == "second_table"), default=None)
        said = [_without(frame, [one["row"] for one in found], begins) for frame in said]
    merged = source.table.merged if isinstance(source, TableSource) else ()
    found += [_merged(row, header, area) for row, header, area in merged]
    return [*said, Findings.of(found).frame] if found else said


def _rows_with_errors(said: list[pl.DataFrame]) -> pl.Series:
    """The first and the last of them, ascending."""
    bad = [frame.filter(pl.col("severity") == "error")["row"].drop_nulls() for frame in said if frame.height]
    if not bad:
        return pl.Series("row", [], dtype=pl.Int64)
    every = pl.concat([numbers.cast(pl.Int64) for numbers in bad]).unique().sort()
    return pl.concat([every.head(MOST_ROWS // 2), every.tail(MOST_ROWS // 2)]).unique().sort()


def _around(source: Source, rows: pl.Series, bad: pl.Series) -> TextTable:
    """These rows as they stand in the file, each with its neighbours."""
    places = rows.search_sorted(bad, side="left").cast(pl.Int64)
    near = pl.concat([places - 1, places, places + 1]).unique().sort()
    numbers = rows.gather(near.filter((near >= 0) & (near < len(rows))))
    cells = pl.DataFrame({header: source.cells(header, numbers) for header in source.headers})
    return TextTable(cells=cells, rows=numbers, reading=source.reading)


def _after_gaps(rows: pl.Series, bad: pl.Series) -> list[int]:
    """The numbers of rows with errors that stand after a blank one, as far as they are looked at."""
    gaps = rows.filter((rows.diff() > 1).fill_null(False))
    return gaps.filter(gaps.is_in(bad.implode())).to_list()[:MOST_GAPS]


def _headers_again(table: TextTable) -> Iterator[dict[str, Any]]:
    """Rows whose every cell is empty or the header over it, at least two of them: files or pages put together."""
    alike = None
    for header in table.cells.columns:
        same = table.cells[header].str.strip_chars().str.to_lowercase() == header.lower()
        blank = table.cells[header].str.strip_chars() == ""
        alike = (same | blank) if alike is None else alike & (same | blank)
        if not alike.any():
            return
    if alike is None or table.cells.width < 2:
        return
    for place in alike.arg_true().to_list()[:MOST_ROWS]:
        if sum(bool(cell.strip()) for cell in table.cells.row(place)) >= 2:
            yield {
                "code": "headers_again",
                "row": table.rows[place],
                "problem": "the headers stand here once more: two tables or pages were put one under the other",
                "allowed": "the headers once, above all records",
                "action": "delete this row",
            }


def _second_table(table: TextTable, after_gaps: list[int]) -> Iterator[dict[str, Any]]:
    """The first row after a blank one that can only be headers of something else: words, none with a digit, each once,
    over which and under which stand numbers or dates.
    """
    for place in table.rows.is_in(after_gaps).arg_true().to_list():
        if place + 1 >= table.cells.height:
            continue
        row, under, above = (table.cells.row(at) for at in (place, place + 1, place - 1))
        filled = [at for at, cell in enumerate(row) if cell.strip()]
        words = [row[at].strip() for at in filled]
        if len(filled) < 2 or len(set(words)) < len(words) or not all(_is_word(word) for word in words):
            continue
        same = all(row[at].strip().lower() == table.cells.columns[at].lower() for at in filled)
        numbers = [at for at in filled if any(c.isdigit() for c in under[at]) and any(c.isdigit() for c in above[at])]
        if numbers and not same and not any(under[at].strip() for at in range(len(row)) if at not in filled):
            yield {
                "code": "second_table",
                "row": table.rows[place],
                "value": ", ".join(words),
                "problem": "look like the headers of a second table, which begins in this row",
                "allowed": "one table on a sheet or in a file",
                "action": "put the second table onto a sheet or into a file of its own",
            }
            return


def _is_word(cell: str) -> bool:
    return any(c.isalpha() for c in cell) and not any(c.isdigit() for c in cell)


def _totals(table: TextTable, bad: pl.Series) -> Iterator[dict[str, Any]]:
    for place in table.rows.is_in(bad.implode()).arg_true().to_list():
        told = _total_in(dict(zip(table.cells.columns, table.cells.row(place), strict=True)))
        if told:
            yield {
                "code": "totals_row",
                "row": table.rows[place],
                "column": told,
                "value": table.cells[told][place].strip(),
                "problem": "looks like a row of totals, not like a record",
                "allowed": "records only",
                "action": "delete the row; totals are computed here",
            }


def _total_in(row: Mapping[str, str]) -> str | None:
    """The header over the word that begins a row of totals: the first cell that is filled, and only numbers after."""
    filled = [(header, cell.strip()) for header, cell in row.items() if cell.strip()]
    if not filled or not TOTALS.fullmatch(filled[0][1]):
        return None
    return filled[0][0] if all(NUMERIC.fullmatch(cell) for _, cell in filled[1:]) else None


def _merged(row: int, header: str, area: str) -> dict[str, Any]:
    return {
        "severity": "warning",
        "code": "merged_cells",
        "row": row,
        "column": header,
        "problem": f"{area} is one merged cell: its value was read in its first cell, the others were read as empty",
        "allowed": "a value in every cell that has one",
        "action": "unmerge it and fill in every row; accept the warning if the other cells are meant to be empty",
    }


def _without(frame: pl.DataFrame, rows: list[int], begins: int | None) -> pl.DataFrame:
    if not frame.height:
        return frame
    about = pl.col("row").is_in(rows)
    if begins is not None:
        about |= pl.col("row") >= begins
    return frame.filter(~about.fill_null(False))
