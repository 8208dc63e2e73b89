"""What a new file is compared with: no more of the ledger is read than the rules for its dataset look at."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.intake.validate import check_file
from kpi.ledger.reads import known_records
from kpi.ledger.store import Store
from tests.support import CHECKED_ON, Row, csv_of, submit_rows

MONTH = date(2025, 3, 1)
SITE: Row = {"partner_id": "HELIX", "partner_name": "Helix", "site_id": "H1", "site_name": "Basel"}
LOT: Row = {
    "partner_id": "HELIX",
    "site_id": "H1",
    "batch_id": "L1",
    "product": "AX-101",
    "stage": "drug_product",
    "planned_start_date": "2025-03-02",
}
FINDING: Row = {
    "partner_id": "HELIX",
    "site_id": "H1",
    "audit_id": "A1",
    "finding_id": "F1",
    "audit_date": "2025-03-02",
    "audit_type": "routine",
    "severity": "major",
    "area": "Data integrity",
    "due_date": "2025-05-02",
}
DEVIATION: Row = {
    "partner_id": "HELIX",
    "site_id": "H1",
    "deviation_id": "D1",
    "opened_date": "2025-03-02",
    "severity": "major",
    "type": "process",
    "due_date": "2025-04-02",
}
DELIVERY: Row = {
    "partner_id": "HELIX",
    "site_id": "H1",
    "delivery_id": "D1",
    "product": "AX-101",
    "promised_date": "2025-03-02",
    "ordered_quantity": "10",
}
TARGET: Row = {"partner_id": "HELIX", "kpi_id": "x", "effective_from": "2025-03-01", "target": "0.9"}

# dataset: (a row that refers to what is known, the same with a reference to nothing known, what has to be loaded)
FILES: dict[str, tuple[Row, Row, set[str]]] = {
    "partners": (SITE, SITE | {"partner_id": "NOVA"}, set()),
    "batch_records": (LOT, LOT | {"site_id": "H9"}, {"sites"}),
    "deviations": (DEVIATION | {"batch_id": "L1"}, DEVIATION | {"batch_id": "L9"}, {"sites", "batches"}),
    "audit_findings": (
        FINDING | {"finding_id": "F2", "repeat_of": "F1"},
        FINDING | {"finding_id": "F2", "repeat_of": "F9"},
        {"sites", "findings"},
    ),
    "deliveries": (DELIVERY, DELIVERY | {"site_id": "H9"}, {"sites"}),
    "targets": (TARGET, TARGET | {"partner_id": "NOVA"}, {"sites"}),
}


@pytest.fixture
def sent(store: Store) -> Store:
    for dataset, row in (("partners", SITE), ("batch_records", LOT), ("audit_findings", FINDING)):
        submit_rows(store, dataset, [row], MONTH)
    return store


@pytest.mark.parametrize("dataset", FILES)
def test_with_less_loaded_the_rules_find_the_same(sent: Store, dataset: str) -> None:
    sound, stray, needed = FILES[dataset]
    everything = known_records(sent, {}, scope=EVERYTHING)
    known = known_records(sent, {}, scope=EVERYTHING, datasets=[dataset])
    assert {name for name in ("sites", "batches", "findings") if getattr(known, name).height} == needed
    told = []
    for row in (sound, stray):
        with_less, with_all = (
            check_file(dataset, csv_of([row]), "x.csv", known=one, today=CHECKED_ON).findings.frame
            for one in (known, everything)
        )
        assert with_less.equals(with_all)
        told.append(with_all.height)
    assert dataset == "partners" or told[1] == told[0] + 1, "the stray reference is found"


def test_files_of_several_datasets_need_what_each_of_them_needs(sent: Store) -> None:
    known = known_records(sent, {}, scope=EVERYTHING, datasets=["deviations", "audit_findings"])
    assert (known.sites.rows(), known.batches.rows(), known.findings.rows()) == (
        [("HELIX", "H1")],
        [("HELIX", "L1")],
        [("HELIX", "F1")],
    )
    assert known_records(sent, {}, scope=EVERYTHING, datasets=[]).sites.is_empty()
