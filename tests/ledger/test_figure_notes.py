"""Objections to figures: who may say what, two at once, as of, scope, the trail, and every change found."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi.access import NOTHING, PARTNER_SIDE, SPONSOR_SIDE, Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.figure_names import COMMENT, FIGURE_ACTS, OBJECT, SIDES_OF_ACT, TURN_DOWN, UPHOLD, WITHDRAW
from kpi.ledger.figure_notes import FigureNote, figure_notes, last_word, open_objections, record_figure_note
from kpi.ledger.reads import events, version_now
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from kpi.present.audit_table import audit_table
from tests.ledger.files import EVERYTHING, deliveries, put

JANUARY = date(2026, 1, 1)
HELIX = ("HELIX", "on_time_delivery", "", JANUARY)


@pytest.fixture
def store(empty_store: Store) -> Store:
    put(empty_store, deliveries({"delivery_id": "D1"}))
    return empty_store


def say(store: Store, action: str, text: str = "Because", **changed: Any) -> FigureNote:
    usual: dict[str, Any] = {
        "partner_id": "HELIX",
        "kpi_id": "on_time_delivery",
        "currency": "",
        "month": JANUARY,
        "side": SIDES_OF_ACT[action][0] if action in SIDES_OF_ACT else SPONSOR_SIDE,
        "seen_version": version_now(store),
        "actor": "hel",
        "now": datetime(2026, 2, 6, 9, 30),
        "scope": EVERYTHING,
    }
    return record_figure_note(store, action=action, text=text, **{**usual, **changed})


def test_an_objection_stands_until_it_is_answered(store: Store) -> None:
    objection = say(store, OBJECT, "The lots were\r\ndelivered")
    assert (objection.text, objection.seen_version, objection.objection_version) == (
        "The lots were\ndelivered",
        1,
        None,
    )
    say(store, COMMENT, "We look", side=SPONSOR_SIDE, actor="sam")
    notes = figure_notes(store, scope=EVERYTHING)
    assert open_objections(notes) == {HELIX: objection}
    assert last_word(notes) == {HELIX: objection}
    answer = say(store, UPHOLD, "A new file follows", actor="sam")
    assert (answer.side, answer.objection_version) == (SPONSOR_SIDE, objection.version)
    notes = figure_notes(store, scope=EVERYTHING)
    assert (open_objections(notes), last_word(notes)) == ({}, {HELIX: answer})
    assert open_objections(figure_notes(store, scope=EVERYTHING, as_of=3)) == {HELIX: objection}
    assert figure_notes(store, scope=EVERYTHING, as_of=1) == []


@pytest.mark.parametrize("end", [TURN_DOWN, UPHOLD, WITHDRAW])
def test_one_at_a_time_and_another_after_its_end(store: Store, end: str) -> None:
    with pytest.raises(UsageError, match="No objection to this figure is open"):
        say(store, end)
    say(store, OBJECT)
    with pytest.raises(UsageError, match="hel objected to this figure already"):
        say(store, OBJECT)
    say(store, end)
    with pytest.raises(UsageError, match="No objection to this figure is open"):
        say(store, end)
    again = say(store, OBJECT, "Still wrong")
    assert open_objections(figure_notes(store, scope=EVERYTHING)) == {HELIX: again}


def test_figures_are_kept_apart(store: Store) -> None:
    first = say(store, OBJECT)
    second = say(store, OBJECT, month=date(2026, 2, 1))
    third = say(store, OBJECT, kpi_id="cost_per_lot", currency="EUR")
    assert list(open_objections(figure_notes(store, scope=EVERYTHING)).values()) == [first, second, third]


@pytest.mark.parametrize("action", FIGURE_ACTS)
def test_each_side_has_its_own_acts(store: Store, action: str) -> None:
    for side in {PARTNER_SIDE, SPONSOR_SIDE} - set(SIDES_OF_ACT[action]):
        with pytest.raises(UsageError, match=f"is for the {SIDES_OF_ACT[action][0]} to do"):
            say(store, action, side=side)
    assert version_now(store) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"action": "delete"}, '"delete" cannot be done. Allowed: object, withdraw objection, comment'),
        ({"text": " \n "}, "needs a text: it stays on record"),
        ({"text": "x" * 4001}, "may have 4,000 characters"),
        ({"text": "a\x00b"}, "holds the control character"),
        ({"month": date(2026, 1, 2)}, "Months are given by their first day"),
        ({"seen_version": 99}, "There is no ledger version 99"),
        ({"seen_version": 0}, "There is no ledger version 0"),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        say(store, **{"action": OBJECT, **changed})
    assert version_now(store) == 1


def test_who_wrote_since_is_told_and_not_overwritten(store: Store) -> None:
    say(store, OBJECT)
    say(store, COMMENT, "Wait", actor="joe")
    say(store, OBJECT, month=date(2026, 2, 1))
    with pytest.raises(UsageError, match="joe commented on the figure on 2026-02-06 at 09:30 UTC"):
        say(store, UPHOLD, seen_version=2)
    assert say(store, UPHOLD, seen_version=3).version == 5


def test_nobody_writes_or_reads_about_others_partners(store: Store) -> None:
    for scope in (Scope.of(["NOVA"]), NOTHING):
        with pytest.raises(InputRefused, match="You may not record anything about"):
            say(store, OBJECT, scope=scope)
    say(store, OBJECT, scope=Scope.of(["HELIX"]))
    assert figure_notes(store, scope=Scope.of(["NOVA"])) == []
    assert "figure note" not in set(events(store, Scope.of(["NOVA"]))["kind"])
    with pytest.raises(UsageError, match="No objection to this figure is open"):
        say(store, UPHOLD, partner_id="NOVA")


def test_the_trail_has_it_in_words(store: Store) -> None:
    say(store, OBJECT, "Wrong lots")
    say(store, COMMENT, "We look", side=SPONSOR_SIDE)
    say(store, TURN_DOWN, "They were late")
    say(store, OBJECT, "No")
    say(store, WITHDRAW, "Agreed")
    trail = audit_table(events(store, EVERYTHING))
    assert trail[["what", "about", "old", "new", "why"]].values.tolist()[:-1] == [
        [f"{what}{side}", "on time delivery of HELIX, January 2026", old, new, why]
        for what, side, old, new, why in (
            ("withdrew the objection to the figure", ", for the partner", "objected", "no open objection", "Agreed"),
            ("objected to the figure", ", for the partner", "no open objection", "objected", "No"),
            ("turned down the objection to the figure", "", "objected", "objection turned down", "They were late"),
            ("commented on the figure", "", "", "", "We look"),
            ("objected to the figure", ", for the partner", "no open objection", "objected", "Wrong lots"),
        )
    ]
    assert set(trail["partners"]) == {"HELIX"}


def test_a_changed_word_is_found(store: Store, tmp_path: Path) -> None:
    say(store, OBJECT, "Wrong lots")
    assert not verify(store).problems
    path = shutil.copy(store.path, tmp_path / "changed.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE events SET reason = 'Fine' WHERE version = 2")
    assert verify(open_store(f"duckdb:///{path}")).problems
