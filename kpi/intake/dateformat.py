"""Date formats in strptime's letters, read by rules of our own so that nothing is guessed.

Supported: %d %m %Y %y %b %B, and %H %I %M %S %p for a time of day, which is dropped. Month names are English, in any
case; other names are replaced by the mapping first. %y follows Python: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to
2068. A format without %d (month and year only) yields the first day of the month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = MONTH_NAMES.split()
FIRST_TWO_DIGIT_YEAR = 69

PATTERNS = {
    "d": r"(3[01]|[12][0-9]|0?[1-9])",
    "m": r"(1[0-2]|0?[1-9])",
    "Y": r"([0-9]{4})",
    "y": r"([0-9]{2})",
    "b": "((?i:" + "|".join(name[:3] for name in MONTHS) + "))",
    "B": "((?i:" + "|".join(MONTHS) + "))",
    "H": r"(?:2[0-3]|[01]?[0-9])",
    "I": r"(?:1[0-2]|0?[1-9])",
    "M": r"(?:[0-5]?[0-9])",
    "S": r"(?:[0-5]?[0-9])",
    "p": r"(?i:am|pm)",
    "%": "%",
}
WORDS = {
    "d": "dd",
    "m": "mm",
    "Y": "yyyy",
    "y": "yy",
    "b": "mon",
    "B": "month",
    "H": "hh",
    "I": "hh",
    "M": "mm",
    "S": "ss",
    "p": "am/pm",
    "%": "%",
}
DATE_LETTERS = "dmYybB"


@dataclass(frozen=True)
class DateFormat:
    """A format that can be matched. ``parts`` are the letters of the pattern's groups, in order."""

    text: str
    pattern: str
    parts: tuple[str, ...]
    words: str

    @property
    def month_only(self) -> bool:
        return "d" not in self.parts

    @property
    def names_months(self) -> bool:
        return "b" in self.parts or "B" in self.parts

    def allows(self) -> str:
        """In words, for example: dates as dd-mon-yy (month names in English: Jan, Feb … Dec)."""
        names = ""
        if "b" in self.parts:
            names = " (month names in English: Jan, Feb … Dec)"
        elif "B" in self.parts:
            names = " (month names in English: January, February … December)"
        subject = "months" if self.month_only else "dates"
        return f"{subject} as {self.words}{names}"

    def parse(self, cells: pl.Expr) -> pl.Expr:
        """Date per cell; null where it does not match or there is no such day."""
        group = {letter: cells.str.extract(self.pattern, i + 1) for i, letter in enumerate(self.parts)}
        day = group["d"].str.zfill(2) if "d" in group else pl.lit("01")
        iso = pl.concat_str([_year(group), _month(group), day], separator="-")
        return iso.str.to_date("%Y-%m-%d", strict=False)


def read_date_format(text: str) -> DateFormat | str:
    """The format, or a sentence that says what is wrong with it."""
    tokens = re.findall(r"%(.?)|([^%]+)", text, flags=re.DOTALL)
    letters = [letter for letter, literal in tokens if not literal]
    unknown = [letter for letter in letters if letter not in PATTERNS]
    if unknown:
        return f'"%{unknown[0]}" is not supported; allowed are {" ".join("%" + letter for letter in PATTERNS)}'
    dates = tuple(letter for letter in letters if letter in DATE_LETTERS)
    for name, choices in (("day", "d"), ("month", "mbB"), ("year", "Yy")):
        count = sum(dates.count(choice) for choice in choices)
        if count > 1:
            return f"it names the {name} {count} times"
        if not count and name != "day":
            return f"it names no {name}: " + " or ".join(f"%{choice}" for choice in choices)
    pattern = "".join(_literal(literal) if literal else PATTERNS[letter] for letter, literal in tokens)
    words = "".join(literal or WORDS[letter] for letter, literal in tokens)
    return DateFormat(text, f"^{pattern}$", dates, words)


def _literal(text: str) -> str:
    """Spaces match one or more, as in strptime; everything else matches itself."""
    return re.sub(r"(?:\\\s|\s)+", r"\\s+", re.escape(text))


def _year(group: dict[str, pl.Expr]) -> pl.Expr:
    if "Y" in group:
        return group["Y"]
    early = group["y"].cast(pl.Int32, strict=False) < FIRST_TWO_DIGIT_YEAR
    return pl.when(early).then(pl.lit("20") + group["y"]).otherwise(pl.lit("19") + group["y"])


def _month(group: dict[str, pl.Expr]) -> pl.Expr:
    if "m" in group:
        return group["m"].str.zfill(2)
    letter = "b" if "b" in group else "B"
    names = [name[:3] if letter == "b" else name for name in MONTHS]
    numbers = [f"{number:02d}" for number in range(1, len(MONTHS) + 1)]
    return group[letter].str.to_lowercase().replace_strict(names, numbers, default=None, return_dtype=pl.String)
