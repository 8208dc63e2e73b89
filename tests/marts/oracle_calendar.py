"""Months, coverage and punctual submissions, in plain Python. A month is the date of its first day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

RECORD_DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")
WINDOWS = (1, 3, 12)


def month_of(day: date) -> date:
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    position = month.year * 12 + (month.month - 1) + count
    return date(position // 12, position % 12 + 1, 1)


def month_end(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def months_from(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = add_months(month, 1)


def window_months(month: date, window: int) -> list[date]:
    return [add_months(month, -back) for back in range(window)]


def twelve_months_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


class Coverage:
    """Which months of which dataset a partner has reported, from the accepted submissions.

    ``rows``: dicts with dataset, partner_id, month_from, month_to (first days of months, inclusive),
    received_on (date) and version, one for every submission and partner in it. Datasets without event months
    (the register, targets) say nothing about a month and are passed over. ``known_on`` is the day the ledger was
    looked at, by its last event; the last receipt without it.
    """

    def __init__(self, rows: Iterable[dict], known_on: date | None = None) -> None:
        rows = list(rows)
        self.known_on = known_on or max((r["received_on"] for r in rows), default=date.max)
        self.rows = sorted((r for r in rows if r["dataset"] in RECORD_DATASETS), key=lambda r: r["version"])
        self.first_submission: dict[tuple[str, str, date], dict] = {}
        for row in self.rows:
            for month in months_from(row["month_from"], row["month_to"]):
                self.first_submission.setdefault((row["partner_id"], row["dataset"], month), row)
        self.first_month = min((r["month_from"] for r in self.rows), default=None)
        self.last_month = max((r["month_to"] for r in self.rows), default=None)
        self._last: dict[tuple[str, str], date] = {}
        for row in self.rows:
            key = (row["partner_id"], row["dataset"])
            self._last[key] = max(self._last.get(key, row["month_to"]), row["month_to"])

    @property
    def partners(self) -> set[str]:
        return {r["partner_id"] for r in self.rows}

    def covers(self, partner: str, dataset: str, month: date) -> bool:
        return (partner, dataset, month) in self.first_submission

    def last_month_of(self, partner: str, dataset: str) -> date | None:
        return self._last.get((partner, dataset))

    def first_month_of(self, partner: str) -> date | None:
        return min((r["month_from"] for r in self.rows if r["partner_id"] == partner), default=None)

    def expected_and_punctual(
        self, partner: str, month: date, datasets: Iterable[str], reporting_day: int
    ) -> tuple[int, int]:
        """How many datasets were expected from the partner for the month, and how many came in time.

        A month whose first submission was a history load (it spans several months) was never expected, and what has
        not come is not missing before its day has passed.
        """
        due_on = add_months(month, 1).replace(day=reporting_day)
        expected = punctual = 0
        for dataset in datasets:
            submission = self.first_submission.get((partner, dataset, month))
            if submission is None:
                expected += due_on < self.known_on
            elif submission["month_from"] == submission["month_to"]:
                expected += 1
                punctual += submission["received_on"] <= due_on
        return expected, punctual
