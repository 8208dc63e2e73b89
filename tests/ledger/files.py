"""Validated files made by hand, so that the ledger is tested on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from kpi.access import EVERYTHING, Scope
from kpi.intake.findings import Findings
from kpi.ledger.requirements import ReadingFacts
from kpi.ledger.store import Store
from kpi.ledger.submissions import Receipt, submit

JANUARY = date(2026, 1, 1)
FEBRUARY = date(2026, 2, 1)
NOW = datetime(2026, 2, 5, 9, 30)

DELIVERY_COLUMNS: dict[str, Any] = {
    "partner_id": pl.String,
    "site_id": pl.String,
    "delivery_id": pl.String,
    "product": pl.String,
    "promised_date": pl.Date,
    "order_date": pl.Date,
    "requested_date": pl.Date,
    "delivered_date": pl.Date,
    "ordered_quantity": pl.Float64,
    "delivered_quantity": pl.Float64,
    "unit": pl.String,
    "documents_ok": pl.Boolean,
    "condition_ok": pl.Boolean,
}
TARGET_COLUMNS: dict[str, Any] = {
    "partner_id": pl.String,
    "kpi_id": pl.String,
    "effective_from": pl.Date,
    "target": pl.Float64,
    "limit": pl.Float64,
    "source": pl.String,
}


@dataclass(frozen=True)
class ReadAs:
    delimiter: str = ","

    def to_dict(self) -> dict[str, Any]:
        return {"format": "csv", "delimiter": self.delimiter}


@dataclass(frozen=True)
class File:
    """Stands for the result of validation."""

    dataset: str
    content: bytes
    records: pl.DataFrame | None
    file_name: str = "deliveries.csv"
    findings: Findings = field(default_factory=Findings.none)
    reading: ReadingFacts | None = field(default_factory=ReadAs)
    mapping_text: str = ""

    @property
    def partners(self) -> tuple[str, ...]:
        return () if self.records is None else tuple(sorted(set(self.records["partner_id"])))


def deliveries(*rows: dict[str, Any], **about: Any) -> File:
    """A deliveries file; a row needs delivery_id, the rest has defaults."""
    usual = {
        "partner_id": "HELIX",
        "site_id": "HELIX-1",
        "product": "Aspiran 10 mg",
        "promised_date": date(2026, 1, 20),
        "ordered_quantity": 100.0,
        "unit": "vial",
    }
    filled = [{**dict.fromkeys(DELIVERY_COLUMNS), **usual, **row} for row in rows]
    return _file("deliveries", filled, DELIVERY_COLUMNS, **about)


def targets(*rows: dict[str, Any], **about: Any) -> File:
    usual = {"partner_id": "*", "kpi_id": "on_time_delivery", "effective_from": JANUARY, "target": 0.95}
    return _file(
        "targets", [{**dict.fromkeys(TARGET_COLUMNS), **usual, **row} for row in rows], TARGET_COLUMNS, **about
    )


def _file(dataset: str, rows: list[dict[str, Any]], columns: dict[str, Any], **about: Any) -> File:
    records = pl.DataFrame(rows, schema=columns).with_columns(
        pl.int_range(2, len(rows) + 2, dtype=pl.Int64).alias("row_number")
    )
    content = about.pop("content", records.write_csv().encode())
    return File(dataset, content, records.select("row_number", *columns), **about)


def put(store: Store, file: File, **changed: Any) -> Receipt:
    """Submits with everything usual but ``changed``."""
    usual: dict[str, Any] = {
        "month_from": JANUARY,
        "month_to": JANUARY,
        "actor": "ana",
        "reason": "Monthly upload",
        "now": NOW,
        "accept_warnings": False,
        "scope": EVERYTHING,
    }
    return submit(store, file, **{**usual, **changed})


__all__ = ["EVERYTHING", "FEBRUARY", "JANUARY", "NOW", "File", "Scope", "deliveries", "put", "targets"]
