"""Records that hang together: by lot, by deviation, by repeated finding; only the partner's own, as of a version."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.errors import UsageError
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from kpi.marts.linked import linked_records
from tests.support import Row, submit_rows, withdraw_quickly

MARCH = date(2025, 3, 1)
DAY = date(2025, 3, 10)


def lot(partner: str, batch_id: str) -> Row:
    return {
        "partner_id": partner,
        "site_id": f"{partner}-1",
        "batch_id": batch_id,
        "product": "OB-1",
        "stage": "drug_product",
        "planned_start_date": DAY,
        "completed_date": DAY,
    }


def deviation(partner: str, number: str, batch_id: str | None) -> Row:
    return {
        "partner_id": partner,
        "site_id": f"{partner}-1",
        "deviation_id": number,
        "opened_date": DAY,
        "severity": "major",
        "type": "process",
        "batch_id": batch_id,
        "due_date": date(2025, 4, 9),
    }


def finding(number: str, repeat_of: str | None = None) -> Row:
    return {
        "partner_id": "P",
        "site_id": "P-1",
        "audit_id": "A-1",
        "finding_id": number,
        "audit_date": DAY,
        "audit_type": "routine",
        "severity": "major",
        "area": "records",
        "due_date": date(2025, 5, 9),
        "repeat_of": repeat_of,
    }


@pytest.fixture
def store(empty_store: Store) -> Store:
    submit_rows(empty_store, "batch_records", [lot("P", "L-1"), lot("P", "L-2"), lot("Q", "L-1")], MARCH)
    submit_rows(
        empty_store,
        "deviations",
        [deviation("P", "D-1", "L-1"), deviation("P", "D-2", None), deviation("Q", "D-3", "L-1")],
        MARCH,
    )
    submit_rows(empty_store, "audit_findings", [finding("F-1"), finding("F-2", "F-1"), finding("F-3")], MARCH)
    return empty_store


def linked(store: Store, dataset: str, column: str, ids: list[str], version: int | None = None) -> dict[str, list[str]]:
    records = pd.DataFrame({"dataset": dataset, column: ids})
    at = version_now(store) if version is None else version
    found = linked_records(store, records, version=at, partner_id="P", scope=EVERYTHING)
    keys = {"deviations": "deviation_id", "batch_records": "batch_id", "audit_findings": "finding_id"}
    return {name: frame[keys[name]].tolist() for name, frame in found.items()}


def test_a_lot_brings_its_own_partners_deviations(store: Store) -> None:
    assert linked(store, "batch_records", "batch_id", ["L-1", "L-2"]) == {"deviations": ["D-1"]}


def test_a_deviation_brings_its_lot(store: Store) -> None:
    assert linked(store, "deviations", "batch_id", ["L-1"]) == {"batch_records": ["L-1"]}


def test_repeated_findings_are_found_from_both_ends(store: Store) -> None:
    assert linked(store, "audit_findings", "finding_id", ["F-1"]) == {"audit_findings": ["F-2"]}
    assert linked(store, "audit_findings", "finding_id", ["F-2"]) == {"audit_findings": ["F-1"]}
    assert linked(store, "audit_findings", "finding_id", ["F-3"]) == {}


def test_links_stand_as_they_stood_at_the_version(store: Store) -> None:
    before = version_now(store)
    withdraw_quickly(store, "S000002")
    assert linked(store, "batch_records", "batch_id", ["L-1"]) == {}
    assert linked(store, "batch_records", "batch_id", ["L-1"], before) == {"deviations": ["D-1"]}


def test_nobody_reads_links_of_a_partner_outside_their_scope(store: Store) -> None:
    records = pd.DataFrame({"dataset": ["batch_records"], "batch_id": ["L-1"]})
    with pytest.raises(UsageError):
        linked_records(store, records, version=version_now(store), partner_id="P", scope=Scope.of(["Q"]))
