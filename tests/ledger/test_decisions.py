"""Decisions: recorded with or without a meeting, withdrawn with a reason, and read within scope."""

from __future__ import annotations

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.decisions import decisions, withdraw_decision
from kpi.ledger.links import Link, indicator_link
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import THEN, USUAL, decide, issue, open_one


def test_a_decision_is_kept_with_meeting_link_and_words(store: Store) -> None:
    open_one(store)
    done = decide(
        store, text="  Audit\r\nthe site ", link=indicator_link("right_first_time"), decided_by=" Both  sides"
    )
    assert (done.id, done.meeting_id, done.partner_id, done.text) == ("D-2", "M-1", "HELIX", "Audit\nthe site")
    assert (done.decided_by, done.link.text, done.at) == ("Both sides", "indicator:right_first_time", THEN)
    assert decisions(store, scope=EVERYTHING) == [done]


def test_one_outside_a_meeting_names_its_partner(store: Store) -> None:
    done = decide(store, "", partner_id="NOVA")
    assert (done.meeting_version, done.meeting_id, done.partner_id) == (None, "", "NOVA")


REFUSED = [
    ({"text": " "}, "needs a text"),
    ({"text": "x" * 4001}, "4,000 characters"),
    ({"decided_by": ""}, "needs a name"),
    ({"meeting_id": "M-7"}, "no meeting"),
    ({"meeting_id": ""}, "which meeting"),
    ({"partner_id": "NOVA"}, "is a meeting with HELIX, not with NOVA"),
    ({"link": Link("record", dataset="lots", record_id="1")}, "names nothing"),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_makes_no_sense_is_refused(store: Store, changed: dict[str, object], said: str) -> None:
    open_one(store)
    with pytest.raises(UsageError, match=said):
        decide(store, **changed)
    assert version_now(store) == 1


def test_a_withdrawn_decision_stays_readable_with_the_reason(store: Store) -> None:
    open_one(store)
    decide(store)
    gone = withdraw_decision(store, "D-2", **{**USUAL, "actor": "ben", "reason": "Recorded twice"})
    assert (gone.stands, gone.withdrawn, gone.withdrawn_by) == (False, "Recorded twice", "ben")
    assert decisions(store, scope=EVERYTHING, as_of=2)[0].stands
    with pytest.raises(InputRefused, match="withdrawn already, on 2026-02-06 by ben: Recorded twice"):
        withdraw_decision(store, "D-2", **USUAL, reason="Again")
    with pytest.raises(UsageError, match='no decision "D-9"'):
        withdraw_decision(store, "D-9", **USUAL, reason="Again")


def test_one_recorded_after_the_minutes_waits_for_their_next_edition(store: Store) -> None:
    open_one(store)
    first = issue(store)
    late = decide(store)
    assert first.up_to < late.version <= issue(store, correction="A decision was left out").up_to


def test_readers_see_their_partners_and_may_ask_for_one_meeting(store: Store) -> None:
    open_one(store)
    open_one(store, partner_id="NOVA")
    decide(store, "M-1")
    decide(store, "M-2")
    decide(store, "", partner_id="HELIX")
    assert [one.id for one in decisions(store, scope=EVERYTHING)] == ["D-5", "D-4", "D-3"]
    assert [one.id for one in decisions(store, scope=EVERYTHING, partner="HELIX")] == ["D-5", "D-3"]
    assert [one.id for one in decisions(store, scope=EVERYTHING, meeting_id="M-1")] == ["D-3"]
    only = Scope.of(["NOVA"])
    assert [one.id for one in decisions(store, scope=only)] == ["D-4"]
    with pytest.raises(UsageError, match='no meeting "M-1"'):
        decisions(store, scope=only, meeting_id="M-1")
    for refused in (
        lambda: decide(store, "M-1", scope=only),
        lambda: withdraw_decision(store, "D-3", **{**USUAL, "scope": only}, reason="x"),
    ):
        with pytest.raises(UsageError, match="There is no"):
            refused()
    with pytest.raises(InputRefused, match="your own partners"):
        decide(store, "", partner_id="HELIX", scope=only)
