"""Everything that escalation rules look at, as arrays: partners × series × months.

A series is one indicator of a partner as a whole, in one currency ("" for none). What no row of the marts speaks of is
"no data": neither zero nor good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from kpi.catalog import WINDOWS
from kpi.marts.judgement import NO_DATA, STATUSES
from kpi.marts.table import column_name
from kpi.signals.grid import SERIES_KEY, Grid, grid_of
from kpi.signals.history import concern_history
from kpi.signals.receipts import due_days, known_days, last_month_due, read_receipts

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Days = npt.NDArray[np.datetime64]

NOTHING_MISSING, MISSING, CAME_LATE = range(3)
NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
KPI, PARTNER, CURRENCY = (SERIES_KEY.index(name) for name in ("kpi_id", "partner_id", "currency"))


@dataclass(frozen=True)
class Panel:
    """P partners (sorted), K series (indicator, currency; catalogue order), T consecutive months, D datasets.

    By window of months, each (P, K, T): ``status`` (places in kpi.marts.judgement.STATUSES), ``n``, ``numerator``,
    ``denominator``, ``value``, ``lower``, ``upper``. ``target`` and ``limit`` (P, K, T) are those in force.

    ``concern`` (P, K, T): the rule (a place in kpi.signals.rules.RULES) by which the month's point, read when it came,
    was a special cause for the worse; 0 for none. ``points``: how many points the chart had then.

    Days: ``due_on`` (T) is each month's reporting day. ``received`` (D, P, T) is when a dataset of the month came, NaT
    for not by ``day``; ``owed`` (D, P, T) says that it was expected by the reporting day. ``ended`` (P, T): all sites
    of the partner had ended before the month. ``known_on`` (P, K, T): when the month's figure was known, for a history
    load its reporting day, as if it had come month by month. ``clock_from`` (P, K, T): the same, but for a history load
    the day it came: no clock runs before anybody could act.
    """

    day: date
    partners: tuple[str, ...]
    series: tuple[tuple[str, str], ...]
    months: tuple[date, ...]
    status: dict[int, Int8]
    n: dict[int, Floats]
    numerator: dict[int, Floats]
    denominator: dict[int, Floats]
    value: dict[int, Floats]
    lower: dict[int, Floats]
    upper: dict[int, Floats]
    target: Floats
    limit: Floats
    concern: Int8
    points: npt.NDArray[np.int64]
    datasets: tuple[str, ...]
    due_on: Days
    received: Days
    owed: Flags
    ended: Flags
    known_on: Days
    clock_from: Days

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.partners), len(self.series), len(self.months)

    @property
    def due(self) -> Flags:
        """(T): the reporting day has passed, so a month without data is missing and not merely early."""
        return np.asarray(self.due_on < np.datetime64(self.day))

    @property
    def missing(self) -> Int8:
        """(P, T): MISSING where a dataset owed was not received and its reporting day has passed, else CAME_LATE."""
        absent = (self.owed & np.isnat(self.received) & self.due).any(axis=0)
        late = (self.owed & (self.received > self.due_on)).any(axis=0)
        return np.where(absent, MISSING, np.where(late, CAME_LATE, NOTHING_MISSING)).astype(np.int8)

    def places_of(self, kpi_id: str) -> list[int]:
        """Where the indicator's series stand on the second axis."""
        return [place for place, (name, _) in enumerate(self.series) if name == kpi_id]


def panel_of(marts: Marts, catalog: Catalog, rebaselines: Iterable[Rebaseline], day: date) -> Panel:
    """The panel of ``marts`` as it is read on ``day``.

    Months run from the first with figures to the last of the marts, or to the last whose reporting day has passed on
    ``day`` if that is later: so even a partner who is alone in the store is missed when it falls silent.
    """
    table = marts.kpi_monthly
    rows = table[table["grain"] == "partner"]
    last = first = first_month(rows, day)
    if marts.last_month is not None and len(rows):
        last = max(marts.last_month, last_month_due(day, catalog.calendar.reporting_day))
    grid = grid_of(rows, catalog, first, last)
    partners = tuple(sorted({key[PARTNER] for key in grid.keys}))
    series = tuple(dict.fromkeys((key[KPI], key[CURRENCY]) for key in grid.keys))
    lay = _Layout(grid, partners, series)
    months = tuple(grid.months.astype("datetime64[D]").tolist())
    concern, points = concern_history(marts, catalog, rebaselines, partners=partners, series=series, months=months)
    due_on = due_days(grid.months, catalog.calendar.reporting_day)
    receipts = read_receipts(marts.coverage, marts.register, catalog.calendar, partners, grid.months)
    known_on, clock_from = known_days(receipts, series, catalog, due_on)
    return Panel(
        day=day,
        partners=partners,
        series=series,
        months=months,
        status={window: lay.statuses(window) for window in WINDOWS},
        **{name: {window: lay.numbers(column_name(name, window)) for window in WINDOWS} for name in NUMBERS},
        target=lay.numbers("target"),
        limit=lay.numbers("limit"),
        concern=concern,
        points=points,
        datasets=catalog.calendar.datasets,
        due_on=due_on,
        received=receipts.received,
        owed=receipts.owed,
        ended=receipts.ended,
        known_on=known_on,
        clock_from=clock_from,
    )


def first_month(rows: pd.DataFrame, day: date) -> date:
    """Where the months begin: at the first of ``rows``, or with the month of ``day`` where there is none."""
    return rows["month"].min().date() if len(rows) else day.replace(day=1)


Kind = TypeVar("Kind", bound=np.generic)


class _Layout:
    """Lays a grid's lines of months out by partner and series."""

    def __init__(self, grid: Grid, partners: tuple[str, ...], series: tuple[tuple[str, str], ...]) -> None:
        self.grid = grid
        self.shape = (len(partners), len(series), len(grid.months))
        partner = {name: place for place, name in enumerate(partners)}
        of_series = {name: place for place, name in enumerate(series)}
        self.partner = np.array([partner[key[PARTNER]] for key in grid.keys], dtype=np.int64)
        self.series = np.array([of_series[key[KPI], key[CURRENCY]] for key in grid.keys], dtype=np.int64)

    def out(self, lines: npt.NDArray[Kind], empty: float) -> npt.NDArray[Kind]:
        laid = np.full(self.shape, empty, dtype=lines.dtype)
        laid[self.partner, self.series] = lines
        return laid

    def numbers(self, column: str) -> Floats:
        return self.out(self.grid.figures(column), np.nan)

    def statuses(self, window: int) -> Int8:
        column = self.grid.rows[column_name("status", window)].cat
        place = np.array([STATUSES.index(name) for name in column.categories], dtype=np.int8)
        codes = place[column.codes.to_numpy()]
        lines = np.full(self.grid.place.shape, NO_DATA, dtype=np.int8)
        lines[self.grid.there] = codes[self.grid.place[self.grid.there]]
        return self.out(lines, NO_DATA)
