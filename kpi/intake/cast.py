"""Casting: text cells of one column to values, every bad cell found, nothing guessed.

All work is done by polars on whole columns. A cell that can't be cast becomes null and gets a fault: what is wrong with
it, what is allowed, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kpi.intake.contracts.base import LIST_SEPARATOR, TEXT_LIMIT, Column

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

# Control and formatting characters, and every space but the plain one: two ids that look alike must be alike.
UNPLAIN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]|[\p{Zs}--\x20]"
CONTROL = r"[\p{Cc}--\t\n\r]"
SHORTENED = r"^\d(?:[.,]\d+)?E\+\d{2,}$"  # as spreadsheets write 1234567890123; lots may well be called 12E4
SAFE_NUMBER = r"^\d{1,15}$"

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

    cells, typed = cells.rechunk(), None if typed is None else typed.rechunk()
    if column.kind == "date":
        return cast_dates(column, cells, typed, conventions)
    if column.kind in ("number", "integer"):
        return cast_numbers(column, cells, typed, conventions)
    if column.kind == "id":
        return _cast_ids(column, cells, typed)
    if column.kind == "text":
        return _cast_texts(column, cells)
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


def _cast_ids(column: Column, cells: pl.Series, typed: pl.Series | None) -> Cast:
    cell = pl.col("cell")
    kind = typed if typed is not None else pl.Series("kind", [None], dtype=pl.String).new_from_index(0, len(cells))
    was_date = pl.col("kind") == "date"
    was_rounded = (pl.col("kind") == "number") & ~cell.str.contains(SAFE_NUMBER)
    unplain = cell.str.contains(UNPLAIN)
    shortened = cell.str.contains(SHORTENED)
    too_long = cell.str.len_chars() > TEXT_LIMIT
    marked = cell.str.starts_with("'")
    frame = pl.DataFrame({"cell": cells, "kind": kind})
    bad = frame.select((was_date | was_rounded | unplain | shortened | too_long | marked).fill_null(False)).to_series()
    if not bad.any():
        return Cast(cells, no_faults())
    words = [
        (was_date, "id_became_date", "is a date in the workbook: the spreadsheet has changed the identifier"),
        (
            was_rounded,
            "id_became_number",
            "is a number in the workbook: the spreadsheet may have changed the identifier",
        ),
        (shortened, "id_shortened", "is a number shortened by a spreadsheet: the identifier's own digits are gone"),
        (unplain, "id_not_plain", "contains a line break or an invisible character"),
        (too_long, "text_too_long", f"is longer than {TEXT_LIMIT} characters"),
        (
            marked,
            "id_marked_as_text",
            "begins with the apostrophe by which spreadsheets mark a text; it is no part of it",
        ),
    ]
    format_as_text = "format the column as text, fill in the identifier again and upload the file again"
    found = (
        frame.with_row_index("index")
        .filter(bad)
        .rechunk()
        .select(
            pl.col("index").cast(pl.UInt32),
            first_that_applies([(test, pl.lit(code)) for test, code, _ in words], pl.lit("")).alias("code"),
            first_that_applies([(test, pl.lit(said)) for test, _, said in words], pl.lit("")).alias("problem"),
            pl.lit(column.allows).alias("allowed"),
            first_that_applies(
                [
                    (was_date | was_rounded | shortened, pl.lit(format_as_text)),
                    (too_long, pl.lit("shorten the identifier and upload the file again")),
                    (marked, pl.lit("remove the apostrophe, or replace it in the mapping; upload the file again")),
                ],
                pl.lit("type the identifier again, or replace the character in the mapping; upload the file again"),
            ).alias("action"),
        )
    )
    return Cast(_without(cells, bad), found)


def _cast_texts(column: Column, cells: pl.Series) -> Cast:
    too_long = cells.str.len_chars() > TEXT_LIMIT
    control = cells.str.contains(CONTROL)
    bad = (too_long | control).fill_null(False)
    if not bad.any():
        return Cast(cells, no_faults())
    long = pl.col("cell").str.len_chars() > TEXT_LIMIT
    length = pl.format(f"is longer than {TEXT_LIMIT} characters ({{}})", pl.col("cell").str.len_chars())
    found = faults(
        cells,
        bad,
        first_that_applies([(long, pl.lit("text_too_long"))], pl.lit("text_not_plain")),
        first_that_applies([(long, length)], pl.lit("contains a control character")),
        first_that_applies([(long, pl.lit("shorten the text and upload the file again"))], pl.lit(AGAIN)),
        column.allows,
    )
    return Cast(_without(cells, bad), found)


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


def _without(cells: pl.Series, bad: pl.Series) -> pl.Series:
    return pl.DataFrame({"cell": cells, "bad": bad}).select(pl.when(~pl.col("bad")).then(pl.col("cell"))).to_series()
