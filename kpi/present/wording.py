"""Figures in words: the status table, values with their units, months, intervals and short sentences.

The two tables of looks are the only place that says how a status or a delivery of data looks. Each has a shape of its
own, so that nothing rests on colour; ``light`` and ``dark`` reach 4.5:1 on the two themes' pages, ``mark`` 3:1 on both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi.catalog import Indicator

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NO_VALUE = "–"


@dataclass(frozen=True)
class Look:
    """How one state is shown. ``shape`` is a character, ``symbol`` the same shape in a plotly chart.

    ``light``, ``dark``: the text colours of the two themes; ``mark``: the colour in charts; ``hue``: the name under
    which .streamlit/config.toml holds the text colours.
    """

    state: str
    shape: str
    symbol: str
    light: str
    dark: str
    mark: str
    hue: str
    meaning: str


GREEN = ("#00735c", "#3cc7a3", "#00936f", "green")
AMBER = ("#9a5200", "#f0a04b", "#c77700", "orange")
RED = ("#b3261e", "#ff8f80", "#d8453b", "red")
GREY = ("#5c6875", "#a5b0bb", "#7b8794", "gray")

STATUS_LOOKS = (
    Look("met", "●", "circle", *GREEN, "target met"),
    Look("missed", "▲", "triangle-up", *AMBER, "target missed, within the limit"),
    Look("past limit", "◆", "diamond", *RED, "past the limit"),
    Look("too few", "○", "circle-open", *GREY, "too few records to judge"),
    Look("no target", "◇", "diamond-open", *GREY, "no target agreed"),
    Look("no activity", "–", "line-ew-open", *GREY, "nothing that counts happened"),
    Look("no data", "✕", "x-thin-open", *GREY, "not reported"),
)
COVERAGE_LOOKS = (
    Look("on time", "●", "circle", *GREEN, "received by the reporting day"),
    Look("late", "▲", "triangle-up", *AMBER, "received after the reporting day"),
    Look("missing", "✕", "x-thin-open", *RED, "not received"),
    Look("not due yet", "–", "line-ew", *GREY, "the reporting day has not passed"),
    Look("history load", "○", "circle-open", *GREY, "loaded with past months at once"),
)
_LOOKS = {look.state: look for look in (*STATUS_LOOKS, *COVERAGE_LOOKS)}
STATUSES = tuple(look.state for look in STATUS_LOOKS)

# What needs attention first, for sorting: the worst status first.
SEVERITY = {
    "past limit": 0,
    "missed": 1,
    "no data": 2,
    "too few": 3,
    "no activity": 4,
    "no target": 5,
    "met": 6,
}


def look_of(state: str) -> Look:
    """The look of one status of ``kpi_monthly`` or one state of ``coverage``. Raises KeyError for any other text."""
    return _LOOKS[state]


def shape_in_markdown(state: str) -> str:
    """The shape of a state in its colour, for a page's own text."""
    look = look_of(state)
    return f":{look.hue}[{look.shape}]"


def month_name(month: date) -> str:
    """ "October 2026"; the same on every machine, whatever its locale."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def short_month(month: date) -> str:
    """ "Oct 2026"."""
    return f"{MONTHS[month.month - 1][:3]} {month.year}"


def day_name(day: date) -> str:
    """ "3 October 2026"."""
    return f"{day.day} {month_name(day)}"


def period_name(month: date, window: int) -> str:
    """ "October 2026", or "the 3 months to October 2026"."""
    return month_name(month) if window == 1 else f"the {window} months to {month_name(month)}"


def is_missing(value: object) -> bool:
    """True for None, NaN, NaT and pandas' NA."""
    return value is None or str(value) in {"<NA>", "NaT"} or value != value


def format_number(value: float, decimals: int) -> str:
    """With a thin grouping comma and a real minus sign: "1,234.5", "−3"."""
    rounded = round(float(value), decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"−{text}" if rounded < 0 else text


def format_value(indicator: Indicator, value: float | None, currency: str = "") -> str:
    """One value with its unit: "88.5 %", "12.3 days", "4.1 per 100 lots", "1,234 EUR"; "–" for none."""
    if is_missing(value) or not math.isfinite(float(value)):  # type: ignore[arg-type]
        return NO_VALUE
    number = short_value(indicator, value)
    if indicator.unit == "%":
        return f"{number} %"
    if indicator.unit == "count":
        return number
    if indicator.unit == "currency":
        return f"{number} {currency}".strip()
    return f"{number} {indicator.unit}"


def short_value(indicator: Indicator, value: float | None) -> str:
    """The number alone, in the unit's scale: 0.885 is "88.5" for a percentage. "–" for none."""
    if is_missing(value) or not math.isfinite(float(value)):  # type: ignore[arg-type]
        return NO_VALUE
    return format_number(in_unit(indicator, float(value)), indicator.decimals)  # type: ignore[arg-type]


def in_unit(indicator: Indicator, value: float) -> float:
    """A stored value in the unit that people read: fractions become percentages, all else stays."""
    return value * 100 if indicator.unit == "%" else value


def cell_value(indicator: Indicator, value: float | None, currency: str = "") -> str:
    """As ``format_value``, without a long unit that the head of a column names anyway."""
    if indicator.unit in {"%", "days", "currency"}:
        return format_value(indicator, value, currency)
    return short_value(indicator, value)


def unit_name(indicator: Indicator, currency: str = "") -> str:
    """The unit for an axis or a column's head; "" for a plain count."""
    if indicator.unit == "currency":
        return currency or "currency"
    return "" if indicator.unit == "count" else indicator.unit


def has_interval(indicator: Indicator) -> bool:
    """Proportions and rates carry an interval, and a numerator that counts records out of the denominator's."""
    return indicator.kind in {"proportion", "rate"}


def shortened(text: str, most: int) -> str:
    """``text``, or its beginning and "…" when it is longer than ``most`` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def format_interval(indicator: Indicator, lower: float | None, upper: float | None) -> str:
    """The 95 % interval in the value's unit, "80.1–93.6 %"; "" where there is none."""
    if is_missing(lower) or is_missing(upper):
        return ""
    low, high = short_value(indicator, lower), short_value(indicator, upper)
    unit = unit_name(indicator)
    return f"{low}–{high} {unit}".strip()


def format_n(n: float | None) -> str:
    """The number of records behind a figure; "–" for none."""
    return NO_VALUE if is_missing(n) else f"{int(n):,}"  # type: ignore[arg-type]


def format_target(indicator: Indicator, target: float | None) -> str:
    """The target as it is read: "≥ 95.0 %", "≤ 30 days", "97.0–103.0 %"; "–" without one."""
    if is_missing(target):
        return NO_VALUE
    if indicator.better == "band":
        low, high = band_edges(indicator, float(target))  # type: ignore[arg-type]
        return f"{short_value(indicator, low)}–{format_value(indicator, high)}"
    sign = "≥" if indicator.better == "higher" else "≤"
    return f"{sign} {format_value(indicator, target)}"


def band_edges(indicator: Indicator, lower_edge: float) -> tuple[float, float]:
    """A band's two edges: the stored lower one, and its mirror image about the centre."""
    centre = float(indicator.centre)  # type: ignore[arg-type]
    return lower_edge, 2 * centre - lower_edge


def better_text(indicator: Indicator) -> str:
    """Which way is good."""
    if indicator.better == "band":
        return f"Best near {format_value(indicator, indicator.centre)}"
    return "Higher is better" if indicator.better == "higher" else "Lower is better"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """ "1 partner", "3 partners"."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def joined(names: list[str], limit: int = 4) -> str:
    """ "A, B and C"; beyond ``limit`` names "A, B, C, D and 3 more"."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
