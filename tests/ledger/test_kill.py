"""kill -9 in the middle of a large submission: afterwards the ledger holds all of it or nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import deliveries, put

PROJECT = Path(__file__).parents[2]
ROWS = int(os.environ.get("KILL_TEST_ROWS", "40000"))
TIMES = int(os.environ.get("KILL_TEST_TIMES", "5"))

SUBMIT_LARGE = """
import sys
import polars as pl
from kpi.ledger.store import open_store
from tests.ledger.files import File, deliveries, put
rows = int(sys.argv[2])
one = deliveries({"delivery_id": "D1", "unit": "kg"}).records
many = pl.concat([one] * rows).with_columns(
    pl.int_range(2, rows + 2, dtype=pl.Int64).alias("row_number"),
    pl.format("D{}", pl.int_range(rows)).alias("delivery_id"),
)
store = open_store("duckdb:///" + sys.argv[1])
print("starts", flush=True)
print(put(store, File("deliveries", b"large" * rows, many)).status, flush=True)
"""


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUBMIT_LARGE, str(path), str(ROWS)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('kill')}/ledger.duckdb")
    put(store, deliveries({"delivery_id": "D1"}, {"delivery_id": "other"}))
    return store.path


@pytest.fixture(scope="module")
def seconds(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long the submission takes undisturbed; killing happens within that."""
    copy = tmp_path_factory.mktemp("whole") / "ledger.duckdb"
    shutil.copyfile(prepared, copy)
    worker = start(copy)
    assert worker.stdout is not None
    worker.stdout.readline()
    started = time.monotonic()
    assert worker.communicate()[0] == "accepted\n"
    return time.monotonic() - started


@pytest.mark.parametrize("attempt", range(TIMES))
def test_all_or_nothing(prepared: Path, tmp_path: Path, seconds: float, attempt: int) -> None:
    path = tmp_path / "ledger.duckdb"
    shutil.copyfile(prepared, path)
    worker = start(path)
    assert worker.stdout is not None
    worker.stdout.readline()
    # spread over the whole duration, a little chance within each part
    time.sleep(seconds * (attempt + random.random()) / TIMES)
    worker.send_signal(signal.SIGKILL)
    acknowledged = "accepted" in worker.communicate()[0]

    store = open_store(f"duckdb:///{path}")
    found = verify(store)
    assert found.problems == ()
    assert (found.events, found.submissions, found.originals, found.records) in (
        (1, 1, 1, 2),
        (2, 2, 2, 2 + ROWS),
    )
    assert found.events == 2 or not acknowledged, "what was acknowledged is there"
    assert_usable(store)


def assert_usable(store: Store) -> None:
    before = verify(store).events
    assert put(store, deliveries({"delivery_id": "after"})).version == before + 1
