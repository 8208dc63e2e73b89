"""Where originals lie: a new one never makes DuckDB write the large ones before it again, and each comes back whole."""

from __future__ import annotations

import os
import random
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.access import EVERYTHING
from kpi.errors import StoreDamaged
from kpi.ledger import originals, submissions
from kpi.ledger.backup import back_up
from kpi.ledger.partial import copied_in_memory, empty_in_memory
from kpi.ledger.reads import original
from kpi.ledger.restoring import restore
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from kpi.sample.loading import _move
from tests.ledger.files import FEBRUARY, NOW, File, deliveries, put

LARGE = 40_000_000


def noise(seed: int, size: int) -> bytes:
    """Bytes that do not get smaller."""
    return random.Random(seed).randbytes(size)


def text(seed: int, size: int) -> bytes:
    line = b"HELIX,HELIX-1,D-%d,Aspiran,2026-01-20,100,vial\n"
    return b"".join(line % (number * seed) for number in range(size // 40))[:size]


# Small files, a large one of text, a large one that does not pack, small files again.
CONTENTS = [b"a" * 900, b"b" * 900, text(3, 50_000), noise(4, 30_000), b"c" * 900, b"d" * 9]


def file(number: int, content: bytes) -> File:
    made = deliveries({"delivery_id": f"D{number}"})
    return File(made.dataset, content, made.records, file_name=f"{number}.csv")


def tables(store: Store) -> dict[str, int]:
    """How many originals each table has."""
    with store.connect() as connection:
        names = originals.tables_of_originals(connection)
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}


def schema_version(store: Store) -> str:
    with store.connect() as connection:
        rows = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchall()
    return str(rows[0][0])


@pytest.fixture
def tiny_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a store of years, with a thousandth of the bytes."""
    monkeypatch.setattr(originals, "FULL", 10_000)
    monkeypatch.setattr(originals, "PACKED_FROM", 1_000)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('built')}/ledger.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(originals, "FULL", 10_000)
        patch.setattr(originals, "PACKED_FROM", 1_000)
        for number, content in enumerate(CONTENTS):
            put(store, file(number, content))
    return store.path


@pytest.fixture
def years(built: Path, tmp_path: Path, tiny_tables: None) -> Store:
    shutil.copyfile(built, tmp_path / "years.duckdb")
    return open_store(f"duckdb:///{tmp_path}/years.duckdb")


def test_a_store_of_small_files_stays_as_earlier_releases_made_it(store: Store) -> None:
    for number in range(5):
        put(store, file(number, text(number + 1, 20_000)))
    assert (tables(store), schema_version(store), verify(store).layout) == ({"originals": 5}, "1", 1)


def test_a_full_table_is_followed_by_another(years: Store) -> None:
    assert tables(years) == {"originals": 2, "originals_000002": 1, "originals_000003": 1, "originals_000004": 2}
    assert schema_version(years) == "2"
    with years.connect() as connection:
        packing = connection.execute("SELECT packing, stored < 5000 FROM originals_000002").fetchall()
        plain = connection.execute("SELECT packing, stored FROM originals_000003").fetchall()
    assert (packing, plain) == ([("zstd", True)], [("", 30_000)])


def test_every_original_comes_back_and_verifies(years: Store) -> None:
    found = [original(years, f"S{number:06d}", EVERYTHING) for number in range(1, 7)]
    assert found == [(f"{number}.csv", content) for number, content in enumerate(CONTENTS)]
    said = verify(open_store(f"duckdb:///{years.path}"))
    assert (said.problems, said.originals, said.layout) == ((), 6, 2)


def test_identical_bytes_are_kept_once_whichever_table_they_lie_in(years: Store) -> None:
    for number, content in ((10, text(3, 50_000)), (11, b"a" * 900)):
        put(years, file(number, content), month_from=FEBRUARY, month_to=FEBRUARY)
    assert sum(tables(years).values()) == 6
    assert original(years, "S000007", EVERYTHING)[1] == text(3, 50_000)


def test_what_fails_leaves_no_table_behind(store: Store, tiny_tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(connection: object, version: int, facts: object) -> None:
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(submissions, "append_coverage", stopped)  # the step after the original
    with pytest.raises(RuntimeError, match="the machine stopped"):
        put(store, file(1, text(3, 50_000)))
    assert (tables(store), schema_version(store)) == ({"originals": 0}, "1")


TAMPERS = [
    ("UPDATE originals_000002 SET content = 'x'::BLOB", "the file of S000003 (2.csv) was changed"),
    ("UPDATE originals_000002 SET packing = ''", "the file of S000003 (2.csv) was changed"),
    ("UPDATE originals_000002 SET packing = 'rar'", "the file of S000003 (2.csv) was changed"),
    ("UPDATE originals_000003 SET content = 'x'::BLOB", "the file of S000004 (3.csv) was changed"),
    ("UPDATE originals_000003 SET packing = 'zstd'", "the file of S000004 (3.csv) was changed"),
    ("DELETE FROM originals_000004 WHERE stored = 9", "the file of S000006 (5.csv) is missing"),
    ("DROP TABLE originals_000003", "the file of S000004 (3.csv) is missing"),
    ("INSERT INTO originals_000004 VALUES (sha256('x'::BLOB), '', 1, 'x'::BLOB)", "belongs to no submission"),
    ("ALTER TABLE originals_000002 ADD COLUMN note TEXT",
     "Table originals_000002: column note VARCHAR does not belong there"),
    ("CREATE TABLE originals_x (content BLOB)", "Table originals_x: column content BLOB does not belong there"),
    ("UPDATE meta SET value = '1' WHERE name = 'schema_version'", "Table meta: schema_version is not 2"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "said"), TAMPERS, ids=[statement[:60] for statement, _ in TAMPERS])
def test_a_change_in_a_further_table_is_found(years: Store, tmp_path: Path, statement: str, said: str) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(years.path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(statement)
    problems = verify(open_store(f"duckdb:///{copy}")).problems
    assert any(said in problem for problem in problems), problems


def test_a_changed_file_is_not_handed_out(years: Store) -> None:
    with years.connect(read_only=False) as connection:
        connection.execute("UPDATE originals_000002 SET content = 'x'::BLOB")
    with pytest.raises(StoreDamaged, match="S000003 was changed"):
        original(years, "S000003", EVERYTHING)


def test_it_is_backed_up_and_restored(years: Store, tmp_path: Path) -> None:
    made = back_up(years, tmp_path / "backups", actor="ana", now=NOW, scope=EVERYTHING)
    assert (made.manifest.schema_version, made.manifest.originals) == (2, 6)
    target = tmp_path / "restored.duckdb"
    restored = restore(made.path, target, version=None, replace=False, now=NOW, scope=EVERYTHING)
    assert original(restored.store, "S000003", EVERYTHING) == original(years, "S000003", EVERYTHING)
    assert verify(restored.store).head == verify(years).head


def test_it_is_tried_on_in_memory_without_its_originals(years: Store) -> None:
    with copied_in_memory(years, EVERYTHING) as copy:
        assert tables(copy) == {"originals": 0}
        assert put(copy, file(20, text(5, 60_000))).submission_id == "S000007"
    with empty_in_memory() as blank:
        assert put(blank, file(21, text(5, 60_000))).submission_id == "S000001"


def test_a_whole_ledger_moves_with_its_further_tables(years: Store, tmp_path: Path) -> None:
    target = open_store(f"duckdb:///{tmp_path}/target.duckdb")
    _move(years, target)
    assert (tables(target), verify(target)) == (tables(years), verify(years))


@settings(max_examples=60)
@given(
    st.lists(st.one_of(st.binary(max_size=4_000), st.binary(max_size=3).map(lambda seed: seed * 2_000)), max_size=12)
)
def test_whatever_comes_in_comes_back(contents: list[bytes]) -> None:
    full, packed_from = originals.FULL, originals.PACKED_FROM
    originals.FULL, originals.PACKED_FROM = 5_000, 500  # type: ignore[misc]
    try:
        with empty_in_memory() as store, store.connect() as connection:
            for content in contents:
                originals.append_original(connection, originals.packed(sha256(content).hexdigest(), content))
            for content in contents:
                assert originals.read_original(connection, sha256(content).hexdigest()) == content
            intact = originals.intact_originals(connection)
        assert intact == {sha256(content).hexdigest(): True for content in contents}
    finally:
        originals.FULL, originals.PACKED_FROM = full, packed_from  # type: ignore[misc]


def written() -> int:
    """Bytes that this process has given to the system to write."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(fields["wchar"])


@pytest.mark.skipif(sys.platform != "linux", reason="what is written is counted by Linux")
@pytest.mark.parametrize("kind", ["large", "many small"])
def test_an_append_does_not_write_earlier_originals_again(store: Store, kind: str) -> None:
    """With all in one table, all that there was would be written again."""
    sizes = [LARGE, LARGE] if kind == "large" else [800_000] * 100
    with store.connect(read_only=False) as connection:
        for number, size in enumerate(sizes):
            put(store, file(number, noise(number, size)), connection=connection)
    assert os.path.getsize(store.path) > 75_000_000
    before = written()
    put(store, file(1000, b"a small one"))
    assert written() - before < 37_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="what is written is counted by Linux")
def test_a_store_whose_first_table_holds_large_files_already_is_not_written_again_either(store: Store) -> None:
    """As earlier releases made it: the file of each submission in the one table, however large."""
    content = noise(1, LARGE)
    put(store, file(1, content[:1]))
    with store.connect(read_only=False) as connection:
        digest = sha256(content).hexdigest()
        connection.execute("UPDATE submissions SET sha256 = ?, size = ?", [digest, LARGE])
        connection.execute("UPDATE originals SET sha256 = ?, content = ?", [digest, content])
        connection.execute("CHECKPOINT")
    before = written()
    put(store, file(2, b"a small one"))
    assert written() - before < 5_000_000
    assert tables(store) == {"originals": 1, "originals_000002": 1}
    assert original(store, "S000001", EVERYTHING)[1] == content
