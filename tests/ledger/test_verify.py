"""verify finds every change made behind the ledger's back, and says what and where."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from kpi.ledger.chain import event_hash
from kpi.ledger.marks import mark_synthetic
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import withdraw
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING, NOW, deliveries, put, targets


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Versions 1 and 2: deliveries; 3: S000001 withdrawn; 4: targets; 5: marked as generated."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('sound')}/ledger.duckdb")
    put(store, deliveries({"delivery_id": "D1"}, {"delivery_id": "D2", "partner_id": "NOVA"}, file_name="january.csv"))
    put(store, deliveries({"delivery_id": "D1", "unit": "kg"}, {"delivery_id": "D3"}, file_name="february.csv"))
    withdraw(store, "S000001", reason="Twice", actor="ben", now=NOW, scope=EVERYTHING)
    put(store, targets({}, file_name="targets.csv"))
    mark_synthetic(store, "sample generator", datetime(2026, 3, 1))
    return store


def test_a_sound_ledger(sound: Store) -> None:
    found = verify(sound)
    assert found.problems == ()
    assert (found.version, found.events, found.submissions, found.originals, found.records) == (5, 5, 3, 3, 5)
    with sound.connect() as connection:
        assert connection.execute("SELECT hash FROM events WHERE version = 5").fetchone() == (found.head,)


def test_an_empty_ledger(store: Store) -> None:
    assert verify(store).problems == ()


TAMPERS = [
    # every table and every kind of change: what was done, what is said about it
    ("UPDATE events SET reason = 'Better' WHERE version = 2", "Events: version 2 (submission) was changed"),
    ("UPDATE events SET actor = 'eve' WHERE version = 3", "Events: version 3 (withdrawal) was changed"),
    ("UPDATE events SET recorded_at = recorded_at - INTERVAL 1 DAY WHERE version = 1", "Events: version 1"),
    ("UPDATE events SET kind = 'submission' WHERE version = 5", "Events: version 5 (submission) was changed"),
    ("UPDATE events SET payload = '{}' WHERE version = 2", "does not say what a submission has to say"),
    ("UPDATE events SET payload = 'no JSON' WHERE version = 3", "does not say what a withdrawal has to say"),
    ("UPDATE events SET payload = replace(payload, 'HELIX', 'HELIOS') WHERE version = 2", "Events: version 2"),
    ("UPDATE events SET hash = repeat('a', 64) WHERE version = 2", "version 3 does not follow on the event before"),
    ("DELETE FROM events WHERE version = 2", "Events: version 2 is missing before version 3"),
    ("DELETE FROM events WHERE version = 1", "Events: version 1 is missing before version 2"),
    ("DELETE FROM events WHERE version = 4", "Table submissions: S000003 (version 4) belongs to no event"),
    (
        "INSERT INTO events SELECT version + 1, kind, recorded_at, actor, reason, payload, hash, hash FROM events "
        "WHERE version = 5",
        "Events: version 6 (synthetic) was changed",
    ),
    ("UPDATE submissions SET file_name = 'other.csv' WHERE version = 2", "S000002 (version 2): file_name is not"),
    ("UPDATE submissions SET month_to = DATE '2026-02-01' WHERE version = 2", "S000002 (version 2): month_to"),
    ("UPDATE submissions SET partners = ['HELIX', 'NOVA'] WHERE version = 2", "S000002 (version 2): partners"),
    ("UPDATE submissions SET row_count = 9 WHERE version = 1", "S000001 (version 1): row_count"),
    ("UPDATE submissions SET changed_records = 0 WHERE version = 2", "S000002 (version 2): changed_records"),
    ("UPDATE submissions SET reading = '{}' WHERE version = 4", "S000003 (version 4): reading"),
    ("UPDATE submissions SET mapping = 'x' WHERE version = 4", "S000003 (version 4): mapping"),
    ("UPDATE submissions SET warnings = '[1]' WHERE version = 4", "S000003 (version 4): warnings"),
    ("UPDATE submissions SET actor = 'eve' WHERE version = 4", "S000003 (version 4): actor"),
    ("UPDATE submissions SET recorded_at = '2020-01-01' WHERE version = 4", "S000003 (version 4): recorded_at"),
    ("UPDATE submissions SET submission_id = 'S000009' WHERE version = 4", "S000009 (version 4): submission_id"),
    ("DELETE FROM submissions WHERE version = 2", "Table submissions: S000002 (version 2) is missing"),
    ("UPDATE originals SET content = 'x'::BLOB WHERE sha256 = (SELECT sha256 FROM submissions WHERE version = 2)",
     "Table originals: the file of S000002 (february.csv) was changed"),
    ("DELETE FROM originals WHERE sha256 = (SELECT sha256 FROM submissions WHERE version = 1)",
     "Table originals: the file of S000001 (january.csv) is missing"),
    ("INSERT INTO originals VALUES (sha256('x'::BLOB), 'x'::BLOB)", "belongs to no submission"),
    ("DELETE FROM withdrawals", "Table withdrawals: S000001 (version 3) is missing"),
    ("UPDATE withdrawals SET submission_version = 2", "S000001 (version 3): submission_version"),
    ("UPDATE withdrawals SET reason = 'No reason'", "S000001 (version 3): reason"),
    ("INSERT INTO withdrawals SELECT 9, 2, 'S000002', reason, actor, recorded_at FROM withdrawals",
     "Table withdrawals: S000002 (version 9) belongs to no event"),
    ("UPDATE coverage SET month_to = DATE '2026-02-01' WHERE version = 1", "Table coverage: S000001 (version 1)"),
    ("DELETE FROM coverage WHERE partner_id = 'NOVA'", "Table coverage: S000001 (version 1)"),
    ("INSERT INTO coverage SELECT * FROM coverage WHERE version = 2", "Table coverage: S000002 (version 2)"),
    ("INSERT INTO coverage SELECT 3, dataset, partner_id, month_from, month_to FROM coverage WHERE version = 2",
     "Table coverage: version 3 belongs to no submission"),
    ("UPDATE deliveries SET ordered_quantity = 99 WHERE version = 2 AND row_number = 3",
     "the rows of S000002 (february.csv, version 2) were changed"),
    ("UPDATE deliveries SET unit = NULL WHERE version = 1 AND row_number = 2", "the rows of S000001 (january.csv"),
    ("UPDATE deliveries SET product = '' WHERE product IS NOT NULL AND version = 2", "the rows of S000002"),
    ("UPDATE deliveries SET documents_ok = false WHERE version = 1", "the rows of S000001"),
    ("UPDATE deliveries SET promised_date = promised_date + 1 WHERE version = 1", "the rows of S000001"),
    ("UPDATE deliveries SET restates = NOT restates WHERE version = 2", "the rows of S000002"),
    ("UPDATE deliveries SET row_number = 5 - row_number WHERE version = 1", "the rows of S000001"),
    ("UPDATE deliveries SET version = 2 WHERE version = 1 AND row_number = 2", "are 3; 2 were submitted"),
    ("DELETE FROM deliveries WHERE version = 2 AND row_number = 2", "version 2) are 1; 2 were submitted"),
    ("DELETE FROM deliveries WHERE version = 2", "version 2) are 0; 2 were submitted"),
    ("INSERT INTO deliveries SELECT * FROM deliveries WHERE version = 1", "version 1) are 4; 2 were submitted"),
    ("INSERT INTO deliveries SELECT * REPLACE (4 AS version) FROM deliveries WHERE version = 2",
     "Table deliveries: 2 rows of version 4 belong to no submission"),
    ("UPDATE targets SET target = 0.5", "Table targets: the rows of S000003 (targets.csv, version 4) were changed"),
    ("ALTER TABLE deliveries DROP COLUMN unit", "Table deliveries: column unit VARCHAR is missing"),
    ("ALTER TABLE deliveries ADD COLUMN note TEXT", "Table deliveries: column note VARCHAR does not belong there"),
    ("DROP TABLE coverage", "Table coverage: column dataset VARCHAR is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "said"), TAMPERS, ids=[statement[:60] for statement, _ in TAMPERS])
def test_a_change_is_found(sound: Store, tmp_path: Path, statement: str, said: str) -> None:
    copy = tmp_path / "ledger.duckdb"
    shutil.copyfile(sound.path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(statement)
    problems = verify(open_store(f"duckdb:///{copy}")).problems
    assert any(said in problem for problem in problems), problems


def test_a_change_with_its_own_hash_mended_still_breaks_the_chain(sound: Store, tmp_path: Path) -> None:
    """Somebody who knows the method rewrites an event together with its hash: the next event gives it away."""
    copy = tmp_path / "ledger.duckdb"
    shutil.copyfile(sound.path, copy)
    with duckdb.connect(str(copy)) as connection:
        row = connection.execute(
            "SELECT version, kind, recorded_at, 'eve', reason, payload, previous_hash FROM events WHERE version = 2"
        ).fetchone()
        assert row is not None
        connection.execute("UPDATE events SET actor = 'eve', hash = ? WHERE version = 2", [event_hash(*row)])
        connection.execute("UPDATE submissions SET actor = 'eve' WHERE version = 2")
    assert verify(open_store(f"duckdb:///{copy}")).problems == (
        "Events: version 3 does not follow on the event before it.",
    )
