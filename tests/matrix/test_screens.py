"""Every screen's whole element tree, numbers in tables and charts too, by links about another partner.

What a link about another partner gives is what a link about no partner at all gives.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.navigation import ROOT, SECTIONS
from tests.matrix.asked import INVENTED
from tests.matrix.links import LINKS, link, typed
from tests.matrix.marks import NOBODY, OURS, QUIET, THEIRS, foreign, leaks
from tests.matrix.pack import PEOPLE, Pack, address

TURNS, DAYS = count(), count()
FILES = {
    "" if file.endswith("/portfolio.py") else file.rpartition("/")[2].removesuffix(".py"): file
    for entries in SECTIONS.values()
    for file, *_ in entries
}
UNTOLD = re.compile(r'(?:\bid|hash|fragment_id|file_id|key|url)\w*: "[^"]*"|[0-9a-f]{32}')
ARRAY = re.compile(r'"bdata":\s*"([^"]+)"')


@pytest.fixture(autouse=True)
def store(pack: Pack, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{pack.store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))


def opened(screen: str, query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    app.run()
    if screen:
        app.switch_page(FILES[screen])
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value:
            app.query_params[name] = value.replace("+", " ")
    return app.run()


def said_by(app: AppTest) -> str:
    """Everything in the tree as text: protobufs, tables as their values, arrays of charts as numbers."""
    said = "\n".join(_texts(app._tree))
    return "\n".join(line for line in said.splitlines() if line.strip())  # a spinner that is over leaves an empty place


def _texts(node: Any) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if proto is not None:
        text = UNTOLD.sub("", str(proto))
        yield text
        yield from (str(_numbers(found[1])) for found in ARRAY.finditer(text.replace('\\"', '"')))
    if getattr(node, "type", "") in ("arrow_data_frame", "arrow_table", "dataframe", "table"):
        yield node.value.to_csv()
    for child in getattr(node, "children", {}).values():
        yield from _texts(child)


def _numbers(array: str) -> list[float]:
    import numpy

    content = base64.b64decode(array + "==")
    return numpy.frombuffer(content[: len(content) // 8 * 8], dtype=float).tolist()


@pytest.mark.parametrize("screen", LINKS)
def test_a_link_about_theirs_gives_what_one_about_nobody_gives(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    as_ofs = ["", str(pack.versions["before theirs"]), "2026-01-03"]
    for query in LINKS[screen]:
        as_of = as_ofs[next(DAYS) % len(as_ofs)]
        monkeypatch.setenv("KPI_ACTOR", address(OURS, list(PEOPLE)[next(TURNS) % len(PEOPLE)]))
        theirs = link(query, THEIRS, pack.ids[THEIRS], pack.versions, as_of)
        nobodys = link(query, NOBODY, INVENTED, pack.versions, as_of)
        shown = [neutral(said_by(opened(screen, asked)), asked) for asked in (theirs, nobodys)]
        assert not foreign(shown[0], {OURS}), theirs
        assert shown[0] == shown[1], theirs


@pytest.mark.parametrize("screen", LINKS)
def test_a_link_about_ones_own_shows_it_and_nothing_else(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    seen = ""
    for query in LINKS[screen]:
        monkeypatch.setenv("KPI_ACTOR", address(OURS, list(PEOPLE)[next(TURNS) % len(PEOPLE)]))
        said = said_by(opened(screen, link(query, OURS, pack.ids[OURS], pack.versions)))
        assert not foreign(said, {OURS}), query
        assert "quote incident" not in said
        seen += said
    assert leaks(seen, OURS), "nothing of their own was shown: the silence about others would prove nothing"


@pytest.mark.parametrize("screen", LINKS)
def test_a_partner_without_records_sees_its_screens_empty(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    for side in ("sponsor_alliance_manager", "partner_quality_lead"):
        monkeypatch.setenv("KPI_ACTOR", address(QUIET, side))
        said = said_by(opened(screen, link(LINKS[screen][0], QUIET, {**INVENTED, **pack.ids[QUIET]}, pack.versions)))
        assert not foreign(said, {QUIET})
        assert "quote incident" not in said


def neutral(text: str, asked: str) -> str:
    """``text`` without the words of the link."""
    for word in sorted(typed(asked), key=len, reverse=True):
        if any(mark in word for mark in (THEIRS, NOBODY)) or re.fullmatch(r"[SEMAD]-?\w+", word):
            text = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", "<asked>", text)
    return re.sub(r"(?<=no offer )\d+", "<asked>", text)
