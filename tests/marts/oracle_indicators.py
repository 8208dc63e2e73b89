"""What one record adds to an indicator, written from the definitions in words and nothing else.

Every function takes one current record (and, where the sentence needs them, the partner's other records) and
returns the event that puts the record into a month, or None when the record does not belong to the indicator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.marts.oracle_calendar import month_of, twelve_months_before

FINAL = ("released", "rejected")
SERIOUS = ("critical", "major")
START_TOLERANCE_DAYS = 2
PENDING_AFTER_DAYS = 30


@dataclass(frozen=True)
class Event:
    """One record's part in one month of one indicator."""

    month: date
    numerator: float = 0
    denominator: float = 0
    records: int = 1
    days: int | None = None
    audit: str | None = None
    currency: str = ""


@dataclass
class Neighbours:
    """What a record is judged against: the current records of the same partner."""

    batches_with_deviation: set[tuple[str, str]] = field(default_factory=set)
    openings: dict[tuple[str, str, str, str], list[date]] = field(default_factory=dict)

    @classmethod
    def of(cls, deviations: list[dict]) -> Neighbours:
        found = cls()
        for row in deviations:
            if row.get("batch_id"):
                found.batches_with_deviation.add((row["partner_id"], row["batch_id"]))
            if row.get("root_cause") and row.get("area"):
                cause = (row["partner_id"], row["site_id"], row["root_cause"], row["area"])
                found.openings.setdefault(cause, []).append(row["opened_date"])
        return found


def _final(row: dict) -> bool:
    return row.get("disposition") in FINAL and row.get("disposition_date") is not None


def lot_acceptance_rate(row: dict, _: Neighbours) -> Event | None:
    if not _final(row):
        return None
    return Event(month_of(row["disposition_date"]), int(row["disposition"] == "released"), 1)


def right_first_time(row: dict, near: Neighbours) -> Event | None:
    if not _final(row):
        return None
    right = (
        row["disposition"] == "released"
        and not row.get("reworked")
        and (row["partner_id"], row["batch_id"]) not in near.batches_with_deviation
    )
    return Event(month_of(row["disposition_date"]), int(right), 1)


def disposition_lead_time(row: dict, _: Neighbours) -> Event | None:
    if not _final(row) or row.get("completed_date") is None:
        return None
    return Event(month_of(row["disposition_date"]), days=(row["disposition_date"] - row["completed_date"]).days)


def record_turnaround(row: dict, _: Neighbours) -> Event | None:
    received, completed = row.get("record_received_date"), row.get("completed_date")
    if received is None or completed is None:
        return None
    return Event(month_of(received), days=(received - completed).days)


def schedule_adherence(row: dict, _: Neighbours) -> Event | None:
    planned, actual = row["planned_start_date"], row.get("actual_start_date")
    adheres = actual is not None and abs((actual - planned).days) <= START_TOLERANCE_DAYS
    return Event(month_of(planned), int(adheres), 1)


def yield_attainment(row: dict, _: Neighbours) -> Event | None:
    actual, theoretical = row.get("actual_yield"), row.get("theoretical_yield")
    if row.get("completed_date") is None or actual is None or theoretical is None:
        return None
    return Event(month_of(row["completed_date"]), actual, theoretical)


def cost_per_released_batch(row: dict, _: Neighbours) -> Event | None:
    if not _final(row) or row.get("batch_cost") is None or not row.get("currency"):
        return None
    released = int(row["disposition"] == "released")
    return Event(
        month_of(row["disposition_date"]),
        row["batch_cost"],
        released,
        records=released,
        currency=row["currency"],
    )


def batch_completed(row: dict, _: Neighbours) -> Event | None:
    if row.get("completed_date") is None:
        return None
    return Event(month_of(row["completed_date"]), 0, 1)


def release_tests_performed(row: dict, _: Neighbours) -> Event | None:
    if row.get("completed_date") is None:
        return None
    return Event(month_of(row["completed_date"]), 0, row.get("release_tests") or 0)


def deviation_opened(row: dict, _: Neighbours) -> Event | None:
    return Event(month_of(row["opened_date"]), 1, 0)


def serious_deviation_opened(row: dict, _: Neighbours) -> Event | None:
    return Event(month_of(row["opened_date"]), 1, 0) if row["severity"] in SERIOUS else None


def oos_invalidated(row: dict, _: Neighbours) -> Event | None:
    if row["type"] != "laboratory_oos" or row.get("oos_outcome") != "invalidated":
        return None
    return Event(month_of(row["opened_date"]), 1, 0)


def deviation_cycle_time(row: dict, _: Neighbours) -> Event | None:
    if row.get("closed_date") is None:
        return None
    return Event(month_of(row["closed_date"]), days=(row["closed_date"] - row["opened_date"]).days)


def recurring_deviation_rate(row: dict, near: Neighbours) -> Event | None:
    if row.get("closed_date") is None:
        return None
    recurs = False
    if row.get("root_cause") and row.get("area"):
        cause = (row["partner_id"], row["site_id"], row["root_cause"], row["area"])
        first = twelve_months_before(row["opened_date"])
        last = row["opened_date"] - timedelta(days=1)
        recurs = any(first <= opened <= last for opened in near.openings[cause])
    return Event(month_of(row["closed_date"]), int(recurs), 1)


def capa_effectiveness(row: dict, _: Neighbours) -> Event | None:
    if row.get("capa_effective") is None or row.get("capa_evaluated_date") is None:
        return None
    return Event(month_of(row["capa_evaluated_date"]), int(row["capa_effective"]), 1)


def on_time(due: str, done: str) -> Callable[[dict, Neighbours], Event | None]:
    """Done no later than due, among everything that fell due in the month, done or not."""

    def event(row: dict, _: Neighbours) -> Event | None:
        if row.get(due) is None:
            return None
        return Event(month_of(row[due]), int(row.get(done) is not None and row[done] <= row[due]), 1)

    return event


def findings_per_audit(row: dict, _: Neighbours) -> Event | None:
    return Event(month_of(row["audit_date"]), 1, 0, audit=row["audit_id"])


def repeat_finding_rate(row: dict, _: Neighbours) -> Event | None:
    return Event(month_of(row["audit_date"]), int(bool(row.get("repeat_of"))), 1)


def _delivered(row: dict) -> bool:
    return row.get("delivered_date") is not None


def _delivered_on_time(row: dict) -> bool:
    return _delivered(row) and row["delivered_date"] <= row["promised_date"]


def _in_full(row: dict) -> bool:
    return row.get("delivered_quantity") is not None and row["delivered_quantity"] >= row["ordered_quantity"]


def on_time_in_full(row: dict, _: Neighbours) -> Event | None:
    if _delivered(row) and row.get("delivered_quantity") is None:
        return None
    return Event(month_of(row["promised_date"]), int(_delivered_on_time(row) and _in_full(row)), 1)


def fill_rate(row: dict, _: Neighbours) -> Event | None:
    ordered, delivered = row["ordered_quantity"], row.get("delivered_quantity")
    if not _delivered(row):
        return Event(month_of(row["promised_date"]), 0, ordered)
    if delivered is None:
        return None
    return Event(month_of(row["promised_date"]), min(delivered, ordered), ordered)


def perfect_order(row: dict, _: Neighbours) -> Event | None:
    month = month_of(row["promised_date"])
    if not _delivered(row):
        return Event(month, 0, 1)
    if any(row.get(column) is None for column in ("delivered_quantity", "documents_ok", "condition_ok")):
        return None
    perfect = _delivered_on_time(row) and _in_full(row) and row["documents_ok"] and row["condition_ok"]
    return Event(month, int(perfect), 1)


def delivery_lateness(row: dict, _: Neighbours) -> Event | None:
    if not _delivered(row) or row["delivered_date"] <= row["promised_date"]:
        return None
    return Event(month_of(row["promised_date"]), days=(row["delivered_date"] - row["promised_date"]).days)


def _open_at(row: dict, closed: str, end: date) -> bool:
    return row.get(closed) is None or row[closed] > end


def pending_over_30_days(row: dict, end: date) -> bool:
    completed = row.get("completed_date")
    return (
        completed is not None and (end - completed).days > PENDING_AFTER_DAYS and _open_at(row, "disposition_date", end)
    )


def overdue(started: str, due: str, closed: str, severity: str | None = None) -> Callable[[dict, date], bool]:
    """Started by the month's end, due before it, and not closed by it."""

    def is_overdue(row: dict, end: date) -> bool:
        if severity is not None and row["severity"] != severity:
            return False
        return row[started] <= end and row.get(due) is not None and row[due] < end and _open_at(row, closed, end)

    return is_overdue


def open_critical_finding(row: dict, end: date) -> bool:
    return row["severity"] == "critical" and row["audit_date"] <= end and _open_at(row, "closed_date", end)


def open_critical_authority_finding(row: dict, end: date) -> bool:
    return row["audit_type"] == "regulatory" and open_critical_finding(row, end)


def past_due_delivery(row: dict, end: date) -> bool:
    ordered = row.get("order_date")
    return row["promised_date"] < end and _open_at(row, "delivered_date", end) and (ordered is None or ordered <= end)
