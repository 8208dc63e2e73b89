"""Offers decided at the same moment, killed in the middle, backed up, and changed behind the ledger's back."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from kpi.access import EVERYTHING
from kpi.errors import InputRefused
from kpi.ledger import originals
from kpi.ledger.backup import back_up
from kpi.ledger.offers import offer, offered_file, offers
from kpi.ledger.partial import copied_in_memory
from kpi.ledger.restoring import restore
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import File, deliveries, put
from tests.ledger.offer_acts import LATER, accept, offered, refuse, take_back, under_four_eyes

PROJECT = Path(__file__).parents[2]
ROWS, KILLS = 40_000, 4

ACCEPT_LARGE = """
import sys
from kpi.ledger.store import open_store
from tests.ledger.offer_acts import accept
from tests.ledger.test_offers_at_once import large
store = open_store("duckdb:///" + sys.argv[1])
print("starts", flush=True)
print(accept(store, int(sys.argv[2]), large()).status, flush=True)
"""


def large() -> File:
    import polars as pl

    one = deliveries({"delivery_id": "D1", "unit": "kg"}).records
    assert one is not None
    many = pl.concat([one] * ROWS).with_columns(
        pl.int_range(2, ROWS + 2, dtype=pl.Int64).alias("row_number"),
        pl.format("D{}", pl.int_range(ROWS)).alias("delivery_id"),
    )
    return File("deliveries", b"large" * ROWS, many)


def test_of_several_who_decide_at_once_one_does_and_the_others_are_told(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)

    def decide(number: int) -> str:
        act = [lambda: accept(store, version, file, actor=f"person {number}"), lambda: refuse(store, version)][
            number % 2
        ]
        try:
            act()
        except InputRefused as told:
            return str(told)
        return ""

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(decide, range(6)))
    assert told.count("") == 1
    assert all("already, on" in one for one in told if one)
    assert verify(store).problems == ()


@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_kill_in_the_middle_of_an_acceptance_leaves_nothing_half_done(store: Store, attempt: int) -> None:
    under_four_eyes(store)
    version, _ = offered(store, large())
    command = [sys.executable, "-c", ACCEPT_LARGE, str(store.path), str(version)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert worker.stdout is not None
    worker.stdout.readline()
    time.sleep(1.5 * (attempt + random.random()) / KILLS)
    worker.send_signal(signal.SIGKILL)
    acknowledged = "accepted" in worker.communicate()[0]
    store = open_store(f"duckdb:///{store.path}")
    found, waits = verify(store), offer(store, version, scope=EVERYTHING).waits
    assert found.problems == ()
    assert (found.submissions, found.records) == ((0, 0) if waits else (1, ROWS))
    assert not (acknowledged and waits), "what was acknowledged is there"
    if waits:
        assert accept(store, version, large()).new == ROWS


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Version 2: offered, accepted in 3; 4: offered, refused in 5; 6: offered, taken back in 7; 8: waits."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('sound')}/ledger.duckdb")
    under_four_eyes(store)
    for number, act in enumerate((accept, refuse, take_back, None)):
        version, file = offered(store, deliveries({"delivery_id": f"D{number}"}))
        if act is accept:
            accept(store, version, file)
        elif act is not None:
            act(store, version)  # type: ignore[operator]
    return store


TAMPERS = [
    ("UPDATE events SET kind = 'offer taken back' WHERE version = 5", "version 5 (offer taken back) was changed"),
    ("UPDATE events SET payload = replace(payload, '_version\":4', '_version\":2') WHERE version = 5",
     "decides once more about the offer of version 2"),
    ("UPDATE events SET payload = replace(payload, '_version\":6', '_version\":9') WHERE version = 7",
     "decides about an offer that is not there"),
    ("UPDATE events SET payload = replace(payload, '\"offer\":{', '\"offered\":{') WHERE version = 3",
     "version 3 (submission) was changed"),
    ("UPDATE events SET payload = replace(payload, 'version\":2', 'version\":8') WHERE version = 3",
     "version 3 (submission) decides about an offer that is not there"),
    ("UPDATE events SET payload = '{}' WHERE version = 8", "does not say what it has to say"),
    ("DELETE FROM originals WHERE sha256 = (SELECT payload ->> '$.sha256' FROM events WHERE version = 8)",
     "the file of the offer of version 8 (deliveries.csv) is missing"),
    ("UPDATE originals SET content = 'other'::BLOB WHERE sha256 = "
     "(SELECT payload ->> '$.sha256' FROM events WHERE version = 4)",
     "the file of the offer of version 4 (deliveries.csv) was changed"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), TAMPERS, ids=lambda text: text[:60])
def test_a_change_behind_the_ledgers_back_is_found(sound: Store, tmp_path: Path, change: str, said: str) -> None:
    assert verify(sound).problems == ()
    path = tmp_path / "ledger.duckdb"
    shutil.copyfile(sound.path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
    assert any(said in problem for problem in verify(open_store(f"duckdb:///{path}")).problems)


def test_a_backup_carries_what_waits(sound: Store, tmp_path: Path) -> None:
    back_up(sound, tmp_path / "backups", actor="ana", now=LATER, scope=EVERYTHING)
    target = tmp_path / "restored.duckdb"
    restored = restore(tmp_path / "backups", target, version=None, replace=False, now=LATER, scope=EVERYTHING)
    assert offers(restored.store, scope=EVERYTHING) == offers(sound, scope=EVERYTHING)
    assert offered_file(restored.store, 8, scope=EVERYTHING) == offered_file(sound, 8, scope=EVERYTHING)
    assert verify(restored.store).problems == ()


def test_a_copy_to_try_things_on_knows_what_waits(sound: Store) -> None:
    with copied_in_memory(sound, EVERYTHING) as copy:
        assert put(copy, deliveries({"delivery_id": "D9"})).status == "waiting for acceptance"
        assert put(copy, deliveries({"delivery_id": "D9"}), as_if_accepted=True).status == "accepted"


def test_what_waits_counts_among_the_originals_of_a_table(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is full begins another, also where only offers filled it."""
    monkeypatch.setattr(originals, "FULL", 1_000)
    under_four_eyes(store)
    for number in range(3):
        offered(store, deliveries({"delivery_id": f"D{number}"}, content=bytes([65 + number]) * 600))
    with store.connect() as connection:
        assert len(originals.tables_of_originals(connection)) == 3
    assert [offered_file(store, one.version, scope=EVERYTHING)[1][:1] for one in offers(store, scope=EVERYTHING)] == [
        b"A",
        b"B",
        b"C",
    ]
    assert verify(store).problems == ()
