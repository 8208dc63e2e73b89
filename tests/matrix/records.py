"""Rows of one partner, every text and id of which holds a marker, and some amounts that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.matrix.marks import NUMBERS, mark
from tests.support import csv_of

__all__ = ["CHECKED_ON", "FIRST", "LAST", "MONTHS", "batches", "csv_of", "deliveries", "deviations", "findings", "site"]
Row = dict[str, Any]
MONTHS = [date(2025, month, 1) for month in range(7, 13)]
FIRST, LAST = MONTHS[0], MONTHS[-1]
CHECKED_ON = date(2026, 1, 2)
IN_A_MONTH = 4


def _about(partner: str) -> Row:
    return {"partner_id": partner, "site_id": mark(partner, "site"), "product": mark(partner, "product")}


def site(partner: str) -> Row:
    return {
        "partner_id": partner,
        "partner_name": mark(partner, "name"),
        "site_id": mark(partner, "site"),
        "site_name": mark(partner, "site-name"),
        "qms_id": mark(partner, "qms"),
        "active_from": date(2025, 1, 1),
    }


def batches(partner: str) -> Iterator[Row]:
    """Lots of every month; the last is rejected."""
    for month in MONTHS:
        for place in range(IN_A_MONTH):
            start = month + timedelta(days=place)
            yield {
                **_about(partner),
                "batch_id": mark(partner, f"lot-{month:%m}-{place}"),
                "stage": "drug_product",
                "planned_start_date": start,
                "actual_start_date": start,
                "completed_date": start + timedelta(days=5),
                "record_received_date": start + timedelta(days=10),
                "disposition": "rejected" if place == 0 else "released",
                "disposition_date": start + timedelta(days=20),
                "reworked": place == 1,
                "actual_yield": 90,
                "theoretical_yield": 100,
                "release_tests": 3,
                "batch_cost": NUMBERS[partner][0],
                "currency": "EUR",
            }


def deviations(partner: str) -> Iterator[Row]:
    """Some closed late, one a month never, each with a CAPA that is overdue."""
    for month in MONTHS:
        for place in range(IN_A_MONTH):
            opened = month + timedelta(days=place)
            yield {
                **_about(partner),
                "deviation_id": mark(partner, f"dev-{month:%m}-{place}"),
                "opened_date": opened,
                "severity": "critical" if place == 0 else "major",
                "type": "process",
                "batch_id": mark(partner, f"lot-{month:%m}-{place}"),
                "area": mark(partner, "area"),
                "root_cause": mark(partner, "root-cause"),
                "due_date": opened + timedelta(days=10),
                "extended_due_date": opened + timedelta(days=15),
                "closed_date": None if place == 0 else opened + timedelta(days=20),
                "capa_id": mark(partner, f"capa-{month:%m}-{place}"),
                "capa_due_date": opened + timedelta(days=20),
            }


def findings(partner: str) -> Iterator[Row]:
    for place in range(IN_A_MONTH):
        yield {
            "partner_id": partner,
            "site_id": mark(partner, "site"),
            "audit_id": mark(partner, "audit"),
            "finding_id": mark(partner, f"finding-{place}"),
            "audit_date": date(2025, 9, 10),
            "audit_type": "regulatory",
            "authority": mark(partner, "authority"),
            "severity": "critical" if place == 0 else "major",
            "area": mark(partner, "finding-area"),
            "clause": mark(partner, "clause"),
            "response_due_date": date(2025, 10, 1),
            "due_date": date(2025, 11, 1),
            "closed_date": None if place == 0 else date(2025, 12, 1),
            "repeat_of": mark(partner, "finding-0") if place == 1 else None,
        }


def deliveries(partner: str, kind: str = "order") -> Iterator[Row]:
    """Order lines, half of them late, one never delivered."""
    for month in MONTHS:
        for place in range(IN_A_MONTH):
            promised = month + timedelta(days=9)
            arrived = None if (month, place) == (LAST, 3) else promised + timedelta(days=12 if place < 2 else 0)
            yield {
                **_about(partner),
                "delivery_id": mark(partner, f"{kind}-{month:%m}-{place}"),
                "promised_date": promised,
                "delivered_date": arrived,
                "ordered_quantity": NUMBERS[partner][1],
                "delivered_quantity": None if arrived is None else NUMBERS[partner][1],
                "unit": mark(partner, "unit"),
                "documents_ok": True,
                "condition_ok": place > 0,
            }
