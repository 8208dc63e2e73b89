"""The portfolio at one month: every partner beside the headline indicators, those that need attention first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.rows import NOTHING, figure_cells, labels_of, names_of, of_month, rows_of, trend_start
from kpi.present.wording import STATUSES, format_target, period_name, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts

BY_ATTENTION = "attention"
BY_NAME = "name"


@dataclass(frozen=True)
class Portfolio:
    """``board`` is the table as JSON, ``summary`` one sentence."""

    board: str
    summary: str


def portfolio(marts: Marts, catalog: Catalog, month: date, window: int, order: str) -> Portfolio:
    """The portfolio of ``month`` (first day) over ``window`` months, in ``order`` (BY_ATTENTION or BY_NAME)."""
    headlines = catalog.headlines
    kpis = [indicator.id for indicator in headlines]
    rows = rows_of(marts, kpis=kpis, window=window, month_from=trend_start(month), month_to=month)
    names, labels = names_of(marts), labels_of(marts)
    now = of_month(rows, month)
    cells = figure_cells(rows, now, catalog.indicators, ["partner_id", "kpi_id"])
    coverage = coverage_cells(marts, month, len(catalog.calendar.datasets))
    counts = state_counts(now, list(names))
    ordered = sorted(names, key=lambda p: sort_key(counts[p], names[p], order))
    table_rows = [
        Row(
            name=names[partner],
            tip=f"{names[partner]} ({partner})",
            opens={"partner": labels[partner]},
            counts=[(state, counts[partner][state]) for state in ("past limit", "missed") if counts[partner][state]],
            note="" if has_reported(counts[partner]) else "nothing reported",
            cells=[
                coverage.get(partner, Cell(text="–")),
                *(cells.get((partner, i.id), NOTHING) for i in headlines),
            ],
        )
        for partner in ordered
    ]
    columns = [Column("Data received", kind="text", tip="Datasets received for the month, of those expected")]
    columns += [indicator_column(indicator, now) for indicator in headlines]
    label = f"Partners and their headline indicators, {period_name(month, window)}"
    return Portfolio(
        payload(label, "Partner", columns, table_rows),
        summary_sentence(counts, states_of_month(marts, month), month, window),
    )


def indicator_column(indicator: Indicator, now: pd.DataFrame) -> Column:
    """A head with name and target; "differs" where partners agreed on different targets."""
    targets = now.loc[now["kpi_id"] == indicator.id, "target"].dropna().unique()
    note = (
        format_target(indicator, targets[0]) if len(targets) == 1 else "targets differ" if len(targets) else "no target"
    )
    return Column(indicator.name, note=note, tip=indicator.sentence, opens={"kpi": indicator.name})


def coverage_cells(marts: Marts, month: date, expected: int) -> dict[str, Cell]:
    """{partner_id: "3 of 4"} with the worst state among the month's datasets."""
    cells = {}
    for partner, states in states_of_month(marts, month).items():
        missing, awaited = states.count("missing"), states.count("not due yet")
        received = len(states) - missing - awaited
        state = "missed" if missing else "no activity" if awaited else "met"
        notes = {"late": states.count("late"), "not due yet": awaited}
        cells[partner] = Cell(
            text=f"{received} of {max(expected, len(states))}",
            state="no data" if missing and not received else state,
            note=", ".join(f"{count} {what}" for what, count in notes.items() if count),
        )
    return cells


def states_of_month(marts: Marts, month: date) -> dict[str, list[str]]:
    """{partner_id: the state of each dataset expected for the month}."""
    of_month = marts.coverage[pd.to_datetime(marts.coverage["month"]) == pd.Timestamp(month)]
    return {str(partner): states.tolist() for partner, states in of_month.groupby("partner_id")["state"]}


def state_counts(now: pd.DataFrame, partners: list[str]) -> dict[str, dict[str, int]]:
    """{partner_id: {status: how many of its headline figures}}, with a zero for every status that is absent."""
    zero = dict.fromkeys(STATUSES, 0)
    found = {partner: dict(zero) for partner in partners}
    for partner, status in zip(now["partner_id"], now["status"], strict=True):
        found.setdefault(partner, dict(zero))[status] += 1
    return found


def has_reported(counts: Mapping[str, int]) -> bool:
    """Whether anything at all was reported for the month."""
    return any(count for status, count in counts.items() if status != "no data")


def sort_key(counts: Mapping[str, int], name: str, order: str) -> tuple[object, ...]:
    """By name, or: most figures past their limit, then most figures not reported, then most targets missed."""
    if order == BY_NAME:
        return (name.casefold(),)
    return (-counts["past limit"], -counts["no data"], -counts["missed"], name.casefold())


def summary_sentence(
    counts: Mapping[str, Mapping[str, int]], received: Mapping[str, Sequence[str]], month: date, window: int
) -> str:
    """ "3 of 8 partners have a headline figure past its limit in October 2026; data of 1 is incomplete." """
    total = len(counts)
    past = sum(1 for partner in counts.values() if partner["past limit"])
    silent = sum(1 for partner in counts.values() if not has_reported(partner))
    gaps = sum(1 for partner in counts if has_reported(counts[partner]) and "missing" in received.get(partner, ()))
    period = period_name(month, window)
    if total == 1:
        only = next(iter(counts.values()))
        if silent:
            return f"The partner has not reported for {period}."
        figures = plural(only["past limit"], "headline figure")
        tail = "; its data is incomplete" if gaps else ""
        return f"{figures} past the limit and {only['missed']} short of target in {period}{tail}."
    verb = "has" if past == 1 else "have"
    first = f"{past or 'None'} of {total} partners {verb} a headline figure past its limit in {period}"
    tails = [f"{silent} {'has' if silent == 1 else 'have'} not reported"] if silent else []
    tails += [f"{plural(gaps, 'partner')} sent incomplete data"] if gaps else []
    return f"{first}; {' and '.join(tails) if tails else 'every partner has reported'}."
