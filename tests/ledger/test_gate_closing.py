"""The end of a process: what is being written becomes whole, and nobody begins something new."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable
from kpi.ledger import gate
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import deliveries, put


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store whose gate is the only one, so that no other test's is closed."""
    monkeypatch.setattr(gate, "_gates", {})
    return open_store(f"duckdb:///{tmp_path / 'ledger.duckdb'}")


def test_a_writer_inside_is_waited_for_and_others_are_kept_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with store.connect(read_only=False) as connection:
            connection.execute("BEGIN")
            connection.execute("INSERT INTO meta VALUES ('written', 'whole')")
            inside.set()
            go_on.wait(10)
            connection.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(10)
    threading.Timer(0.3, go_on.set).start()
    began = time.monotonic()
    assert gate.close_all(10)
    assert 0.2 < time.monotonic() - began < 9
    writer.join()
    with pytest.raises(StoreUnavailable), store.connect(timeout=0.1):
        pass
    gate._gates.clear()  # as a new process would find it
    with store.connect() as connection:
        assert connection.execute("SELECT value FROM meta WHERE name = 'written'").fetchone() == ("whole",)


def test_one_that_does_not_finish_is_not_waited_for_for_ever(store: Store) -> None:
    go_on, inside = threading.Event(), threading.Event()

    def read() -> None:
        with store.connect():
            inside.set()
            go_on.wait(10)

    reader = threading.Thread(target=read)
    reader.start()
    assert inside.wait(10)
    assert not gate.close_all(0.2)
    go_on.set()
    reader.join()


def test_nothing_open_is_closed_at_once(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    assert verify(store).problems == ()
    began = time.monotonic()
    assert gate.close_all(10)
    assert time.monotonic() - began < 9
