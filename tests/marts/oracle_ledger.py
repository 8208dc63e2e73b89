"""Current records at a ledger version: per key the row of the newest submission that is not withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

KEYS = {
    "partners": ("partner_id", "site_id"),
    "batch_records": ("partner_id", "batch_id"),
    "deviations": ("partner_id", "deviation_id"),
    "audit_findings": ("partner_id", "finding_id"),
    "deliveries": ("partner_id", "delivery_id"),
    "targets": ("partner_id", "kpi_id", "effective_from"),
}


@dataclass
class Submission:
    version: int
    dataset: str
    rows: list[dict]
    month_from: date
    month_to: date
    received_on: date
    withdrawn_by: int | None = None

    def stands_at(self, version: int) -> bool:
        return self.version <= version and (self.withdrawn_by is None or self.withdrawn_by > version)


def current_records(submissions: Iterable[Submission], as_of_version: int) -> dict[str, list[dict]]:
    newest: dict[str, dict[tuple, dict]] = {dataset: {} for dataset in KEYS}
    for submission in sorted(submissions, key=lambda s: s.version):
        if submission.stands_at(as_of_version):
            for row in submission.rows:
                key = tuple(row[column] for column in KEYS[submission.dataset])
                newest[submission.dataset][key] = row
    return {dataset: list(rows.values()) for dataset, rows in newest.items()}


def coverage_at(submissions: Iterable[Submission], as_of_version: int) -> list[dict]:
    """One row for every standing submission and partner in it."""
    return [
        {
            "dataset": submission.dataset,
            "partner_id": partner,
            "month_from": submission.month_from,
            "month_to": submission.month_to,
            "received_on": submission.received_on,
            "version": submission.version,
        }
        for submission in submissions
        if submission.stands_at(as_of_version)
        for partner in sorted({row["partner_id"] for row in submission.rows})
    ]
