"""No damaged file breaks a reader: a bounded share of the corpus; see tests/intake/corpus.py for more by hand."""

from __future__ import annotations

import time

import pytest

from kpi.intake.contracts import DATASET_NAMES
from tests.intake.corpus import SLOW_SECONDS, damaged, try_file


@pytest.mark.parametrize(("suffixes", "count"), [((".csv",), 250), ((".xlsx",), 40), ((".xls", ".ods"), 40)])
def test_damaged_files_are_read_or_refused(suffixes: tuple[str, ...], count: int) -> None:
    outcomes = set()
    for place, (name, content) in enumerate(damaged(count, 20261122, suffixes)):
        started = time.monotonic()
        outcomes.add(try_file(name, content, DATASET_NAMES[place % len(DATASET_NAMES)]))
        assert time.monotonic() - started < SLOW_SECONDS, name
    assert len(outcomes) > 3, "the wounds are of different kinds"
