"""Changed figures as a board: what was frozen, what it is now, and the files that moved it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.wording import format_n, short_month


class Changed(Protocol):
    """What the board needs of kpi.meeting.frozen.ChangedFigure."""

    @property
    def name(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def was(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def n_was(self) -> float | None: ...
    @property
    def n_now(self) -> float | None: ...
    @property
    def status_was(self) -> str: ...
    @property
    def status_now(self) -> str: ...
    @property
    def through(self) -> str: ...


def since_board(figures: Sequence[Changed], label: str, *, with_month: bool = False) -> str:
    """In the order given. "" for none."""
    rows = [
        Row(
            one.name,
            [
                Cell(text=one.was, state=one.status_was, note=_n(one.n_was)),
                Cell(text=one.now, state=one.status_now, note=_n(one.n_now)),
                Cell(text=one.through),
            ],
            note=short_month(one.month) if with_month else "",
        )
        for one in figures
    ]
    columns = [Column("Frozen"), Column("Now"), Column("Through", kind="words")]
    return payload(label, "Indicator", columns, rows) if rows else ""


def _n(count: float | None) -> str:
    return "" if count is None else f"n {format_n(count)}"
