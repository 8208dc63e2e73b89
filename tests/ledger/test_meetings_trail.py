"""Meetings in the audit trail and in verification: within scope, and every change found."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from kpi.access import Scope
from kpi.errors import StoreDamaged
from kpi.ledger.chain import event_hash
from kpi.ledger.decisions import withdraw_decision
from kpi.ledger.meetings import cancel_meeting, meetings
from kpi.ledger.reads import events
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import USUAL, agree, change, change_one, decide, issue, open_one, sign


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """1: a meeting of HELIX. 2: changed. 3: decision. 4: taken back. 5: action. 6: done. 7: minutes. 8: signed.
    9: a meeting of NOVA. 10: cancelled."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('met')}/ledger.duckdb")
    open_one(store)
    change_one(store, title="Extra committee")
    decide(store)
    withdraw_decision(store, "D-3", **USUAL, reason="Twice")
    agree(store)
    change(store, "A-5", "done")
    sign(store, issue(store).version)
    open_one(store, partner_id="NOVA")
    cancel_meeting(store, "M-9", **USUAL, reason="Moved")
    return store


def test_everything_verifies_and_is_in_the_trail(told: Store) -> None:
    assert verify(told).problems == ()
    trail = events(told, EVERYTHING)
    assert trail["kind"].to_list()[::-1] == [
        "meeting opened", "meeting changed", "decision", "decision withdrawn", "action agreed",
        "agreed action changed", "minutes issued", "minutes signed", "meeting opened", "meeting cancelled",
    ]  # fmt: skip
    assert set(trail["partners"]) == {"HELIX", "NOVA"}


@pytest.mark.parametrize(("partners", "count"), [(["HELIX"], 8), (["NOVA"], 2), (["HELIX", "NOVA"], 10), ([], 0)])
def test_a_reader_learns_nothing_about_others_partners(told: Store, partners: list[str], count: int) -> None:
    scope = Scope.of(partners)
    assert len(events(told, scope)) == count
    assert {one.partner_id for one in meetings(told, scope=scope)} == set(partners)


@pytest.fixture
def spoiled(told: Store, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(told.path, tmp_path / "ledger.duckdb"))


TAMPERS = [
    (
        "UPDATE events SET payload = replace(payload, 'Ben Low', 'Cy Orr') WHERE version = 8",
        "version 8 (minutes signed)",
    ),
    ("UPDATE events SET payload = replace(payload, 'I confirm', 'I deny') WHERE version = 8", "does not say what"),
    ("UPDATE events SET recorded_at = '2026-02-05' WHERE version = 8", "version 8 (minutes signed) was changed"),
    ("UPDATE events SET payload = replace(payload, '0a0a', '0b0b') WHERE version = 7", "version 7 (minutes issued)"),
    ("UPDATE events SET reason = 'We audit nobody' WHERE version = 3", "version 3 (decision) was changed"),
    ("UPDATE events SET payload = replace(payload, '2026-03-01', '2026-13-01') WHERE version = 5", "does not say what"),
    ("UPDATE events SET payload = replace(payload, 'done', 'lost') WHERE version = 6", "does not say what"),
    ("DELETE FROM events WHERE version = 8", "version 8 is missing"),
]


@pytest.mark.parametrize(("statement", "said"), TAMPERS)
def test_a_change_is_found(spoiled: Path, statement: str, said: str) -> None:
    with duckdb.connect(str(spoiled)) as connection:
        connection.execute(statement)
    problems = verify(open_store(f"duckdb:///{spoiled}")).problems
    assert any(said in problem for problem in problems), problems


def test_a_signature_under_another_digest_is_found_though_the_chain_was_made_anew(spoiled: Path) -> None:
    """Somebody who can recompute hashes still cannot make a signature fit what was not signed."""
    with duckdb.connect(str(spoiled)) as connection:
        rows = connection.execute(
            "SELECT version, kind, recorded_at, actor, reason, payload, hash FROM events ORDER BY version"
        ).fetchall()
        head = "0" * 64
        for version, kind, at, actor, reason, payload, _ in rows:
            written = payload.replace("0a0a", "0b0b") if kind == "minutes issued" else payload
            own = event_hash(version, kind, at, actor, reason, written, head)
            connection.execute(
                "UPDATE events SET payload = ?, previous_hash = ?, hash = ? WHERE version = ?",
                [written, head, own, version],
            )
            head = own
    problems = verify(open_store(f"duckdb:///{spoiled}")).problems
    assert problems == ("Events: version 8 (minutes signed) signs another content than the edition of version 7 has.",)


def test_an_event_about_something_that_is_not_there_stops_the_reading(spoiled: Path) -> None:
    with duckdb.connect(str(spoiled)) as connection:
        connection.execute("UPDATE events SET payload = replace(payload, ':1', ':77') WHERE version = 2")
    with pytest.raises(StoreDamaged, match=r"Version 2 of the ledger \(meeting changed\)"):
        meetings(open_store(f"duckdb:///{spoiled}"), scope=EVERYTHING)
