"""The sample's records as known at its end, and what can be counted on them without the product's own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from statistics import median

from kpi.sample import SampleFile, generate
from kpi.sample.files import make_records
from kpi.sample.knowledge import known_at
from kpi.sample.portfolio import load_portfolio

PORTFOLIO = load_portfolio()
Row = dict


@cache
def records(dataset: str) -> tuple[Row, ...]:
    known = (known_at(dataset, row, PORTFOLIO.last_day) for row in _made()[dataset])
    return tuple(row for row in known if row is not None)


@cache
def files() -> tuple[SampleFile, ...]:
    return tuple(generate())


@cache
def _made() -> dict[str, list[Row]]:
    return make_records(PORTFOLIO)


def of(dataset: str, partner_id: str, site_id: str | None = None) -> list[Row]:
    return [row for row in records(dataset) if row["partner_id"] == partner_id and site_id in (None, row["site_id"])]


def dated(rows: Iterable[Row], column: str, first: date, last: date) -> list[Row]:
    return [row for row in rows if row[column] is not None and first <= row[column] <= last]


def share(rows: Iterable[Row], is_good: Callable[[Row], bool]) -> float:
    judged = [is_good(row) for row in rows]
    return sum(judged) / len(judged)


def on_time(rows: Iterable[Row], due: str, done: str, first: date, last: date) -> float:
    """The share done by its due date among what fell due from ``first`` to ``last``."""
    return share(dated(rows, due, first, last), lambda row: row[done] is not None and row[done] <= row[due])


def right_first_time(partner_id: str, site_id: str | None, first: date, last: date) -> float:
    troubled = {row["batch_id"] for row in of("deviations", partner_id)}
    decided = dated(of("batch_records", partner_id, site_id), "disposition_date", first, last)
    return share(
        decided,
        lambda row: row["disposition"] == "released" and not row["reworked"] and row["batch_id"] not in troubled,
    )


def deviations_per_100(partner_id: str, site_id: str | None, first: date, last: date) -> float:
    opened = dated(of("deviations", partner_id, site_id), "opened_date", first, last)
    completed = dated(of("batch_records", partner_id, site_id), "completed_date", first, last)
    return 100 * len(opened) / len(completed)


def lead_time(partner_id: str, site_id: str | None, first: date, last: date) -> float:
    decided = dated(of("batch_records", partner_id, site_id), "disposition_date", first, last)
    return median((row["disposition_date"] - row["completed_date"]).days for row in decided)


def overdue(rows: Iterable[Row], due: str, closed: str, day: date) -> int:
    return sum(row[due] < day and (row[closed] is None or row[closed] > day) for row in rows)
