"""What stands in a cell: texts as Excel can hold them, numbers with their format, and how high a wrapped text gets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from kpi.present.safe_csv import FORMULA_STARTS
from kpi.present.wording import look_of

LONGEST_TEXT = 32_767  # characters; a cell holds no more
ROW_HEIGHT = 15.0  # points of a row with one line
LINE_HEIGHT = 12.75  # points of each further line
LETTERS_IN_A_DIGIT = 1.1  # most letters are narrower than a digit
MOST_HEIGHT = 405.0  # points; Excel's highest row has 409
COUNT = "#,##0"
COUNT_OR_PART = "#,##0.0##"
DAY = "yyyy-mm-dd"
MONTH = "mmm yyyy"
MOMENT = "yyyy-mm-dd hh:mm"
TEXT = "@"


class Number(NamedTuple):
    """A number and the format in which it is shown; None for none."""

    value: float | None
    format: str


class Marked(NamedTuple):
    """A text in a colour; the text says the same by shape and word."""

    text: str
    colour: str


Value = None | str | int | float | date | Number | Marked


@dataclass(frozen=True)
class Column:
    """``width`` in digits. ``format``: of dates and plain numbers. ``wrap``: long texts break into lines.

    ``align``: "right" for a column of numbers, "indent" for a text beside one.
    """

    head: str
    width: float = 14
    format: str = ""
    wrap: bool = False
    align: str = ""

    @property
    def alignment(self) -> dict[str, Any]:
        """For heads and texts."""
        if self.align == "right":
            return {"align": "right"}
        return {"align": "left", "indent": 1} if self.align == "indent" else {}


def numbers(head: str, width: float = 10) -> Column:
    """A column of numbers, its head above them."""
    return Column(head, width, align="right")


def status_mark(status: str) -> Marked:
    """Shape and meaning of a status, in its colour: "▲ target missed, within the limit"."""
    look = look_of(status)
    return Marked(f"{look.shape} {look.meaning}", look.light)


def counted(value: float | None) -> Number:
    """A count, or a sum that may have decimals."""
    whole = value is None or float(value).is_integer()
    return Number(value, COUNT if whole else COUNT_OR_PART)


def is_number(value: float | None) -> bool:
    """Whether a cell can hold it: Excel knows neither NaN nor infinity."""
    return value is not None and math.isfinite(value)


def held(text: str) -> str:
    """The text as a cell can hold it: not too long, no halves of characters."""
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1] + "…"


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would make a formula of it when somebody edits the cell."""
    return text.startswith(FORMULA_STARTS)


def lines_of(text: str, width: float) -> list[str]:
    """The text in lines of so many digits' width; letters of Chinese and Japanese take two digits each."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text) / max(len(text), 1)
    letters = max(int(width / (2 * wide + (1 - wide) / LETTERS_IN_A_DIGIT)), 1)
    return [line for part in text.splitlines() for line in (wrap(part, letters, break_on_hyphens=False) or [""])]


def height_of(texts: list[tuple[str, float]]) -> float | None:
    """Points that a row needs for its wrapped (text, column width) cells; None where one line does.

    Not every program works that out when it opens the file.
    """
    lines = max((len(lines_of(text, width - 2)) for text, width in texts), default=1)
    return None if lines < 2 else min(ROW_HEIGHT + (lines - 1) * LINE_HEIGHT, MOST_HEIGHT)
