"""When each month's data came, partner by partner: what was owed, what is missing, since when a figure was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kpi.signals.clocks import months_before

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Calendar, Catalog

Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]

HISTORY = "history load"
NEVER = np.datetime64("NaT", "D")
LONG_AGO = np.datetime64("0001-01-01", "D")  # earlier than any day, whatever months somebody looks at
ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Receipts:
    """D datasets × P partners × T months. ``received``: the day it came, NaT for never; ``owed``: it was expected by
    the reporting day; ``history``: it came with a history load. ``ended`` (P, T): the partner had ended before."""

    received: Days
    owed: Flags
    history: Flags
    ended: Flags


def last_month_due(day: date, reporting_day: int) -> date:
    """The last month whose reporting day has passed on ``day``: on the reporting day itself it has not."""
    return months_before(day.replace(day=1), 1 if day.day > reporting_day else 2)


def due_days(months: Days, reporting_day: int) -> Days:
    """Each month's reporting day, in the month after it."""
    next_month = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    due: Days = next_month + np.timedelta64(reporting_day - 1, "D")  # type: ignore[assignment]
    return due


def read_receipts(
    coverage: pd.DataFrame, register: pd.DataFrame, calendar: Calendar, partners: tuple[str, ...], months: Days
) -> Receipts:
    """From the marts' coverage and register. ``months`` (unit M) may run on beyond the coverage: those are owed too.

    A partner owes every dataset of the calendar from its first covered month to its end: the last month in which a site
    of it is active by the register, or for which it sent something. What came with a history load was never owed.
    """
    shape = (len(calendar.datasets), len(partners), len(months))
    received = np.full(shape, NEVER)
    history = np.zeros(shape, dtype=np.bool_)
    rows = coverage[coverage["dataset"].isin(calendar.datasets) & coverage["partner_id"].isin(partners)]
    dataset = _places(rows["dataset"], calendar.datasets)
    partner = _places(rows["partner_id"], partners)
    column = (rows["month"].to_numpy().astype("datetime64[M]") - months[:1]).astype(np.int64)
    inside = (column >= 0) & (column < len(months))
    at = dataset[inside], partner[inside], column[inside]
    received[at] = rows["received_on"].to_numpy().astype("datetime64[D]")[inside]
    history[at] = (rows["state"] == HISTORY).to_numpy()[inside]
    covered = np.zeros(shape[1:], dtype=np.bool_)
    covered[at[1:]] = True
    began = np.logical_or.accumulate(covered, axis=1)
    ended = _ended(register, partners, months, np.any(~np.isnat(received), axis=0))
    return Receipts(received, began & ~ended & ~history, history, ended)


def _places(names: pd.Series, known: tuple[str, ...]) -> Ints:
    import pandas as pd

    return np.asarray(pd.Index(known, dtype=object).get_indexer(pd.Index(names)), dtype=np.int64)


def _ended(register: pd.DataFrame, partners: tuple[str, ...], months: Days, sent: Flags) -> Flags:
    """(P, T): every registered site had ended before the month, and nothing came for it or a later one."""
    ended = np.zeros((len(partners), len(months)), dtype=np.bool_)
    mine = register[register["partner_id"].isin(partners) & register["registered"]]
    place = _places(mine["partner_id"], partners)
    ends = mine["active_to"].to_numpy().astype("datetime64[M]")
    for partner in np.unique(place):
        last = ends[place == partner]
        if not np.isnat(last).any():
            ended[partner] = months > last.max()
    sends_on = np.logical_or.accumulate(sent[:, ::-1], axis=1)[:, ::-1]
    return ended & ~sends_on


def known_days(
    receipts: Receipts, series: tuple[tuple[str, str], ...], catalog: Catalog, due_on: Days
) -> tuple[Days, Days]:
    """``known_on`` and ``clock_from`` of kpi.signals.panel.Panel, each (P, K, T).

    A figure is known when the last dataset that it reads has come. Where one never came, it is known to be missing on
    the day after the reporting day. Figures about reporting itself are known when all is there, and on that day at the
    latest.
    """
    missed = np.broadcast_to(due_on + ONE_DAY, receipts.received.shape)
    came = np.where(np.isnat(receipts.received), missed, receipts.received)
    known = np.where(receipts.history, due_on, came)
    datasets = catalog.calendar.datasets
    known_on = np.empty((receipts.ended.shape[0], len(series), len(due_on)), dtype="datetime64[D]")
    clock_from = known_on.copy()
    by_kpi: dict[str, tuple[Days, Days]] = {}
    for place, (kpi_id, _) in enumerate(series):
        if kpi_id not in by_kpi:
            read = [datasets.index(name) for name in catalog.indicators[kpi_id].datasets if name in datasets]
            of_reporting = not read
            chosen = read or list(range(len(datasets)))
            day = known[chosen].max(axis=0)
            if of_reporting:
                day = np.minimum(day, due_on + ONE_DAY)
            loaded = np.where(receipts.history[chosen], receipts.received[chosen], LONG_AGO)
            by_kpi[kpi_id] = day, np.maximum(day, loaded.max(axis=0))
        known_on[:, place], clock_from[:, place] = by_kpi[kpi_id]
    return known_on, clock_from
