"""Somebody's access ends while their screen is being drawn: they get the door at once, and no half of the screen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.ledger.access import policy_at, withdraw_access
from kpi.ledger.store import Store
from pages.shared import filters, header, refusals
from pages.shared.sign_in import NO_SIDEBAR
from tests.pages.people import MINE, everybody, opened, texts, two_partners


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "pat")
    monkeypatch.setattr(refusals, "_told", {})
    return everybody(two_partners(empty_store))


def withdraw_pats(store: Store) -> None:
    version = next(one.version for one in policy_at(store).grants if one.holder == "pat")
    withdraw_access(store, version, reason="left", actor="ada", now=datetime(2026, 2, 7), scope=EVERYTHING)


@pytest.mark.parametrize("moment", ["before anything is read", "after the figures are read", "by a defect"])
def test_access_that_ends_in_the_middle_of_a_run(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, moment: str
) -> None:
    screen = opened()
    assert MINE[1] in texts(screen)
    module, name = (filters, "as_of_field") if moment.startswith("before") else (header, "ledger_line")
    step = getattr(module, name)
    ended: list[bool] = []

    def in_that_moment(*given: object) -> None:
        if not ended:
            ended.append(True)
            withdraw_pats(store)
            if moment == "by a defect":
                raise RuntimeError(moment)
        step(*given)

    monkeypatch.setattr(module, name, in_that_moment)
    screen.run()
    assert ended
    assert not screen.exception
    if moment == "after the figures are read":
        screen.run()  # what was read while they might is drawn; the next run, which a tab asks for by itself, is not
    assert "You have no access yet" in texts(screen)
    assert MINE[1] not in texts(screen)
    assert not screen.error
    assert not screen.sidebar.children
    assert [one.proto.body for one in screen.get("html")] == [NO_SIDEBAR]
    assert not (tmp_path / "kpi.log").exists()
