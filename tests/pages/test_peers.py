"""The indicator screen for a partner's user: its own partner among others, of whom nothing else is on it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.access import grant_access
from kpi.ledger.store import Store
from pages.shared.navigation import INDICATOR_PAGE
from tests.pages.test_review import opened, texts
from tests.support import order_lines, submit_rows, unchecked_rows

MARCH = date(2025, 3, 1)
MINE, OTHERS = "MINE", [f"MARKER{place}" for place in range(6)]
NOW: dict[str, Any] = {"actor": "ada", "now": datetime(2025, 6, 6), "scope": EVERYTHING, "reason": "test"}
AMONG = {"kpi": "on_time_delivery", "month": "2025-03", "window": "12", "breakdown": "Among others"}


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Seven partners' deliveries of March; tom, with peers, and eve, without, are on the side of one of them."""
    for place, partner in enumerate([MINE, *OTHERS]):
        rows = order_lines(partner, MARCH, late=place * 3 + 1, count=51 + 10 * place)
        submit_rows(empty_store, "deliveries", unchecked_rows("deliveries", rows), MARCH, received_on=date(2025, 4, 9))
    grant_access(empty_store, holder="ada", role="administrator", side="sponsor", partners=None, **NOW)
    for holder, side, roles, partners in (
        ("tom", "partner", ("viewer", "peer_comparison"), [MINE]),
        ("eve", "partner", ("viewer", "quality_lead"), [MINE]),
        ("some", "sponsor", ("viewer", "peer_comparison"), [MINE, OTHERS[0]]),
        ("few", "sponsor", ("viewer", "peer_comparison"), [MINE, *OTHERS[:2]]),
        ("all", "sponsor", ("viewer", "peer_comparison"), None),
    ):
        for role in roles:
            grant_access(empty_store, holder=holder, role=role, side=side, partners=partners, **NOW)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return empty_store


def seen_by(who: str, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("KPI_ACTOR", who)
    return opened(INDICATOR_PAGE, **(AMONG | query))


def everything_sent(app: AppTest) -> str:
    """Every element of the screen, as it goes to the browser."""
    return (
        "\n".join(str(getattr(element, "proto", "")) for element in app.main)
        + "\n".join(chart.proto.spec for chart in app.get("plotly_chart"))
        + texts(app)
    )


def offered(app: AppTest) -> list[str]:
    return list(next(one for one in app.segmented_control if one.key == "breakdown").options)


def test_a_partners_user_sees_where_it_stands_and_nobodys_name(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = seen_by("tom", monkeypatch, partner=MINE)
    assert not app.error
    assert "Your figure is " in texts(app)
    spec = json.loads(next(chart for chart in app.get("plotly_chart") if chart.key == "funnel").proto.spec)
    (others,) = [trace for trace in spec["data"] if trace["name"] == "Another partner, rounded"]
    assert len(others["y"]) == len(others["x"]) == 6
    assert "customdata" not in others
    sent = everything_sent(app)
    assert MINE in sent
    assert "MARKER" not in sent
    log = tmp_path / "kpi.log"
    assert not log.exists() or "MARKER" not in log.read_text(encoding="utf-8")


def test_without_the_grant_it_is_not_offered_and_a_link_to_it_shows_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by("tom", monkeypatch, partner=MINE)  # so that what others may see is in memory already
    app = seen_by("eve", monkeypatch, partner=MINE)
    assert "Among others" not in offered(app)
    assert "Another partner" not in everything_sent(app)
    assert "MARKER" not in everything_sent(app)


def test_a_sponsors_viewer_of_some_sees_the_rest_without_names(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = seen_by("some", monkeypatch)
    sent = everything_sent(app)
    assert "Of your 2 partners" in sent
    assert OTHERS[0] in sent
    assert not [partner for partner in OTHERS[1:] if partner in sent]


def test_with_four_others_it_says_fewer_than_five(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = seen_by("few", monkeypatch)
    assert "Fewer than five others have figures for the 12 months to March 2025" in texts(app)
    assert not app.get("plotly_chart")


def test_who_sees_everybody_has_the_funnel_with_names_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Among others" not in offered(seen_by("all", monkeypatch))


def test_before_the_day_has_passed_there_is_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = seen_by("tom", monkeypatch, partner=MINE, as_of="2025-04-15")
    assert "are shown from 16 April 2025 on." in texts(app)
    assert "MARKER" not in everything_sent(app)
