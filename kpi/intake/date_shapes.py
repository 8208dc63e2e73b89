"""The shapes in which cells write dates: what is certain about one cell, and what only its neighbours can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kpi.intake.dateformat import MONTHS

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"
SHORT = [name[:3] for name in MONTHS]

_TIME = re.compile(r"(?P<sep>[T ])\d{1,2}:\d{2}(?P<seconds>:\d{2})?(?P<half> ?[AaPp][Mm])?$")
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_PLAIN_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_YEAR_FIRST = re.compile(r"\d{4}(?P<s>[./])\d{1,2}(?P=s)\d{1,2}")
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NUMERIC = re.compile(r"(\d{1,2})(?P<s>[./\- ])(\d{1,2})(?P<t>[./\- ])(\d{4}|\d{2})")
_NAMED = re.compile(r"\d{1,2}(?P<s>[ .\-/]{1,2})(?P<name>[^\W\d_]+\.?)(?P<t>[ .\-/]{1,2})(?P<year>\d{4}|\d{2})")
_NAME_FIRST = re.compile(r"(?P<name>[^\W\d_]+\.?) \d{1,2}(?P<comma>,?) \d{4}")
_MONTH_NAMED = re.compile(r"(?P<name>[^\W\d_]{3,})(?P<s>[ .\-/]{1,2})(?P<year>\d{4}|\d{2})")
_MONTH_NUMBER = re.compile(r"\d{1,2}(?P<s>[./\-])\d{4}")


@dataclass(frozen=True)
class Shape:
    """How one cell writes a date.

    format: strptime's, certain; "" where it is yyyy-mm-dd, which needs none; None where ``orders`` are still open.
    orders: per order that this cell allows, the format that it would mean. name: the month's name as it stands, where
    it is not English. month_only: there is no day in it.
    """

    format: str | None
    orders: Mapping[str, str]
    name: str = ""
    month_only: bool = False


def shape_of(cell: str, months: Mapping[str, int]) -> Shape | None:
    """None for a cell that is no date. months: folded foreign names -> 1..12."""
    if _PLAIN_ISO.fullmatch(cell):
        return Shape("", {})
    time = _TIME.search(cell)
    day, suffix = (cell[: time.start()], _time_format(time)) if time else (cell, "")
    if _ISO.fullmatch(day):
        return Shape(f"%Y-%m-%d{suffix}", {})
    if found := _YEAR_FIRST.fullmatch(day):
        return Shape(f"%Y{found['s']}%m{found['s']}%d{suffix}", {})
    if _COMPACT.fullmatch(day):
        return Shape(f"%Y%m%d{suffix}", {})
    if found := _NUMERIC.fullmatch(day):
        return _numeric(found, suffix)
    return _with_month_name(day, suffix, months)


def month_number(name: str, months: Mapping[str, int]) -> int | None:
    """1..12; English names first. None for a word that is no month's name."""
    from kpi.intake.vocabulary import folded

    plain = name.rstrip(".").lower()
    for names in (SHORT, MONTHS):
        if plain in names:
            return names.index(plain) + 1
    return months.get(folded(plain))


def _time_format(time: re.Match[str]) -> str:
    hour = "%I" if time["half"] else "%H"
    half = "" if not time["half"] else " %p" if time["half"].startswith(" ") else "%p"
    return f"{time['sep']}{hour}:%M{':%S' if time['seconds'] else ''}{half}"


def _numeric(found: re.Match[str], suffix: str) -> Shape | None:
    first, second, last = found[1], found[3], found[5]
    s, t, year = found["s"], found["t"], "%Y" if len(last) == 4 else "%y"
    orders = {}
    if _is_day(first) and _is_month(second):
        orders[DAY_FIRST] = f"%d{s}%m{t}{year}{suffix}"
    if _is_month(first) and _is_day(second):
        orders[MONTH_FIRST] = f"%m{s}%d{t}{year}{suffix}"
    if len(last) == 2 and len(first) == 2 and int(first) >= 10 and _is_month(second) and _is_day(last):
        orders[YEAR_FIRST] = f"%y{s}%m{t}%d{suffix}"
    return Shape(None, orders) if orders else None


def _with_month_name(day: str, suffix: str, months: Mapping[str, int]) -> Shape | None:
    if found := _NAMED.fullmatch(day):
        parts = "%d{s}{month}{t}{year}"
    elif found := _NAME_FIRST.fullmatch(day):
        parts = "{month} %d{comma} %Y"
    elif found := _MONTH_NAMED.fullmatch(day):
        parts = "{month}{s}{year}"
    elif found := _MONTH_NUMBER.fullmatch(day):
        return Shape(f"%m{found['s']}%Y", {}, month_only=True) if _is_month(day.split(found["s"])[0]) else None
    else:
        return None
    name = found["name"]
    if month_number(name, months) is None:
        return None
    groups = found.groupdict()
    # "may" is both short and long; what is neither, with its point, is replaced by the short name
    long = name.lower() in MONTHS and len(name) > 3
    foreign = "" if long or name.lower() in SHORT else name
    year = "%Y" if len(groups.get("year") or "yyyy") == 4 else "%y"
    text = parts.format(month="%B" if long else "%b", **{**groups, "year": year})
    return Shape(f"{text}{suffix}", {}, foreign, month_only="%d" not in text)


def _is_day(text: str) -> bool:
    return 1 <= int(text) <= 31


def _is_month(text: str) -> bool:
    return 1 <= int(text) <= 12
