"""Rows that are no records: headers that come again, a second table under the first, totals. Each is told once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.intake.findings import Findings

if TYPE_CHECKING:
    from kpi.intake.contracts.base import Dataset
    from kpi.intake.table import TextTable

MOST_GAPS = 50  # blank rows looked behind, and rows with errors looked at in a piece of a file
MOST_ROWS = 10_000
# Whole cells that begin a row of totals: English, German, French, Italian, Spanish, Dutch.
TOTALS = re.compile(
    r"(grand |sub[- ]?|sous[- ]|zwischen|gesamt|end)?(total|totals|totaux|totale|totali|summe|sum|somme|somma|suma|"
    r"gesamt|insgesamt|totaal|total general)\s*[:.]?",
    re.IGNORECASE,
)
BEGINS_TOTALS = r"(?i)tota|sum|som|gesamt"  # one of these is in every word of TOTALS: a quick look at many cells
NUMERIC = re.compile(r"[-+(]?[\d.,'’ \u00a0]*\d[)%]?(\s?[A-Z]{3}|\s?[€$£%])?")


def rows_apart(piece: TextTable) -> list[dict[str, Any]]:
    """Findings, as plain dicts, about rows of a piece of a file that are no records, and about merged cells in it."""
    merged = [_merged(row, header, area) for row, header, area in _within(piece)]
    return [*_headers_again(piece), *_second_table(piece), *merged]


def ids_shown_otherwise(contract: Dataset, found: Mapping[str, str], piece: TextTable) -> list[dict[str, Any]]:
    """An error, as a plain dict, per identifier whose column holds numbers that its sheet shows with other digits.

    found: ours -> theirs. Every piece of a table says the same, so one is enough.
    """
    ids = [found[column.name] for column in contract.columns if column.kind == "id" and column.name in found]
    return [_shown(header, *piece.otherwise[header]) for header in ids if header in piece.otherwise]


def _shown(header: str, row: int, value: str, count: int) -> dict[str, Any]:
    cells = "1 cell" if count == 1 else f"{count:,} cells"
    return {
        "code": "id_became_number",
        "row": row,
        "column": header,
        "value": value,
        "problem": "is what the cell holds, but its number format shows something else, such as zeros in front "
        f"({cells} of this column)",
        "allowed": "an identifier, kept exactly as text",
        "action": "format the column as text, fill in the identifiers as they are to be read and upload the file again",
    }


def settled(
    said: list[pl.DataFrame], apart: list[dict[str, Any]], cells_of: Callable[[pl.Series], pl.DataFrame]
) -> list[pl.DataFrame]:
    """The findings of a file without those about rows that are no records, and one for each such row instead.

    said: frames with the columns of a finding. apart: what ``rows_apart`` said of every piece. cells_of: the text cells
    of rows by their (ascending) numbers: a row of totals is only looked for among rows with errors, as every one lacks
    what a record must have.
    """
    known = {one["row"] for one in apart if one["code"] != "merged_cells"}
    found = [*apart, *(one for one in _totals(said, cells_of) if one["row"] not in known)]
    rows = [one["row"] for one in found if one["code"] != "merged_cells"]
    if rows:
        begins = min((one["row"] for one in found if one["code"] == "second_table"), default=None)
        said = [_without(frame, rows, begins) for frame in said]
    return [*said, Findings.of(found).frame] if found else said


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


def _second_table(table: TextTable) -> Iterator[dict[str, Any]]:
    """The first row after a blank one that can only be headers of something else: words, none with a digit, each once,
    over which and under which stand numbers or dates.
    """
    gaps = (table.rows.diff() > 1).arg_true().to_list()[:MOST_GAPS]
    for place in gaps:
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


def _totals(said: list[pl.DataFrame], cells_of: Callable[[pl.Series], pl.DataFrame]) -> Iterator[dict[str, Any]]:
    bad = [frame.filter(pl.col("severity") == "error")["row"].drop_nulls() for frame in said if frame.height]
    rows = pl.concat([numbers.cast(pl.Int64) for numbers in bad]).unique().sort() if bad else pl.Series(dtype=pl.Int64)
    if not len(rows):
        return
    looked_at = pl.concat([rows.head(MOST_ROWS // 2), rows.tail(MOST_ROWS // 2)]).unique().sort()
    cells_of_rows = cells_of(looked_at)
    first = pl.coalesce(pl.col(name).str.strip_chars().replace("", None) for name in cells_of_rows.columns)
    begins = cells_of_rows.select(first.str.contains(BEGINS_TOTALS).fill_null(False)).to_series()
    rows_of = cells_of_rows.filter(begins).iter_rows(named=True)
    for number, cells in zip(looked_at.filter(begins).to_list(), rows_of, strict=True):
        told = _total_in(cells)
        if told:
            yield {
                "code": "totals_row",
                "row": number,
                "column": told,
                "value": cells[told].strip(),
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


def _within(table: TextTable) -> list[tuple[int, str, str]]:
    """The merged areas that begin in a row of this piece."""
    if not table.merged or not len(table.rows):
        return []
    first, last = int(table.rows[0]), int(table.rows[-1])
    return [one for one in table.merged if first <= one[0] <= last]


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
