"""Frozen figures as a board, and beside each that differs what it is now, marked by sign, colour and word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.objections import Objected, objected
from kpi.present.rows import (
    detail_cells,
    detail_columns,
    figure_cell,
    keyed,
    rows_of,
    trend_lines,
    trend_start,
)
from kpi.present.verdicts import Verdict, verdicts, with_verdict
from kpi.present.wording import AMBER, STATUS_LOOKS, Look, is_missing, period_name, unit_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi.catalog import Catalog, Indicator
    from kpi.ledger.figure_notes import FigureNote
    from kpi.marts import Marts
    from kpi.signals.series import Signals

KEY = ("kpi_id", "currency")
DIFFERS = "differs"
SIGN = "≠"
COMPARED = ("n", "value", "status")  # as where two versions are compared: a mark here is a line there
GONE = "no longer reported"
LOOKS = (*STATUS_LOOKS, Look(DIFFERS, SIGN, "", *AMBER, "another figure now than the frozen one"))


@dataclass(frozen=True)
class Beside:
    """One figure twice: rows of ``kpi_monthly``, None where there is none on that side."""

    key: tuple[str, str]
    frozen: Any
    now: Any

    @property
    def differs(self) -> bool:
        if self.frozen is None or self.now is None:
            return self.frozen is not self.now
        pairs = ((getattr(self.frozen, name), getattr(self.now, name)) for name in COMPARED)
        return any(not (was == is_now or (is_missing(was) and is_missing(is_now))) for was, is_now in pairs)


def beside(frozen: Marts, now: Marts, partner: str, month: date, window: int) -> dict[tuple[str, str], Beside]:
    """{(kpi_id, currency): both figures} of the partner as a whole, of one month and window."""
    was, is_now = (
        dict(keyed(rows_of(marts, partner=partner, window=window, month_from=month, month_to=month), KEY))
        for marts in (frozen, now)
    )
    return {key: Beside(key, was.get(key), is_now.get(key)) for key in dict.fromkeys([*was, *is_now])}  # type: ignore[arg-type, misc]


def frozen_board(
    frozen: Marts,
    now: Marts,
    catalog: Catalog,
    signals: Signals,
    partner: str,
    month: date,
    window: int,
    of_now: str,
    notes: Sequence[FigureNote] = (),
) -> str:
    """Every indicator by category: the frozen figure with everything that a scorecard says, and the present one.

    ``signals``: of the frozen figures. ``of_now``: "Now (version 431)". ``notes``: what had been said about
    figures when they were frozen. "" when there are no figures.
    """
    both = beside(frozen, now, partner, month, window)
    trends = trend_lines(
        rows_of(frozen, partner=partner, window=window, month_from=trend_start(month), month_to=month), KEY
    )
    said = verdicts(signals.series[signals.series["partner_id"] == partner], KEY)
    marks = objected(notes, partner, month, window)
    table: list[Row] = []
    for category in catalog.categories:
        found = [(i, one) for i in catalog.in_category(category.id) for key, one in both.items() if key[0] == i.id]
        if found:
            table.append(Row(category.name, heading=True))
        table += [_row(i, one, trends.get(one.key, ""), said.get(one.key), marks.get(one.key)) for i, one in found]
    if not table:
        return ""
    value, n, interval, target, trend = detail_columns(month, window)
    columns = [
        replace(value, name=f"Frozen, {value.name}"),
        Column(of_now, note="where it differs"),
        n,
        interval,
        target,
        Column("Control chart", kind="text", note="by single months, frozen"),
        trend,
    ]
    return payload(f"Frozen figures, {period_name(month, window)}", "Indicator", columns, table, LOOKS)


def now_cell(indicator: Indicator, both: Beside) -> Cell:
    """The present figure where it differs; else only that it is the same."""
    if not both.differs:
        return Cell(note="the same")
    if both.now is None:
        return Cell(text=GONE, pills=[(DIFFERS, f"{SIGN} changed")])
    return replace(figure_cell(indicator, both.now), pills=[(DIFFERS, f"{SIGN} changed")])


def _row(indicator: Indicator, both: Beside, trend: str, said: Verdict | None, mark: Objected | None) -> Row:
    unit = unit_name(indicator, both.key[1])
    note = unit if unit and unit not in {"%", "days"} else ""
    now = now_cell(indicator, both)
    if both.frozen is None:
        first = Cell(text="not reported then")
        return Row(indicator.name, [first, now, *[Cell()] * 5], note=note, tip=indicator.sentence)
    value, n, interval, target, line = detail_cells(indicator, both.frozen, trend)
    value = replace(value, note=mark.mark if mark else "")
    chart = with_verdict(Cell(text=said.rule if said else ""), said)
    return Row(indicator.name, [value, now, n, interval, target, chart, line], note=note, tip=indicator.sentence)
