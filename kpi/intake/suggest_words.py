"""Small wordings that several parts of a proposal share."""

from __future__ import annotations

from datetime import date

from kpi.intake.dateformat import MONTHS, DateFormat, read_date_format

PARTS = {"d": "day", "m": "month", "b": "month", "B": "month", "Y": "year", "y": "year"}


def date_words(day: date) -> str:
    """31 March 2026, whatever the machine's language is."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def order_words(date_format: str) -> str:
    """ "%d.%m.%Y" is day.month.year."""
    read = read_date_format(date_format)
    if not isinstance(read, DateFormat):
        return date_format
    text = date_format.split(" %H")[0].split("T%H")[0].split(" %I")[0]
    for letter, word in PARTS.items():
        text = text.replace(f"%{letter}", word)
    return text
