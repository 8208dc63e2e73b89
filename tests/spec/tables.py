"""Worked examples as tables that a person can check with a pencil.

A table is text: a header line, then one line a row, cells separated by ``|``; ``-`` means no value.
A column that a table leaves out takes a harmless value, so that a table shows only what matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Cell = str | int | float | bool | date | None

REQUIRED: dict[str, dict[str, Cell]] = {
    "batch_records": {
        "site_id": "S1",
        "product": "P1",
        "stage": "drug_product",
        "planned_start_date": date(2024, 1, 2),
    },
    "deviations": {"site_id": "S1", "severity": "minor", "type": "process", "due_date": date(2024, 6, 30)},
    "audit_findings": {
        "site_id": "S1",
        "audit_id": "A1",
        "audit_type": "routine",
        "severity": "minor",
        "area": "Quality system",
        "due_date": date(2024, 6, 30),
    },
    "deliveries": {"site_id": "S1", "product": "P1", "ordered_quantity": 100.0},
    "targets": {},
}
OWN_KEY = {
    "batch_records": "batch_id",
    "deviations": "deviation_id",
    "audit_findings": "finding_id",
    "deliveries": "delivery_id",
}
NUMBERS = (
    "actual_yield",
    "theoretical_yield",
    "release_tests",
    "batch_cost",
    "ordered_quantity",
    "delivered_quantity",
    "target",
    "limit",
)
YES_NO = ("reworked", "capa_effective", "documents_ok", "condition_ok")


@dataclass(frozen=True)
class Expected:
    """One line of an answer: where to look and what must stand there."""

    grain: str
    of: str
    month: date
    window: int
    n: Fraction
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None


@dataclass(frozen=True)
class Case:
    """``records``: dataset → table. ``expected``: a table of figures of one indicator."""

    kpi_id: str
    title: str
    records: dict[str, str]
    expected: str

    def rows(self, partner_id: str) -> dict[str, list[dict[str, Cell]]]:
        return {dataset: records_of(table, dataset, partner_id) for dataset, table in self.records.items()}

    def answers(self) -> list[Expected]:
        return [_answer(line) for line in lines_of(self.expected)]


def lines_of(table: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in table.strip().splitlines()]
    header = [name.strip() for name in lines[0].split("|")]
    rows = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != len(header):
            raise ValueError(f"{len(cells)} cells under {len(header)} headers: {line!r}")
        rows.append(dict(zip(header, cells, strict=True)))
    return rows


def records_of(table: str, dataset: str, partner_id: str) -> list[dict[str, Cell]]:
    rows = []
    for number, line in enumerate(lines_of(table), start=1):
        row: dict[str, Cell] = {"partner_id": partner_id, **REQUIRED[dataset]}
        if dataset in OWN_KEY:
            row[OWN_KEY[dataset]] = f"{number:02d}"
        row |= {column: _value(column, text) for column, text in line.items()}
        rows.append(row)
    return rows


def _value(column: str, text: str) -> Cell:
    if text in ("", "-"):
        return None
    if column.endswith("_date") or column == "effective_from":
        return date.fromisoformat(text)
    if column in NUMBERS:
        return float(text)
    if column in YES_NO:
        return {"yes": True, "no": False}[text]
    return text


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _answer(line: dict[str, str]) -> Expected:
    def number(name: str) -> Fraction | None:
        return None if line[name] in ("", "-") else Fraction(line[name])

    return Expected(
        grain=line["grain"],
        of="" if line["of"] == "-" else line["of"],
        month=month(line["month"]),
        window=int(line["window"]),
        n=Fraction(line["n"]),
        numerator=number("numerator"),
        denominator=number("denominator"),
        value=number("value"),
    )
