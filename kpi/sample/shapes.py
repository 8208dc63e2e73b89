"""Records as a partner's CSV file: in our own columns, or in the shape of a partner who keeps its own.

The German shape goes with data/mappings/sample_german_batches.toml, which turns it back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kpi.sample.batches import Record

MAPPINGS_FOLDER = Path(__file__).resolve().parents[2] / "data" / "mappings"
GERMAN_MAPPING = MAPPINGS_FOLDER / "sample_german_batches.toml"

GERMAN_COLUMNS = {
    "site_id": "Werk",
    "batch_id": "Charge",
    "product": "Produkt",
    "stage": "Stufe",
    "planned_start_date": "Geplanter Beginn",
    "actual_start_date": "Beginn",
    "completed_date": "Ende Herstellung",
    "record_received_date": "Herstellprotokoll übergeben",
    "disposition": "Verwendungsentscheid",
    "disposition_date": "Entscheid am",
    "reworked": "Nacharbeit",
    "actual_yield": "Ausbeute Ist",
    "theoretical_yield": "Ausbeute Soll",
    "release_tests": "Freigabeprüfungen",
    "batch_cost": "Kosten",
    "currency": "Währung",
}
GERMAN_VALUES = {
    "stage": {"drug_substance": "Wirkstoff", "drug_product": "Arzneimittel", "packaging": "Verpackung"},
    "disposition": {"released": "Freigegeben", "rejected": "Gesperrt", "pending": "Offen"},
}


def write(dataset: str, shape: str, records: Sequence[Record]) -> tuple[bytes, str]:
    """The file's bytes and the text of the mapping that reads them ("" where the columns are ours)."""
    if shape == "german" and dataset == "batch_records":
        return _german(records), GERMAN_MAPPING.read_text(encoding="utf-8")
    header = list(records[0])
    rows = [[_plain(value) for value in record.values()] for record in records]
    return _csv(header, rows, ",", "\n").encode("utf-8"), ""


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _german(records: Sequence[Record]) -> bytes:
    rows = [[_german_cell(column, record[column]) for column in GERMAN_COLUMNS] for record in records]
    return _csv(list(GERMAN_COLUMNS.values()), rows, ";", "\r\n").encode("cp1252")


def _german_cell(column: str, value: Any) -> str:
    if value is None:
        return "-"
    if column in GERMAN_VALUES:
        return GERMAN_VALUES[column][value]
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return f"{value.day:02d}.{value.month:02d}.{value.year}"
    return _plain(value).replace(".", ",") if isinstance(value, float) else str(value)


def _csv(header: list[str], rows: list[list[str]], delimiter: str, line_end: str) -> str:
    text = io.StringIO(newline="")
    writer: Callable[[Any], Any] = csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerow
    for row in (header, *rows):
        writer(row)
    return text.getvalue()
