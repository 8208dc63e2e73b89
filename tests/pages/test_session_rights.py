"""Who reads, and what they may do, as the ledger's policy says at that moment."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING, NOTHING, PARTNER_SIDE, SPONSOR_SIDE, Right, Scope
from kpi.catalog import load_catalog
from kpi.errors import InputRefused
from kpi.ledger.access import ADMINISTRATOR, grant_access, withdraw_access
from kpi.ledger.store import Store
from pages.shared import session
from tests.support import order_lines, submit_rows

ROOT = Path(__file__).resolve().parents[2]
NOW: dict[str, Any] = {"actor": "ada", "now": datetime(2026, 2, 6), "scope": EVERYTHING}


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_ACTOR", "hel")
    monkeypatch.delenv(ADMINISTRATOR, raising=False)


def granted(store: Store, holder: str, role: str, side: str, partners: list[str] | None) -> int:
    made = grant_access(store, holder=holder, role=role, side=side, partners=partners, reason="test", **NOW)
    return made.version


def test_without_a_policy_the_one_person_here_may_do_everything(empty_store: Store) -> None:
    person = session.person_of_reader(empty_store)
    assert person.name == "hel"
    assert all(person.scope(right) == EVERYTHING for right in Right)
    assert person.may(Right.SIGN, SPONSOR_SIDE)
    assert person.may(Right.SIGN, PARTNER_SIDE)


def test_a_policy_binds_from_its_first_grant_to_its_withdrawal(empty_store: Store) -> None:
    before = session.person_of_reader(empty_store)
    granted(empty_store, "ada", "administrator", SPONSOR_SIDE, None)
    assert not session.person_of_reader(empty_store).may(Right.READ)
    version = granted(empty_store, "hel", "committee_member", PARTNER_SIDE, ["HELIX"])
    person = session.person_of_reader(empty_store)
    assert person.scope(Right.READ) == Scope.of(["HELIX"])
    assert (person.scope(Right.SIGN, PARTNER_SIDE), person.scope(Right.SIGN, SPONSOR_SIDE)) == (
        Scope.of(["HELIX"]),
        NOTHING,
    )
    here = session.Session(
        empty_store,
        load_catalog(),
        person,
        "hel",
        None,
        session.Filters(None, None, 1, None),  # type: ignore[arg-type]
    )
    assert here.scope_for(Right.ANSWER_FOR_PARTNER, PARTNER_SIDE) == Scope.of(["HELIX"])
    withdraw_access(empty_store, version, reason="left", **NOW)
    assert here.scope_for(Right.ANSWER_FOR_PARTNER, PARTNER_SIDE) == NOTHING, "a button pressed later does nothing"
    assert before.may(Right.READ), "what was read before is not changed behind its back"


def test_somebody_without_access_gets_no_session(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    assert session.current().scope == EVERYTHING
    granted(empty_store, "ada", "administrator", SPONSOR_SIDE, None)
    with pytest.raises(InputRefused, match="hel has no access to this dashboard"):
        session.current()
    monkeypatch.setenv("KPI_ACTOR", "ada")
    assert session.current().may(Right.ADMINISTER)
    assert not session.current().may(Right.UPLOAD)


def parts_of_runs() -> None:
    """Every second run begins like that of a fragment or a callback: without the dashboard's entry."""
    import streamlit as st

    from pages.shared import person, problems

    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if runs != 2:
        person.begin_run()
    with problems.shown("a part"):
        st.text(f"drawn in run {runs}")


@pytest.mark.parametrize(("lost", "drawn"), [(False, "drawn in run 2"), (True, "drawn in run 3")])
def test_a_part_of_a_screen_begins_anew_for_whoever_lost_a_partner(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, lost: bool, drawn: str
) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    granted(empty_store, "ada", "administrator", SPONSOR_SIDE, None)
    granted(empty_store, "hel", "viewer", SPONSOR_SIDE, ["HELIX"])
    version = granted(empty_store, "hel", "viewer", SPONSOR_SIDE, ["VESS"])
    screen = AppTest.from_function(parts_of_runs, default_timeout=60).run()
    if lost:
        withdraw_access(empty_store, version, reason="left", **NOW)
    assert [one.value for one in screen.run().text] == [drawn]


def test_whoever_has_no_access_is_told_so_on_every_screen(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    granted(empty_store, "ada", "administrator", SPONSOR_SIDE, None)
    screen = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert "You are **hel** on this computer. You have no access yet" in screen.info[0].value
    assert not screen.sidebar.children


def test_a_partner_without_records_has_an_empty_dashboard_whatever_others_sent(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    march = date(2025, 3, 1)
    site = {"partner_name": "Name", "site_name": "Site"}
    register = [{**site, "partner_id": one, "site_id": f"{one}-1"} for one in ("HELIX", "NOVA")]
    submit_rows(empty_store, "partners", register, march)
    submit_rows(empty_store, "deliveries", order_lines("NOVA", march, 1), march)
    assert not session.current().is_empty
    granted(empty_store, "ada", "administrator", SPONSOR_SIDE, None)
    granted(empty_store, "hel", "viewer", PARTNER_SIDE, ["HELIX"])
    assert session.current().is_empty
