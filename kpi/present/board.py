"""A board: a table of figures, each with value, n, status by shape and colour, icons and a small trend, as a JSON text.

The text is made once per ledger version and choice and drawn by pages/shared/board.js; everything in it is data, never
markup, save our own icons. Rows and columns may say what a click on them opens, as the URL's parameters:
{"partner": label}, {"kpi": name}, {"escalation": id}; a row's and a column's are taken together. The page follows from
them (an escalation before an indicator before a partner), unless {"page": "escalations"} names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.present.icons import in_order
from kpi.present.wording import STATUS_LOOKS, Look

Opens = Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """One cell. ``state`` names a look; ``note`` stands small beneath; ``trend`` is an encoded sparkline.

    ``icons`` are names from kpi.present.icons. ``pills`` are (state, text): short texts in the colours of a look, which
    stand before the text. ``span`` is (from, to, mark) on a scale from 0 to 100, drawn as a bar with a tick.
    ``opens`` stands in the place of what row and column open; empty, a click does nothing.
    """

    text: str = ""
    state: str = ""
    note: str = ""
    trend: str = ""
    tip: str = ""
    icons: Sequence[str] = ()
    pills: Sequence[tuple[str, str]] = ()
    span: tuple[float, float, float] | None = None
    opens: Opens | None = None

    def packed(self) -> dict[str, Any]:
        pairs = {"v": self.text, "s": self.state, "n": self.note, "k": self.trend, "t": self.tip}
        lists = {"i": [icon for icon in self.icons if icon], "p": [list(pill) for pill in self.pills]}
        span = {"b": [round(place, 1) for place in self.span]} if self.span else {}
        opens = {} if self.opens is None else {"o": dict(self.opens)}
        return {key: value for key, value in (pairs | lists | span).items() if value} | opens


@dataclass(frozen=True)
class Column:
    """A column's head.

    ``kind``: "figure" (value, n, small trend), "heat" (the same in three lines, with icons), "trend" (a wide one),
    "day" (a narrow one for a day or a word, and a note), "text", "words" (a sentence, which may wrap), "brief" (the
    same, cut after a few lines), "number" or "mark" (a shape alone).
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
    """A row. With ``heading`` and no cells it is a heading across the table."""

    name: str
    cells: Sequence[Cell] = ()
    note: str = ""
    tip: str = ""
    opens: Opens = field(default_factory=dict)
    heading: bool = False

    def packed(self) -> dict[str, Any]:
        if self.heading:
            return {"heading": self.name}
        packed: dict[str, Any] = {"name": self.name, "cells": [cell.packed() for cell in self.cells]}
        optional = {"note": self.note, "tip": self.tip, "opens": dict(self.opens)}
        return packed | {key: value for key, value in optional.items() if value}


def payload(
    label: str, corner: str, columns: Iterable[Column], rows: Iterable[Row], looks: Sequence[Look] = STATUS_LOOKS
) -> str:
    """The board as JSON. ``label`` says to a screen reader what the table holds; ``corner`` heads the first column.

    Its legend names the looks and icons that the table shows, and no other.
    """
    listed = list(rows)
    cells = [cell for row in listed for cell in row.cells]
    states = {cell.state for cell in cells} | {state for cell in cells for state, _ in cell.pills}
    table = {
        "label": label,
        "corner": corner,
        "looks": {k.state: [k.shape, k.light, k.dark, k.meaning] for k in looks if k.state in states},
        "icons": {
            icon.name: [icon.body, icon.light, icon.dark, icon.meaning]
            for icon in in_order(name for cell in cells for name in cell.icons)
        },
        "columns": [column.packed() for column in columns],
        "rows": [row.packed() for row in listed],
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))
