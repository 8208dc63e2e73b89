"""Backups: a copy that is the ledger, made beside readers and writers, and never half there under its own name."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.errors import StoreDamaged, StoreUnavailable, UsageError
from kpi.ledger.backup import DRAFT_PREFIX, MANIFEST_FILE, NAME, Backup, back_up, backups, sha256_of
from kpi.ledger.reads import events, history, original, version_now
from kpi.ledger.restoring import restore
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from kpi.marts import load_marts
from tests.ledger.acts import act
from tests.ledger.files import NOW, deliveries, put

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def backed_up(store: Store, folder: Path) -> Backup:
    return back_up(store, folder, actor="ana", now=NOW, scope=EVERYTHING)


def restored(folder: Path, target: Path, **changed: object) -> Store:
    usual = {"version": None, "replace": False, "now": NOW, "scope": EVERYTHING}
    return restore(folder, target, **{**usual, **changed}).store  # type: ignore[arg-type]


def filled(store: Store) -> Store:
    put(store, deliveries({"delivery_id": "D1"}, {"delivery_id": "D2", "delivered_date": date(2026, 1, 19)}))
    put(store, deliveries({"delivery_id": "D1", "delivered_date": date(2026, 1, 25)}))
    act(store)
    return store


def test_what_comes_back_is_what_was_there_in_records_files_events_and_figures(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    filled(store)
    made = backed_up(store, folder)
    back = restored(folder, tmp_path / "elsewhere" / "ledger.duckdb")
    assert verify(back) == verify(store)
    assert history(back, scope=EVERYTHING).equals(history(store, scope=EVERYTHING))
    assert events(back, EVERYTHING).astype(str).equals(events(store, EVERYTHING).astype(str))
    assert original(back, "S000001", EVERYTHING) == original(store, "S000001", EVERYTHING)
    figures = [load_marts(one, load_catalog(), scope=EVERYTHING).kpi_monthly for one in (store, back)]
    assert figures[0].equals(figures[1])
    assert len(figures[0])
    assert sha256_of(back.path) == made.manifest.sha256 == sha256_of(store.path)
    assert put(back, deliveries({"delivery_id": "after"})).version == 4


def test_the_manifest_says_what_it_is_a_backup_of(store: Store, folder: Path) -> None:
    filled(store)
    made = backed_up(store, folder)
    said = json.loads((made.path / MANIFEST_FILE).read_text())
    found = verify(store)
    assert (said["ledger_version"], said["head"], said["records"]) == (3, found.head, found.records)
    assert (said["made_at"], said["made_by"], said["schema_version"]) == ("2026-02-05T09:30:00Z", "ana", 1)
    assert said["size"] == made.store_file.stat().st_size
    assert made.path.name == "backup-20260205T093000Z-v000003"
    assert str(folder) not in json.dumps(said), "no path of a machine"


def test_an_empty_ledger_can_be_backed_up_and_restored(store: Store, folder: Path, tmp_path: Path) -> None:
    assert backed_up(store, folder).manifest.ledger_version == 0
    assert version_now(restored(folder, tmp_path / "back.duckdb")) == 0


def test_one_folder_holds_many_and_the_newest_or_a_version_is_taken(store: Store, folder: Path, tmp_path: Path) -> None:
    for number in range(3):
        put(store, deliveries({"delivery_id": f"D{number}"}))
        backed_up(store, folder)  # all within one second
    backed_up(store, folder)
    assert [one.manifest.ledger_version for one in backups(folder)] == [3, 3, 2, 1]
    assert version_now(restored(folder, tmp_path / "a.duckdb")) == 3
    assert version_now(restored(folder, tmp_path / "b.duckdb", version=2)) == 2
    assert version_now(restored(backups(folder)[3].path, tmp_path / "c.duckdb")) == 1
    with pytest.raises(UsageError, match=r"no backup of ledger version 7 .* There are: 1, 2, 3"):
        restored(folder, tmp_path / "d.duckdb", version=7)


def test_two_at_once_are_two_backups(store: Store, folder: Path) -> None:
    filled(store)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: backed_up(store, folder), range(4)))
    assert len({one.path for one in made}) == len(backups(folder)) == 4
    assert {one.manifest.head for one in made} == {verify(store).head}
    assert not list(folder.glob(f"{DRAFT_PREFIX}*"))


def test_beside_an_upload_it_is_one_version_or_another_and_never_between(store: Store, folder: Path) -> None:
    put(store, deliveries({"delivery_id": "first"}))
    done = threading.Event()

    def upload() -> int:
        number = 0
        while not done.is_set():
            number += 1
            put(store, deliveries(*({"delivery_id": f"D{number}-{row}"} for row in range(20))))
        return number

    with ThreadPoolExecutor(2) as pool:
        uploads = pool.submit(upload)
        made = [backed_up(store, folder) for _ in range(5)]
        done.set()
        assert uploads.result() >= 2
    heads = dict(events(store, EVERYTHING)[["version", "hash"]].itertuples(index=False))
    for one in made:
        assert one.manifest.head == heads[one.manifest.ledger_version]
        assert one.manifest.records == 1 + 20 * (one.manifest.ledger_version - 1)


@pytest.mark.parametrize("name", ["ledger.duckdb", MANIFEST_FILE])
def test_a_backup_with_a_file_missing_or_cut_off_is_refused(
    store: Store, folder: Path, tmp_path: Path, name: str
) -> None:
    made = backed_up(filled(store), folder)
    whole = (made.path / name).read_bytes()
    for left in (whole[: len(whole) // 2], b"", None):
        (made.path / name).write_bytes(left) if left is not None else (made.path / name).unlink()
        with pytest.raises((StoreDamaged, UsageError), match=r"cannot be used|There is no backup"):
            restored(folder, tmp_path / "back.duckdb")
        assert not (tmp_path / "back.duckdb").exists()


def test_a_flipped_bit_is_refused(store: Store, folder: Path, tmp_path: Path) -> None:
    made = backed_up(filled(store), folder)
    content = bytearray(made.store_file.read_bytes())
    content[len(content) // 2] ^= 1
    made.store_file.write_bytes(content)
    with pytest.raises(StoreDamaged, match="changed after it was written"):
        restored(folder, tmp_path / "back.duckdb")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE deliveries SET ordered_quantity = 1 WHERE version = 1", "the rows of S000001"),
        ("UPDATE events SET actor = 'somebody' WHERE version = 2", "version 2 .submission. was changed"),
        ("DELETE FROM events WHERE version = 3", "its events are not those that its manifest names"),
    ],
)
def test_a_tampered_backup_is_refused_even_with_a_manifest_to_match(
    store: Store, folder: Path, tmp_path: Path, statement: str, said: str
) -> None:
    made = backed_up(filled(store), folder)
    with duckdb.connect(str(made.store_file)) as connection:
        connection.execute(statement)
    manifest = json.loads((made.path / MANIFEST_FILE).read_text())
    manifest |= {"sha256": sha256_of(made.store_file), "size": made.store_file.stat().st_size}
    (made.path / MANIFEST_FILE).write_text(json.dumps(manifest))
    with pytest.raises(StoreDamaged, match=said):
        restored(folder, tmp_path / "back.duckdb")
    assert not (tmp_path / "back.duckdb").exists()


def test_a_ledger_that_does_not_verify_is_not_backed_up(store: Store, folder: Path) -> None:
    filled(store)
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("UPDATE deliveries SET ordered_quantity = 1")
    with pytest.raises(StoreDamaged, match="no backup is made"):
        backed_up(store, folder)
    assert not list(folder.iterdir())


def test_a_full_disk_leaves_no_backup_behind(store: Store, folder: Path) -> None:
    """The system refuses to write a file beyond a length, as it would on a disk without room."""
    filled(store)
    length = store.path.stat().st_size // 2
    ended = subprocess.run(
        [sys.executable, "-m", "kpi", "--store", f"duckdb:///{store.path}", "backup", str(folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (length, length)),
        check=False,
    )
    assert ended.returncode == 3
    assert "No backup was made" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert not list(folder.iterdir())
    assert verify(store).problems == ()


def test_what_an_interrupted_backup_left_is_no_backup_and_goes_after_a_day(store: Store, folder: Path) -> None:
    left = folder / f"{DRAFT_PREFIX}abc"
    left.mkdir(parents=True)
    (left / "ledger.duckdb").write_bytes(b"half")
    backed_up(store, folder)
    assert len(backups(folder)) == 1
    assert left.exists(), "it may be somebody's who is at work"
    os.utime(left, (time.time() - 90_000,) * 2)
    backed_up(store, folder)
    assert all(NAME.fullmatch(one.name) for one in folder.iterdir())


def test_a_reader_of_some_partners_neither_backs_up_nor_restores(store: Store, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reader of all partners"):
        back_up(store, folder, actor="ana", now=NOW, scope=Scope.of(["HELIX"]))
    backed_up(store, folder)
    with pytest.raises(UsageError, match="reader of all partners"):
        restored(folder, tmp_path / "back.duckdb", scope=Scope.of(["HELIX"]))


def test_a_folder_that_cannot_be_one_is_said(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="No backup was made in"):
        backed_up(store, tmp_path / "file")
    with pytest.raises(UsageError, match="There is no backup in"):
        backups(tmp_path)
