"""Hand-worked targets and statuses, held against the oracle and against the product itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import Catalog
from kpi.intake.known import KnownRecords
from kpi.ledger.store import Store
from kpi.marts import load_marts
from tests.marts.compare import all_differences, shown_by_product
from tests.spec.judgement import JUDGED, Judged
from tests.spec.tables import REQUIRED, lines_of, month, records_of
from tests.support import Row, checked_rows, submit_rows

LINES, LOTS = 20, 5
DATASET = {
    "on_time_delivery": "deliveries",
    "yield_attainment": "batch_records",
    "record_turnaround": "batch_records",
    "cost_per_released_batch": "batch_records",
}


def records_with_value(kpi_id: str, first_day: date, value: float) -> list[Row]:
    """Enough records in the month, 20 order lines or 5 lots, for the indicator to have exactly this value."""
    dataset = DATASET[kpi_id]
    base: Row = {"partner_id": "P", **REQUIRED[dataset]}
    name = f"{first_day:%Y%m}"
    if dataset == "deliveries":
        late = first_day + timedelta(20)
        return [
            {
                **base,
                "delivery_id": f"{name}-{number}",
                "promised_date": first_day,
                "delivered_date": first_day if number < round(value * LINES) else late,
            }
            for number in range(LINES)
        ]
    facts: dict[str, Row] = {
        "yield_attainment": {
            "completed_date": first_day,
            "actual_yield": round(value * 100, 6),
            "theoretical_yield": 100.0,
        },
        "record_turnaround": {
            "completed_date": first_day - timedelta(value),
            "record_received_date": first_day,
        },
        "cost_per_released_batch": {
            "disposition": "released",
            "disposition_date": first_day,
            "batch_cost": value,
            "currency": "EUR",
        },
    }
    start = {"planned_start_date": first_day}
    return [{**base, **start, **facts[kpi_id], "batch_id": f"{name}-{number}"} for number in range(LOTS)]


@pytest.mark.parametrize("example", JUDGED, ids=[example.title for example in JUDGED])
def test_values_are_judged_by_the_target_in_force(
    example: Judged, empty_store: Store, catalog: Catalog, known_kpis: KnownRecords
) -> None:
    lines = lines_of(example.expected)
    months = [month(line["month"]) for line in lines]
    values = [float(line["value"]) for line in lines]
    records = [
        row
        for first_day, value in zip(months, values, strict=True)
        for row in records_with_value(example.kpi_id, first_day, value)
    ]
    submit_rows(empty_store, DATASET[example.kpi_id], records, months[0], months[-1])
    targets = records_of(example.targets, "targets", "*")
    if targets:
        submit_rows(empty_store, "targets", checked_rows("targets", targets, known_kpis), months[0])
    marts = load_marts(empty_store, catalog, scope=EVERYTHING)
    currency = "EUR" if example.kpi_id == "cost_per_released_batch" else ""
    shown = shown_by_product(marts, window=1)
    for line, first_day in zip(lines, months, strict=True):
        cell = shown[(example.kpi_id, "partner", "P", "", "", currency, first_day)]
        assert cell.figure.value == pytest.approx(float(line["value"]), abs=1e-12), line
        assert cell.in_force.target == _number(line["target"]), line
        assert cell.in_force.limit == _number(line["limit"]), line
        assert cell.status == line["status"], line
    assert not all_differences(empty_store, catalog, marts)


def _number(text: str) -> float | None:
    return None if text == "-" else float(text)
