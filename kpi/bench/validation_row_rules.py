"""The rules between the columns of one batch record, in plain Python. A bad cell is null in the record: told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Say = Callable[[str, int, str, str, str, str, str], None]
CORRECT = "Correct one of the two dates"


def between_columns(number: int, cells: dict[str, str], record: dict[str, Any], say: Say) -> None:
    start, end = record["actual_start_date"], record["completed_date"]
    received, decided = record["record_received_date"], record["disposition_date"]
    decision = record["disposition"]
    if start and end and end < start:
        problem, allowed = f"is before the actual start ({start})", "the day of actual_start_date or later"
        say("completed_not_before_start", number, "completed_date", cells["completed_date"], problem, allowed, CORRECT)
    if received and end and received < end:
        problem, allowed = f"is before the end of manufacture ({end})", "the day of completed_date or later"
        column = "record_received_date"
        say("record_received_not_before_completed", number, column, cells[column], problem, allowed, CORRECT)
    column = "disposition_date"
    if decided and end and decided < end:
        problem, allowed = f"is before the end of manufacture ({end})", "the day of completed_date or later"
        say("disposition_not_before_completed", number, column, cells[column], problem, allowed, CORRECT)
    if decided and not cells["completed_date"] and start and decided < start:
        problem, allowed = f"is before the actual start ({start})", "the day of actual_start_date or later"
        say("disposition_not_before_start", number, column, cells[column], problem, allowed, CORRECT)
    if decided and decision in (None, "pending"):
        problem = f"is not a decision although there is a disposition date ({decided})"
        action = "Fill in the decision, or empty the date"
        say("disposition_date_has_a_decision", number, "disposition", cells["disposition"], problem, "", action)
    if not cells[column] and decision in ("released", "rejected"):
        problem = f"is empty although the disposition is {decision}"
        action = "Fill in the day of the decision, or make the disposition pending"
        say("disposition_has_a_date", number, column, "", problem, "a date for every batch decided", action)
