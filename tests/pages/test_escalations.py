"""The escalations screen: what is open by tier, one with its evidence, and what people do about it."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.actions import actions
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store, open_store
from kpi.signals.escalation import Escalation
from kpi.signals.load import load_review
from pages.shared.navigation import ESCALATIONS
from tests.pages.test_upload import ROOT, said

CATALOG = load_catalog()


def served(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{store.path}")
    monkeypatch.setenv("KPI_LOG", str(folder / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "anna.berg")
    return store


@pytest.fixture
def sample(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The sample portfolio, to look at."""
    return served(sample_store, tmp_path, monkeypatch)


@pytest.fixture
def own(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of the sample portfolio, to act in."""
    copy = tmp_path / "sample.duckdb"
    shutil.copyfile(sample_store.path, copy)
    return served(open_store(f"duckdb:///{copy}"), tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def untouched(sample_store: Store) -> Escalation:
    """One that is open and on which nobody has acted."""
    _, review = load_review(sample_store, CATALOG, as_of=None, scope=EVERYTHING, today=datetime.now(UTC).date())
    return next(e for e in review.escalations if e.open and e.kpi_id and not e.actions and not e.covered_by)


def acts_on(store: Store, escalation: Escalation) -> list[tuple[str, ...]]:
    found = [act for act in actions(store, scope=EVERYTHING) if act.escalation_id == escalation.id]
    return [(act.action, act.side, act.actor, act.text) for act in found]


def open_screen(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.run().switch_page(ESCALATIONS)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def press(screen: AppTest, label: str) -> None:
    next(button for button in screen.button if button.label == label).click().run()
    assert not screen.exception


def choose(screen: AppTest, key: str, value: str) -> None:
    next(found for found in screen.button_group if found.key == key).set_value(value).run()


def test_the_open_ones_stand_by_tier(sample: Store) -> None:
    screen = open_screen()
    assert "escalations open" in said(screen)
    assert "judged on 2026-11-16" in said(screen)


def test_a_link_opens_one_with_rule_evidence_and_forms(sample: Store, untouched: Escalation) -> None:
    screen = open_screen(escalation=untouched.id)
    text = said(screen).replace("\\", "")
    assert untouched.rule.response in text
    assert "Why it was raised" in text
    assert "Nobody has acted on it yet." in text
    assert [button.label for button in screen.button if button.label == "Acknowledge"]


def test_a_link_to_nothing_says_so(sample: Store) -> None:
    assert "There is no escalation E-nothing" in said(open_screen(escalation="E-nothing")).replace("\\", "")


def test_nobody_acts_in_the_past(sample: Store, untouched: Escalation) -> None:
    screen = open_screen(escalation=untouched.id)
    screen.text_input(key="as_of").set_value(str(version_now(sample))).run()
    assert "This is the ledger as it was" in said(screen)
    assert not screen.text_area


def test_the_alarm_system_shows_its_own_figures(sample: Store) -> None:
    screen = open_screen(list="Alarm system")
    assert [metric.label for metric in screen.metric][:3] == ["Open", "Not acknowledged", "Overdue"]
    assert "simulation" in said(screen)


@pytest.mark.parametrize("shown", ["Watch list", "Closed"])
def test_the_other_lists_count_their_rows(sample: Store, shown: str) -> None:
    assert re.search(r"\b\d+ escalations?\.", said(open_screen(list=shown)))


def test_an_empty_store_says_what_to_do_first(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    assert "Figures appear here as soon as the first file is accepted" in said(open_screen())


def test_acknowledge_and_an_empty_comment(own: Store, untouched: Escalation) -> None:
    """What is said is kept with who said it; an empty comment is refused and nothing is written."""
    screen = open_screen(escalation=untouched.id)
    screen.text_area(key="action_text").set_value("Looking into *it*")
    press(screen, "Acknowledge")
    acknowledged = [("acknowledge", "sponsor", "anna.berg", "Looking into *it*")]
    assert acts_on(own, untouched) == acknowledged
    assert "Looking into \\*it\\*" in said(screen)
    assert not [button.label for button in screen.button if button.label == "Acknowledge"]
    choose(screen, "action", "comment")
    press(screen, "Comment")
    assert acts_on(own, untouched) == acknowledged
    assert any("Your text is still in the form" in error.value for error in screen.error)


def test_the_partner_objects(own: Store, untouched: Escalation) -> None:
    screen = open_screen(escalation=untouched.id)
    choose(screen, "action_side", "partner")
    choose(screen, "action", "object")
    screen.text_area(key="action_text").set_value("The lots were rejected on your request")
    press(screen, "Object")
    assert acts_on(own, untouched) == [("object", "partner", "anna.berg", "The lots were rejected on your request")]
    assert "The partner objects" in said(screen)
