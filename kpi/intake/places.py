"""Where our cells stand in the user's file, so that a finding names the row and header that a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from kpi.intake.findings import SCHEMA
from kpi.intake.kept import Kept
from kpi.intake.source import Source

CELL = "cell in the file"  # beside the columns of a record: what the person's own cell holds, null for nothing


@dataclass(frozen=True)
class Places:
    """rows: the row number per record, ascending. headers: ours -> theirs. source: where the text cells are looked up.

    kept counts the findings of each kind and says which are kept. silent: records about which nothing more is said.
    """

    rows: pl.Series
    headers: Mapping[str, str]
    source: Source
    kept: Kept = field(default_factory=Kept)
    silent: pl.Series | None = None

    def findings(self, column: str, faults: pl.DataFrame, severity: str = "error") -> pl.DataFrame:
        """Faults (index, code, problem, allowed, action) of one column of ours as rows of findings, none left out."""
        if not faults.height:
            return pl.DataFrame(schema=SCHEMA)
        return self._worded(column, faults, severity, self._cells(column, faults["index"]))

    def but(self, silent: pl.Series) -> Places:
        """The same places without a word about these records."""
        return replace(self, silent=silent)

    def where(
        self,
        mask: pl.Series,
        column: str,
        code: str,
        problem: pl.Expr | str,
        allowed: pl.Expr | str,
        action: pl.Expr | str,
        *,
        frame: pl.DataFrame | None = None,
        severity: str = "error",
    ) -> pl.DataFrame:
        """Findings for the records where ``mask`` is true; expressions are evaluated on those rows of ``frame``.

        They may also name ``CELL``. Of a kind only so many are worded as are kept.
        """
        mask = mask.fill_null(False)
        if self.silent is not None:
            mask = mask & ~self.silent
        found = mask.arg_true()
        if not len(found):
            return pl.DataFrame(schema=SCHEMA)
        index = found.head(self.kept.room((severity, code, self.headers.get(column) or column), len(found)))
        cells = self._cells(column, index)
        source = frame[index] if frame is not None else pl.DataFrame({"index": index}).drop("index")
        faults = (
            source.with_columns(cells.alias(CELL))
            .rechunk()
            .select(
                index.cast(pl.UInt32).alias("index"),
                pl.lit(code).alias("code"),
                _words(problem).alias("problem"),
                _words(allowed).alias("allowed"),
                _words(action).alias("action"),
            )
        )
        return self._worded(column, faults, severity, cells)

    def _cells(self, column: str, index: pl.Series) -> pl.Series:
        """What the person's cells hold, without outer blanks; null where nothing."""
        header = self.headers.get(column)
        if header is None:
            return pl.repeat(None, len(index), dtype=pl.String, eager=True)
        return self.source.cells(header, self.rows.gather(index)).str.strip_chars().replace("", None)

    def _worded(self, column: str, faults: pl.DataFrame, severity: str, cells: pl.Series) -> pl.DataFrame:
        return faults.select(
            pl.lit(severity).alias("severity"),
            "code",
            self.rows.gather(faults["index"]).cast(pl.Int64).alias("row"),
            pl.lit(self.headers.get(column) or column).alias("column"),
            cells.alias("value"),
            "problem",
            "allowed",
            "action",
        )


def plain_number(value: pl.Expr) -> pl.Expr:
    """A number as a person writes it: 12, not 12.0."""
    return value.cast(pl.String).str.strip_suffix(".0")


def _words(text: pl.Expr | str) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text
