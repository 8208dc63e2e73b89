"""From the file's cells to the cells that are cast: trimmed, translated, missing where the mapping says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from kpi.intake.cast import PLAIN, Conventions
from kpi.intake.contracts.base import Column
from kpi.intake.mapping_data import Mapping
from kpi.intake.table import TextTable

# Excel shows a file saved as CSV again with these; they carry no meaning at the ends of a cell.
ENDS = "\t\n\x0b\x0c\r\x20\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)

NATIVE = {"date": "date", "number": "number", "integer": "number"}


@dataclass(frozen=True)
class Translated:
    """cells: String, trimmed, null where missing. typed: what a workbook's cells really were, None for text files."""

    cells: pl.Series
    typed: pl.Series | None
    conventions: Conventions


def translate(column: Column, header: str | None, table: TextTable, mapping: Mapping) -> Translated:
    """One column of ours. In this order: trim, whole values, missing texts, parts replaced."""
    height = table.cells.height
    constant = mapping.constants.get(column.name)
    if constant is not None:
        return Translated(pl.repeat(constant, height, dtype=pl.String, eager=True), None, PLAIN)
    if header is None:
        return Translated(pl.repeat(None, height, dtype=pl.String, eager=True), None, PLAIN)
    cells = table.cells[header] if table.trimmed else trimmed(table.cells[header])
    values = mapping.values.get(column.name, {})
    parts = mapping.replace.get(column.name, {})
    if not values and not parts:
        nothing = ["", *(text.strip() for text in mapping.missing)]
        whole = cells.to_frame("cell").select(pl.when(_filled(nothing)).then("cell")).to_series()
        return Translated(whole, table.typed.get(header), _conventions(column, mapping))
    ours = _changed(cells, values)
    missing = cells.is_in(["", *(text.strip() for text in mapping.missing)])
    rest = _replaced(cells, mapping.replace.get(column.name, {}))
    frame = pl.DataFrame({"ours": ours, "missing": missing, "rest": rest})
    chosen = pl.when(pl.col("ours").is_not_null()).then("ours").when("missing").then(None).otherwise("rest")
    whole = frame.select(chosen.replace("", None)).to_series()
    return Translated(whole, _kinds(column, whole, cells, ours, table.typed.get(header)), _conventions(column, mapping))


def _kinds(
    column: Column, whole: pl.Series, cells: pl.Series, ours: pl.Series, typed: pl.Series | None
) -> pl.Series | None:
    """As ``typed``, for cells that the mapping has rewritten.

    They are no longer the workbook's own dates or numbers; whole values are written our way, whatever the file's is.
    """
    native = NATIVE.get(column.kind)
    if native is None and typed is None:
        return None
    kinds = typed if typed is not None else pl.Series("typed", [None], dtype=pl.String).new_from_index(0, len(cells))
    frame = pl.DataFrame({"typed": kinds, "ours": ours, "untouched": (whole == cells).fill_null(False)})
    written_our_way = pl.col("ours").is_not_null()
    return frame.select(pl.when(written_our_way).then(pl.lit(native)).when("untouched").then("typed")).to_series()


def conflicts(table: TextTable, found: dict[str, str], mapping: Mapping) -> list[dict[str, Any]]:
    """Columns of the file that stand for one of ours and contradict the mapping's constant for it."""
    said = []
    for ours, constant in mapping.constants.items():
        if ours not in found:
            continue
        cells = trimmed(table.cells[found[ours]])
        other = cells.filter((cells != constant) & (cells != "")).unique().sort()
        if len(other):
            said.append(
                {
                    "code": "constant_contradicted",
                    "column": found[ours],
                    "value": other[0],
                    "problem": f'stands in the file, but the mapping says "{constant}" for every row',
                    "allowed": f"{constant}, or no such column",
                    "action": "check that this is the right mapping; remove the column or the constant",
                }
            )
    return said


def trimmed(cells: pl.Series) -> pl.Series:
    """Without outer blanks, non-breaking and invisible ones included; "" where nothing is left."""
    return cells.to_frame("cell").select(pl.col("cell").fill_null("").str.strip_chars(ENDS)).to_series()


def _filled(nothing: list[str]) -> pl.Expr:
    return pl.col("cell") != "" if set(nothing) == {""} else ~pl.col("cell").is_in(nothing)


def _changed(cells: pl.Series, values: dict[str, str]) -> pl.Series:
    keys = list(values)
    return cells.replace_strict(keys, list(values.values()), default=None, return_dtype=pl.String)


def _replaced(cells: pl.Series, parts: dict[str, str]) -> pl.Series:
    for theirs, ours in parts.items():
        cells = cells.str.replace_all(theirs, ours, literal=True)
    return trimmed(cells) if parts else cells


def _conventions(column: Column, mapping: Mapping) -> Conventions:
    if column.kind == "date":
        return Conventions(date_format=mapping.dates.get(column.name, mapping.date_format))
    return Conventions(decimal=mapping.decimal, thousands=mapping.thousands)
