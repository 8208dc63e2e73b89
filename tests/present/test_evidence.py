"""The evidence bundle: complete, the same bytes each time, with nothing that a spreadsheet or browser would run."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from html import escape

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.marts import Marts
from kpi.present.evidence import bundle
from kpi.present.rows import names_of
from kpi.present.safe_csv import safe_csv
from kpi.signals.evidence import Evidence, gather
from kpi.signals.load import load_review
from kpi.signals.review import Review

CATALOG = load_catalog()
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def loaded(sample_store: Store) -> tuple[Marts, Review]:
    return load_review(sample_store, CATALOG, as_of=None, scope=EVERYTHING, today=TODAY)


def gathered(store: Store, loaded: tuple[Marts, Review], rule: str, kpi: str) -> Evidence:
    marts, review = loaded
    found = next(e for e in review.escalations if e.rule.id == rule and e.kpi_id == kpi and e.active_from)
    return gather(store, CATALOG, marts, review, found, scope=EVERYTHING)


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def frame_of(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype=str, keep_default_na=False)


def test_the_bundle_holds_what_the_committee_may_ask_for(sample_store: Store, loaded: tuple[Marts, Review]) -> None:
    found = gathered(sample_store, loaded, "process_past_limit", "right_first_time")
    files = files_of(bundle(found, CATALOG, names_of(loaded[0])))
    figures, records = frame_of(files["figures.csv"]), frame_of(files["records.csv"])
    assert {"month", "n", "numerator", "denominator", "value", "lower", "upper", "target", "status"} <= set(figures)
    assert f"{found.first:%Y-%m-%d}" in set(figures["month"])
    assert {"submission_id", "file_name", "row_number", "batch_id", "counts_as"} <= set(records)
    assert frame_of(files["chart.csv"])["upper_limit"].ne("").any()
    assert json.loads(files["rule.json"])["response"] == found.escalation.rule.response
    assert frame_of(files["states.csv"])["state"].tolist()[0] == "active"
    page = files["summary.html"].decode()
    for said in (found.escalation.id, escape(found.escalation.rule.response), f"Ledger version {found.version}"):
        assert said in page


def test_the_manifest_names_every_file_by_its_digest(sample_store: Store, loaded: tuple[Marts, Review]) -> None:
    found = gathered(sample_store, loaded, "process_past_limit", "right_first_time")
    files = files_of(bundle(found, CATALOG, {}, {"chart.svg": b"<svg/>"}))
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert manifest["ledger_version"] == loaded[0].version


def test_the_same_evidence_gives_the_same_bytes(sample_store: Store, loaded: tuple[Marts, Review]) -> None:
    first, second = (gathered(sample_store, loaded, "process_past_limit", "right_first_time") for _ in range(2))
    assert bundle(first, CATALOG, {}) == bundle(second, CATALOG, {})


def test_a_whole_partner_brings_what_was_received(sample_store: Store, loaded: tuple[Marts, Review]) -> None:
    found = gathered(sample_store, loaded, "no_data", "")
    coverage = frame_of(files_of(bundle(found, CATALOG, {}))["data_received.csv"])
    assert {"missing", "late"} & set(coverage["state"])


def test_texts_of_people_and_records_stay_texts(sample_store: Store, loaded: tuple[Marts, Review]) -> None:
    found = gathered(sample_store, loaded, "process_past_limit", "right_first_time")
    records = found.records.assign(product='=HYPERLINK("http://x")<script>alert(1)</script>')
    evil = replace(found, records=records, escalation=replace(found.escalation, owner="<b>nobody</b>"))
    files = files_of(bundle(evil, CATALOG, {found.escalation.partner_id: "<img src=x onerror=alert(1)>"}))
    page = files["summary.html"].decode()
    assert "<script>" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert set(frame_of(files["records.csv"])["product"].str[:2]) == {"'="}


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_of_a_csv_begins_a_formula_and_numbers_stay_numbers(start: str) -> None:
    content = safe_csv(pd.DataFrame({"text": [start], start: ["a"], "number": [-3.5]})).decode("utf-8-sig")
    assert f"'{start.strip()}" in content.replace("'\t", "'").replace("'\r", "'")
    assert "-3.5" in content
    assert "'-3.5" not in content


def test_nobody_gathers_evidence_about_a_partner_outside_their_scope(
    sample_store: Store, loaded: tuple[Marts, Review]
) -> None:
    marts, review = loaded
    with pytest.raises(UsageError):
        gather(sample_store, CATALOG, marts, review, review.escalations[0], scope=Scope.of(["nobody"]))
