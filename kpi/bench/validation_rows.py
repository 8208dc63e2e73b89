"""The checks of batch records row after row in plain Python: typed records, and a worded finding for every bad cell."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2046, 12, 31)
CHECKED_ON = date(2026, 10, 31)
NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\ufeff]|^\d(?:[.,]\d+)?E\+\d{2,}$")
ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
NUMBER = re.compile(r"^[+-]?\d{1,15}(?:\.\d+)?$")
ENDS = " \t\n\r\xa0\u200b\ufeff"
STAGES = ("drug_substance", "drug_product", "packaging")
DECISIONS = ("pending", "released", "rejected")
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
DATES = ("planned_start_date", "actual_start_date", "completed_date", "record_received_date", "disposition_date")

Record = dict[str, Any]


class Rows:
    """What has been found in the rows so far."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.findings: list[dict[str, Any]] = []
        self.rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)

    def say(self, row: int, column: str, value: str, problem: str, allowed: str, action: str) -> None:
        self.findings.append(
            {"row": row, "column": column, "value": value, "problem": problem, "allowed": allowed, "action": action}
        )


def check_rows(file: Path) -> tuple[list[Record], list[dict[str, Any]]]:
    """The typed records and the findings of one file of batch records."""
    found = Rows()
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, strict=True), start=2):
            cells = {name: cell.strip(ENDS) for name, cell in row.items()}
            record = _typed(number, cells, found)
            _between_columns(number, cells, record, found)
            found.rows_of[record["partner_id"], record["batch_id"]].append(number)
            found.records.append(record)
    for (_, batch), rows in found.rows_of.items():
        if batch and len(rows) > 1:
            for number in rows:
                found.say(number, "batch_id", batch, f"stands more than once: rows {rows[:5]}", "once", "keep one")
    return found.records, found.findings


def _typed(number: int, cells: dict[str, str], found: Rows) -> Record:
    record: Record = {}
    for name in ("partner_id", "site_id", "batch_id", "product"):
        cell = cells[name]
        record[name] = cell or None
        if not cell:
            found.say(number, name, cell, "is empty", "an identifier, kept exactly as text", "fill in the cell")
        elif len(cell) > 500 or NOT_PLAIN.search(cell):
            found.say(number, name, cell, "contains an invisible character or is too long", "plain text", "correct it")
    for name, allowed in (("stage", STAGES), ("disposition", DECISIONS)):
        cell = cells[name].lower().replace(" ", "_")
        record[name] = cell or None
        if (cell and cell not in allowed) or (not cell and name == "stage"):
            found.say(number, name, cells[name], "is not an allowed value", ", ".join(allowed), "use an allowed value")
    for name in DATES:
        record[name] = _day(number, name, cells[name], found)
    cell = cells["reworked"].lower()
    record["reworked"] = True if cell in YES else False if cell in NO else None
    if cell and record["reworked"] is None:
        found.say(number, "reworked", cells["reworked"], "is neither yes nor no", "yes or no", "write yes or no")
    for name in ("actual_yield", "theoretical_yield", "release_tests"):
        record[name] = _number(number, name, cells[name], found)
    return record


def _day(number: int, name: str, cell: str, found: Rows) -> date | None:
    if not cell:
        if name == "planned_start_date":
            found.say(number, name, cell, "is empty", "dates as yyyy-mm-dd", "fill in the cell")
        return None
    try:
        day = date.fromisoformat(cell) if ISO.match(cell) else None
    except ValueError:
        day = None
    if day is None:
        found.say(number, name, cell, "is not written as yyyy-mm-dd", "dates as yyyy-mm-dd", "correct the date")
    elif not FIRST_DAY <= day <= LAST_DAY:
        found.say(number, name, cell, f"is {day}, which can't be right", f"{FIRST_DAY} to {LAST_DAY}", "correct it")
    elif day > CHECKED_ON and name != "planned_start_date":
        found.say(number, name, cell, "is later than today", f"dates up to {CHECKED_ON}", "correct the date")
    else:
        return day
    return None


def _number(number: int, name: str, cell: str, found: Rows) -> float | None:
    if not cell:
        return None
    if not NUMBER.match(cell):
        found.say(number, name, cell, "is not a number", "numbers such as 1234.5", "write the number alone")
        return None
    value = float(cell)
    if name == "release_tests" and not value.is_integer():
        found.say(number, name, cell, "is not a whole number", "whole numbers such as 12", "correct the number")
    elif value < 0 or (value == 0 and name != "release_tests"):
        found.say(number, name, cell, "is not more than 0", "numbers more than 0", "correct the number")
    else:
        return value
    return None


def _between_columns(number: int, cells: dict[str, str], record: Record, found: Rows) -> None:
    start, end = record["actual_start_date"], record["completed_date"]
    received, decided = record["record_received_date"], record["disposition_date"]
    decision = record["disposition"]
    if start and end and end < start:
        found.say(number, "completed_date", cells["completed_date"], f"is before the start ({start})", "", "correct")
    if received and end and received < end:
        column = "record_received_date"
        found.say(number, column, cells[column], f"is before the end of manufacture ({end})", "", "correct")
    if decided and ((end and decided < end) or (not cells["completed_date"] and start and decided < start)):
        found.say(number, "disposition_date", cells["disposition_date"], "is before the manufacture", "", "correct")
    if decided and decision in (None, "pending"):
        found.say(number, "disposition", cells["disposition"], f"is not a decision ({decided})", "", "fill it in")
    if not cells["disposition_date"] and decision in ("released", "rejected"):
        found.say(number, "disposition_date", "", f"is empty although the disposition is {decision}", "", "fill it in")
