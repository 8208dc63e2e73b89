"""How many findings of each kind are kept one by one; the others are counted only (see findings.KEPT_OF_A_KIND)."""

from __future__ import annotations

from collections import Counter

import polars as pl

from kpi.intake.findings import KEPT_OF_A_KIND, KIND, Kind


class Kept:
    """What has been kept and counted of one file so far. Findings of a kind come in the order of their rows."""

    def __init__(self, most: int | None = None) -> None:
        self._most = KEPT_OF_A_KIND if most is None else most
        self._found: Counter[Kind] = Counter()

    @property
    def beyond(self) -> dict[Kind, int]:
        """Per kind how many were not kept; kinds of which all were are absent."""
        return {kind: count - self._most for kind, count in self._found.items() if count > self._most}

    def room(self, kind: Kind, coming: int) -> int:
        """How many of ``coming`` findings of a kind are to be kept; all of them are counted."""
        room = max(0, self._most - self._found[kind])
        self._found[kind] += coming
        return min(room, coming)

    def take(self, findings: pl.DataFrame) -> pl.DataFrame:
        """The findings (SCHEMA) that are to be kept."""
        if not findings.height:
            return findings
        room = {
            (severity, code, column): self.room((severity, code, column), count)
            for severity, code, column, count in findings.group_by(KIND, maintain_order=True).len().rows()
        }
        if sum(room.values()) == findings.height:
            return findings
        parts = []
        for kind, most in room.items():
            same = [pl.col(name).eq_missing(pl.lit(value)) for name, value in zip(KIND, kind, strict=True)]
            parts.append(findings.with_row_index("order").filter(*same).head(most))
        return pl.concat(parts).sort("order").drop("order")
