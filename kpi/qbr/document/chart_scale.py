"""The scales of a control chart: months to the right, values up, and the ticks that people read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.present.charts import FEWEST_MONTHS_WIDE
from kpi.present.control_chart import ROOM
from kpi.present.wording import MONTHS, format_number
from kpi.qbr.pack import ChartMonth, Figure

LONGEST_UNIT = 4  # letters that fit behind a number at a line's end: "%", "days", "EUR"
MONTH_STEPS = (1, 2, 3, 6, 12, 24)
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def decimals_of(number_format: str) -> int:
    """The decimals that an Office number format shows: 1 of "0.0%"."""
    _, point, after = number_format.partition(".")
    return len(after) - len(after.lstrip("0")) if point else 0


def unit_value(figure: Figure, value: float) -> float:
    """A stored value in the unit that people read: fractions become percentages."""
    return value * 100 if figure.unit == "%" else value


def value_text(figure: Figure, value: float) -> str:
    """A stored value as the lines of the chart name it: "88.5 %", "12.3 days", without a long unit."""
    number = format_number(unit_value(figure, value), decimals_of(figure.number_format))
    return f"{number} {figure.unit}" if 0 < len(figure.unit) <= LONGEST_UNIT else number


def place_of(month: date) -> int:
    """Months counted from year 0, so that neighbours differ by one."""
    return month.year * 12 + month.month - 1


@dataclass(frozen=True)
class Span:
    """A stretch of an axis, and the pixels that it is drawn to."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def month_span(months: Sequence[ChartMonth], left: float, right: float) -> Span:
    """From the first month to the last, at least a year wide, half a month more at both ends."""
    last = place_of(months[-1].month)
    first = min(place_of(months[0].month), last - FEWEST_MONTHS_WIDE + 1)
    return Span(first - 0.6, last + 0.6, left, right)


def month_ticks(span: Span, room: float) -> list[tuple[int, str, str]]:
    """(place, "Oct", "2026" at the first tick of each year, else "") no closer than ``room`` pixels."""
    first, last = math.ceil(span.low), math.floor(span.high)
    width = (span.end - span.start) / (span.high - span.low)
    step = next((step for step in MONTH_STEPS if step * width >= room), MONTH_STEPS[-1])
    ticks, year = [], 0
    for place in range(first, last + 1):
        if place % step:
            continue
        new = place // 12 != year
        year = place // 12
        ticks.append((place, MONTHS[place % 12][:3], str(year) if new else ""))
    return ticks


def value_span(figure: Figure, numbers: Iterable[float | None], bottom: float, top: float) -> Span:
    """From the lowest to the highest of the stored ``numbers``, with a little room, in the unit that people read."""
    drawn = [unit_value(figure, number) for number in numbers if number is not None]
    low, high = min(drawn, default=0.0), max(drawn, default=1.0)
    if low == high == 0:  # nothing ever counted: an axis from 0 upwards, not one with 0 in its middle
        high = 1.0
    room = ROOM * (high - low) or max(abs(high) * ROOM, 10.0 ** -decimals_of(figure.number_format))
    return Span(low - room, high + room, bottom, top)


def value_ticks(span: Span, most: int = 6) -> list[tuple[float, str]]:
    """Round values within the span, each with its text; all texts have as many decimals as the step needs."""
    raw = (span.high - span.low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in STEPS if factor * power >= raw * 0.999)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if step / 10.0**-decimals % 1 > 1e-9:  # 2.5, 0.25
        decimals += 1
    first, last = math.ceil(span.low / step - 1e-9), math.floor(span.high / step + 1e-9)
    return [(place * step, format_number(place * step, decimals)) for place in range(first, last + 1)]
