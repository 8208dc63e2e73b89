"""Findings: everything that was noticed in one uploaded file, one line per cell, row or file.

They are a frame rather than a list of objects, so that a file with a million bad cells is still reported in one
pass. Severity "error" refuses the file whole, "warning" needs a person's consent, "notice" is only told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kpi.intake.grouping import said_of_all
from kpi.intake.visible import visible

Kind = tuple[str, str, str | None]  # severity, code, column

SEVERITIES = ("error", "warning", "notice")
KIND = ["severity", "code", "column"]
# Of each kind (severity, rule and column) so many are kept one by one, the first of the file; the others are counted.
# A person reads some dozens of a kind; six million sentences would take more memory than a server has to spare.
KEPT_OF_A_KIND = 20_000
VALUE_SHOWN = 200
FIRST_ROWS_SHOWN = 5

SCHEMA: dict[str, Any] = {
    "severity": pl.String,
    "code": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "problem": pl.String,
    "allowed": pl.String,
    "action": pl.String,
}


@dataclass(frozen=True)
class Findings:
    """What was found in one file, ordered by row, then as found; findings about the whole file come first.

    ``frame`` has the columns of ``SCHEMA``: ``row`` is the number a person sees in a spreadsheet (null for the
    file), ``column`` the header as it stands in the user's file, ``value`` the cell, cut to 200 characters, what is
    invisible in it made visible; null where a finding is not about one cell.

    Of a kind (severity, code, column) that occurs more than ``KEPT_OF_A_KIND`` times the first ones stand in ``frame``;
    ``beyond`` says how many more there are of each, and every count includes them.
    """

    frame: pl.DataFrame
    file_name: str = ""
    beyond: Mapping[Kind, int] = field(default_factory=dict)

    @classmethod
    def none(cls, file_name: str = "") -> Findings:
        return cls(pl.DataFrame(schema=SCHEMA), file_name)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], file_name: str = "") -> Findings:
        """From plain dicts; keys that are left out are null (severity: "error")."""
        filled = [{**dict.fromkeys(SCHEMA), "severity": "error", "allowed": "", "action": "", **row} for row in rows]
        return cls.of_frames([pl.DataFrame(filled, schema=SCHEMA)], file_name)

    @classmethod
    def of_frames(
        cls, frames: Iterable[pl.DataFrame], file_name: str = "", beyond: Mapping[Kind, int] | None = None
    ) -> Findings:
        """From frames with the columns of ``SCHEMA`` in any order; values are cut here."""
        parts = [
            frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()) for frame in frames if frame.height
        ]
        if not parts:
            return cls.none(file_name)
        whole = pl.concat(parts).with_columns(_cut("value"), _capital("action"))
        whole = whole.with_columns(_seen(whole["value"]))
        return cls(whole.sort("row", nulls_last=False, maintain_order=True), file_name, dict(beyond or {}))

    def __add__(self, other: Findings) -> Findings:
        beyond = Counter(self.beyond)
        beyond.update(other.beyond)
        return Findings.of_frames([self.frame, other.frame], self.file_name or other.file_name, beyond)

    def __len__(self) -> int:
        """All of them, also those that are only counted."""
        return self.frame.height + self.not_kept

    @property
    def not_kept(self) -> int:
        """How many are counted only."""
        return sum(self.beyond.values())

    @property
    def errors(self) -> int:
        return self._count("error")

    @property
    def warnings(self) -> int:
        return self._count("warning")

    @property
    def notices(self) -> int:
        return self._count("notice")

    def _count(self, severity: str) -> int:
        more = sum(count for (of, _, _), count in self.beyond.items() if of == severity)
        return int((self.frame["severity"] == severity).sum()) + more

    def grouped(self) -> pl.DataFrame:
        """One row per severity, code and column, errors first, the most frequent first.

        Problems that name a row's own values are told by what they have in common ("is before the start"), or where
        that is too little by the first ("for example: …"); so are what is allowed and what to do.

        ``rows`` is how many findings, ``first_rows`` the first row numbers as text ("17, 18, 21 …").
        """
        order = pl.col("severity").replace_strict(list(SEVERITIES), list(range(len(SEVERITIES))), return_dtype=pl.Int8)
        beyond = pl.lit(0, pl.UInt32) if not self.beyond else self._beyond_of_kind()
        counted = self.frame.group_by(*KIND, maintain_order=True).agg(
            (pl.len().cast(pl.UInt32) + beyond).alias("rows"),
            pl.col("row").drop_nulls().unique().sort().head(FIRST_ROWS_SHOWN + 1).alias("first"),
        )
        said = [said_of_all(self.frame, KIND, name) for name in ("problem", "allowed", "action")]
        shown = pl.col("first").list.head(FIRST_ROWS_SHOWN).cast(pl.List(pl.String)).list.join(", ")
        more = pl.when(pl.col("first").list.len() > FIRST_ROWS_SHOWN).then(pl.lit(" …")).otherwise(pl.lit(""))
        return (
            counted.with_columns((shown + more).alias("first_rows"), *said, order.alias("order"))
            .sort(["order", "rows"], descending=[False, True], maintain_order=True)
            .select("severity", "code", "problem", "column", "rows", "first_rows", "allowed", "action")
        )

    def _beyond_of_kind(self) -> pl.Expr:
        """Within a group of one kind: how many more there are of it."""
        said: pl.Expr = pl.lit(0, pl.UInt32)
        for kind, count in self.beyond.items():
            same = [pl.col(name).first().eq_missing(pl.lit(value)) for name, value in zip(KIND, kind, strict=True)]
            said = pl.when(pl.all_horizontal(same)).then(pl.lit(count, pl.UInt32)).otherwise(said)
        return said

    def lines(self, limit: int | None = 50) -> list[str]:
        """One sentence per finding, errors first; a last line says how many were left out."""
        ranked = pl.concat([self.frame.filter(pl.col("severity") == severity) for severity in SEVERITIES])
        shown = ranked if limit is None else ranked.head(limit)
        said = [_line(self.file_name, row) for row in shown.iter_rows(named=True)]
        left = len(self) - shown.height
        return [*said, f"… and {left:,} more."] if left else said


def _capital(name: str) -> pl.Expr:
    return (pl.col(name).str.slice(0, 1).str.to_uppercase() + pl.col(name).str.slice(1)).alias(name)


def _cut(name: str) -> pl.Expr:
    too_long = pl.col(name).str.len_chars() > VALUE_SHOWN
    return pl.when(too_long).then(pl.col(name).str.slice(0, VALUE_SHOWN - 1) + "…").otherwise(pl.col(name)).alias(name)


def _seen(values: pl.Series) -> pl.Series:
    """Only values with an unseen character are looked at one by one."""
    unseen = values.str.contains(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]").fill_null(False)
    if not unseen.any():
        return values
    made = values.filter(unseen).map_elements(visible, return_dtype=pl.String)
    return values.scatter(unseen.arg_true(), made)


def _line(file_name: str, row: Mapping[str, Any]) -> str:
    place = [file_name or "the file"]
    if row["row"] is not None:
        place.append(f"row {row['row']}")
    if row["column"]:
        place.append(f'column "{row["column"]}"')
    value = "" if row["value"] is None else f'"{row["value"]}" '
    if not value and row["row"] is not None and row["problem"].startswith("is "):
        value = "the cell "
    mark = "" if row["severity"] == "error" else f"{row['severity']}: "
    sentences = [f"{mark}{', '.join(place)}: {value}{_ended(row['problem'])}"]
    if row["allowed"]:
        sentences.append(f"Allowed: {_ended(row['allowed'])}")
    if row["action"]:
        sentences.append(_ended(row["action"]))
    return visible(" ".join(sentences))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else sentence + "."


def rules_broken(findings: Findings) -> list[str]:
    """The codes of the rules that refuse the file, sorted."""
    errors = findings.frame.filter(pl.col("severity") == "error")["code"].unique().to_list()
    return sorted(errors)
