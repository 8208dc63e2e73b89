"""The checks of batch records row after row in plain Python, complete: typed records, and a worded finding for each
bad cell. What a developer would write with the standard library; nothing is remembered from one cell to the next.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kpi.bench.validation_row_rules import between_columns
from kpi.intake.cast import LIKE_MISSING, NO, YES
from kpi.intake.contracts.base import TEXT_LIMIT
from kpi.intake.findings import VALUE_SHOWN
from kpi.intake.table import LIMITS
from kpi.intake.template import EXAMPLE_ID
from kpi.intake.visible import visible

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2046, 12, 31)
CHECKED_ON = date(2026, 10, 31)
SHORTENED = re.compile(r"^\d(?:[.,]\d+)?E\+\d{2,}$")
ISO = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
NUMERIC_DATE = re.compile(r"^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})$")
NUMBER = re.compile(r"^[+-]?\d{1,15}(?:\.\d+)?$")
BLANKS = re.compile(r"[\s_\-]+")
ENDS = " \t\n\x0b\x0c\r\x85\xa0\u2028\u2029\u202f\u3000\u200b\ufeff"
STAGES = ("drug_substance", "drug_product", "packaging")
DECISIONS = ("pending", "released", "rejected")
DATES = ("planned_start_date", "actual_start_date", "completed_date", "record_received_date", "disposition_date")
AGAIN = "Correct the cell and upload the file again"
DAYS_ALLOWED = "dates as yyyy-mm-dd"

Record = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """One bad cell."""

    severity: str
    code: str
    row: int
    column: str
    value: str
    problem: str
    allowed: str
    action: str


class Rows:
    """What has been found in the rows so far."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.findings: list[Finding] = []
        self.rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)

    def say(self, code: str, row: int, column: str, value: str, problem: str, allowed: str, action: str) -> None:
        value = visible(value if len(value) <= VALUE_SHOWN else value[: VALUE_SHOWN - 1] + "…")
        self.findings.append(Finding("error", code, row, column, value, problem, allowed, action))


def check_rows(file: Path) -> tuple[list[Record], list[Finding]]:
    """The typed records and the findings of one file of batch records, in the order of the rows."""
    found = Rows()
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        names = reader.fieldnames or []
        for number, row in enumerate(reader, start=2):
            _check_row(number, row, list(names), found)
    for (_, batch), rows in found.rows_of.items():
        if len(rows) > 1:
            named = ", ".join(map(str, rows[:5])) + (" …" if len(rows) > 5 else "")
            for number in rows:
                problem = f"stands more than once with the same partner_id and batch_id: rows {named}"
                found.say("duplicate_key", number, "batch_id", batch, problem, "each key once in a file", "Keep one")
    found.findings.sort(key=lambda finding: finding.row)
    return found.records, found.findings


def _check_row(number: int, row: dict[str, Any], names: list[str], found: Rows) -> None:
    if number > LIMITS.rows:
        raise ValueError(f"more than {LIMITS.rows:,} rows")
    if None in row or None in row.values():
        found.say("row_ragged", number, "", "", f"the row has not {len(names)} cells", "as in the header", AGAIN)
        return
    cells = {}
    for name, cell in row.items():
        if len(cell) > LIMITS.field_characters:
            raise ValueError(f"row {number}: a cell with {len(cell):,} characters")
        cells[name] = cell.strip(ENDS)
    if not any(cells.values()):
        return
    if all(not cell or cell.lower() == name.lower() for name, cell in cells.items()):
        found.say("headers_again", number, "", "", "the headers stand here once more", "once", "Delete this row")
        return
    if EXAMPLE_ID in (cells["partner_id"], cells["batch_id"]):
        found.say("example_row", number, "batch_id", cells["batch_id"], "is the template's row", "", "Delete the row")
        return
    record = _typed(number, cells, found)
    between_columns(number, cells, record, found.say)
    if record["partner_id"] and record["batch_id"]:
        found.rows_of[record["partner_id"], record["batch_id"]].append(number)
    found.records.append(record)


def _typed(number: int, cells: dict[str, str], found: Rows) -> Record:
    record: Record = {}
    for name in ("partner_id", "site_id", "batch_id"):
        record[name] = _identifier(number, name, cells[name], found)
    record["product"] = _text(number, "product", cells["product"], found)
    for name, allowed in (("stage", STAGES), ("disposition", DECISIONS)):
        record[name] = _choice(number, name, cells[name], allowed, found)
    for name in DATES:
        record[name] = _day(number, name, cells[name], found)
    cell = cells["reworked"].lower()
    record["reworked"] = True if cell in YES else False if cell in NO else None
    if cell and record["reworked"] is None:
        action = _leave_empty(cell) or "Write yes or no, or translate the cell in the mapping"
        found.say("not_yes_no", number, "reworked", cells["reworked"], "is neither yes nor no", "yes or no", action)
    for name in ("actual_yield", "theoretical_yield", "release_tests"):
        record[name] = _number(number, name, cells[name], found)
    return record


def _identifier(number: int, name: str, cell: str, found: Rows) -> str | None:
    allowed = "an identifier, kept exactly as text"
    if not cell:
        found.say("value_missing", number, name, cell, "is empty", allowed, "Fill in the cell")
    elif SHORTENED.match(cell):
        found.say("id_shortened", number, name, cell, "is a number shortened by a spreadsheet", allowed, AGAIN)
    elif not _plain(cell):
        found.say("id_not_plain", number, name, cell, "contains an invisible character", allowed, AGAIN)
    elif len(cell) > TEXT_LIMIT:
        found.say("text_too_long", number, name, cell, f"is longer than {TEXT_LIMIT} characters", allowed, AGAIN)
    elif cell.startswith("'"):
        found.say("id_marked_as_text", number, name, cell, "begins with an apostrophe", allowed, AGAIN)
    elif name == "partner_id" and cell == "*":
        found.say("partner_not_named", number, name, cell, "is no partner", allowed, AGAIN)
    else:
        return cell
    return None


def _plain(cell: str) -> bool:
    """No control or formatting character, and no space but the plain one."""
    if cell.isascii():
        return cell.isprintable()
    return all(
        character == " " or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Zl", "Zp", "Zs")
        for character in cell
    )


def _text(number: int, name: str, cell: str, found: Rows) -> str | None:
    if not cell:
        found.say("value_missing", number, name, cell, "is empty", "text", "Fill in the cell")
    elif len(cell) > TEXT_LIMIT:
        problem = f"is longer than {TEXT_LIMIT} characters ({len(cell)})"
        found.say("text_too_long", number, name, cell, problem, "text", "Shorten the text")
    elif not cell.isprintable() and any(c not in "\t\n\r" and unicodedata.category(c) == "Cc" for c in cell):
        found.say("text_not_plain", number, name, cell, "contains a control character", "text", AGAIN)
    else:
        return cell
    return None


def _choice(number: int, name: str, cell: str, allowed: tuple[str, ...], found: Rows) -> str | None:
    value = BLANKS.sub("_", cell.lower())
    if value in allowed:
        return value
    if cell or name == "stage":
        problem = "is not an allowed value" if cell else "is empty"
        action = "Use an allowed value, or translate the cell in the mapping"
        found.say("not_allowed", number, name, cell, problem, ", ".join(allowed), action)
    return cell or None


def _day(number: int, name: str, cell: str, found: Rows) -> date | None:
    if not cell:
        if name == "planned_start_date":
            found.say("value_missing", number, name, cell, "is empty", DAYS_ALLOWED, "Fill in the cell")
        return None
    written = ISO.match(cell)
    try:
        day = date.fromisoformat(written[1]) if written else None
    except ValueError:
        found.say("impossible_date", number, name, cell, "is a day that does not exist", DAYS_ALLOWED, AGAIN)
        return None
    if day is None:
        _explain_day(number, name, cell, found)
    elif not FIRST_DAY <= day <= LAST_DAY:
        problem, allowed = f"is {day}, which can't be right", f"dates from {FIRST_DAY} to {LAST_DAY}"
        found.say("implausible_date", number, name, cell, problem, allowed, "Correct the year")
    elif day > CHECKED_ON and name != "planned_start_date":
        found.say("future_date", number, name, cell, "is later than today", f"dates up to {CHECKED_ON}", AGAIN)
    else:
        return day
    return None


def _explain_day(number: int, name: str, cell: str, found: Rows) -> None:
    """Which dates a cell may mean, and what the mapping would have to say."""
    numeric = NUMERIC_DATE.match(cell)
    if numeric is None:
        action = _leave_empty(cell) or AGAIN
        found.say("not_date", number, name, cell, "is not a date written as yyyy-mm-dd", DAYS_ALLOWED, action)
        return
    first, second, year = numeric.groups()
    if int(first) <= 12 and int(second) <= 12 and first != second:
        problem = f"could be {year}-{second:0>2}-{first:0>2} or {year}-{first:0>2}-{second:0>2}"
        found.say("ambiguous_date", number, name, cell, problem, DAYS_ALLOWED, "Say date_format in the mapping")
    else:
        form = "dd/mm/yyyy" if int(first) > 12 else "mm/dd/yyyy"
        problem = "is a date, but not written as yyyy-mm-dd"
        action = f'Add to the mapping under [file]: date_format = "{form}"'
        found.say("date_format_unknown", number, name, cell, problem, DAYS_ALLOWED, action)


def _number(number: int, name: str, cell: str, found: Rows) -> float | int | None:
    if not cell:
        return None
    allowed = "whole numbers such as 12" if name == "release_tests" else "numbers such as 1234.5"
    if not NUMBER.match(cell):
        problem, action = "is not a number", _leave_empty(cell) or AGAIN
        if "," in cell:
            problem = "has a comma, which may be a decimal sign or may group thousands"
            action = 'Add to the mapping under [file]: decimal = ","'
        elif "%" in cell:
            problem, action = "carries a % sign", "Write the number alone"
        found.say("not_number", number, name, cell, problem, allowed, action)
        return None
    value = float(cell)
    if name == "release_tests":
        if not value.is_integer():
            found.say("not_whole", number, name, cell, "is not a whole number", allowed, AGAIN)
        elif value < 0:
            found.say("out_of_range", number, name, cell, "is not 0 or more", allowed, "Correct the number")
        else:
            return int(value)
    elif value <= 0:
        found.say("out_of_range", number, name, cell, "is not more than 0", allowed, "Correct the number")
    else:
        return value
    return None


def _leave_empty(cell: str) -> str | None:
    if cell.lower() not in LIKE_MISSING:
        return None
    return f'Leave the cell empty, or say in the mapping that it means "no value": missing = ["{cell[:20]}"]'
