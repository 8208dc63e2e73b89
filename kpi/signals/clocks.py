"""Days and months as escalation clocks count them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

BUSINESS = "business"
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def is_business_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def last_day(start: date, days: int, clock: str, holidays: Collection[date]) -> date:
    """The last day of a clock of ``days`` that was started on ``start``, which is day 0 whatever day it is.

    A business clock started on a Friday gives for one day the Monday, if that is no holiday.
    """
    if clock != BUSINESS:
        return start + timedelta(days=days)
    off = frozenset(holidays)
    day = start
    while days:
        day += ONE_DAY
        days -= is_business_day(day, off)
    return day


def months_before(month: date, back: int) -> date:
    """The first day of the month so many months earlier (later for a negative number)."""
    index = month.year * 12 + month.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
