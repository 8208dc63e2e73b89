"""/healthz and /readyz, asked over HTTP and with the ledger in every state."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.errors import StoreUnavailable
from kpi.ledger import gate
from kpi.ledger.readiness import readable_version
from kpi.ledger.store import Store
from pages.serving.health import Readiness
from pages.serving.parts import lifespan
from tests.serving.loops import finished
from tests.serving.served import MARKER, Served, small_store


def test_a_running_dashboard_lives_and_is_ready(served: Served) -> None:
    alive = served.ask("/healthz")
    assert (alive.status, alive.text) == (200, "ok\n")
    ready = served.ask("/readyz")
    assert (ready.status, ready.data) == (200, {"ready": True, "ledger": True, "definitions": True})


def test_the_screens_are_served_by_the_same_process(served: Served) -> None:
    page = served.ask("/")
    assert page.status == 200
    assert b"<div id=" in page.body
    assert served.ask("/_stcore/health").text == "ok"


def readiness_of(address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, bool]:
    monkeypatch.setenv("KPI_STORE", address)
    found = Readiness().answer()
    return found.ledger, found.definitions


def test_a_missing_store_is_not_ready_and_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert readiness_of(f"duckdb:///{tmp_path / 'gone.duckdb'}", monkeypatch) == (False, True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_ledger_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = tmp_path / "letter.duckdb"
    other.write_text("Dear Sir or Madam")
    assert readiness_of(f"duckdb:///{other}", monkeypatch) == (False, True)
    assert "not ready: " in caplog.text
    assert "is not a ledger" in caplog.text


def test_an_address_that_makes_no_sense_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert readiness_of("no address at all", monkeypatch) == (False, True)


def test_an_empty_ledger_is_ready(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert readiness_of(f"duckdb:///{empty_store.path}", monkeypatch) == (True, True)
    assert readable_version(empty_store) == 0


def test_an_answer_is_remembered_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = small_store(tmp_path)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{store.path}")
    asked = Readiness()
    assert asked.answer().ready
    store.path.unlink()
    assert asked.answer().ready
    monkeypatch.setattr("pages.serving.health.REMEMBERED", 0.0)
    assert not asked.answer().ready
    assert not asked.answer().ready
    told = [line for line in caplog.messages if line.startswith("not ready")]
    assert len(told) == 1, "once, and not at every question"


def test_a_store_held_by_a_writer_is_waited_for_a_bounded_time(tmp_path: Path) -> None:
    store = small_store(tmp_path)
    hold = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    writer = subprocess.Popen(
        [sys.executable, "-c", hold, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "held\n"
    with pytest.raises(StoreUnavailable):
        readable_version(store, patience=0.2)
    writer.communicate("")
    assert readable_version(store, patience=0.2) == 2


def test_probes_tell_nothing_of_what_is_in_the_ledger(served: Served) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = served.ask(path)
        assert MARKER not in answer.text
        assert str(served.folder) not in answer.text


def started(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", address)
    monkeypatch.setattr(gate, "_gates", {})  # its end closes every store of the process, those of other tests too

    async def run() -> None:
        async with lifespan(None):
            pass

    finished(run())


def test_the_start_makes_an_empty_store_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"duckdb:///{tmp_path / 'new.duckdb'}"
    started(address, monkeypatch)
    assert (tmp_path / "new.duckdb").exists()


def test_a_store_that_cannot_be_opened_does_not_keep_the_dashboard_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(f"duckdb:////proc/no/such/{tmp_path.name}.duckdb", monkeypatch)
