"""Rows into a store through the product's own door: a CSV file, checked, accepted, appended."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from kpi.access import EVERYTHING, SPONSOR_SIDE, Grant, Person, load_roles
from kpi.intake.contracts import dataset
from kpi.intake.findings import Findings
from kpi.intake.known import KnownRecords
from kpi.intake.validate import Checked, check_file
from kpi.ledger.store import Store
from kpi.ledger.submissions import Receipt, submit, withdraw

CHECKED_ON = date(2026, 1, 1)
"""The day that tests upload on; none of their records lies after it."""

Row = dict[str, Any]

PHYSICAL = {
    **dict.fromkeys(("id", "text", "choice", "list"), pl.String),
    "date": pl.Date,
    "number": pl.Float64,
    "integer": pl.Int64,
    "yes_no": pl.Boolean,
}


def order_lines(partner: str, month: date, late: int, count: int = 10) -> list[Row]:
    """``count`` order lines promised in the month, the first ``late`` of them delivered late."""
    return [
        {
            "partner_id": partner,
            "site_id": f"{partner}-1",
            "delivery_id": f"{month:%m}-{place}",
            "product": "Aspiran",
            "promised_date": month.replace(day=10),
            "delivered_date": month.replace(day=20 if place < late else 10),
            "ordered_quantity": 100,
            "delivered_quantity": 100,
        }
        for place in range(count)
    ]


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


def checked_rows(dataset_name: str, rows: Sequence[Row], known: KnownRecords | None = None) -> Checked:
    """``rows`` as one CSV file through the whole check; rows that the product refuses fail the test."""
    checked = check_file(
        dataset_name,
        csv_of(rows),
        f"{dataset_name}.csv",
        known=known or KnownRecords.empty(),
        today=CHECKED_ON,
    )
    assert checked.accepted, "\n".join(checked.findings.lines(10))
    return checked


def unchecked_rows(dataset_name: str, rows: Sequence[Row]) -> Checked:
    """The same for many small files, where the check would take most of the time: only typed, not checked."""
    columns = dataset(dataset_name).columns
    cells = {column.name: [row.get(column.name) for row in rows] for column in columns}
    typed = {
        name: pl.Series(name, cells[name], dtype=PHYSICAL[kind]) for name, kind in ((c.name, c.kind) for c in columns)
    }
    numbers = pl.Series("row_number", range(2, len(rows) + 2), dtype=pl.Int64)
    return Checked(
        dataset=dataset_name,
        file_name=f"{dataset_name}.csv",
        content=csv_of(rows),
        records=pl.DataFrame([numbers, *typed.values()]),
        findings=Findings.none(),
        partners=tuple(sorted({row["partner_id"] for row in rows})),
        rows_read=len(rows),
    )


def submit_rows(
    store: Store,
    dataset_name: str,
    rows: Sequence[Row] | Checked,
    month_from: date,
    month_to: date | None = None,
    *,
    received_on: date = CHECKED_ON,
    connection: Any = None,
) -> Receipt:
    """Appends ``rows``, checked here unless they are already, as one file that covers the months."""
    return submit(
        store,
        rows if isinstance(rows, Checked) else checked_rows(dataset_name, rows),
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


def processor_seconds() -> float:
    """Processor time of this process and of those it has started and waited for: a busy machine does not count."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def somebody_for(*partners: str) -> Person:
    """A person on the sponsor's side with every role that is not the administrator's, for these partners."""
    roles = [role for role in load_roles().values() if not role.administers]
    return Person("Ann", "ann", SPONSOR_SIDE, tuple(Grant(role, frozenset(partners)) for role in roles))
