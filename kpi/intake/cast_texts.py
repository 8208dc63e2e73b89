"""Identifiers and texts: kept exactly as they stand, unless a program has left something else in their place."""

from __future__ import annotations

import polars as pl

from kpi.intake.cast import (
    AGAIN,
    ERROR_PROBLEM,
    NO_ERROR,
    Cast,
    faults,
    first_that_applies,
    no_faults,
    spreadsheet_error,
)
from kpi.intake.contracts.base import TEXT_LIMIT, Column

# Control and formatting characters, and every space but the plain one: two ids that look alike must be alike.
UNPLAIN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]|[\p{Zs}--\x20]"
CONTROL = r"[\p{Cc}--\t\n\r]"
LOST = "\ufffd"  # what programs write for a character that they could not read
SHORTENED = r"^[0-9](?:[.,][0-9]+)?E\+[0-9]{2,}$"  # as spreadsheets write 1234567890123; lots may well be called 12E4
SAFE_NUMBER = r"^[0-9]{1,15}$"
AS_FORMULA = '="'  # ="00012", by which programs keep a spreadsheet from dropping zeros

FORMAT_AS_TEXT = "format the column as text, fill in the identifier again and upload the file again"


def cast_ids(column: Column, cells: pl.Series, typed: pl.Series | None) -> Cast:
    """Identifiers; ``typed`` as in ``cast_column``."""
    cell = pl.col("cell")
    kind = typed if typed is not None else pl.Series("kind", [None], dtype=pl.String).new_from_index(0, len(cells))
    was_date = pl.col("kind") == "date"
    was_rounded = (pl.col("kind") == "number") & ~cell.str.contains(SAFE_NUMBER)
    unplain = cell.str.contains(UNPLAIN)
    shortened = cell.str.contains(SHORTENED)
    too_long = cell.str.len_chars() > TEXT_LIMIT
    marked = cell.str.starts_with("'")
    formula = cell.str.starts_with(AS_FORMULA)
    error = spreadsheet_error()
    lost = cell.str.contains(LOST, literal=True)
    frame = pl.DataFrame({"cell": cells, "kind": kind})
    wrong = was_date | was_rounded | unplain | shortened | too_long | marked | formula | error | lost
    bad = frame.select(wrong.fill_null(False)).to_series()
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
        (formula, "id_marked_as_text", "is a formula that only shows a text; the formula is no part of it"),
        (error, "cell_error", ERROR_PROBLEM),
        (lost, "character_lost", f"holds {LOST}: another program lost a character of the identifier there"),
    ]
    actions = [
        (was_date | was_rounded | shortened, FORMAT_AS_TEXT),
        (too_long, "shorten the identifier and upload the file again"),
        (marked, "remove the apostrophe, or replace it in the mapping; upload the file again"),
        (formula, "write the identifier alone, without equals sign and quotes, and upload the file again"),
        (error, NO_ERROR),
        (lost, "export the file again, as CSV UTF-8 or as a workbook, and upload that"),
    ]
    again = "type the identifier again, or replace the character in the mapping; upload the file again"
    found = (
        frame.with_row_index("index")
        .filter(bad)
        .rechunk()
        .select(
            pl.col("index").cast(pl.UInt32),
            first_that_applies([(test, pl.lit(code)) for test, code, _ in words], pl.lit("")).alias("code"),
            first_that_applies([(test, pl.lit(said)) for test, _, said in words], pl.lit("")).alias("problem"),
            pl.lit(column.allows).alias("allowed"),
            first_that_applies([(test, pl.lit(said)) for test, said in actions], pl.lit(again)).alias("action"),
        )
    )
    return Cast(_without(cells, bad), found)


def cast_texts(column: Column, cells: pl.Series) -> Cast:
    """Texts of people: anything that is no control character and no error of a spreadsheet."""
    frame = cells.alias("cell").to_frame()
    long, formula = pl.col("cell").str.len_chars() > TEXT_LIMIT, pl.col("cell").str.starts_with(AS_FORMULA)
    error = spreadsheet_error()
    wrong = long | pl.col("cell").str.contains(CONTROL) | formula | error
    bad = frame.select(wrong.fill_null(False)).to_series()
    if not bad.any():
        return Cast(cells, no_faults())
    length = pl.format(f"is longer than {TEXT_LIMIT} characters ({{}})", pl.col("cell").str.len_chars())
    cases = [
        (long, "text_too_long", length, "shorten the text and upload the file again"),
        (formula, "text_not_plain", pl.lit("is a formula that only shows a text"), "write the text alone"),
        (error, "cell_error", pl.lit(ERROR_PROBLEM), NO_ERROR),
    ]
    found = faults(
        cells,
        bad,
        first_that_applies([(test, pl.lit(code)) for test, code, _, _ in cases], pl.lit("text_not_plain")),
        first_that_applies([(test, said) for test, _, said, _ in cases], pl.lit("contains a control character")),
        first_that_applies([(test, pl.lit(action)) for test, _, _, action in cases], pl.lit(AGAIN)),
        column.allows,
    )
    return Cast(_without(cells, bad), found)


def _without(cells: pl.Series, bad: pl.Series) -> pl.Series:
    return pl.DataFrame({"cell": cells, "bad": bad}).select(pl.when(~pl.col("bad")).then(pl.col("cell"))).to_series()
