"""Which screens somebody finds, and what the address of another one says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi.access import EVERYBODY_HERE, Right
from kpi.ledger.store import Store
from pages.shared import measures, navigation, refusals
from pages.shared.person import person_of_reader
from tests.pages.people import OTHER, everybody, granted, opened, texts, two_partners


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setattr(refusals, "_told", {})
    return two_partners(empty_store)


def counted(right: Right) -> float:
    return measures.REGISTRY.get_sample_value("cdmo_access_refused_total", {"right": str(right)}) or 0.0


def test_without_a_policy_every_screen_is_open() -> None:
    person = EVERYBODY_HERE("ann")
    files = [file for entries in navigation.SECTIONS.values() for file, *_ in entries]
    assert all(navigation.may_open(file, person) for file in files)


@pytest.mark.parametrize(
    ("name", "upload", "pack"),
    [("ada", False, True), ("sally", False, True), ("paul", True, True), ("quinn", True, True), ("tom", False, False)],
)
def test_screens_open_by_right(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str, upload: bool, pack: bool
) -> None:
    everybody(store)
    monkeypatch.setenv("KPI_ACTOR", name)
    person = person_of_reader(store)
    assert navigation.may_open(navigation.MONTHLY_UPLOAD, person) == upload
    assert navigation.may_open(navigation.QBR_PACK, person) == pack
    assert navigation.may_open(navigation.PORTFOLIO, person) == (name != "tom")


def test_the_address_of_another_role_s_screen_says_so_and_is_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    everybody(store)
    monkeypatch.setenv("KPI_ACTOR", "pat")
    monkeypatch.setenv("KPI_LOG_FORMAT", "json")
    before = counted(Right.UPLOAD)
    app = opened(navigation.MONTHLY_UPLOAD, dataset="deliveries", month="2025-03")
    said = texts(app)
    assert "This screen needs another role than yours. Roles that have it: Quality lead and Alliance manager" in said
    assert "Choose the month and the files" not in said
    assert not app.get("file_uploader")
    assert counted(Right.UPLOAD) > before
    (line,) = map(json.loads, (tmp_path / "kpi.log").read_text().splitlines())
    assert set(line) == {"at", "level", "event", "where", "right", "reader"}
    assert (line["event"], line["where"], line["right"]) == ("refused", "Monthly upload", "upload")
    assert line["reader"] == refusals.digest("pat")
    assert "pat" not in json.dumps(line)


def test_whoever_has_no_access_on_this_computer_is_told_and_sees_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went round in circles for ever: no run may be started again for somebody who may not be here."""
    granted(store, "ada", "administrator", "sponsor", None)
    monkeypatch.setenv("KPI_ACTOR", "tom_lee")
    app = opened()
    assert "You are **tom\\_lee** on this computer. You have no access yet" in texts(app)
    assert not app.sidebar.get("selectbox")
    assert OTHER[1] not in str(app)
