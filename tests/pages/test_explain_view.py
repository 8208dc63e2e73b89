"""The section "Why it changed" of the indicator screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.ledger.store import Store
from pages.shared.navigation import INDICATOR_PAGE
from tests.pages.boards import boards

ROOT = Path(__file__).resolve().parents[2]
MUEHLENTHAL = "Mühlenthal Arzneifertigung GmbH"


@pytest.fixture(autouse=True)
def sample(sample_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{sample_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(INDICATOR_PAGE)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.info)).replace("\\", "")


def explanation(app: AppTest) -> dict:
    tables = boards(app)
    (found,) = [table for table in tables if table["label"].startswith("Why ")]
    return found


def test_it_follows_the_month_before_until_another_is_chosen() -> None:
    app = opened(kpi="Right first time", partner=MUEHLENTHAL, month="September 2026")
    assert "in August 2026 to" in said(app)
    assert [row["name"] for row in explanation(app)["rows"]][-1] == "All together"
    other = opened(kpi="Right first time", partner=MUEHLENTHAL, month="September 2026", since="March 2026")
    assert "from 90.0 % in March 2026 to 80.0 % in September 2026" in said(other)


def test_by_product_and_for_a_median() -> None:
    app = opened(kpi="Deviation cycle time", partner=MUEHLENTHAL, month="September 2026", window="12", why_by="Product")
    assert explanation(app)["corner"] == "Product"
    assert any("every order" in element.value for element in app.caption)


def test_a_month_of_the_link_that_does_not_come_before_gives_way() -> None:
    app = opened(kpi="Right first time", partner=MUEHLENTHAL, month="May 2026", since="September 2026")
    assert "in April 2026 to" in said(app)


def test_figures_of_whole_partners_only_have_no_such_section() -> None:
    app = opened(kpi="Submission timeliness", partner=MUEHLENTHAL)
    assert "Why it changed" not in [element.value for element in app.subheader]
