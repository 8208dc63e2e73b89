"""The reporting calendar's screen, started from dashboard.py, in every state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.ledger.store import Store
from pages.shared.navigation import REPORTING_CALENDAR
from tests.pages.boards import boards
from tests.present.test_reporting_calendar import JANUARY, line, sent, site
from tests.support import submit_rows, unchecked_rows

ROOT = Path(__file__).resolve().parents[2]


def opened(**query: str) -> AppTest:
    """The screen as a colleague sees it who follows a link to it."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(REPORTING_CALENDAR)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def headings(board: dict) -> list[str]:
    return [row["heading"] for row in board["rows"] if "heading" in row]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def use(store: Store) -> Store:
        monkeypatch.setenv("KPI_STORE", f"duckdb:///{store.path}")
        monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
        return store

    return use


def test_an_empty_store_says_what_to_do(empty_store: Store, at) -> None:
    at(empty_store)
    assert "No records yet" in said(opened())


def test_the_sample_what_is_due_stands_on_top_and_leads_to_the_upload(sample_store: Store, at) -> None:
    at(sample_store)
    app = opened()
    due, grid = boards(app)
    assert "On 16 November 2026, 3 files of Lindqvarn" in said(app)
    assert "In the 12 months to October 2026: 340 on time, 41 late, 3 missing, 1 restated." in said(app)
    assert [row["opens"] for row in due["rows"]] == [
        {"page": "monthly_upload", "dataset": "Deliveries", "for": "2026-10"},
        {"page": "monthly_upload", "dataset": "Deliveries", "for": "2026-09"},
        {"page": "monthly_upload", "dataset": "Deviations", "for": "2026-03"},
    ]
    assert len(grid["columns"]) == 12
    assert [column["name"] for column in grid["columns"]][:2] == ["Oct", "Sep"]
    assert len(headings(grid)) == 8
    assert headings(grid)[0].endswith("4 on time, 41 late, 3 missing")


@pytest.mark.parametrize(("months", "columns"), [("6 months", 6), ("36 months", 36), ("2025", 12), ("2026", 10)])
def test_other_months_and_years_can_be_chosen_by_a_link(sample_store: Store, at, months: str, columns: int) -> None:
    at(sample_store)
    assert len(boards(opened(months=months))[-1]["columns"]) == columns


def test_a_partner_and_a_dataset(sample_store: Store, at) -> None:
    at(sample_store)
    app = opened(partner="Tarnwick Sterile Services Ltd", only_dataset="deliveries")
    (grid,) = boards(app)
    assert [row["name"] for row in grid["rows"] if "name" in row] == ["Deliveries"]
    assert "nothing is due" in said(app)
    assert "Due now" not in said(app)


def test_an_earlier_version_shows_what_was_known_then(sample_store: Store, at) -> None:
    at(sample_store)
    app = opened(as_of="200")
    assert "Ledger version 200" in said(app)
    assert "October 2026" not in said(app).split("In the 12 months to ")[1][:14]


def test_a_registered_partner_without_data_is_named(empty_store: Store, at) -> None:
    at(empty_store)
    submit_rows(empty_store, "partners", [site("ALFA"), site("MUTE")], JANUARY)
    sent(empty_store, "ALFA", JANUARY, date(2025, 2, 5))
    app = opened(months="2025")
    assert "Nothing was received from Mute yet" in said(app)
    assert "Mute: nothing received yet, nothing expected" in headings(boards(app)[-1])
    assert "and 4 files fall due" in said(app) or "are overdue" in said(app)
    assert any(toggle.label.startswith("All ") for toggle in app.toggle), "a long list is cut until it is asked for"
    short = len(boards(app)[0]["rows"])
    app.toggle[0].set_value(True).run()
    assert len(boards(app)[0]["rows"]) > short == 8


def test_two_hundred_partners_come_in_parts(empty_store: Store, at) -> None:
    at(empty_store)
    names = [f"P{number:03}" for number in range(200)]
    submit_rows(empty_store, "partners", unchecked_rows("partners", [site(name) for name in names]), JANUARY)
    rows = [line(name, 1) for name in names]
    submit_rows(empty_store, "deliveries", unchecked_rows("deliveries", rows), JANUARY, received_on=date(2025, 2, 5))
    app = opened(months="2025")
    assert len(headings(boards(app)[-1])) == 25
    assert "Partners 1 to 25 of 200" in said(app)
    second = opened(months="2025", part="2")
    assert "Partners 26 to 50 of 200" in said(second)
    assert not set(headings(boards(second)[-1])) & set(headings(boards(app)[-1]))
