"""Files offered to the upload desk by tests: what is known already, and what a person is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

import polars as pl

from kpi.intake.contracts import dataset
from kpi.intake.known import KnownRecords, KpiFacts
from kpi.intake.mapping import NO_MAPPING, Mapping, parse_mapping
from kpi.intake.validate import Checked, check_file

TODAY = date(2026, 11, 22)
KNOWN = KnownRecords(
    sites=pl.DataFrame({"partner_id": ["HELIX", "HELIX", "AURORA"], "site_id": ["HELIX-A", "HELIX-B", "AURORA-1"]}),
    batches=pl.DataFrame({"partner_id": ["HELIX", "HELIX"], "batch_id": ["B-1", "B-2"]}),
    findings=pl.DataFrame({"partner_id": ["HELIX"], "finding_id": ["A-0-F1"]}),
    kpi_ids={
        "on_time_delivery": KpiFacts("proportion", "higher"),
        "disposition_lead_time": KpiFacts("median", "lower"),
    },
)
DELIVERY = {
    "partner_id": "HELIX",
    "site_id": "HELIX-A",
    "delivery_id": "L-1",
    "product": "AX-101",
    "promised_date": "2024-03-15",
    "delivered_date": "2024-03-14",
    "ordered_quantity": "12000",
}


def csv_bytes(rows: Sequence[dict[str, str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def offer(
    name: str,
    rows: Sequence[dict[str, str]],
    mapping: str | Mapping = NO_MAPPING,
    known: KnownRecords = KNOWN,
    delimiter: str = ",",
) -> Checked:
    """The rows as a CSV file, checked; ``mapping`` may be TOML."""
    chosen = parse_mapping(mapping, dataset(name)) if isinstance(mapping, str) else mapping
    return check_file(name, csv_bytes(rows, delimiter), "file.csv", known=known, today=TODAY, mapping=chosen)


def codes(checked: Checked) -> list[str]:
    """The rules that found something, in the order of the rows."""
    return checked.findings.frame["code"].to_list()
