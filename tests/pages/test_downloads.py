"""Files leave only for whoever may take them out: when the button is drawn, and again when it is pressed."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.access import EVERYTHING, NOTHING, Scope
from kpi.errors import InputRefused
from kpi.ledger.access import withdraw_access
from kpi.ledger.store import Store
from pages.shared import downloads, refusals
from pages.shared.standing import Standing, may_take
from tests.pages.people import everybody, granted

ROOT = Path(__file__).resolve().parents[2]
MINE, OTHER, BOTH = Scope.of(["P1"]), Scope.of(["P2"]), Scope.of(["P1", "P2"])


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setattr(refusals, "_told", {})
    return everybody(empty_store)


def take(reader: Standing, of: Scope) -> bytes:
    content = downloads.handed(lambda: b"content", reader, of)()
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize(
    ("name", "mine", "other", "everything", "empty_template"),
    [
        ("ada", True, True, True, True),
        ("sally", True, True, True, True),
        ("quinn", True, False, False, True),
        ("pat", True, False, False, True),
        ("paul", True, False, False, True),
        ("tom", False, False, False, False),
    ],
)
def test_whose_data_somebody_may_take_out(
    store: Store, name: str, mine: bool, other: bool, everything: bool, empty_template: bool
) -> None:
    person = Standing(store, name, None).person()
    found = [may_take(person, of) for of in (MINE, OTHER, EVERYTHING, NOTHING)]
    assert found == [mine, other, everything, empty_template]
    assert may_take(person, BOTH) == other


def test_a_press_after_the_withdrawal_gets_nothing_and_is_noted(store: Store, tmp_path: Path) -> None:
    version = granted(store, "vera", "viewer", "partner", ["P1"])
    reader = Standing(store, "vera", None)
    assert take(reader, MINE) == b"content"
    withdraw_access(store, version, reason="left", actor="ada", now=datetime.now(UTC), scope=EVERYTHING)
    with pytest.raises(InputRefused, match="You may not take this file any more"):
        take(reader, MINE)
    (line,) = (tmp_path / "kpi.log").read_text().splitlines()
    assert line.endswith(f"refused in a file: export, for {refusals.digest('vera')}")


def test_a_press_in_a_thread_without_a_sign_in_that_counts_gets_nothing(store: Store) -> None:
    """With a provider the claims decide; here there is none any more, so they can't be vouched for."""
    with pytest.raises(InputRefused):
        take(Standing(store, "ada", {"sub": "ada", "is_logged_in": True}), NOTHING)


def test_nothing_else_offers_a_file() -> None:
    """Every file goes through the one place that asks: no screen has a download button of its own."""
    found = []
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "download_button":
                found.append(path.relative_to(ROOT).as_posix())
    assert found == ["pages/shared/downloads.py"]
