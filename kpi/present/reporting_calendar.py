"""The reporting calendar: for every partner, dataset and month what was owed, when it came, and every file behind it.

What is owed and when it was received is decided where the indicators and escalations take it from
(kpi.signals.receipts), so the calendar never says anything else than submission timeliness does. One thing it adds: it
runs on to the month that ended last, also while nobody has reported that month, where the indicator has no figure yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.signals.clocks import months_before
from kpi.signals.receipts import Receipts, due_days, read_receipts

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Calendar
    from kpi.ledger.offers import Offer
    from kpi.marts import Marts

ON_TIME, LATE, MISSING, HISTORY_LOAD = "on time", "late", "missing", "history load"
DUE, WITHDRAWN, NOT_EXPECTED, OFFERED = "due", "withdrawn", "not expected", "waiting for acceptance"
STATES = (ON_TIME, LATE, MISSING, WITHDRAWN, OFFERED, DUE, HISTORY_LOAD, NOT_EXPECTED)
"""``waiting for acceptance``: nothing stands, but a file was offered that nobody has decided about. ``due``: the month
has ended and its reporting day has not passed. ``withdrawn``: whatever came was taken back, and nothing stands in its
place. ``not expected``: before the partner's first file, after its end, or a month that still runs."""

Key = tuple[str, str, date]


@dataclass(frozen=True)
class Sent:
    """One submission that covers a cell. ``changed``: how many records it changed; ``at``: UTC; ``actor``: who sent it,
    also where somebody else accepted it."""

    submission_id: str
    at: datetime
    actor: str
    changed: int
    stands: bool


@dataclass(frozen=True)
class Waiting:
    """An offered file that covers a cell. ``version`` names the offer; ``at``: UTC."""

    version: int
    at: datetime
    actor: str


@dataclass(frozen=True)
class Expected:
    """One cell: a partner's dataset for a month (first day).

    ``received_on``: of the first submission that stands. ``restated``: a later one that stands changed records.
    ``owed``: it counts, by the rules of the calendar. ``overdue``: it is owed, is not there, and its reporting day has
    passed. ``sent``: every submission that covers it, the oldest first. ``offered``: files that
    cover it and wait for acceptance.
    """

    partner_id: str
    dataset: str
    month: date
    due_on: date
    state: str
    received_on: date | None = None
    restated: bool = False
    owed: bool = False
    overdue: bool = False
    sent: tuple[Sent, ...] = ()
    offered: tuple[Waiting, ...] = ()

    @property
    def counts_as(self) -> str:
        """How submission timeliness counts it: "on time", "late", "missing", or "" for not at all."""
        if self.overdue:
            return MISSING
        return self.state if self.state in (ON_TIME, LATE) else ""

    @property
    def is_due(self) -> bool:
        """Somebody has to send it now: it is overdue, or falls due. What waits for acceptance was sent."""
        if self.state == OFFERED:
            return False
        return self.overdue or self.state == DUE or (self.state == WITHDRAWN and self.owed)

    def days_left(self, day: date) -> int:
        """Until it is due; below 0 is overdue."""
        return (self.due_on - day).days

    @property
    def days_late(self) -> int:
        """How long after the reporting day it came; 0 on time or never."""
        return max((self.received_on - self.due_on).days, 0) if self.received_on else 0

    @property
    def newest(self) -> Sent | None:
        """The submission to look at first: the newest that stands, else the newest."""
        return next((one for one in reversed(self.sent) if one.stands), self.sent[-1] if self.sent else None)


@dataclass(frozen=True)
class ReportingCalendar:
    """``cells``: one per partner, dataset and month, in this order; ``months`` ascending. ``silent``: registered
    partners from whom nothing was ever accepted; nothing is expected of them yet."""

    day: date
    reporting_day: int
    months: tuple[date, ...]
    cells: tuple[Expected, ...]
    silent: tuple[str, ...] = ()
    by_partner: Mapping[str, tuple[Expected, ...]] = field(default_factory=dict)

    @property
    def due(self) -> list[Expected]:
        """What has to be sent now: what is overdue, the newest month first, then what falls due."""
        waiting = [cell for cell in self.cells if cell.is_due]
        return sorted(waiting, key=lambda cell: (not cell.overdue, -cell.month.toordinal(), cell.partner_id))


def reporting_calendar(
    marts: Marts,
    history: pd.DataFrame,
    calendar: Calendar,
    day: date,
    month_from: date | None = None,
    month_to: date | None = None,
    offers: Iterable[Offer] = (),
) -> ReportingCalendar:
    """The calendar of ``marts`` on ``day`` from ``month_from`` to ``month_to`` (first days; default: all of it).

    ``history`` as kpi.ledger.reads.history gives it, at the version of the marts and for the same reader; ``offers``
    likewise, of kpi.ledger.offers.
    """
    waiting = _waiting(offers)
    partners = tuple(sorted(set(marts.register["partner_id"]) | set(marts.coverage["partner_id"])))
    sent = _sent(history, set(calendar.datasets))
    axis = _axis(marts, [*sent, *waiting], day)
    chosen = [m for m in axis if (month_from is None or m >= month_from) and (month_to is None or m <= month_to)]
    if not chosen or not partners:
        return ReportingCalendar(day, calendar.reporting_day, (), ())
    stamps = np.array(axis, dtype="datetime64[M]")
    receipts = read_receipts(marts.coverage, marts.register, calendar, partners, stamps)
    due_on = [stamp.item() for stamp in due_days(stamps, calendar.reporting_day)]
    ended = day.replace(day=1)
    cells = [
        _cell((partner, dataset, axis[t]), (d, p, t), receipts, due_on[t], (sent, waiting), day, axis[t] < ended)
        for p, partner in enumerate(partners)
        for d, dataset in enumerate(calendar.datasets)
        for t in range(axis.index(chosen[0]), axis.index(chosen[-1]) + 1)
    ]
    ever = {partner for partner, _, _ in (*sent, *waiting)} | set(marts.coverage["partner_id"])
    return ReportingCalendar(
        day=day,
        reporting_day=calendar.reporting_day,
        months=tuple(chosen),
        cells=tuple(cells),
        silent=tuple(partner for partner in partners if partner not in ever),
        by_partner=_by_partner(cells),
    )


def last_month(day: date) -> date:
    """The month that ended last: the newest of which anything can be owed."""
    return months_before(day.replace(day=1), 1)


def counts(cells: Iterable[Expected]) -> dict[str, int]:
    """How many of the cells count as on time, late and missing."""
    found = dict.fromkeys((ON_TIME, LATE, MISSING), 0)
    for cell in cells:
        if cell.counts_as:
            found[cell.counts_as] += 1
    return found


def calendar_frame(found: ReportingCalendar, cells: Sequence[Expected] | None = None) -> pd.DataFrame:
    """One row per cell (default: all but what is not expected): partner_id, dataset, month, state, due_on, received_on,
    days_late (of what came late), days_left (of what is due; below 0 is overdue), restated, uploaded_by,
    submissions (those that stand, oldest first), withdrawn and offers (that wait, by version)."""
    import pandas as pd

    if cells is None:
        cells = [cell for cell in found.cells if cell.state != NOT_EXPECTED]
    rows = [
        {
            "partner_id": cell.partner_id,
            "dataset": cell.dataset,
            "month": cell.month,
            "state": cell.state,
            "due_on": cell.due_on,
            "received_on": cell.received_on,
            "days_late": cell.days_late if cell.state == LATE else None,
            "days_left": cell.days_left(found.day) if cell.is_due else None,
            "restated": cell.restated,
            "uploaded_by": next((one.actor for one in cell.sent if one.stands), ""),
            "submissions": ", ".join(one.submission_id for one in cell.sent if one.stands),
            "withdrawn": ", ".join(one.submission_id for one in cell.sent if not one.stands),
            "offers": ", ".join(str(one.version) for one in cell.offered),
        }
        for cell in cells
    ]
    frame = pd.DataFrame(rows, columns=list(FRAME_COLUMNS))
    for name in ("month", "due_on", "received_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"days_late": "Int64", "days_left": "Int64", "restated": bool})


FRAME_COLUMNS = (
    "partner_id",
    "dataset",
    "month",
    "state",
    "due_on",
    "received_on",
    "days_late",
    "days_left",
    "restated",
    "uploaded_by",
    "submissions",
    "withdrawn",
    "offers",
)


def _sent(history: pd.DataFrame, datasets: set[str]) -> dict[Key, list[Sent]]:
    """Every submission by the cells that it covers, the oldest first."""
    found: dict[Key, list[Sent]] = {}
    for row in _rows(history[history["dataset"].isin(datasets)].sort_values("version")):
        one = Sent(
            row.submission_id,
            row.at.to_pydatetime(),
            row.offered_by or row.actor,
            int(row.changed),
            row.state == "current",
        )
        for partner in filter(None, row.partners.split(", ")):
            month, last = row.month_from.date(), row.month_to.date()
            while month <= last:
                found.setdefault((partner, row.dataset, month), []).append(one)
                month = months_before(month, -1)
    return found


def _waiting(offers: Iterable[Offer]) -> dict[Key, list[Waiting]]:
    """Every file that waits by the cells that it covers, the oldest first."""
    found: dict[Key, list[Waiting]] = {}
    for one in offers:
        month = one.month_from
        while one.waits and month <= one.month_to:
            for partner in one.partners:
                found.setdefault((partner, one.dataset, month), []).append(Waiting(one.version, one.at, one.actor))
            month = months_before(month, -1)
    return found


def _rows(frame: pd.DataFrame) -> Iterable[Any]:
    return frame.itertuples(index=False)


def _axis(marts: Marts, sent: Iterable[Key], day: date) -> list[date]:
    """All months from the first that any file covers to the one that ended last, or the last covered one."""
    covered = {month.date() for month in marts.coverage["month"].drop_duplicates()} | {month for _, _, month in sent}
    if not covered:
        return []
    months, last = [min(covered)], max(last_month(day), *covered)
    while months[-1] < last:
        months.append(months_before(months[-1], -1))
    return months


def _cell(
    key: Key,
    at: tuple[int, int, int],
    receipts: Receipts,
    due_on: date,
    files_by_cell: tuple[Mapping[Key, Sequence[Sent]], Mapping[Key, Sequence[Waiting]]],
    day: date,
    has_ended: bool,
) -> Expected:
    came = receipts.received[at]
    received_on = None if np.isnat(came) else came.item()
    owed = bool(receipts.owed[at]) and (has_ended or received_on is not None)
    files, offered = tuple(files_by_cell[0].get(key, ())), tuple(files_by_cell[1].get(key, ()))
    overdue = owed and received_on is None and due_on < day
    if receipts.history[at]:
        state = HISTORY_LOAD
    elif received_on is not None:
        state = ON_TIME if received_on <= due_on else LATE
    elif offered:
        state = OFFERED
    elif files:
        state = WITHDRAWN
    elif owed:
        state = MISSING if overdue else DUE
    else:
        state = NOT_EXPECTED
    standing = [one for one in files if one.stands]
    restated = any(one.changed for one in standing[1:])
    return Expected(*key, due_on, state, received_on, restated, owed, overdue, files, offered)


def _by_partner(cells: Iterable[Expected]) -> dict[str, tuple[Expected, ...]]:
    found: dict[str, list[Expected]] = {}
    for cell in cells:
        found.setdefault(cell.partner_id, []).append(cell)
    return {partner: tuple(mine) for partner, mine in found.items()}
