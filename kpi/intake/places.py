"""Where our cells stand in the user's file, so that a finding names the row and header that a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from kpi.intake.findings import SCHEMA


@dataclass(frozen=True)
class Places:
    """rows: the row number per record. headers: ours -> theirs. cells: the file's text cells under their headers."""

    rows: pl.Series
    headers: Mapping[str, str]
    cells: pl.DataFrame

    def findings(self, column: str, faults: pl.DataFrame, severity: str = "error") -> pl.DataFrame:
        """Faults (index, code, problem, allowed, action) of one column of ours as rows of findings."""
        if not faults.height:
            return pl.DataFrame(schema=SCHEMA)
        header = self.headers.get(column)
        raw = self.cells[header] if header is not None else pl.repeat(None, len(self.rows), dtype=pl.String, eager=True)
        index = faults["index"]
        return faults.select(
            pl.lit(severity).alias("severity"),
            "code",
            self.rows.gather(index).cast(pl.Int64).alias("row"),
            pl.lit(header or column).alias("column"),
            raw.gather(index).str.strip_chars().replace("", None).alias("value"),
            "problem",
            "allowed",
            "action",
        )

    def filled(self, column: str) -> pl.Series:
        """Which cells of one column of ours hold anything in the user's file."""
        header = self.headers.get(column)
        if header is None:
            return pl.repeat(False, len(self.rows), dtype=pl.Boolean, eager=True)
        return (self.cells[header].str.strip_chars() != "").fill_null(False)

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
        """Findings for the records where ``mask`` is true; expressions are evaluated on those rows of ``frame``."""
        if not mask.any():
            return pl.DataFrame(schema=SCHEMA)
        source = frame if frame is not None else pl.DataFrame({"mask": mask})
        faults = (
            source.with_row_index("index")
            .filter(mask.fill_null(False))
            .rechunk()
            .select(
                pl.col("index").cast(pl.UInt32),
                pl.lit(code).alias("code"),
                _words(problem).alias("problem"),
                _words(allowed).alias("allowed"),
                _words(action).alias("action"),
            )
        )
        return self.findings(column, faults, severity)


def plain_number(value: pl.Expr) -> pl.Expr:
    """A number as a person writes it: 12, not 12.0."""
    return value.cast(pl.String).str.strip_suffix(".0")


def _words(text: pl.Expr | str) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text
