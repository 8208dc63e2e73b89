"""Casting: text cells of one column to values, every bad cell found, nothing guessed.

All work is done by polars on whole columns. A cell that can't be cast becomes null and gets a fault: what is wrong with
it, what is allowed, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kpi.intake.contracts.base import LIST_SEPARATOR, Column

FAULT_SCHEMA = {"index": pl.UInt32, "code": pl.String, "problem": pl.String, "allowed": pl.String, "action": pl.String}
YES = ("yes", "true", "1", "y")
NO = ("no", "false", "0", "n")
LIKE_MISSING = (
    "n/a",
    "#n/a",
    "na",
    "n.a.",
    "nan",
    "none",
    "null",
    "nil",
    "-",
    "--",
    "–",
    "?",
    "tbd",
    "unknown",
    "open",
)

# What spreadsheets show instead of a value, in five languages; ### is a column that was too narrow.
ERROR = (
    r"(?i)^#(?:n/a|nv|n/d|ref!|bezug!|rif!|¡ref!|name\?|nom\?|nome\?|¿nombre\?|value!|wert!|valeur!|valore!|¡valor!|"
    r"div/0!|¡div/0!|num!|zahl!|nombre!|¡num!|null!|nul!|spill!|calc!|getting_data|#+)$"
)
ERROR_PROBLEM = "is an error of a spreadsheet, not a value"
NO_ERROR = "correct the formula, or empty the cell, and upload the file again"

WORTH_A_LOOK = 1000  # for fewer cells, looking for the different ones costs more than it saves

AGAIN = "correct the cell and upload the file again"


@dataclass(frozen=True)
class Conventions:
    """How one column of a file writes dates and numbers; None where the mapping does not say."""

    date_format: str | None = None
    decimal: str | None = None
    thousands: str | None = None


PLAIN = Conventions()


@dataclass(frozen=True)
class Cast:
    """values: the column's physical type, null where missing or bad. faults: one row per bad cell (FAULT_SCHEMA)."""

    values: pl.Series
    faults: pl.DataFrame


def cast_column(column: Column, cells: pl.Series, typed: pl.Series | None, conventions: Conventions) -> Cast:
    """Casts one column.

    cells: String, trimmed, null where missing. typed: what a workbook's cell really was ("date", "number", "bool" or
    null), None for text files. A choice keeps a value that is not allowed: the contract's own check reports it.
    """
    from kpi.intake.cast_dates import cast_dates
    from kpi.intake.cast_numbers import cast_numbers
    from kpi.intake.cast_texts import cast_ids, cast_texts

    cells, typed = cells.rechunk(), None if typed is None else typed.rechunk()
    if column.kind == "date":
        return cast_dates(column, cells, typed, conventions)
    if column.kind in ("number", "integer"):
        return cast_numbers(column, cells, typed, conventions)
    if column.kind == "id":
        return cast_ids(column, cells, typed)
    if column.kind == "text":
        return cast_texts(column, cells)
    if column.kind == "choice":
        return Cast(_canonical(cells, column.allowed), no_faults())
    if column.kind == "list":
        return _cast_lists(column, cells)
    return _cast_yes_no(column, cells)


def no_faults() -> pl.DataFrame:
    return pl.DataFrame(schema=FAULT_SCHEMA)


def faults(
    cells: pl.Series,
    bad: pl.Series,
    code: pl.Expr,
    problem: pl.Expr,
    action: pl.Expr,
    allowed: str,
    more: dict[str, pl.Series] | None = None,
) -> pl.DataFrame:
    """Words for the cells where ``bad`` is true; the expressions read the column "cell" and those of ``more``.

    Each different cell is worded once: where a whole column is wrong, it is mostly wrong in the same few ways.
    """
    # polars 2.1.0 panics in when/then over text that lies in several pieces, one of them empty
    found = pl.DataFrame({"cell": cells, **(more or {})}).filter(bad).rechunk()
    different = found.unique(maintain_order=True) if found.height >= WORTH_A_LOOK else found
    worded = different.with_columns(
        code.cast(pl.String).alias("code"),
        problem.cast(pl.String).alias("problem"),
        action.cast(pl.String).alias("action"),
    )
    if different.height < found.height:
        worded = found.join(worded, on=found.columns, how="left", nulls_equal=True, maintain_order="left")
    return worded.select(
        bad.arg_true().cast(pl.UInt32).alias("index"), "code", "problem", pl.lit(allowed).alias("allowed"), "action"
    ).cast(FAULT_SCHEMA)  # type: ignore[arg-type]


def first_that_applies(choices: list[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
    """The text of the first condition that is true."""
    said = otherwise
    for condition, text in reversed(choices):
        said = pl.when(condition).then(text).otherwise(said)
    return said


def like_missing() -> pl.Expr:
    """Whether the cell is one of the usual ways to write "no value"."""
    return pl.col("cell").str.to_lowercase().is_in(LIKE_MISSING)


def spreadsheet_error() -> pl.Expr:
    """Whether the cell is an error that a spreadsheet has put in place of a value."""
    return pl.col("cell").str.starts_with("#") & pl.col("cell").str.contains(ERROR)


def empty_or_say_missing() -> pl.Expr:
    return pl.format(
        'leave the cell empty, or say in the mapping under [file] that the text means "no value": missing = ["{}"]',
        pl.col("cell").str.slice(0, 20),
    )


def by_unique(cells: pl.Series, expression: pl.Expr, kind: pl.DataType) -> pl.Series:
    """Evaluates ``expression`` over "cell" once per different cell: dates and choices repeat a great deal."""
    if len(cells) < WORTH_A_LOOK:
        return cells.alias("cell").to_frame().select(expression.cast(kind)).to_series()
    known = pl.DataFrame({"cell": cells.unique()}).with_columns(expression.cast(kind).alias("value"))
    joined = cells.alias("cell").to_frame().join(known, on="cell", how="left", maintain_order="left")
    return joined["value"]


def folded(cell: pl.Expr) -> pl.Expr:
    """Lower case, with spaces, hyphens and underscores all alike."""
    return cell.str.to_lowercase().str.replace_all(r"[\s_\-]+", "_")


def _canonical(cells: pl.Series, allowed: tuple[str, ...]) -> pl.Series:
    """The allowed value that a cell means, written as in the contract; other cells stay as they are."""
    keys = [value.lower() for value in allowed]
    mapped = folded(pl.col("cell")).replace_strict(keys, list(allowed), default=None, return_dtype=pl.String)
    return by_unique(cells, mapped.fill_null(pl.col("cell")), pl.String())


def _cast_lists(column: Column, cells: pl.Series) -> Cast:
    items = folded(pl.col("cell")).str.split(LIST_SEPARATOR).list.eval(pl.element().str.strip_chars(" _"))
    filled = items.list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)
    unknown = filled.list.eval(~pl.element().is_in(list(column.allowed))).list.any()
    value = pl.when(unknown).then(None).otherwise(filled.list.join(LIST_SEPARATOR))
    values = by_unique(cells, pl.when(value == "").then(None).otherwise(value), pl.String())
    bad = by_unique(cells, unknown, pl.Boolean()).fill_null(False) & cells.is_not_null()
    found = faults(
        cells,
        bad,
        pl.lit("not_allowed"),
        pl.lit("names something that is not in the list"),
        pl.lit("use the allowed values, or say in the mapping what this one means"),
        column.allows,
    )
    return Cast(values, found)


def _cast_yes_no(column: Column, cells: pl.Series) -> Cast:
    answers = [True] * len(YES) + [False] * len(NO)
    lower = pl.col("cell").str.to_lowercase()
    values = by_unique(
        cells, lower.replace_strict([*YES, *NO], answers, default=None, return_dtype=pl.Boolean), pl.Boolean()
    )
    bad = values.is_null() & cells.is_not_null()
    if not bad.any():
        return Cast(values, no_faults())
    found = faults(
        cells,
        bad,
        pl.lit("not_yes_no"),
        pl.lit("is neither yes nor no"),
        first_that_applies(
            [(like_missing(), empty_or_say_missing())],
            pl.lit("write yes or no, or say in the mapping what this one means"),
        ),
        column.allows,
    )
    return Cast(values, found)
