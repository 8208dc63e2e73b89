"""Restoring over a store that is there: no event is lost silently, and the store's name is never without a store."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.errors import StoreDamaged, UsageError
from kpi.ledger.backup import back_up
from kpi.ledger.reads import version_now
from kpi.ledger.restoring import Restored, restore
from kpi.ledger.store import Store, open_store, wal_of
from kpi.ledger.verify import verify
from tests.ledger.files import NOW, deliveries, put


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """A backup at version 2."""
    for name in ("D1", "D2"):
        put(store, deliveries({"delivery_id": name}))
    folder = tmp_path / "backups"
    back_up(store, folder, actor="ana", now=NOW, scope=EVERYTHING)
    return folder


def put_back(folder: Path, target: Path, replace: bool = False) -> Restored:
    return restore(folder, target, version=None, replace=replace, now=NOW, scope=EVERYTHING)


def held(store: Store) -> tuple[int, str]:
    found = verify(store)
    assert found.problems == ()
    return found.version, found.head


def store_at(path: Path, *names: str) -> Store:
    store = open_store(f"duckdb:///{path}")
    for name in names:
        put(store, deliveries({"delivery_id": name}))
    return store


def test_where_nothing_stands_or_an_empty_ledger_nothing_is_kept(folder: Path, store: Store, tmp_path: Path) -> None:
    empty = store_at(tmp_path / "empty" / "ledger.duckdb")
    for target in (tmp_path / "new" / "ledger.duckdb", empty.path):
        done = put_back(folder, target)
        assert done.kept is None
        assert held(done.store) == held(store)
        assert [path.name for path in target.parent.iterdir()] == ["ledger.duckdb"]


def test_an_earlier_state_of_the_same_ledger_is_moved_on_and_kept(folder: Path, store: Store, tmp_path: Path) -> None:
    behind = store_at(tmp_path / "behind.duckdb", "D1")
    before = held(behind)
    done = put_back(folder, behind.path)
    assert held(done.store) == held(store)
    assert done.kept is not None
    assert done.kept.name == "behind.before-20260205T093000Z.duckdb"
    assert held(Store(done.kept)) == before


@pytest.mark.parametrize("names", [("D1", "D2", "newer"), ("another",), ("D1", "another")])
def test_a_store_with_an_event_that_the_backup_lacks_is_not_touched(
    folder: Path, store: Store, tmp_path: Path, names: tuple[str, ...]
) -> None:
    other = store_at(tmp_path / "other.duckdb", *names)
    before, stamp = held(other), other.fingerprint()
    with pytest.raises(UsageError, match=r"they would be lost\. Nothing was changed\. .* add --replace"):
        put_back(folder, other.path)
    assert (held(other), other.fingerprint()) == (before, stamp)
    done = put_back(folder, other.path, replace=True)
    assert held(done.store) == held(store)
    assert done.kept is not None
    assert held(Store(done.kept)) == before, "replaced means kept aside"


def test_twice_in_one_second_keeps_both_earlier_files(folder: Path, tmp_path: Path) -> None:
    other = store_at(tmp_path / "other.duckdb", "x")
    first, second = (put_back(folder, other.path, replace=True).kept for _ in range(2))
    assert first != second
    assert first is not None
    assert version_now(Store(first)) == 1


def test_what_is_no_ledger_is_refused_and_with_replace_kept(folder: Path, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "strange.duckdb"
    target.write_bytes(b"my only copy of something else")
    with pytest.raises(StoreDamaged, match=r"What it holds cannot be told\. Nothing was changed"):
        put_back(folder, target)
    assert target.read_bytes() == b"my only copy of something else"
    wal_of(target).write_bytes(b"its log")
    done = put_back(folder, target, replace=True)
    assert held(done.store) == held(store)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"my only copy of something else"
    assert wal_of(done.kept).read_bytes() == b"its log"
    assert not wal_of(target).exists()


def test_a_store_in_use_is_waited_for_and_not_torn_away(folder: Path, store: Store, tmp_path: Path) -> None:
    other = store_at(tmp_path / "other.duckdb", "D1")
    with ThreadPoolExecutor(1) as pool:
        with other.connect() as connection:
            waiting = pool.submit(put_back, folder, other.path)
            time.sleep(1)
            assert not waiting.done()
            assert connection.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert waiting.result().kept is not None
    assert held(other) == held(store)


def test_a_full_disk_changes_nothing(folder: Path, store: Store, tmp_path: Path) -> None:
    other = store_at(tmp_path / "other.duckdb", "D1")
    before = other.fingerprint()
    length = store.path.stat().st_size // 2
    ended = subprocess.run(
        [sys.executable, "-m", "kpi", "restore", str(folder), "--to", f"duckdb:///{other.path}"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (length, length)),
        check=False,
    )
    assert ended.returncode == 3
    assert "was not restored" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert other.fingerprint() == before
    assert not list(tmp_path.glob(".*restoring"))
