"""One value for every row, as a person types it beside a file: read as the file's own cells are, written our way."""

from __future__ import annotations

import polars as pl

from kpi.intake.cast import PLAIN, Conventions, cast_column
from kpi.intake.contracts.base import Column
from kpi.intake.mapping_data import Mapping


def our_way(column: Column, text: str, mapping: Mapping) -> str:
    """``text`` as a mapping's constant: 01.03.2026 beside a file of such dates is 2026-03-01, 1.234,5 is 1234.5.

    What reads without the mapping is kept as typed, and so is what nobody can read: the check says what is wrong with
    it. Only dates and numbers are written in a file's way; every other column is returned as typed.
    """
    if column.kind == "date":
        theirs = Conventions(date_format=mapping.dates.get(column.name, mapping.date_format))
    elif column.kind in ("number", "integer"):
        theirs = Conventions(decimal=mapping.decimal, thousands=mapping.thousands)
    else:
        return text
    if _read(column, text, PLAIN) is not None:
        return text
    value = _read(column, text, theirs)
    return text if value is None else str(value)


def _read(column: Column, text: str, conventions: Conventions) -> object:
    return cast_column(column, pl.Series([text.strip() or None], dtype=pl.String), None, conventions).values[0]


def said_for_one_file(column: Column) -> bool:
    """Whether one value for every row of a column is a fact of that file alone: the next one has other days."""
    return column.kind == "date"
