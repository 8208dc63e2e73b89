"""What an open tab goes on showing when its reader's rights change meanwhile: parts of a page run without the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.ledger.access import withdraw_access
from kpi.ledger.store import open_store
from tests.serving.served import MARKER, ROOT, SITE, Served, small_store
from tests.serving.talk import asking_who, cookie, tab
from tests.serving.test_own_files import granted
from tests.support import submit_rows

ADA, OTHER = "ada@sponsor.example", "OTHERPARTNER"
QUERY = f"partner={MARKER}&month=2025-03&kpi=on_time_delivery"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("open_tabs")
    store = small_store(folder)
    other = {"partner_id": OTHER, "site_id": f"{OTHER}-1", "partner_name": "Other", "site_name": "Works"}
    submit_rows(store, "partners", [SITE, other], date(2025, 3, 1))
    granted(store, ADA, "administrator", SPONSOR_SIDE, None)
    with asking_who(folder, store.path) as dashboard:
        with tab(dashboard, cookie(dashboard, ADA)) as first:
            first.run()
        yield dashboard


@pytest.mark.parametrize("part", ["the sidebar's watch", "a part of the screen"])
def test_a_part_of_a_page_begins_the_page_anew_once_the_reader_may_see_less(asked: Served, part: str) -> None:
    store, somebody = open_store(f"duckdb:///{asked.folder / 'governance.duckdb'}"), f"{part[:5].strip()}@other.example"
    granted(store, somebody, "viewer", PARTNER_SIDE, OTHER)
    version = granted(store, somebody, "viewer", PARTNER_SIDE, MARKER)
    with tab(asked, cookie(asked, ADA)) as other:
        other.run("submissions")
        watch = other.fragments
    with tab(asked, cookie(asked, somebody)) as eva:
        assert "Marker Biologics" in eva.run("indicator", QUERY)
        fragment = min(watch if part.startswith("the") else eva.fragments - watch)
        assert "Ledger version" not in eva.run("indicator", QUERY, fragment_id=fragment), "only a part is drawn"
        withdraw_access(store, version, reason="moved", actor="set up", now=datetime.now(UTC), scope=EVERYTHING)
        said = eva.run("indicator", QUERY, fragment_id=fragment)
        assert "Ledger version" in said, "the page was not drawn anew"
        assert "Marker Biologics" not in said


def test_every_part_of_a_page_asks_first() -> None:
    asks = ("still_in()", "problems.shown(")
    for path in sorted((ROOT / "pages").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "fragment" in ast.unparse(node.func)]
        named = [one.args[0].id for one in calls if one.args and isinstance(one.args[0], ast.Name)]
        named += [
            name for name, one in functions.items() if any("fragment" in ast.unparse(d) for d in one.decorator_list)
        ]
        for name in named:
            lines = [ast.unparse(line) for line in functions[name].body]
            first = next(line for line in lines if not line.startswith(("'", '"')))
            assert first.removeprefix("with ").startswith(asks), f"{path.name}: {name} draws before it asks"


def _name(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
