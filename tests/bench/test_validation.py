"""The three ways of checking a file that the benchmark sets side by side find the same bad cells."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kpi.bench.validation import COLUMNS, make_file
from kpi.bench.validation_ways import WAYS


@pytest.mark.parametrize("every", [0, 5, 87])
def test_the_ways_find_the_same_bad_cells(tmp_path: Path, every: int) -> None:
    file = tmp_path / "batch_records.csv"
    make_file(file, 2_000, every)
    found = {name: WAYS[name](file)() for name in ("product", "duckdb", "rows")}
    assert len({way.total for way in found.values()}) == 1, found
    places = {name: sorted(way.places()) for name, way in found.items()}
    assert places["product"] == places["duckdb"] == places["rows"]
    assert (found["product"].total == 0) == (every == 0)


def test_the_made_up_file_is_as_wide_and_as_wrong_as_said(tmp_path: Path) -> None:
    file = tmp_path / "batch_records.csv"
    make_file(file, 20_000, 87)
    header = file.read_text(encoding="utf-8").split("\n", 1)[0]
    assert len(header.split(",")) == COLUMNS
    share = WAYS["product"](file)().total / (20_000 * COLUMNS)
    assert 0.009 < share < 0.011


def test_a_file_is_appended_whole(tmp_path: Path) -> None:
    file = tmp_path / "batch_records.csv"
    make_file(file, 1_500, 0)
    assert WAYS["submitted"](file)().total == 1_500
    assert duckdb.execute(f"SELECT count(*) FROM read_csv('{file}')").fetchall() == [(1_500,)]
