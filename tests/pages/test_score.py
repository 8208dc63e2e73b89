"""The score on the partner screen: in words first, then the flags and what it is made of; no ranks of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.present.scorecard import score_sentences
from kpi.signals.scorecard import scorecard
from pages.shared.navigation import PARTNER_PAGE

ROOT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog()


@pytest.fixture
def partner_screen(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{sample_store.path}")
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    app.query_params["partner"] = "Tarnwick Sterile Services Ltd"
    app.run().switch_page(PARTNER_PAGE).run()
    app.query_params["partner"] = "Tarnwick Sterile Services Ltd"
    app.run()
    assert not app.exception
    return app


def test_the_section_says_what_the_score_says(partner_screen: AppTest, sample_store: Store) -> None:
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    score = next(s for s in scorecard(marts, CATALOG, marts.last_month) if s.partner_id == "TARN")
    first, *others = score_sentences(score, CATALOG.scoring)
    assert "Score, the 3 months to October 2026" in [heading.value for heading in partner_screen.subheader]
    assert f"**{first}** {' '.join(others)}" in [text.value for text in partner_screen.markdown]
    assert "capped" in first


def test_the_tables_are_about_this_partner_alone(partner_screen: AppTest) -> None:
    drawn = " ".join(json.dumps(str(element.proto)) for element in partner_screen.get("bidi_component"))
    assert "What the score is made of" in drawn
    assert "Flags that cap the rating" in drawn
    section = drawn.split("Flags that cap the rating")[1].split("What the score is made of")[0]
    assert "Vessandra" not in section
