"""Opening: addresses, files that are not ours, somebody else at work, a log left by a crash."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from kpi.errors import KpiError, StoreDamaged, StoreUnavailable, UsageError
from kpi.ledger.store import DEFAULT_PATH, Store, open_store, parse_url, wal_of
from kpi.ledger.verify import verify
from tests.ledger.files import deliveries, put


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", DEFAULT_PATH),
        ("duckdb:////srv/a.duckdb", Path("/srv/a.duckdb")),
        ("duckdb:///a.duckdb", Path.cwd() / "a.duckdb"),
        ("duckdb:///deep/a b.duckdb", Path.cwd() / "deep" / "a b.duckdb"),
    ],
)
def test_address(url: str, path: Path) -> None:
    assert parse_url(url) == path


@pytest.mark.parametrize(
    "url", ["a.duckdb", "duckdb://a.duckdb", "postgres://x/y", "duckdb:///", "duckdb:///:memory:", "duckdb:///folder/"]
)
def test_address_that_makes_no_sense(url: str) -> None:
    with pytest.raises(UsageError, match="Allowed: duckdb:///relative"):
        open_store(url)


def test_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{tmp_path}/new/folder/x.duckdb")
    assert open_store().path.exists()
    assert [file.name for file in (tmp_path / "new" / "folder").iterdir()] == ["x.duckdb"], "no draft is left behind"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "an empty file"),
        (b"delivery_id,unit\n1,kg\n" * 900, "a text file"),
        (b"SQLite format 3\x00" + b"\x00" * 9000, "a SQLite database"),
        (b"PK\x03\x04" + b"\x00" * 9000, "a zip archive or a workbook"),
        (b"\x89\x00\x01" * 5000, "another kind of file"),
    ],
)
def test_a_file_that_is_no_ledger(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=f"it is {kind}"):
        open_store(f"duckdb:///{path}")
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.json"])
def test_a_file_named_like_a_table_of_text_is_no_ledger_either(tmp_path: Path, name: str) -> None:
    """DuckDB would look at such a file from a database in memory, and what is written there is lost."""
    path = tmp_path / name
    path.write_text("delivery_id,unit\n1,kg\n")
    with pytest.raises(StoreDamaged, match="is not a ledger: it is a text file"):
        open_store(f"duckdb:///{path}")


def test_a_name_that_the_system_cannot_have(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="File name too long"):
        open_store(f"duckdb:///{tmp_path}/{'n' * 300}.duckdb")


FULL_DISK = """
import resource, sys
from datetime import datetime
from kpi.errors import StoreUnavailable
from kpi.ledger.chain import append_event, last_event
from kpi.ledger.store import open_store
url, room, step = sys.argv[1], int(sys.argv[2]), sys.argv[3]
store = open_store(url) if step == "append" else None
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    store = store or open_store(url)
    with store.connect(read_only=False) as connection:
        last, payload = last_event(connection), {"text": "x" * 100_000}
        append_event(connection, "note", after=last, now=datetime(2026, 2, 5), actor="a", reason="", payload=payload)
except StoreUnavailable as error:
    print(error)
"""


@pytest.mark.parametrize(("step", "room"), [("create", 4096), ("create", 500_000), ("append", 4096)])
def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path, step: str, room: int) -> None:
    path = tmp_path / "folder" / "x.duckdb"
    command = [sys.executable, "-c", FULL_DISK, f"duckdb:///{path}", str(room), step]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert f"The store {path} could not be used: Could not write file" in ended.stdout
    assert ended.stdout.endswith("File too large. Nothing was written.\n")
    assert [file.name for file in path.parent.glob("*") if file.suffix != ".wal"] == ["x.duckdb"] * (step == "append")
    found = verify(open_store(f"duckdb:///{path}"))
    assert (found.events, found.problems) == (0, ())


def test_a_duckdb_file_of_somebody_else(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute("CREATE TABLE sales (amount DOUBLE)")
    with pytest.raises(StoreDamaged, match="not a ledger"):
        open_store(f"duckdb:///{tmp_path}/x.duckdb")


def test_a_ledger_of_a_later_release(store: Store) -> None:
    with store.connect(read_only=False) as connection:
        connection.execute("UPDATE meta SET value = '3' WHERE name = 'schema_version'")
    with pytest.raises(StoreDamaged, match="layout 3; this program reads layouts 1 and 2"):
        open_store(f"duckdb:///{store.path}")


@pytest.mark.parametrize("rest", ["cut off", "zeros"])
def test_a_broken_file_is_told_apart_from_a_busy_one(store: Store, rest: str) -> None:
    put(store, deliveries(*({"delivery_id": f"D{i}"} for i in range(5000))))
    whole = store.path.read_bytes()
    kept = whole[: len(whole) // 3]
    store.path.write_bytes(kept if rest == "cut off" else kept.ljust(len(whole), b"\0"))
    with pytest.raises(StoreDamaged, match="Keep the file as it is and restore a backup"):
        verify(open_store(f"duckdb:///{store.path}"))


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(KpiError):
        open_store(f"duckdb:///{tmp_path}")


def test_no_statement_reaches_other_files(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with store.connect() as connection, pytest.raises(duckdb.PermissionException):
        connection.execute(f"SELECT * FROM read_csv('{secret}')")


def test_the_fingerprint_changes_with_a_submission_and_not_with_a_read(store: Store) -> None:
    before = store.fingerprint()
    verify(store)
    assert store.fingerprint() == before
    put(store, deliveries({"delivery_id": "D1"}))
    assert store.fingerprint() != before


HOLD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"
CRASH = (
    "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); "
    "c.execute(\"INSERT INTO meta VALUES ('left', 'in the log')\"); os.kill(os.getpid(), 9)"
)


def test_another_process_at_work_is_named_when_time_runs_out(store: Store) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(store.path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        started = time.monotonic()
        with (
            pytest.raises(StoreUnavailable, match=rf"PID {holder.pid}\).*Nothing was written"),
            store.connect(timeout=0.5),
        ):
            pass
        assert time.monotonic() - started < 30
        threading.Timer(0.4, holder.kill).start()
        with store.connect(timeout=15) as connection:
            assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
    finally:
        holder.kill()
        holder.wait()


def test_a_log_left_by_a_crash_is_replayed_once(store: Store) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(store.path)], check=False)
    assert wal_of(store.path).exists()
    reopened = open_store(f"duckdb:///{store.path}")
    assert not wal_of(store.path).exists()
    with reopened.connect() as connection:
        assert connection.execute("SELECT value FROM meta WHERE name = 'left'").fetchone() == ("in the log",)


def test_readers_see_what_a_left_log_holds_even_before_it_is_replayed(store: Store) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(store.path)], check=False)
    with store.connect(read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE name = 'left'").fetchone() == (1,)


def test_a_thread_may_read_while_it_writes_but_not_write_twice(store: Store) -> None:
    with store.connect(read_only=False), store.connect() as inner:
        assert inner.execute("SELECT count(*) FROM events").fetchone() == (0,)
        with pytest.raises(RuntimeError, match="second one to write"), store.connect(read_only=False):
            pass


def test_a_reader_in_this_process_that_stays_too_long_is_reported(store: Store) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with store.connect(read_only=False, timeout=0.2):
                pass
        except StoreUnavailable as error:
            failures.append(error)

    with store.connect():
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
    assert len(failures) == 1
    assert "another part of this program" in str(failures[0])
    with store.connect(read_only=False, timeout=0.2) as connection:
        connection.execute("SELECT 1")
