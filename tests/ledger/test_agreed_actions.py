"""Agreed actions: what is kept of every change, which state may follow which, and who is told what others did."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.agreed_actions import agreed_action, agreed_actions
from kpi.ledger.links import record_link
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import THEN, agree, change, open_one

MARCH = date(2026, 3, 1)
LATER = datetime(2026, 3, 5, 12, 0)


def test_an_action_is_kept_with_owner_date_and_link(store: Store) -> None:
    open_one(store)
    done = agree(store, link=record_link("deviations", "DEV-1"))
    assert (done.id, done.meeting_id, done.partner_id, done.state) == ("A-2", "M-1", "HELIX", "open")
    assert (done.owner, done.side, done.first_due_on, done.due_on) == ("Ben Low", "partner", MARCH, MARCH)
    assert (done.closed_on, done.history, done.link.text) == (None, (), "record:deviations/DEV-1")
    assert agreed_actions(store, scope=EVERYTHING) == [done]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "needs a text"),
    ({"owner": " "}, "needs a name"),
    ({"side": "bank"}, 'not for "bank"'),
    ({"due_on": date(2026, 2, 5)}, "cannot be due on 2026-02-05. Allowed: 2026-02-06 or later"),
    ({"due_on": datetime(2026, 3, 1, 9)}, "without a time"),
    ({"meeting_id": ""}, "which meeting"),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_makes_no_sense_is_refused(store: Store, changed: dict[str, Any], said: str) -> None:
    open_one(store)
    with pytest.raises(UsageError, match=said):
        agree(store, **changed)
    assert version_now(store) == 1


def test_the_date_first_agreed_stays_beside_a_later_one(store: Store) -> None:
    agree(store, "", partner_id="HELIX")
    moved = change(store, "A-1", due_on=date(2026, 4, 1), note="The part is late", actor="ben", now=LATER)
    assert (moved.first_due_on, moved.due_on, moved.extended) == (MARCH, date(2026, 4, 1), True)
    assert moved.overdue(date(2026, 3, 2)), "the date first agreed decides"
    assert not moved.overdue(MARCH)
    done = change(store, "A-1", "done", now=LATER + timedelta(days=1))
    assert (done.closed_on, done.overdue(date(2027, 1, 1))) == (date(2026, 3, 6), False)
    assert [(one.actor, one.state, one.due_on, one.note) for one in done.history] == [
        ("ben", "open", date(2026, 4, 1), "The part is late"),
        ("ana", "done", date(2026, 4, 1), ""),
    ]
    assert agreed_action(store, "A-1", scope=EVERYTHING, as_of=2) == moved


def test_an_action_opened_again_was_not_closed_before(store: Store) -> None:
    agree(store, "", partner_id="HELIX")
    change(store, "A-1", "done")
    again = change(store, "A-1", "in progress", note="It broke again")
    assert (again.state, again.closed_on, again.running) == ("in progress", None, True)
    assert change(store, "A-1", "done", now=LATER).closed_on == LATER.date()


CHANGES: list[tuple[list[str], dict[str, Any], str]] = [
    ([], {"state": "lost"}, 'never "lost"'),
    ([], {}, "nothing to change"),
    ([], {"owner": "Ben Low", "due_on": MARCH}, "nothing to change"),
    ([], {"state": "cancelled"}, "needs a text"),
    ([], {"due_on": date(2026, 4, 1)}, "needs a text"),
    ([], {"due_on": date(2025, 4, 1), "note": "x"}, "cannot be due before that"),
    ([], {"owner": " "}, "needs a name"),
    (["done"], {"state": "open"}, "needs a text"),
    (["done"], {"state": "cancelled", "note": "x"}, "Open it again first"),
    (["done"], {"owner": "Cy", "note": "x"}, "Open it again first"),
    (["done"], {"state": "done"}, "nothing to change"),
]


@pytest.mark.parametrize(("before", "changed", "said"), CHANGES)
def test_a_change_that_makes_no_sense_is_refused(
    store: Store, before: list[str], changed: dict[str, Any], said: str
) -> None:
    agree(store, "", partner_id="HELIX")
    for state in before:
        change(store, "A-1", state)
    version = version_now(store)
    with pytest.raises(UsageError, match=said):
        change(store, "A-1", **changed)
    assert version_now(store) == version


def test_a_note_alone_is_kept_also_of_a_closed_action(store: Store) -> None:
    agree(store, "", partner_id="HELIX")
    change(store, "A-1", note="The part is here")
    change(store, "A-1", "done")
    noted = change(store, "A-1", note="Checked in the audit", now=LATER)
    assert [one.note for one in noted.history] == ["The part is here", "", "Checked in the audit"]
    assert noted.closed_on == THEN.date(), "a note does not close it anew"


def test_who_changed_it_meanwhile_is_told(store: Store) -> None:
    agree(store, "", partner_id="HELIX")
    agree(store, "", partner_id="HELIX")
    change(store, "A-1", "in progress", actor="ben", note="Ordered")
    with pytest.raises(UsageError, match=r"Since you opened A-1, ben changed it .*in progress, Ben Low.*“Ordered”"):
        change(store, "A-1", "done", after_version=2)
    assert change(store, "A-2", "done", after_version=2).done, "another action is another matter"


def test_readers_see_their_partners_by_due_date(store: Store) -> None:
    agree(store, "", partner_id="HELIX", due_on=date(2026, 5, 1))
    agree(store, "", partner_id="HELIX")
    agree(store, "", partner_id="NOVA")
    assert [one.id for one in agreed_actions(store, scope=EVERYTHING)] == ["A-2", "A-3", "A-1"]
    assert [one.id for one in agreed_actions(store, scope=Scope.of(["NOVA"]))] == ["A-3"]
    assert [one.id for one in agreed_actions(store, scope=EVERYTHING, partner="HELIX", as_of=1)] == ["A-1"]
    with pytest.raises(UsageError, match='no agreed action "A-1"'):
        change(store, "A-1", "done", scope=Scope.of(["NOVA"]))


ALLOWED = {
    "open": {"open", "in progress", "done", "cancelled"},
    "in progress": {"open", "in progress", "done", "cancelled"},
    "done": {"open", "in progress", "done"},
    "cancelled": {"open", "in progress", "cancelled"},
}


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["open", "in progress", "done", "cancelled"]), max_size=7))
def test_any_sequence_of_states_is_taken_or_refused_as_the_table_says(wanted: list[str]) -> None:
    """With a note every step says something, so only the table decides."""
    with TemporaryDirectory() as folder:
        store = open_store(f"duckdb:///{Path(folder).as_posix()}/ledger.duckdb")
        agree(store, "", partner_id="HELIX")
        state, closed, taken = "open", None, 0
        for step, following in enumerate(wanted, start=1):
            now = THEN + timedelta(days=step)
            if following not in ALLOWED[state]:
                with pytest.raises(UsageError):
                    change(store, "A-1", following, note="Because", now=now)
                continue
            found = change(store, "A-1", following, note="Because", now=now)
            taken += 1
            if following in ("open", "in progress"):
                closed = None
            elif following != state:
                closed = now.date()
            state = following
            assert (found.state, found.closed_on, len(found.history)) == (state, closed, taken)
        assert version_now(store) == 1 + taken
        assert verify(store).problems == ()
