"""Opening, changing and cancelling meetings: what is kept, what is refused, what is frozen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.links import escalation_link, indicator_link, record_link
from kpi.ledger.meeting_model import AgendaItem, Meeting, Participant
from kpi.ledger.meetings import cancel_meeting, meeting, meetings
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING, deliveries, put
from tests.ledger.meeting_acts import (
    ANA,
    BEN,
    DAY,
    JANUARY,
    THEN,
    USUAL,
    agree,
    change,
    change_one,
    decide,
    issue,
    open_one,
)


def cancel(store: Store, meeting_id: str = "M-1", reason: str = "Moved", **changed: Any) -> Meeting:
    return cancel_meeting(store, meeting_id, **{**USUAL, "reason": reason, **changed})


def test_a_meeting_is_named_by_its_version_and_freezes_the_one_before(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    opened = open_one(store)
    assert (opened.id, opened.version, opened.frozen_version, opened.judged_on) == ("M-2", 2, 1, THEN.date())
    assert (opened.participants, opened.agenda) == ((ANA, BEN), (AgendaItem("Late CAPAs"),))
    assert (opened.state, opened.actor, opened.at, opened.changed_version) == ("open", "ana", THEN, 2)
    assert meeting(store, "m-2 ", scope=EVERYTHING) == opened
    put(store, deliveries({"delivery_id": "D2"}))
    assert meeting(store, "M-2", scope=EVERYTHING).frozen_version == 1, "what comes later moves nothing"


def test_an_older_version_is_judged_on_its_own_day(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))  # on 5 February
    put(store, deliveries({"delivery_id": "D2"}))
    assert open_one(store, frozen_version=1).judged_on == date(2026, 2, 5)
    assert open_one(store, frozen_version=1, judged_on=date(2026, 2, 6)).judged_on == date(2026, 2, 6)


def test_links_notes_and_names_come_back_as_they_were_written(store: Store) -> None:
    agenda = [
        AgendaItem(
            "Right  first\ntime", "concern", indicator_link("right_first_time"), "outside\nlimits", "Said:\r\nA"
        ),
        AgendaItem("Past", "escalation", escalation_link("E-0123abcd")),
        AgendaItem("=cmd|'x'", "due", record_link("deviations", 'DEV/1 "a": ü')),
    ]
    people = [Participant(" 上海   生物 ", "", "partner"), Participant("O'Neil", "Head  of QA", "sponsor")]
    opened = open_one(store, agenda=agenda, participants=people)
    first, *others = opened.agenda
    assert (first.title, first.why, first.note) == ("Right first time", "outside limits", "Said:\nA")
    assert others == agenda[1:]
    assert opened.participants == (
        Participant("上海 生物", "", "partner"),
        Participant("O'Neil", "Head of QA", "sponsor"),
    )


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"day": datetime(2026, 2, 10, 9)}, "on a day, without a time"),
    ({"month": date(2026, 1, 2)}, "first day"),
    ({"window": 2}, "1, 3, 12 months"),
    ({"title": " "}, "needs a name"),
    ({"title": "a\x07b"}, "needs a name"),
    ({"participants": [Participant("Ann", "", "bank")]}, 'not for "bank"'),
    ({"participants": [Participant(" ", "", "partner")]}, "participant needs a name"),
    ({"participants": [ANA] * 101}, "at most 100"),
    ({"agenda": [AgendaItem("x", "chat")]}, 'is no "chat"'),
    ({"agenda": [AgendaItem(" ")]}, "needs a text"),
    ({"agenda": [AgendaItem("x" * 601)]}, "600 characters"),
    ({"agenda": [AgendaItem("x")] * 201}, "at most 200"),
    ({"agenda": [AgendaItem("x", note="a\x00")]}, "control character"),
    ({"frozen_version": 5}, "no ledger version 5"),
    ({"frozen_version": -1}, "no ledger version -1"),
    ({"judged_on": date(2026, 2, 7)}, "cannot be judged on 2026-02-07"),
    ({"judged_on": date(2025, 2, 7)}, "cannot be judged on 2025-02-07"),
    ({"definitions": ""}, "digest of the definitions"),
    ({"actor": " "}, "who is acting"),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_makes_no_sense_is_refused(store: Store, changed: dict[str, Any], said: str) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    with pytest.raises(UsageError, match=said):
        open_one(store, **changed)
    assert version_now(store) == 1


def test_nobody_opens_a_meeting_about_others_partners(store: Store) -> None:
    with pytest.raises(InputRefused, match="your own partners"):
        open_one(store, scope=Scope.of(["NOVA"]))


def test_a_change_keeps_what_it_does_not_name(store: Store) -> None:
    first = open_one(store)
    second = change_one(store, agenda=[*first.agenda, AgendaItem("Next")], actor="ben", note="Asked for by phone")
    kept = {"changed_version": 2, "changed_by": "ben", "agenda": (*first.agenda, AgendaItem("Next"))}
    assert second == replace(first, **kept)
    third = change_one(store, day=date(2026, 2, 12), title="Extra", participants=[BEN], window=3, month=JANUARY)
    assert (third.day, third.title, third.participants, third.window) == (date(2026, 2, 12), "Extra", (BEN,), 3)
    assert [meeting(store, "M-1", scope=EVERYTHING, as_of=version) for version in (1, 2, 3)] == [first, second, third]


def test_figures_are_frozen_again_at_a_newer_version_only(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    open_one(store)
    put(store, deliveries({"delivery_id": "D2"}))
    again = change_one(store, "M-2", frozen_version=3, definitions="newer")
    assert (again.frozen_version, again.definitions, again.judged_on) == (3, "newer", THEN.date())
    with pytest.raises(UsageError, match="at a later version, not at 1"):
        change_one(store, "M-2", frozen_version=1)


def test_a_change_that_changes_nothing_leaves_no_event(store: Store) -> None:
    open_one(store)
    with pytest.raises(UsageError, match="nothing to change"):
        change_one(store, title="Steering committee", day=DAY)
    assert version_now(store) == 1


def test_who_changed_the_meeting_meanwhile_is_told(store: Store) -> None:
    open_one(store)
    decide(store)  # entered live by somebody else: no reason to refuse an agenda
    change_one(store, title="Extra", actor="ben", note="Wider", after_version=1)
    with pytest.raises(UsageError, match=r"Since you opened M-1, ben changed it .*version 3\): “Wider”"):
        change_one(store, title="Other", after_version=2)
    assert change_one(store, title="Other", after_version=3).title == "Other"


def test_minutes_end_all_changes(store: Store) -> None:
    open_one(store)
    issue(store)
    for refused in (lambda: change_one(store, title="Other"), lambda: cancel(store)):
        with pytest.raises(UsageError, match="issue a new edition"):
            refused()


def test_a_cancelled_meeting_stays_readable_and_takes_nothing(store: Store) -> None:
    open_one(store)
    gone = cancel(store, actor="ben")
    assert (gone.state, gone.reason, gone.changed_by, gone.cancelled) == ("cancelled", "Moved", "ben", True)
    for refused in (
        lambda: cancel(store),
        lambda: change_one(store, title="Other"),
        lambda: decide(store),
        lambda: agree(store),
        lambda: issue(store),
    ):
        with pytest.raises(UsageError, match="cancelled"):
            refused()
    assert meetings(store, scope=EVERYTHING, as_of=1)[0].state == "open"


def test_what_came_of_a_meeting_keeps_it_from_being_cancelled(store: Store) -> None:
    open_one(store)
    decide(store)
    agree(store)
    with pytest.raises(UsageError, match=r"D-2, A-3 came of it"):
        cancel(store)
    change(store, "A-3", "done")
    with pytest.raises(UsageError, match=r"D-2 came of it"):
        cancel(store)
    with pytest.raises(UsageError, match="needs a text"):
        cancel(store, reason=" ")
    open_one(store)
    decide(store, "M-5")
    with pytest.raises(UsageError, match="ana recorded a decision"):
        cancel(store, "M-5", after_version=5)


def test_a_list_has_the_latest_day_first_and_only_the_partner_asked_for(store: Store) -> None:
    open_one(store, day=date(2026, 2, 10))
    open_one(store, day=date(2026, 5, 10))
    open_one(store, day=date(2026, 5, 10), partner_id="NOVA")
    assert [one.id for one in meetings(store, scope=EVERYTHING)] == ["M-3", "M-2", "M-1"]
    assert [one.id for one in meetings(store, scope=EVERYTHING, partner="HELIX")] == ["M-2", "M-1"]
    assert [one.id for one in meetings(store, scope=EVERYTHING, as_of=2)] == ["M-2", "M-1"]
    assert [one.id for one in meetings(store, scope=Scope.of(["NOVA"]))] == ["M-3"]


@pytest.mark.parametrize("name", ["M-1", "M-3", "M-", "", "1", "D-2", "M-٢", "M-2-2"])
def test_one_of_others_and_one_that_never_was_are_told_alike(store: Store, name: str) -> None:
    open_one(store)
    open_one(store, partner_id="NOVA")
    with pytest.raises(UsageError, match=f'There is no meeting "{name}"'):
        meeting(store, name, scope=Scope.of(["NOVA"]))
