"""A plain CSV file → one series of numbers. Every problem is found in one pass; nothing is guessed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from kpi.errors import InputRefused

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
DELIMITERS = (",", ";", "\t")
PROBLEMS_LISTED = 20
EMPTY_CELL = "Leave a cell empty where there is no point."

Series = dict[str, list[float]]
Check = Callable[[dict[str, float]], str]


def read_series(path: Path, columns: Sequence[str], check: Check) -> Series:
    """The named columns, one number per row of the file, NaN for an empty cell; other columns are passed over.

    UTF-8, with or without a byte order mark; commas, semicolons or tabs between cells, whichever the header has; a
    decimal point, never a comma. Names of columns may be in any case. Lines with nothing in them at the end do not
    count, others are rows without a point. ``check`` says what is wrong with a row (NaN for an empty cell), "" for
    nothing. Raises InputRefused with every problem found, by row (the header is row 1).
    """
    rows = _rows(path)
    places = _places(path, rows, columns)
    found: Series = {name: [] for name in columns}
    problems: list[str] = []
    for row_number, row in enumerate(rows[1:], start=2):
        numbers, faults = {}, []
        if len(row) > len(rows[0]) and any(cell.strip() for cell in row[len(rows[0]) :]):
            problems.append(
                f"row {row_number} has {len(row)} cells and the first line {len(rows[0])}: "
                "write decimals with a point, or put a cell with a comma in quotes"
            )
        for name, place in places.items():
            text = row[place].strip() if place < len(row) else ""
            numbers[name], fault = _number(text)
            found[name].append(numbers[name])
            if fault:
                faults.append(f"row {row_number}, {name}: {fault}")
        fault = "" if faults else check(numbers)
        problems += [*faults, *([f"row {row_number}: {fault}"] if fault else [])]
    if not problems and not any(math.isfinite(number) for number in found[columns[0]]):
        problems.append(f"it holds no number: fill the column {columns[0]}")
    if problems:
        raise InputRefused(_refusal(path, problems))
    return found


def _rows(path: Path) -> list[list[str]]:
    """All lines as cells, without the empty ones at the end. Raises InputRefused for what is no text or has no line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8.") from error
    if "\0" in text:
        raise InputRefused(f"{path.name} is not a text file. Save it as CSV UTF-8.")
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputRefused(f"{path.name} is not a CSV file: {error}. Save it as CSV UTF-8.") from error
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise InputRefused(f"{path.name} is empty. Its first line names the columns, one point follows per line.")
    return rows


def _places(path: Path, rows: list[list[str]], columns: Sequence[str]) -> dict[str, int]:
    header = [cell.strip().casefold() for cell in rows[0]]
    missing = [name for name in columns if name not in header]
    twice = [name for name in columns if header.count(name) > 1]
    if missing:
        raise InputRefused(
            f"{path.name} has no column {' and no column '.join(missing)}. "
            f"Its first line must name {' and '.join(columns)}; it reads: {', '.join(rows[0])[:80]}."
        )
    if twice:
        raise InputRefused(f"{path.name} has more than one column {twice[0]}. Keep the one that counts.")
    return {name: header.index(name) for name in columns}


def _number(text: str) -> tuple[float, str]:
    """The cell as a number, NaN for an empty one; and what is wrong with it."""
    if not text:
        return math.nan, ""
    if NUMBER.fullmatch(text):
        number = float(text)
        return (number, "") if math.isfinite(number) else (math.nan, f"{text} is too large a number.")
    if NUMBER.fullmatch(text.replace(",", ".", 1)):
        return math.nan, f'"{text}" has a comma. Write {text.replace(",", ".", 1)}, and no comma between thousands.'
    return math.nan, f'"{text[:40]}" is not a number. {EMPTY_CELL}'


def _refusal(path: Path, problems: list[str]) -> str:
    listed = [f"{path.name}, {problem}" for problem in problems[:PROBLEMS_LISTED]]
    more = len(problems) - len(listed)
    return "\n".join([*listed, *([f"and {more:,} more problems."] if more else [])])
