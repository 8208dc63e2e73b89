"""Months of control charts by hand: values that go up and down the same way every time, with limits and flags."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpi.qbr.pack import ChartMonth

LAST = date(2026, 10, 1)


def months_until(last: date, count: int) -> list[date]:
    """``count`` months, oldest first."""
    place = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(place - count + 1, place + 1)]


def percentages(
    count: int,
    last: date = LAST,
    *,
    level: float = 0.88,
    phase_at: int | None = None,
    missing: Sequence[int] = (),
    flagged: Sequence[int] = (),
    target: float | None = 0.95,
    limit: float | None = 0.8,
) -> tuple[ChartMonth, ...]:
    """A p chart of ``count`` months: limits follow n. New limits begin at place ``phase_at``; ``missing``: places
    without a value; ``flagged``: places below the lower limit. Negative places count from the end."""
    gaps, low = _places(missing, count), _places(flagged, count)
    found = []
    for place, month in enumerate(months_until(last, count)):
        n = 30 + (place * 7) % 23
        phase = 0 if phase_at is None or place < phase_at else 1
        centre = level + 0.03 * phase
        reach = 3 * math.sqrt(centre * (1 - centre) / n)
        bottom, top = max(centre - reach, 0.0), min(centre + reach, 1.0)
        aimed = bottom - 0.06 if place in low else centre + 0.6 * reach * math.sin(2.3 * place)
        good = min(max(math.floor(aimed * n) if place in low else round(aimed * n), 0), n)
        value = good / n
        month_found = ChartMonth(
            month=month,
            value=value,
            n=float(n),
            numerator=float(good),
            denominator=float(n),
            centre=centre,
            lower_limit=bottom,
            upper_limit=top,
            target=target,
            target_high=None,
            limit=limit,
            limit_high=None,
            status=_status(value, target, limit),
            rule="outside" if place in low else "",
            rule_text="below the lower control limit" if place in low else "",
            reading="concern" if place in low else "common cause",
            phase=phase,
        )
        found.append(without_value(month_found) if place in gaps else month_found)
    return tuple(found)


def amounts(count: int, last: date = LAST, *, level: float = 30.0, spread: float = 6.0) -> tuple[ChartMonth, ...]:
    """An XmR chart of days: the same limits all through, the highest month above them, no limit agreed."""
    found = []
    for place, month in enumerate(months_until(last, count)):
        high = count > 3 and place == count - 2
        value = level + (4 * spread if high else spread * math.sin(1.7 * place))
        found.append(
            ChartMonth(
                month=month,
                value=value,
                n=float(10 + place % 5),
                numerator=None,
                denominator=None,
                centre=level,
                lower_limit=level - 2.66 * spread,
                upper_limit=level + 2.66 * spread,
                target=level + 1,
                target_high=None,
                limit=None,
                limit_high=None,
                status="met" if value <= level + 1 else "missed",
                rule="outside" if high else "",
                rule_text="above the upper control limit" if high else "",
                reading="concern" if high else "common cause",
                phase=0,
            )
        )
    return tuple(found)


def without_value(month: ChartMonth) -> ChartMonth:
    """The same month, not reported; target and limit stay agreed."""
    return replace(
        month,
        value=None,
        n=None,
        numerator=None,
        denominator=None,
        centre=None,
        lower_limit=None,
        upper_limit=None,
        status="no data",
        rule="",
        rule_text="",
        reading="",
        phase=None,
    )


def _places(places: Sequence[int], count: int) -> set[int]:
    return {place % count for place in places}


def _status(value: float, target: float | None, limit: float | None) -> str:
    if target is None:
        return "no target"
    if value >= target:
        return "met"
    return "missed" if limit is None or value >= limit else "past limit"
