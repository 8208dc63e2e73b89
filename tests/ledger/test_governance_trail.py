"""Acts and rebaselines in the audit trail and in verification: in words, within scope, and every change found."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kpi.access import Scope
from kpi.ledger.reads import events
from kpi.ledger.rebaselines import withdraw_rebaseline
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.acts import ONE, THEN, act, begin_anew
from tests.ledger.files import EVERYTHING, deliveries, put

FEBRUARY = date(2026, 2, 1)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """1, 2: a file each of HELIX and NOVA. 3: act about HELIX. 4: about NOVA. 5: rebaseline of HELIX. 6: taken back."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('governed')}/ledger.duckdb")
    for partner in ("HELIX", "NOVA"):
        put(store, deliveries({"delivery_id": "D1", "partner_id": partner}), month_to=FEBRUARY)
    act(store, "assign", "Please look", owner="QA lead")
    act(store, "object", "The records are wrong", partner_id="NOVA")
    begin_anew(store, FEBRUARY)
    withdraw_rebaseline(store, 5, reason="Not so", actor="ben", now=THEN, scope=EVERYTHING)
    return store


def test_the_trail_has_every_word(told: Store) -> None:
    trail = events(told, EVERYTHING)
    assert trail[["version", "kind", "actor", "reason", "partners"]].values.tolist() == [
        [6, "rebaseline withdrawn", "ben", "Not so", "HELIX"],
        [5, "rebaseline", "ana", "New packaging line", "HELIX"],
        [4, "escalation action", "ana", "The records are wrong", "NOVA"],
        [3, "escalation action", "ana", "Please look", "HELIX"],
        [2, "submission", "ana", "Monthly upload", "NOVA"],
        [1, "submission", "ana", "Monthly upload", "HELIX"],
    ]
    facts = dict(zip(trail["version"], trail["facts"], strict=True))
    assert facts[1] == {}
    assert (facts[3]["escalation_id"], facts[3]["action"], facts[3]["owner"]) == (ONE, "assign", "QA lead")
    assert facts[6] == {"partner_id": "HELIX", "rebaseline_version": 5}


@pytest.mark.parametrize(
    ("partners", "versions"),
    [(["HELIX"], [6, 5, 3, 1]), (["NOVA"], [4, 2]), (["HELIX", "NOVA"], [6, 5, 4, 3, 2, 1]), ([], [])],
)
def test_a_reader_sees_what_is_about_their_partners(told: Store, partners: list[str], versions: list[int]) -> None:
    assert events(told, Scope.of(partners))["version"].to_list() == versions


@pytest.fixture
def spoiled(told: Store, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(told.path, tmp_path / "ledger.duckdb"))


TAMPERS = [
    ("UPDATE events SET reason = 'Fine' WHERE version = 4", "version 4 (escalation action) was changed"),
    ("UPDATE events SET actor = 'eve' WHERE version = 5", "version 5 (rebaseline) was changed"),
    ("UPDATE events SET payload = replace(payload, 'NOVA', 'HELIX') WHERE version = 4", "version 4"),
    ("UPDATE events SET payload = '{}' WHERE version = 3", "does not say what it has to say"),
    ("UPDATE events SET payload = 'no JSON' WHERE version = 5", "(rebaseline) does not say"),
    ("UPDATE events SET payload = replace(payload, '2026-02-01', '2026-02-02') WHERE version = 5", "does not say"),
    (
        "UPDATE events SET payload = replace(payload, ':5', ':\"5\"') WHERE version = 6",
        "(rebaseline withdrawn) does not",
    ),
    ("DELETE FROM events WHERE version = 4", "Events: version 4 is missing before version 5"),
]


@pytest.mark.parametrize(("statement", "said"), TAMPERS)
def test_a_change_is_found(spoiled: Path, statement: str, said: str) -> None:
    with duckdb.connect(str(spoiled)) as connection:
        connection.execute(statement)
    problems = verify(open_store(f"duckdb:///{spoiled}")).problems
    assert any(said in problem for problem in problems), problems


def test_a_spoiled_event_is_shown_to_readers_of_everything_only(spoiled: Path) -> None:
    with duckdb.connect(str(spoiled)) as connection:
        connection.execute("UPDATE events SET payload = 'no JSON' WHERE version = 3")
    store = open_store(f"duckdb:///{spoiled}")
    assert 3 in events(store, EVERYTHING)["version"].to_list()
    assert 3 not in events(store, Scope.of(["HELIX", "NOVA"]))["version"].to_list()
