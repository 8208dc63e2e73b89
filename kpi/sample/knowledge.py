"""What a partner knew at the end of a month: a batch disposed of in June is pending in May's file.

The records are made with their whole lives; here everything later than a day is taken away again, so that the files of
every month tell what could be told then and the ledger's as-of views are true.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi.sample.batches import Record

KEYS = {
    "partners": ("partner_id", "site_id"),
    "batch_records": ("partner_id", "batch_id"),
    "deviations": ("partner_id", "deviation_id"),
    "audit_findings": ("partner_id", "finding_id"),
    "deliveries": ("partner_id", "delivery_id"),
    "targets": ("partner_id", "kpi_id", "effective_from"),
}
# A record is told of from this day on.
ENTERS = {
    "batch_records": "_entered",
    "deviations": "opened_date",
    "audit_findings": "audit_date",
    "deliveries": "order_date",
}
# A column is empty until the day in the other column; what is not named here is known from the beginning.
KNOWN_FROM: Mapping[str, Mapping[str, str]] = {
    "batch_records": {
        "actual_start_date": "actual_start_date",
        "completed_date": "completed_date",
        "record_received_date": "record_received_date",
        "disposition": "disposition_date",
        "disposition_date": "disposition_date",
        "reworked": "disposition_date",
        "actual_yield": "completed_date",
        "release_tests": "disposition_date",
        "batch_cost": "disposition_date",
        "currency": "disposition_date",
    },
    "deviations": {
        "root_cause": "closed_date",
        "extended_due_date": "_extended",
        "closed_date": "closed_date",
        "oos_outcome": "closed_date",
        "capa_id": "closed_date",
        "capa_due_date": "closed_date",
        "capa_closed_date": "capa_closed_date",
        "capa_effective": "capa_evaluated_date",
        "capa_evaluated_date": "capa_evaluated_date",
    },
    "audit_findings": {"response_date": "response_date", "closed_date": "closed_date"},
    "deliveries": {
        "delivered_date": "delivered_date",
        "delivered_quantity": "delivered_date",
        "documents_ok": "delivered_date",
        "condition_ok": "delivered_date",
    },
}
UNTIL_KNOWN: Mapping[str, Any] = {"disposition": "pending"}
# A record is over when this column is filled.
OVER = {
    "batch_records": "disposition_date",
    "deviations": "closed_date",
    "audit_findings": "closed_date",
    "deliveries": "delivered_date",
}


def known_at(dataset: str, record: Record, day: date) -> Record | None:
    """The record as known at the end of ``day``, without the underscored helpers; None before it exists."""
    if record[ENTERS[dataset]] > day:
        return None
    known_from = KNOWN_FROM[dataset]
    known: Record = {}
    for column, value in record.items():
        if column.startswith("_"):
            continue
        since = record[known_from[column]] if column in known_from else None
        known[column] = UNTIL_KNOWN.get(column) if since is not None and since > day else value
    return known


def is_open(dataset: str, known: Record) -> bool:
    return known[OVER[dataset]] is None
