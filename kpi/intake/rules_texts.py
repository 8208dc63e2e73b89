"""Identifiers and texts that seem to say something else: "n/a" as a lot, a Cyrillic letter for a Latin one."""

from __future__ import annotations

import unicodedata

import polars as pl

from kpi.intake.contracts.base import Column, Dataset
from kpi.intake.places import Places
from kpi.intake.vocabulary import Words, folded, words_of

MOST_WORDS = 20_000  # different short texts of a column that are looked at
# Letters of other scripts that look like Latin ones, as far as they occur in lot numbers.
TWINS = str.maketrans("АВЕЅІЈКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧасеорхуіјѕο", "ABESIJKMHOPCTXYABEZHIKMNOPTYXaceopxyijso")
NOT_PLAIN = r"[\p{Greek}\p{Cyrillic}\p{M}\x{FF01}-\x{FF5E}]"


def text_warnings(contract: Dataset, records: pl.DataFrame, places: Places) -> list[pl.DataFrame]:
    """Warnings about cells, as rows of findings."""
    said, words = [], words_of(contract)
    for column in contract.columns:
        if column.kind in ("id", "text"):
            said.append(_nothing(column, records[column.name], words, places))
        if column.kind == "id":
            said.append(_twins(column, records[column.name], places))
    return said


def _nothing(column: Column, values: pl.Series, words: Words, places: Places) -> pl.DataFrame:
    """An identifier is no "unknown" either; in a text, that may well be a cause that was found."""
    missing = words.missing_where_typed if column.kind == "id" else words.missing
    short = values.filter((values.str.len_chars() <= max(map(len, missing))) & ~values.str.contains("[0-9]"))
    found = [cell for cell in short.unique().head(MOST_WORDS).to_list() if cell and folded(cell) in missing]
    return places.where(
        values.is_in(found),
        column.name,
        "value_for_nothing",
        'is kept as it stands, although it is a usual way to write "no value"',
        column.allows,
        pl.format(
            'leave the cell empty, or add to the mapping under [file]: missing = ["{}"]; accept the warning if that is '
            "its value",
            pl.col("value"),
        ),
        frame=values.alias("value").to_frame(),
        severity="warning",
    )


def _twins(column: Column, values: pl.Series, places: Places) -> pl.DataFrame:
    unplain = values.filter(values.str.contains(NOT_PLAIN).fill_null(False)).unique().to_list()
    others = set(values.to_list()) if unplain else set()
    alike = {
        found: plain for found in unplain if (plain := _looks_like(found)) != found and _mixed(found, plain, others)
    }
    frame = pl.DataFrame({"found": values})
    return places.where(
        values.is_in(list(alike)),
        column.name,
        "id_looks_like_another",
        pl.format(
            "looks like {} and is not the same: a letter of it is another one than it seems",
            pl.col("found").replace_strict(list(alike), list(alike.values()), default=None, return_dtype=pl.String),
        ),
        column.allows,
        "type the identifier again; accept the warning if it is meant to be so",
        frame=frame,
        severity="warning",
    )


def _looks_like(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(TWINS)


def _mixed(found: str, plain: str, others: set[str]) -> bool:
    """Letters of two scripts in one word, or the same look as another identifier of the file."""
    latin = any(letter.isascii() and letter.isalpha() for letter in found)
    return plain in others or (latin and plain.isascii()) or found != unicodedata.normalize("NFC", found)
