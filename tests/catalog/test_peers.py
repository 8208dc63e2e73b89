"""peers.toml: ours loads, every mistake is named, and no figure's digest depends on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS, PEERS
from kpi.catalog.peers import read_peers

MISTAKES = [
    ("least_peers = 5", "least_peers = 2", "peers.toml: least_peers is 2; allowed are whole numbers from 3 to 100"),
    ("least_peers = 5", "least_peers = true", "peers.toml: least_peers is True; allowed are whole numbers"),
    ("least_peers = 5", "fewest = 5", "peers.toml: 'fewest' is not a known entry"),
    ("group = 3", "group = 6", "peers.toml: group is 6, more than least_peers"),
    ("counts = 3", "counts = 7", "peers.toml: least_records is too small for 7 counts; at least 35"),
    ("least_records = 30", "least_records = 37", "peers.toml: least_records is 37, which leaves fewer than 3 numbers"),
    ("greatest_share = 0.5", "greatest_share = 50", "peers.toml: greatest_share is 50; allowed are numbers between"),
    ("review_by = 2027-09-30", 'review_by = "soon"', "peers.toml: review_by is 'soon'; it must be a date"),
    ('owner = "', 'known = "', "peers.toml: owner is missing"),
    ("least_peers = 5", "least_peers = ", "peers.toml: not readable as TOML"),
]


@pytest.mark.parametrize(("before", "after", "line"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_named(tmp_path: Path, before: str, after: str, line: str) -> None:
    text = (DEFINITIONS / PEERS).read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / PEERS
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    mistakes: list[str] = []
    read_peers(path, mistakes)
    assert [found for found in mistakes if found.startswith(line)], mistakes


def test_ours_has_none() -> None:
    mistakes: list[str] = []
    assert read_peers(DEFINITIONS / PEERS, mistakes).least_peers == 5
    assert not mistakes


def test_it_moves_no_figure(tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / PEERS
    path.write_text(path.read_text(encoding="utf-8").replace("least_peers = 5", "least_peers = 6"), encoding="utf-8")
    assert load_catalog(folder).peers.least_peers == 6
    assert load_catalog(folder).digest == load_catalog().digest
