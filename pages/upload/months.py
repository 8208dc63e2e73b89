"""The months that an upload can be about: choices, names, and what a choice means."""

from __future__ import annotations

from datetime import date

from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR
from kpi.present.wording import month_name


def month_choices(today: date) -> list[date]:
    """First days of all months from this one back to the first from which a date is accepted, newest first."""
    months = []
    year, month = today.year, today.month
    while year >= FIRST_PLAUSIBLE_YEAR:
        months.append(date(year, month, 1))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return months


def last_finished_month(today: date) -> date:
    """The month that is being reported while ``today`` is the date: the one before it."""
    return date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, today.month - 1, 1)


def span_name(month_from: date, month_to: date) -> str:
    """For example: October 2026, or January 2024 to October 2026."""
    if month_from == month_to:
        return month_name(month_from)
    return f"{month_name(month_from)} to {month_name(month_to)}"


def order_problem(month_from: date, month_to: date) -> str | None:
    """A sentence when the range is the wrong way round, else None."""
    if month_from <= month_to:
        return None
    return f"The first month ({month_name(month_from)}) is after the last ({month_name(month_to)}). Swap them."
