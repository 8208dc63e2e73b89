"""The look-ahead screen, started from dashboard.py, over the sample and an empty store."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.ledger.evaluation import evaluation_day
from kpi.ledger.store import Store
from kpi.present.wording import day_name
from pages.shared.navigation import LOOK_AHEAD
from tests.pages.boards import boards

ROOT = Path(__file__).resolve().parents[2]


def opened(**query: str) -> AppTest:
    """The screen as a colleague sees it who follows a link to it."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(LOOK_AHEAD)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


@pytest.fixture
def sample(sample_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{sample_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))


def test_it_looks_thirty_days_ahead_and_its_link_says_so(sample: None) -> None:
    app = opened()
    assert app.date_input[0].value == date(2026, 12, 16)
    assert app.query_params["meeting"] == "2026-12-16"
    assert "overdue on 16 November 2026" in texts(app)
    overdue, due = (element.value for element in app.dataframe)
    assert overdue["when"].str.endswith("overdue").all()
    assert not due["when"].str.endswith("overdue").any()
    assert {"submission_id", "file_name", "row_number"} <= set(overdue.columns)


def test_a_later_meeting_shows_more_and_a_partner_only_its_own(sample: None) -> None:
    near, far = opened(meeting="2026-11-20"), opened(meeting="2027-03-01")
    assert len(near.dataframe[1].value) < len(far.dataframe[1].value)
    mine = opened(partner="Tarnwick Sterile Services Ltd")
    (board,) = boards(mine)
    assert [row["name"] for row in board["rows"]] == ["Tarnwick Sterile Services Ltd"]
    assert "partner" not in mine.dataframe[0].value


@pytest.mark.parametrize("asked", ["tomorrow", "2026-13-45", ""])
def test_a_day_that_is_none_becomes_the_usual_one(sample: None, asked: str) -> None:
    assert opened(meeting=asked).date_input[0].value == date(2026, 12, 16)


def test_an_emptied_field_becomes_the_usual_day_again(sample: None) -> None:
    app = opened(meeting="2027-03-01")
    app.date_input[0].set_value(None).run()
    assert not app.exception
    assert app.date_input[0].value == date(2026, 12, 16)


def test_a_meeting_that_was_shows_what_was_overdue_and_says_why(sample: None) -> None:
    app = opened(meeting="2020-01-01")
    assert "1 January 2020 is before 16 November 2026" in texts(app)
    assert len(app.dataframe) == 1 or app.dataframe[1].value["when"].eq("today").all()


def test_a_partner_with_nothing_due_is_told_so(sample: None) -> None:
    app = opened(partner="Orrinmoor Peptides Pte", meeting="2026-11-20")
    assert "Nothing was overdue on 16 November 2026, and nothing falls due by 20 November 2026." in texts(app)
    assert not app.dataframe


def test_an_earlier_version_is_looked_at_from_its_own_day(sample: None, sample_store: Store) -> None:
    day = evaluation_day(sample_store, 200, is_latest=False, today=date(2030, 1, 1))
    app = opened(as_of="200")
    assert f"overdue on {day_name(day)}" in texts(app)
    assert app.date_input[0].value == day + timedelta(days=30)


def test_an_empty_store_says_what_to_do(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    assert "No records yet" in texts(opened())
