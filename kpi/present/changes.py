"""What changed since the month before, in words from the figures: the changes a committee would want to hear first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.rows import figure_cell, keyed, months_before, of_month, rows_of
from kpi.present.wording import format_target, format_value, is_missing, look_of, month_name, period_name

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts

KEY = ("kpi_id", "currency")
MOST = 8  # more than this is a table, not a summary
JUDGED = {"met": 0, "missed": 1, "past limit": 2}
LARGE_MOVE = 0.5  # of the distance between target and limit: a smaller move within one status is left out


@dataclass(frozen=True)
class Change:
    """A figure before and now (rows of ``figures``). ``steps`` > 0: the status got worse by so many levels."""

    indicator: Indicator
    before: Any
    now: Any
    steps: int
    move: float

    @property
    def order(self) -> tuple[float, ...]:
        """Worse before better before unchanged status; within these, more levels, then the larger move, first."""
        kind = 0 if self.steps > 0 else 1 if self.steps < 0 else 2
        return (kind, -abs(self.steps), -self.move)

    @property
    def sentence(self) -> str:
        """ "Worse: rose to 45.5 per 100 lots, past the limit (target ≤ 25.0 per 100 lots); before, target met." """
        verb = "rose" if self.now.value > self.before.value else "fell"
        target = format_target(self.indicator, self.now.target)
        now = f"{verb} to {format_value(self.indicator, self.now.value, self.now.currency)}"
        if not self.steps:
            return f"{now}, still {look_of(self.now.status).meaning} (target {target})".capitalize()
        way = "Worse" if self.steps > 0 else "Better"
        was = look_of(self.before.status).meaning
        return f"{way}: {now}, {look_of(self.now.status).meaning} (target {target}); before, {was}"


def changes(marts: Marts, catalog: Catalog, partner: str, month: date, window: int) -> list[Change]:
    """The changes of a partner's figures against the month before that deserve a sentence, at most MOST of them."""
    before = months_before(month, 1)
    rows = rows_of(marts, partner=partner, window=window, month_from=before, month_to=month)
    earlier = dict(keyed(of_month(rows, before), KEY))
    found = [
        change(catalog.indicators[key[0]], earlier[key], figure)
        for key, figure in keyed(of_month(rows, month), KEY)
        if key in earlier
    ]
    return sorted((c for c in found if c is not None), key=lambda c: c.order)[:MOST]


def can_compare(marts: Marts, partner: str, month: date) -> bool:
    """Whether there is anything in the month before to compare with."""
    before = months_before(month, 1)
    rows = rows_of(marts, partner=partner, month_from=before, month_to=before)
    return bool((rows["status"] != "no data").any())


def change(indicator: Indicator, before: Any, now: Any) -> Change | None:
    """The change between two figures; None when it does not deserve a sentence or either can't be judged."""
    if before.status not in JUDGED or now.status not in JUDGED or before.value == now.value:
        return None
    steps = JUDGED[now.status] - JUDGED[before.status]
    move = _move(before.value, now.value, now.target, now.limit)
    return Change(indicator, before, now, steps, move) if steps or move >= LARGE_MOVE else None


def changes_board(found: list[Change], month: date, window: int) -> str:
    """The changes as a table: before, now, and in words."""
    before = months_before(month, 1)
    heads = [month_name(m) if window == 1 else f"{window} months to {month_name(m)}" for m in (before, month)]
    rows = [
        Row(
            c.indicator.name,
            [figure_cell(c.indicator, c.before), figure_cell(c.indicator, c.now), Cell(text=c.sentence)],
            opens={"kpi": c.indicator.name},
            tip=c.indicator.sentence,
        )
        for c in found
    ]
    columns = [*(Column(head) for head in heads), Column("In words", kind="words")]
    return payload(f"Largest changes to {period_name(month, window)}", "Indicator", columns, rows)


def _move(before: float, now: float, target: float, limit: float) -> float:
    """The move in units of the distance between target and limit, else as a share of the earlier value."""
    scale = 0.0 if is_missing(target) or is_missing(limit) else abs(target - limit)
    return abs(now - before) / (scale or abs(before) or 1.0)
