"""Dates: which spellings are certain, and what to say about the others.

Without a word from the mapping only yyyy-mm-dd is read (a time of 00:00:00 may follow), and the real dates of a
workbook. Every other spelling is refused: where the order of day and month is open both readings are named, elsewhere
the line that the mapping needs.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from kpi.intake.cast import (
    AGAIN,
    ERROR_PROBLEM,
    NO_ERROR,
    Cast,
    Conventions,
    by_unique,
    empty_or_say_missing,
    faults,
    first_that_applies,
    like_missing,
    no_faults,
    spreadsheet_error,
)
from kpi.intake.contracts.base import Column
from kpi.intake.dateformat import MONTHS, DateFormat, read_date_format

ISO = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$"
ISO_SHAPE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
WITH_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{1,2}:[0-9]{2}"
NUMERIC = r"^([0-9]{1,2})([./\- ])([0-9]{1,2})([./\- ])([0-9]{4}|[0-9]{2})$"
NAMED = r"^[0-9]{1,2}([ .\-/])(\p{L}+)([ .\-/])([0-9]{4}|[0-9]{2})$"
YEAR_FIRST = r"^[0-9]{4}([./-])[0-9]{1,2}([./-])[0-9]{1,2}$"
COMPACT = r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"
SERIAL = r"^[0-9]{5}(?:\.[0-9]+)?$"
SAY = "add to the mapping under [file]"
NAME_THE_ORDER = 'name the order in the mapping under [file]: date_format = "{}" or date_format = "{}"'


def cast_dates(column: Column, cells: pl.Series, typed: pl.Series | None, conventions: Conventions) -> Cast:
    """Date. Real dates of a workbook are read as such whatever format the mapping names for texts."""
    chosen = _chosen(conventions)
    values = by_unique(cells, chosen.parse(pl.col("cell")) if chosen else _iso(), pl.Date())
    if typed is not None and chosen:
        native = (typed == "date").fill_null(False)
        real = by_unique(cells, _iso(), pl.Date())
        values = (
            pl.DataFrame({"n": native, "r": real, "v": values})
            .select(pl.when("n").then("r").otherwise("v"))
            .to_series()
        )
    bad = values.is_null() & cells.is_not_null()
    if not bad.any():
        return Cast(values, no_faults())
    return Cast(values, _refused(column, cells, bad, chosen) if chosen else _explained(column, cells, bad))


def _chosen(conventions: Conventions) -> DateFormat | None:
    if conventions.date_format is None:
        return None
    read = read_date_format(conventions.date_format)
    if isinstance(read, str):
        raise ValueError(f"date format {conventions.date_format!r}: {read}")
    return read


def _iso() -> pl.Expr:
    return pl.col("cell").str.extract(ISO, 1).str.to_date("%Y-%m-%d", strict=False)


def _refused(column: Column, cells: pl.Series, bad: pl.Series, chosen: DateFormat) -> pl.DataFrame:
    """A cell that is not in the form which the mapping names."""
    fits = pl.col("cell").str.contains(chosen.pattern)
    other_name = pl.col("cell").str.extract(r"(\p{L}{3,})", 1)
    replace = pl.format(
        f'correct the month, or replace its name in the mapping under [replace.{column.name}]: "{{}}" = "Jan" '
        "(or the month it is)",
        other_name,
    )
    cases = [(like_missing(), empty_or_say_missing()), (spreadsheet_error(), pl.lit(NO_ERROR))]
    if chosen.names_months:
        cases.append((~fits & other_name.is_not_null(), replace))
    return faults(
        cells,
        bad,
        first_that_applies(
            [(fits, pl.lit("impossible_date")), (spreadsheet_error(), pl.lit("cell_error"))], pl.lit("not_date")
        ),
        first_that_applies(
            [(fits, pl.lit("is a day that does not exist")), (spreadsheet_error(), pl.lit(ERROR_PROBLEM))],
            pl.lit("is not a date in this form"),
        ),
        first_that_applies(cases, pl.lit(AGAIN)),
        chosen.allows(),
    )


def _explained(column: Column, cells: pl.Series, bad: pl.Series) -> pl.DataFrame:
    """A cell that is not yyyy-mm-dd: what it could be, and the mapping's line that would say so."""
    code, problem, action = _explanations(column.name)
    return faults(cells, bad, code, problem, action, column.allows)


@cache  # a file comes in pieces, and putting these together takes longer than applying them to a few cells
def _explanations(column_name: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Code, problem and action."""
    cell = pl.col("cell")
    first, second = (cell.str.extract(NUMERIC, i).cast(pl.Int32, strict=False) for i in (1, 3))
    sign, year = cell.str.extract(NUMERIC, 4), cell.str.extract(NUMERIC, 5)
    letter = pl.when(year.str.len_chars() == 4).then(pl.lit("Y")).otherwise(pl.lit("y"))
    day_first = pl.format("%d{}%m{}%{}", cell.str.extract(NUMERIC, 2), sign, letter)
    month_first = pl.format("%m{}%d{}%{}", cell.str.extract(NUMERIC, 2), sign, letter)
    as_day_first = DateText(day=first, month=second, year=year)
    as_month_first = DateText(day=second, month=first, year=year)
    # 25-02-01: only two digits of ten or more can be a year in front
    front = pl.when((first >= 10) & (year.str.len_chars() == 2)).then(first.cast(pl.String))
    as_year_first = DateText(day=year.cast(pl.Int32, strict=False), month=second, year=front)
    two_digit_front = pl.format("%y{}%m{}%d", cell.str.extract(NUMERIC, 2), sign)
    english = cell.str.extract(NAMED, 2).str.to_lowercase()
    named = cell.str.contains(NAMED)
    short, long = english.is_in([name[:3] for name in MONTHS]), english.is_in(MONTHS)
    named_letter = pl.when(cell.str.extract(NAMED, 4).str.len_chars() == 4).then(pl.lit("Y")).otherwise(pl.lit("y"))
    named_format = pl.format(
        "%d{}{}{}%{}",
        cell.str.extract(NAMED, 1),
        pl.when(short).then(pl.lit("%b")).otherwise(pl.lit("%B")),
        cell.str.extract(NAMED, 3),
        named_letter,
    )
    year_first = pl.format("%Y{}%m{}%d", cell.str.extract(YEAR_FIRST, 1), cell.str.extract(YEAR_FIRST, 2))
    both = as_day_first.exists & as_month_first.exists
    name_the_order = pl.format(NAME_THE_ORDER, day_first, month_first)
    not_iso = pl.lit("is not written as yyyy-mm-dd")
    cases = [
        (like_missing(), "not_date", pl.lit("is not a date"), empty_or_say_missing()),
        (spreadsheet_error(), "cell_error", pl.lit(ERROR_PROBLEM), pl.lit(NO_ERROR)),
        (cell.str.contains(ISO_SHAPE), "impossible_date", pl.lit("is a day that does not exist"), pl.lit(AGAIN)),
        (
            cell.str.contains(WITH_TIME),
            "not_date",
            pl.lit("carries a time of day"),
            pl.lit("leave only the date and upload the file again"),
        ),
        (
            both & (first != second),
            "ambiguous_date",
            pl.format("could be {} or {}", as_day_first.words, as_month_first.words),
            name_the_order,
        ),
        (both, "ambiguous_date", pl.lit("does not show which of its numbers is the day"), name_the_order),
        (
            as_day_first.exists & as_year_first.exists,
            "ambiguous_date",
            pl.format("could be {} or {}", as_day_first.words, as_year_first.words),
            pl.format(NAME_THE_ORDER, day_first, two_digit_front),
        ),
        (as_day_first.exists, "date_form", not_iso, pl.format(f'{SAY}: date_format = "{{}}"', day_first)),
        (as_month_first.exists, "date_form", not_iso, pl.format(f'{SAY}: date_format = "{{}}"', month_first)),
        (as_year_first.exists, "date_form", not_iso, pl.format(f'{SAY}: date_format = "{{}}"', two_digit_front)),
        (named & (short | long), "date_form", not_iso, pl.format(f'{SAY}: date_format = "{{}}"', named_format)),
        (
            named,
            "date_form",
            pl.lit("names the month in another way than Jan or January"),
            pl.format(
                f'replace the name in the mapping under [replace.{column_name}]: "{{}}" = "Jan" (or the month it is), '
                "and name the date_format",
                cell.str.extract(NAMED, 2),
            ),
        ),
        (cell.str.contains(YEAR_FIRST), "date_form", not_iso, pl.format(f'{SAY}: date_format = "{{}}"', year_first)),
        (cell.str.contains(COMPACT), "date_form", not_iso, pl.lit(f'{SAY}: date_format = "%Y%m%d"')),
        (
            cell.str.contains(SERIAL),
            "not_date",
            pl.lit("is a plain number, perhaps a date as spreadsheets count days"),
            pl.lit("format the column as a date in the spreadsheet and upload the file again"),
        ),
        (cell.str.contains(NUMERIC), "impossible_date", pl.lit("is a day that does not exist"), pl.lit(AGAIN)),
    ]
    return (
        first_that_applies([(test, pl.lit(code)) for test, code, _, _ in cases], pl.lit("not_date")),
        first_that_applies([(test, problem) for test, _, problem, _ in cases], pl.lit("is not a date")),
        first_that_applies([(test, action) for test, _, _, action in cases], pl.lit(AGAIN)),
    )


class DateText:
    """One reading of a numeric date: whether there is such a day, and how a person would say it."""

    def __init__(self, day: pl.Expr, month: pl.Expr, year: pl.Expr) -> None:
        full = pl.when(year.str.len_chars() == 4).then(year).otherwise(pl.lit("20") + year)
        iso = pl.concat_str([full, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2)], separator="-")
        self.exists = iso.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        names = [name.capitalize() for name in MONTHS]
        name = month.replace_strict(list(range(1, 13)), names, default="", return_dtype=pl.String)
        self.words = pl.format("{} {} {}", day, name, year)
