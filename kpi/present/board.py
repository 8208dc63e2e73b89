"""A board: a table of figures, each with value, n, status by shape and colour, and a small trend, as one JSON text.

The text is made once per ledger version and choice and drawn by pages/shared/board.js; everything in it is data, never
markup. Rows and columns may say what a click on them opens, as the URL's parameters: {"partner": label}, {"kpi": name}
or both; a row's and a column's are taken together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.present.wording import STATUS_LOOKS, Look

Opens = Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """One cell. ``state`` names a look; ``note`` stands small beneath; ``trend`` is an encoded sparkline."""

    text: str = ""
    state: str = ""
    note: str = ""
    trend: str = ""
    tip: str = ""

    def packed(self) -> dict[str, str]:
        pairs = {"v": self.text, "s": self.state, "n": self.note, "k": self.trend, "t": self.tip}
        return {key: value for key, value in pairs.items() if value}


@dataclass(frozen=True)
class Column:
    """A column's head.

    ``kind``: "figure" (value, n, small trend), "trend" (a wide one), "text", "words" (a sentence, which may wrap),
    "number" or "mark" (a shape alone).
    """

    name: str
    kind: str = "figure"
    note: str = ""
    tip: str = ""
    opens: Opens = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "note": self.note, "tip": self.tip, "opens": dict(self.opens)}


@dataclass(frozen=True)
class Row:
    """A row. With ``heading`` and no cells it is a heading across the table. ``counts`` are (state, number) marks."""

    name: str
    cells: Sequence[Cell] = ()
    note: str = ""
    tip: str = ""
    opens: Opens = field(default_factory=dict)
    counts: Sequence[tuple[str, int]] = ()
    heading: bool = False

    def packed(self) -> dict[str, Any]:
        if self.heading:
            return {"heading": self.name}
        packed: dict[str, Any] = {"name": self.name, "cells": [cell.packed() for cell in self.cells]}
        optional = {"note": self.note, "tip": self.tip, "opens": dict(self.opens), "counts": list(self.counts)}
        return packed | {key: value for key, value in optional.items() if value}


def payload(
    label: str, corner: str, columns: Iterable[Column], rows: Iterable[Row], looks: Sequence[Look] = STATUS_LOOKS
) -> str:
    """The board as JSON. ``label`` says to a screen reader what the table holds; ``corner`` heads the first column."""
    table = {
        "label": label,
        "corner": corner,
        "looks": {look.state: [look.shape, look.light, look.dark, look.meaning] for look in looks},
        "columns": [column.packed() for column in columns],
        "rows": [row.packed() for row in rows],
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))
