"""What stands in a file's columns, counted once: the basis of every suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from kpi.intake.table import TextTable
from kpi.intake.translate import trimmed
from kpi.intake.vocabulary import Words, folded

MOST_WORDS = 20_000  # different cells that are compared with the texts for "no value"
PLAIN = r"^[+-]?[1-9][\d.,]*$"  # most cells of a large file; none of them is such a text
MOST_JUDGED = 100_000  # different cells that the shares are made of, the most frequent first
LOOKED_AT = 2_000  # different values of a column that are looked at one by one, the most frequent first

# How months begin in the languages of the vocabulary: CAPA-17 is no date.
MONTH = (
    "(?i:jan|j[äa]n|feb|fev|fév|mar|mär|mae|mrz|apr|avr|abr|mai|may|maj|mag|jun|jui|giu|jul|lug|aug|avg|aoû|aou|ago"
    r"|sep|set|okt|oct|ott|nov|dez|dec|déc|dic|ene|gen)\p{L}*\.?"
)
DATE_LIKE = (
    r"^\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:[T ].*)?$"
    r"|^\d{1,2}([./\- ])\d{1,2}[./\- ](?:\d{4}|\d{2})(?:[T ].*)?$"
    r"|^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"
    rf"|^\d{{1,2}}[ .\-/]{{1,2}}{MONTH}[ .\-/]{{1,2}}(?:\d{{4}}|\d{{2}})$"
    rf"|^{MONTH} \d{{1,2}},? \d{{4}}$"
    rf"|^{MONTH}[ .\-/]{{1,2}}(?:\d{{4}}|\d{{2}})$"
)
NUMBER_LIKE = r"^[+-]?\d{1,15}(?:[.,]\d+)?$|^[+-]?\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?$"
WHOLE_LIKE = r"^[+-]?\d{1,15}$|^[+-]?\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+$"


@dataclass(frozen=True)
class Profile:
    """One column of theirs. every: every different cell that is not blank (value, count), the most frequent first.

    counts: the same without texts for "no value"; ``filled`` are its rows. dates, numbers, wholes: the share (0..1) of
    those that look like one. real: the share that a workbook holds as a real date or number, by kind.
    """

    header: str
    filled: int
    every: pl.DataFrame
    counts: pl.DataFrame
    dates: float
    numbers: float
    wholes: float
    real: Mapping[str, float] = field(default_factory=dict)

    @property
    def distinct(self) -> int:
        return self.counts.height

    @property
    def values(self) -> list[str]:
        """The most frequent values, most frequent first, then in the order of their letters."""
        return self.counts["value"].head(LOOKED_AT).to_list()

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(self.counts["value"].head(5).to_list())

    def share(self, wanted: pl.Series | frozenset[str]) -> float:
        """The share of the filled cells that are among ``wanted``, 0..1."""
        if not self.filled or not len(wanted):
            return 0.0
        among = self.counts.filter(pl.col("value").is_in(list(wanted)))
        return float(among["count"].sum()) / self.filled


def profiles(table: TextTable, words: Words) -> dict[str, Profile]:
    """One per header, in the file's order. Cells that mean "no value" anywhere count as empty.

    Those that mean it only where a date or number is expected count for the shares of dates and numbers alone.
    """
    return {header: _profile(header, table, words) for header in table.cells.columns}


def counted(cells: pl.Series) -> pl.DataFrame:
    """Every different filled cell (value, count), the most frequent first, then in the order of their letters."""
    counts = pl.DataFrame({"value": trimmed(cells.rechunk())}).group_by("value").len("count")
    return counts.filter(pl.col("value") != "").sort(["count", "value"], descending=[True, False])


def without(counts: pl.DataFrame, missing: frozenset[str]) -> pl.DataFrame:
    """``counts`` without the values that are one of these folded texts."""
    longest = max(map(len, missing), default=0)
    wordlike = counts.filter((pl.col("value").str.len_chars() <= longest) & ~pl.col("value").str.contains(PLAIN))
    found = [value for value in wordlike["value"].head(MOST_WORDS).to_list() if folded(value) in missing]
    return counts.filter(~pl.col("value").is_in(found)) if found else counts


def _profile(header: str, table: TextTable, words: Words) -> Profile:
    every = counted(table.cells[header])
    counts = without(every, words.missing)
    filled = int(counts["count"].sum())
    valued = without(counts.head(MOST_JUDGED), words.missing_where_typed)
    all_valued = int(valued["count"].sum())

    def like(pattern: str) -> float:
        like_it = int(valued.filter(pl.col("value").str.contains(pattern))["count"].sum())
        return like_it / all_valued if all_valued else 0.0

    typed = table.typed.get(header)
    kinds = dict(typed.drop_nulls().value_counts().iter_rows()) if typed is not None else {}
    return Profile(
        header=header,
        filled=filled,
        every=every,
        counts=counts,
        dates=like(DATE_LIKE),
        numbers=like(NUMBER_LIKE),
        wholes=like(WHOLE_LIKE),
        real={kind: min(1.0, count / filled) for kind, count in kinds.items()} if filled else {},
    )
