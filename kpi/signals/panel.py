"""Everything that escalation rules look at, as arrays: partners × series × months.

A series is one indicator of a partner as a whole, in one currency ("" for none). What no row of the marts speaks of is
"no data": neither zero nor good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Days = npt.NDArray[np.datetime64]

NOTHING_MISSING, MISSING, CAME_LATE = range(3)


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
