"""The access screen's ways: the first grant, more of them, withdrawal, two administrators at once, earlier versions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING, Right, Scope
from kpi.ledger.access import ADMINISTRATOR, policy_at, withdraw_access
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from pages.shared import refusals
from pages.shared.navigation import ACCESS
from tests.pages.people import MINE, granted, offers, opened, texts, two_partners

GIVE = {"access": "Grant access"}


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "ada")
    monkeypatch.delenv(ADMINISTRATOR, raising=False)
    monkeypatch.setattr(refusals, "_told", {})
    return two_partners(empty_store)


@pytest.fixture
def administered(store: Store) -> Store:
    granted(store, "ada", "administrator", "sponsor", None)
    return store


def the(app: AppTest, kind: str, label: str) -> object:
    return next(one for one in app.get(kind) if getattr(one, "label", None) == label)


def fill(app: AppTest, label: str, value: object, kind: str = "text_input") -> None:
    the(app, kind, label).set_value(value).run()  # type: ignore[attr-defined]


def press(app: AppTest, label: str) -> AppTest:
    the(app, "button", label).click().run()  # type: ignore[attr-defined]
    assert not app.exception
    return app


def consent(app: AppTest, reason: str) -> None:
    """The form's reason and its box; the press sends both."""
    the(app, "text_area", "Reason").set_value(reason)  # type: ignore[attr-defined]
    app.checkbox[0].set_value(True)


def test_the_first_grant_is_an_administrator_s_and_proposes_oneself(store: Store) -> None:
    app = opened(ACCESS, **GIVE)
    said = texts(app)
    assert "No access was granted yet, so whoever opens this dashboard may do everything" in said
    assert "Name yourself in it, or you lock yourself out" in said
    assert "names below are those of this computer's users" in said
    assert the(app, "text_input", "Identity").value == "ada"  # type: ignore[attr-defined]
    assert the(app, "selectbox", "Role").options == ["Administrator"]  # type: ignore[attr-defined]
    assert "With it ada may: **read, export and administer for all partners**" in said
    consent(app, "System owner")
    press(app, "Grant access")
    assert "ada is administrator now" in app.success[0].value
    policy = policy_at(store)
    assert [(one.holder, one.role, one.reason, one.actor) for one in policy.grants] == [
        ("ada", "administrator", "System owner", "ada")
    ]
    assert "No access was granted yet" not in texts(app)


def test_a_partner_s_person_is_let_in_to_their_partner_only(administered: Store) -> None:
    app = opened(ACCESS, **GIVE)
    fill(app, "Identity", "hel@helix.example")
    the(app, "button_group", "Side").set_value("partner").run()  # type: ignore[attr-defined]
    fill(app, "Role", "committee_member", "selectbox")
    assert "Grant access" not in [button.label for button in app.button], "nothing to confirm without a partner"
    fill(app, "Partners", ["P1"], "multiselect")
    said = texts(app)
    assert f"may: **read, export, answer for the partner and sign for {MINE[1]}**" in said
    assert "they see nothing of any other partner" in said
    consent(app, "Joins the committee")
    press(app, "Grant access")
    person = policy_at(administered).person("hel@helix.example")
    assert person.scope(Right.SIGN, "partner") == Scope.of(["P1"])
    assert the(app, "text_input", "Identity").value == "", "the next one begins with empty fields"  # type: ignore[attr-defined]


def test_without_reason_or_consent_nothing_is_written_and_nothing_typed_is_lost(administered: Store) -> None:
    app = opened(ACCESS, **GIVE)
    fill(app, "Identity", "sam")
    the(app, "button_group", "For").set_value("All partners").run()  # type: ignore[attr-defined]
    before = version_now(administered)
    press(app, "Grant access")
    assert "Tick the box as well" in app.error[0].value
    app.checkbox[0].set_value(True)
    press(app, "Grant access")
    assert "needs a text" in app.error[0].value
    assert version_now(administered) == before
    assert the(app, "text_input", "Identity").value == "sam"  # type: ignore[attr-defined]


def test_the_same_is_granted_once(administered: Store) -> None:
    version = granted(administered, "sam", "viewer", "sponsor", None)
    app = opened(ACCESS, **GIVE)
    fill(app, "Identity", "sam")
    the(app, "button_group", "For").set_value("All partners").run()  # type: ignore[attr-defined]
    consent(app, "again")
    press(app, "Grant access")
    assert f"sam has this already, by version {version}. Nothing was written" in app.success[0].value


def test_a_grant_is_withdrawn_with_a_reason(administered: Store) -> None:
    version = granted(administered, "hel", "viewer", "partner", ["P1"])
    app = opened(ACCESS, grant=f"hel, viewer (version {version})")
    assert "Afterwards hel may, from their next click on: **nothing**" in texts(app)
    consent(app, "Left the company")
    press(app, "Withdraw")
    assert "The grant to hel is withdrawn" in app.success[0].value
    assert [one.holder for one in policy_at(administered).grants] == ["ada"]


def test_the_last_administrator_s_is_explained_and_not_offered(administered: Store) -> None:
    version = policy_at(administered).grants[0].version
    app = opened(ACCESS, grant=f"ada, administrator (version {version})")
    assert "This is the last administrator's" in texts(app)
    assert "Withdraw this access" not in offers(app)
    granted(administered, "bea", "administrator", "sponsor", None)
    app = opened(ACCESS, grant=f"ada, administrator (version {version})")
    assert "Withdraw this access" in offers(app)
    assert "This is your own: you may lose this screen with it" in texts(app)


def test_two_administrators_at_once(administered: Store) -> None:
    """Who presses second is told what the first did; nothing is written twice."""
    version = granted(administered, "hel", "viewer", "partner", ["P1"])
    app = opened(ACCESS, grant=f"hel, viewer (version {version})")
    withdraw_access(administered, version, reason="left", actor="bea", now=datetime.now(UTC), scope=EVERYTHING)
    before = version_now(administered)
    consent(app, "Left the company")
    press(app, "Withdraw")
    assert "was withdrawn already" in app.error[0].value
    assert "by bea" in app.error[0].value
    assert version_now(administered) == before
    assert "hel, viewer" not in str(the(app, "selectbox", "Details of").options)  # type: ignore[attr-defined]


def test_whoever_lost_the_right_meanwhile_grants_nothing(administered: Store, tmp_path: Path) -> None:
    granted(administered, "bea", "administrator", "sponsor", None)
    granted(administered, "ada", "viewer", "sponsor", None)
    app = opened(ACCESS, **GIVE)
    fill(app, "Identity", "sam")
    the(app, "button_group", "For").set_value("All partners").run()  # type: ignore[attr-defined]
    first = policy_at(administered).grants[0].version
    withdraw_access(administered, first, reason="changed job", actor="bea", now=datetime.now(UTC), scope=EVERYTHING)
    before = version_now(administered)
    consent(app, "a friend")
    press(app, "Grant access")
    assert version_now(administered) == before
    assert "This screen needs another role than yours" in texts(app)
    log = (tmp_path / "kpi.log").read_text()
    assert f"refused in an act: administer, for {refusals.digest('ada')}" in log
    assert "sam" not in log
    assert "a friend" not in log


def test_an_earlier_version_shows_the_policy_of_then_and_no_forms(administered: Store) -> None:
    version = granted(administered, "hel", "viewer", "partner", ["P1"])
    withdraw_access(administered, version, reason="left", actor="ada", now=datetime.now(UTC), scope=EVERYTHING)
    app = opened(ACCESS, as_of=str(version), grant=f"hel, viewer (version {version})")
    assert "2 grants of 2" in texts(app)
    assert "This is the policy as it was. Empty the field “As of” to withdraw it" in texts(app)
    assert "Withdraw this access" not in offers(app)
    assert "Identity" not in offers(opened(ACCESS, as_of=str(version), **GIVE))


def test_what_somebody_may_do_is_the_policy_s_own_answer(administered: Store) -> None:
    granted(administered, "qa", "quality_lead", "sponsor", ["P1"], holder_kind="group")
    granted(administered, "sam", "viewer", "sponsor", None)
    app = opened(ACCESS, access="What somebody may do")
    fill(app, "Who", "sam", "selectbox")
    fill(app, "Groups that the sign-in provider says", ["qa"], "multiselect")
    person = policy_at(administered).person("sam", ["qa"])
    told = dict(zip(app.dataframe[0].value["Right"], app.dataframe[0].value["For"], strict=True))
    assert set(told) == {str(right) for right in Right if person.may(right)}
    assert (told["read"], told["upload"]) == ("all partners", MINE[1])


def test_beside_an_administrator_of_the_environment_anybody_may_come_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADMINISTRATOR, "ada")
    app = opened(ACCESS, **GIVE)
    said = texts(app)
    assert "save for ada, who administers" in said
    assert "lock yourself out" not in said
    assert "KPI_ADMINISTRATOR, set where the dashboard runs, names ada" in said
    assert len(the(app, "selectbox", "Role").options) > 1  # type: ignore[attr-defined]
