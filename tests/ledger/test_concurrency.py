"""Several threads of one process, and several processes, at work on one ledger."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kpi.ledger.current import create_current
from kpi.ledger.reads import history, version_now
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING, deliveries, put

PROJECT = Path(__file__).parents[2]

SUBMIT_TWO = """
import sys
from kpi.ledger.store import open_store
from tests.ledger.files import deliveries, put
store = open_store("duckdb:///" + sys.argv[1])
for number in range(2):
    print(put(store, deliveries({"delivery_id": f"{sys.argv[2]}-{number}"})).submission_id, flush=True)
"""

LOADED_WHILE_HELD = """
import contextlib, sys
from kpi.ledger import store as module
from tests.ledger.files import deliveries, put
connect = module.Store.connect
@contextlib.contextmanager
def watched(self, *arguments, **named):
    with connect(self, *arguments, **named) as connection:
        before = set(sys.modules)
        yield connection
        loaded.update(set(sys.modules) - before)
loaded = set()
store = module.open_store("duckdb:///" + sys.argv[1])
module.Store.connect = watched
put(store, deliveries({"delivery_id": "D1"}))
print(len(loaded))
"""


def test_threads_that_read_and_write(store: Store) -> None:
    """A Streamlit server: every session is a thread. No read may be torn, no write lost."""
    put(store, deliveries(*({"delivery_id": f"D{row}", "product": "version 1"} for row in range(50))))
    done = threading.Event()
    torn: list[object] = []

    def read() -> int:
        reads = 0
        while not done.is_set() or not reads:
            with store.connect() as connection:
                version = version_now(store)
                create_current(connection, "deliveries", version, EVERYTHING)
                seen = connection.execute(
                    "SELECT count(*), count(DISTINCT product), max(product) FROM current_deliveries"
                ).fetchone()
            if seen != (50, 1, f"version {version}"):
                torn.append((version, seen))
            reads += 1
        return reads

    def write() -> None:
        for _ in range(3):
            with writing:
                version = version_now(store) + 1
                put(
                    store,
                    deliveries(*({"delivery_id": f"D{row}", "product": f"version {version}"} for row in range(50))),
                )

    writing = threading.Lock()  # only so that the text can name the version
    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for writer in [pool.submit(write) for _ in range(2)]:
            writer.result()
        done.set()
        assert all(reader.result() > 0 for reader in readers)
    assert torn == []
    assert version_now(store) == 7
    assert verify(store).problems == ()


def test_processes_that_submit_at_the_same_time(store: Store) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", SUBMIT_TWO, str(store.path), name], stdout=subprocess.PIPE, cwd=PROJECT, text=True
        )
        for name in ("A", "B", "C")
    ]
    for _ in range(10):  # a dashboard beside them
        history(store, scope=EVERYTHING)
    receipts = [line for writer in writers for line in writer.communicate(timeout=120)[0].split()]
    assert sorted(receipts) == [f"S{number:06d}" for number in range(1, 7)]
    assert history(store, scope=EVERYTHING)["version"].to_list() == list(range(6, 0, -1))
    assert verify(store).problems == ()


def test_a_first_start_of_several_processes_at_once(tmp_path: Path) -> None:
    open_it = "import sys; from kpi.ledger.store import open_store; open_store('duckdb:///' + sys.argv[1])"
    path = tmp_path / "new" / "ledger.duckdb"
    starts = [subprocess.Popen([sys.executable, "-c", open_it, str(path)], cwd=PROJECT) for _ in range(4)]
    assert [start.wait(timeout=120) for start in starts] == [0, 0, 0, 0]
    assert [file.name for file in path.parent.iterdir()] == ["ledger.duckdb"]


def test_nobody_waits_for_imports(store: Store) -> None:
    """The first submission of a process loads pandas and Arrow before it takes the file, not while it has it."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED_WHILE_HELD, str(store.path)], stdout=subprocess.PIPE, cwd=PROJECT, text=True
    )
    assert ran.stdout == "0\n"
