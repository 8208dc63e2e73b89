"""The points of a control chart: a shape for each status, a ring of a form of its own for each rule that was broken."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kpi.present.chart_points import FEW, NEUTRAL, READING_COLOURS, READING_WORDS, RINGS
from kpi.present.wording import STATUS_LOOKS, look_of
from kpi.qbr.document.svg import number, points
from kpi.qbr.pack import ChartMonth


def mark(status: str, x: float, y: float, radius: float = 4.5) -> str:
    """The shape of a status in its colour."""
    look = look_of(status)
    return _shape(look.symbol, x, y, radius, look.mark, 1.4, inside="#ffffff")  # hides the line behind it


def ring(rule: str, reading: str, status: str, x: float, y: float, radius: float = 8.5) -> str:
    """The ring around a month that broke a rule."""
    return _shape(RINGS[rule][0], x, y, radius, ring_colour(reading, status), 1.8)


def ring_colour(reading: str, status: str) -> str:
    """Grey for months of too few records: they are judged neither good nor bad."""
    return FEW if status == "too few" else READING_COLOURS.get(reading, NEUTRAL)


def statuses_of(months: Sequence[ChartMonth]) -> list[str]:
    """The statuses of months with a value, in the order of the table of looks."""
    used = {month.status for month in months if month.value is not None}
    return [look.state for look in STATUS_LOOKS if look.state in used]


def flags_of(months: Sequence[ChartMonth]) -> list[tuple[str, str, str, str]]:
    """(rule, reading, status, words) of each kind of ring that is drawn, in the order of the rules' precedence."""
    used = {
        (month.rule, month.reading, "too few" if month.status == "too few" else "")
        for month in months
        if month.rule and month.value is not None
    }
    found = []
    for rule, (_, name) in RINGS.items():
        for reading, words in READING_WORDS.items():
            for status in ("", "too few"):
                if (rule, reading, status) in used:
                    found.append((rule, reading, status, f"{name}, {'too few records to judge' if status else words}"))
    return found


def _shape(symbol: str, x: float, y: float, radius: float, colour: str, width: float, inside: str = "none") -> str:
    form, _, kind = symbol.partition("-")
    open_form = symbol.endswith("-open")
    line = f'fill="{inside}" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"'
    paint = line if open_form else f'fill="{colour}"'
    if form == "circle":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {paint}/>'
    if form == "line":
        return f'<path d="M{number(x - radius)} {number(y)}h{number(2 * radius)}" {line}/>'
    if form == "x":
        half = radius * 0.8
        left, right, top, foot = (number(edge) for edge in (x - half, x + half, y - half, y + half))
        return f'<path d="M{left} {top}L{right} {foot}M{left} {foot}L{right} {top}" {line}/>'
    return f'<polygon points="{points(_corners(form, kind, x, y, radius))}" {paint}/>'


def _corners(form: str, kind: str, x: float, y: float, radius: float) -> list[tuple[float, float]]:
    if form == "triangle":
        return [(x, y - 1.15 * radius), (x + 1.1 * radius, y + 0.8 * radius), (x - 1.1 * radius, y + 0.8 * radius)]
    if form == "square":
        half = 0.9 * radius
        return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    if form == "hexagon":
        angles = [math.pi / 3 * place for place in range(6)]
        return [(x + 1.1 * radius * math.cos(angle), y + 1.1 * radius * math.sin(angle)) for angle in angles]
    wide, high = (0.85, 1.35) if kind.startswith("tall") else (1.2, 1.2)
    return [(x, y - high * radius), (x + wide * radius, y), (x, y + high * radius), (x - wide * radius, y)]
