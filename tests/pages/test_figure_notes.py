"""Objections at the figure: the partner objects on the indicator screen, the sponsor answers, the scorecard says so."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.access import grant_access
from kpi.ledger.figure_notes import figure_notes
from kpi.ledger.store import Store
from pages.shared.navigation import INDICATOR_PAGE, PARTNER_PAGE
from tests.pages.boards import boards
from tests.pages.test_review import MARCH, opened, texts
from tests.support import order_lines, submit_rows, unchecked_rows

NOW: dict[str, Any] = {"actor": "ada", "now": datetime(2025, 6, 6), "scope": EVERYTHING, "reason": "test"}
FIGURE = {"partner": "MINE", "kpi": "on_time_delivery", "month": "2025-03"}


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    for partner in ("MINE", "OTHER"):
        rows = unchecked_rows("deliveries", order_lines(partner, MARCH, late=3))
        submit_rows(empty_store, "deliveries", rows, MARCH)
    for holder, role, side, partners in (
        ("ada", "administrator", "sponsor", None),
        ("pat", "committee_member", "partner", ["MINE"]),
        ("sam", "committee_member", "sponsor", None),
        ("eve", "viewer", "partner", ["MINE"]),
        ("oto", "committee_member", "partner", ["OTHER"]),
    ):
        grant_access(empty_store, holder=holder, role=role, side=side, partners=partners, **NOW)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return empty_store


def seen_by(who: str, monkeypatch: pytest.MonkeyPatch, page: str = INDICATOR_PAGE, **query: str) -> AppTest:
    monkeypatch.setenv("KPI_ACTOR", who)
    return opened(page, **(FIGURE | query))


def write(app: AppTest, button: str, text: str, act: str | None = None) -> AppTest:
    if act is not None:
        next(one for one in app.segmented_control if one.key == "figure_act").set_value(act).run()
    next(area for area in app.text_area if str(area.key).startswith("figure_text")).set_value(text)
    return next(one for one in app.button if one.label == button).click().run()


def offers(app: AppTest) -> set[str]:
    return {one.key for one in app.segmented_control} & {"figure_act", "figure_side"}


def test_the_partner_objects_and_the_sponsor_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = write(seen_by("pat", monkeypatch), "Object", "Lots *1–3* came in time")
    assert not app.exception
    assert [box.value for box in app.success] == ["Objected. It is in the ledger, under your name."]
    assert "**Objected**, not answered yet" in texts(app)
    assert r"Lots \*1–3\* came in time" in texts(app)
    (note,) = figure_notes(store, scope=EVERYTHING)
    assert (note.actor, note.side, note.partner_id, note.month) == ("pat", "partner", "MINE", MARCH)

    rows = json.dumps(boards(seen_by("sam", monkeypatch, PARTNER_PAGE)))
    assert '"n": "objected"' in rows
    app = write(seen_by("sam", monkeypatch), "Turn the objection down", "They were late", act="turn down")
    assert "**Turned the objection down**" in texts(app)
    assert "not answered yet" not in texts(app)
    assert '"n": "objection turned down"' in json.dumps(boards(seen_by("pat", monkeypatch, PARTNER_PAGE)))
    assert '"n": "Mar 2025 objection' in json.dumps(boards(seen_by("pat", monkeypatch, PARTNER_PAGE, window="12")))


def test_only_who_speaks_for_a_side_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert offers(seen_by("eve", monkeypatch)) == set()
    assert offers(seen_by("ada", monkeypatch)) == set()
    assert offers(seen_by("pat", monkeypatch)) == offers(seen_by("sam", monkeypatch)) == {"figure_act"}


def test_another_partner_learns_nothing_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write(seen_by("pat", monkeypatch), "Object", "MARKER of an objection")
    for page in (INDICATOR_PAGE, PARTNER_PAGE):
        app = seen_by("oto", monkeypatch, page, partner="OTHER")
        assert "MARKER" not in texts(app)
        assert "objected" not in json.dumps(boards(app))


def test_an_objection_that_somebody_answered_meanwhile_is_not_answered_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seen_by("pat", monkeypatch), "Object", "Wrong")
    first, second = seen_by("sam", monkeypatch), seen_by("sam", monkeypatch)
    write(first, "Uphold the objection", "A new file follows")
    app = write(second, "Uphold the objection", "Yes")
    assert "sam upheld the objection to the figure" in app.error[0].value
    assert "Your text is still in the form." in app.error[0].value
    assert len(figure_notes(store, scope=EVERYTHING)) == 2


def test_the_ledger_as_it_was_takes_no_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = seen_by("pat", monkeypatch, as_of="3")
    assert offers(app) == set()
    assert "Empty the field “As of” to write about the figure." in texts(app)
