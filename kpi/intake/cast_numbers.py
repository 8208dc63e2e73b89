"""Numbers: which spellings are certain, and what to say about the others.

Without a word from the mapping only plain numbers such as 1234.5 are read. With ``decimal = ","`` also 1234,5 and
1.234,5 and 1.412.698: the grouping proves itself. 1.234 alone does not (1234, or 1.234?) and is refused until the
mapping also says ``thousands = "."``. 1.412.698.315 is never a number: a spreadsheet makes it of 1.412698315. The same
holds the other way round for ``decimal = "."``, but for that last one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from kpi.intake.cast import (
    AGAIN,
    ERROR_PROBLEM,
    NO_ERROR,
    Cast,
    Conventions,
    empty_or_say_missing,
    faults,
    first_that_applies,
    like_missing,
    no_faults,
    spreadsheet_error,
)
from kpi.intake.contracts.base import Column
from kpi.intake.number_signs import OTHER_SIGN, SPACES

DIGITS = 15  # what a double holds exactly


@dataclass(frozen=True)
class _Spelling:
    """Patterns for one file's numbers. ``lonely`` is a single group of thousands that could be decimals."""

    plain: str
    grouped: str | None
    lonely: str | None
    grouping: str
    decimal: str
    allowed: str


def cast_numbers(column: Column, cells: pl.Series, typed: pl.Series | None, conventions: Conventions) -> Cast:
    """Float64, or Int64 for an integer column. A workbook's real numbers are read as such whatever the mapping says."""
    spelling = _spelling(conventions)
    values = _read(cells, spelling)
    if typed is not None:
        native = (typed == "number").fill_null(False)
        plain = _read(cells, _spelling(Conventions()))
        values = (
            pl.DataFrame({"n": native, "p": plain, "v": values})
            .select(pl.when("n").then("p").otherwise("v"))
            .to_series()
        )
    broken = pl.Series("broken", [False]).new_from_index(0, len(cells))
    if column.kind == "integer":
        broken = (values != values.floor()).fill_null(False)
        values = (
            pl.DataFrame({"v": values, "b": broken}).select(pl.when(~pl.col("b")).then("v").cast(pl.Int64)).to_series()
        )
    bad = values.is_null() & cells.is_not_null()
    if not bad.any():
        return Cast(values, no_faults())
    return Cast(values, _explain(column, cells, bad, broken, typed, spelling, conventions))


def _spelling(conventions: Conventions) -> _Spelling:
    decimal = conventions.decimal or "."
    grouping = conventions.thousands or (OTHER_SIGN[decimal] if conventions.decimal else "")
    d = re.escape(decimal)
    plain = rf"^[+-]?\d{{1,{DIGITS}}}(?:{d}\d+)?$"
    allowed = f"numbers such as 1234{decimal}5"
    if not grouping:
        return _Spelling(plain, None, None, "", decimal, allowed)
    t = f"[{SPACES}]" if grouping == " " else re.escape(grouping)
    grouped = rf"^[+-]?\d{{1,3}}(?:{t}\d{{3}}){{1,4}}(?:{d}\d+)?$"
    if grouping == ".":  # points alone, three or more of them, are what a lost decimal sign leaves of 1.412698315
        grouped = rf"^[+-]?\d{{1,3}}(?:(?:{t}\d{{3}}){{1,2}}(?:{d}\d+)?|(?:{t}\d{{3}}){{3,4}}{d}\d+)$"
    lonely = None if conventions.thousands else rf"^[+-]?\d{{1,3}}{t}\d{{3}}$"
    return _Spelling(plain, grouped, lonely, t, decimal, f"{allowed} or 1{grouping}234{decimal}5")


def _read(cells: pl.Series, spelling: _Spelling) -> pl.Series:
    certain = cells.str.contains(spelling.plain)
    text = cells
    if spelling.grouped:
        grouped = cells.str.contains(spelling.grouped)
        if spelling.lonely:
            grouped = grouped & ~cells.str.contains(spelling.lonely)
        certain = certain | grouped
        text = text.str.replace_all(spelling.grouping, "")
    if spelling.decimal != ".":
        text = text.str.replace_all(spelling.decimal, ".", literal=True)
    both = pl.DataFrame({"text": text, "certain": certain})
    return both.select(pl.when("certain").then("text").cast(pl.Float64, strict=False)).to_series()


def _explain(
    column: Column,
    cells: pl.Series,
    bad: pl.Series,
    broken: pl.Series,
    typed: pl.Series | None,
    spelling: _Spelling,
    conventions: Conventions,
) -> pl.DataFrame:
    """Why each bad cell is not a number, and what to do about it."""
    cell = pl.col("cell")
    nowhere = pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    more = {"broken": broken, "dated": nowhere if typed is None else (typed == "date").fill_null(False)}
    whole, dated = pl.col("broken"), pl.col("dated")
    comma, said_nothing = cell.str.contains(r"^[+-]?[\d.,]*\d,[\d.,]*$"), conventions.decimal is None
    undecided = comma & pl.lit(said_nothing)
    lonely = cell.str.contains(spelling.lonely) if spelling.lonely else pl.lit(False)
    spaced = cell.str.contains(rf"^[+-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)?$")
    points = cell.str.contains(r"^[+-]?\d{1,3}(?:\.\d{3}){2,}$") & pl.lit(said_nothing)
    lost = cell.str.contains(r"^[+-]?[0-9]{1,3}(?:\.[0-9]{3}){3,}$")
    apostrophes = cell.str.contains(r"^[+-]?[0-9]{1,3}(?:['’][0-9]{3})+(?:[.,][0-9]+)?$")
    minus = cell.str.contains(r"^[\u2010-\u2015\u2212\ufe63\uff0d][0-9.,]+$")
    foreign = cell.str.contains(r"^[+-]?[\d.,]+$") & ~cell.str.contains(r"^[+-]?[0-9.,]+$")
    percent = cell.str.contains(r"^[+-]?[\d.,]+\s*%$")
    exponent = cell.str.contains(r"^[+-]?[\d.,]+[eE][+-]?\d+$")
    not_finite = cell.str.to_lowercase().str.contains(r"^[+-]?(?:inf|infinity)$")
    too_large = cell.str.contains(rf"^[+-]?\d{{{DIGITS + 1},}}(?:[.,]\d+)?$")
    other = OTHER_SIGN[spelling.decimal]
    without = cell.str.replace_all(re.escape(other), "")
    point = cell.str.replace_all(re.escape(other), spelling.decimal)
    say_thousands = 'say in the mapping under [file] what the sign means: thousands = "{}" if it groups thousands'
    cases = [
        (dated, "not_number", pl.lit("is a date in the workbook, not a number"), pl.lit(AGAIN)),
        (whole, "not_whole", pl.lit("is not a whole number"), pl.lit(AGAIN)),
        (like_missing(), "not_number", pl.lit("is not a number"), empty_or_say_missing()),
        (spreadsheet_error(), "cell_error", pl.lit(ERROR_PROBLEM), pl.lit(NO_ERROR)),
        (
            lonely,
            "ambiguous_number",
            pl.format("could be {} or {}", without, point),
            pl.lit(say_thousands.format(other)),
        ),
        (
            undecided,
            "ambiguous_number",
            pl.lit("has a comma, which may be a decimal sign or may group thousands"),
            pl.lit('add to the mapping under [file]: decimal = "," (or decimal = "." if commas group thousands)'),
        ),
        (
            lost,
            "ambiguous_number",
            pl.lit("has three points or more, as a number has whose decimal sign was lost"),
            pl.lit("write the number without points, and upload the file again"),
        ),
        (
            points,
            "ambiguous_number",
            pl.lit("has several points, so that they seem to group thousands"),
            pl.lit('if so, add to the mapping under [file]: decimal = ","'),
        ),
        (spaced, "not_number", pl.lit("groups its digits with spaces"), pl.lit(say_thousands.format(" "))),
        (apostrophes, "not_number", pl.lit("groups its digits with apostrophes"), pl.lit(say_thousands.format("'"))),
        (
            minus,
            "not_number",
            pl.lit("has a dash in place of a minus sign"),
            pl.lit("write the minus of the keyboard: -"),
        ),
        (foreign, "not_number", pl.lit("is written with other digits than 0 to 9"), pl.lit(AGAIN)),
        (
            percent,
            "not_number",
            pl.lit("carries a % sign"),
            pl.lit("write the number alone; a proportion of 95 % is 0.95 in a target"),
        ),
        (exponent, "not_number", pl.lit("is written with an exponent"), pl.lit("write the number out in full")),
        (not_finite, "not_number", pl.lit("is not a number"), pl.lit("leave the cell empty where there is no value")),
        (too_large, "not_number", pl.lit(f"has more than {DIGITS} digits"), pl.lit(AGAIN)),
    ]
    allowed = spelling.allowed if column.kind == "number" else column.allows
    return faults(
        cells,
        bad,
        first_that_applies([(test, pl.lit(code)) for test, code, _, _ in cases], pl.lit("not_number")),
        first_that_applies([(test, problem) for test, _, problem, _ in cases], pl.lit("is not a number")),
        first_that_applies([(test, action) for test, _, _, action in cases], pl.lit(AGAIN)),
        f"{allowed}, {column.range_text}" if column.kind == "number" and column.range_text else allowed,
        more,
    )
