"""Rows into a store through the product's own door: a CSV file, checked, accepted, appended."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from kpi.intake.validate import check_file

from kpi.access import EVERYTHING
from kpi.intake.known import KnownRecords
from kpi.ledger.store import Store
from kpi.ledger.submissions import Receipt, submit, withdraw

CHECKED_ON = date(2026, 1, 1)
"""The day that tests upload on; none of their records lies after it."""

Row = dict[str, Any]


def csv_of(rows: Sequence[Row]) -> bytes:
    """The rows as a partner would send them with our own headers."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def submit_rows(
    store: Store,
    dataset: str,
    rows: Sequence[Row],
    month_from: date,
    month_to: date | None = None,
    *,
    received_on: date = CHECKED_ON,
    known: KnownRecords | None = None,
    connection: Any = None,
    file_name: str | None = None,
) -> Receipt:
    """Appends ``rows`` as one file covering the months; a row that the product refuses fails the test."""
    checked = check_file(
        dataset,
        csv_of(rows),
        file_name or f"{dataset}.csv",
        known=known or KnownRecords.empty(),
        today=CHECKED_ON,
    )
    assert checked.accepted, "\n".join(checked.findings.lines(10))
    return submit(
        store,
        checked,
        month_from=month_from,
        month_to=month_to or month_from,
        actor="tests",
        reason="test data",
        now=datetime.combine(received_on, time(12), UTC),
        accept_warnings=True,
        scope=EVERYTHING,
        connection=connection,
    )


def withdraw_quickly(store: Store, submission_id: str, on: date = CHECKED_ON) -> int:
    """Withdraws a submission; the version that this made."""
    return withdraw(
        store,
        submission_id,
        reason="sent by mistake",
        actor="tests",
        now=datetime.combine(on, time(13), UTC),
        scope=EVERYTHING,
    )
