"""Meetings and agreed actions in words: states, reminders, what is due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from kpi.ledger.links import NO_LINK
from kpi.ledger.meeting_model import AgreedAction, Decision, Edition, Meeting, Signature
from kpi.ledger.meeting_names import CANCELLED, CONFIRM, CONFIRMED, DONE, ISSUED, OBJECT, OPEN
from kpi.present.meetings import (
    NO_MINUTES,
    OBJECTED,
    OVERDUE,
    PLANNED,
    action_state,
    actions_board,
    decisions_board,
    due_words,
    meetings_board,
    reminders,
    state_of,
)

DAY = date(2026, 11, 16)
AT = datetime(2026, 11, 1, 9, 30)
MEETING = Meeting(
    409,
    "COBR",
    date(2026, 12, 3),
    "Committee",
    date(2026, 10, 1),
    1,
    (),
    (),
    408,
    DAY,
    "c1",
    "anna",
    AT,
    409,
    "anna",
    AT,
)
EDITION = Edition(420, 409, "COBR", 1, "sponsor", "Anna", "anna", AT, "We met.", "", 419, "a" * 64, (), ())
ACTION = AgreedAction(
    412, "COBR", 409, "Hire", "Tom", "partner", date(2026, 11, 10), date(2026, 11, 10), NO_LINK, "anna", AT, OPEN
)


def signed(meaning: str, side: str = "partner") -> Edition:
    return replace(EDITION, signatures=(Signature(421, AT, "tom", "Tom", side, meaning, "", "a" * 64),))


@pytest.mark.parametrize(
    ("meeting", "edition", "state"),
    [
        (MEETING, None, PLANNED),
        (replace(MEETING, day=DAY), None, PLANNED),
        (replace(MEETING, day=date(2026, 11, 15)), None, NO_MINUTES),
        (replace(MEETING, state=CANCELLED), None, CANCELLED),
        (replace(MEETING, state=ISSUED), EDITION, ISSUED),
        (replace(MEETING, state=ISSUED), signed(CONFIRM, "sponsor"), ISSUED),
        (replace(MEETING, state=CONFIRMED), signed(CONFIRM), CONFIRMED),
        (replace(MEETING, state=ISSUED), signed(OBJECT), OBJECTED),
    ],
)
def test_the_state_of_a_meeting(meeting: Meeting, edition: Edition | None, state: str) -> None:
    assert state_of(meeting, edition, DAY) == state


def test_reminders_go_by_the_date_first_agreed() -> None:
    """A later date does not make an action less overdue, and what is closed asks for nothing."""
    extended = replace(ACTION, version=413, due_on=date(2027, 1, 1))
    soon = replace(ACTION, version=414, first_due_on=date(2026, 11, 30), due_on=date(2026, 11, 30))
    later = replace(ACTION, version=415, first_due_on=date(2026, 12, 1), due_on=date(2026, 12, 1))
    done = replace(ACTION, version=416, state=DONE, closed_on=date(2026, 11, 12))
    late, due = reminders([later, soon, done, extended, ACTION], DAY)
    assert [one.version for one in late] == [412, 413]
    assert [one.version for one in due] == [414]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (ACTION, "6 days overdue"),
        (replace(ACTION, first_due_on=DAY), "due today"),
        (replace(ACTION, first_due_on=date(2026, 11, 17)), "due in 1 day"),
        (replace(ACTION, state=DONE, closed_on=date(2026, 11, 12)), "done on 12 November 2026"),
    ],
)
def test_what_is_due_in_words(action: AgreedAction, words: str) -> None:
    assert due_words(action, DAY) == words


def test_rows_lead_to_the_meeting_and_the_action() -> None:
    table = json.loads(meetings_board([MEETING], {409: [EDITION]}, [ACTION], {"COBR": "Cobrook"}, DAY, "Meetings"))
    (row,) = table["rows"]
    assert row["opens"] == {"page": "meeting", "held": "M-409"}
    assert row["cells"][3] == {"v": "1 of 1", "n": "1 overdue"}
    (row,) = json.loads(actions_board([ACTION], {}, None, DAY, "Actions", {"page": "meeting"}))["rows"]
    assert row["opens"] == {"page": "meeting", "agreed": "A-412"}
    assert action_state(ACTION, DAY) == OVERDUE


def test_a_withdrawn_decision_says_by_whom_and_why() -> None:
    decision = Decision(430, "COBR", 409, "Stop", "All", NO_LINK, "anna", AT, "It was another meeting", "ben", AT)
    (row,) = json.loads(decisions_board([decision], {}, "Decisions"))["rows"]
    assert row["cells"][2]["n"] == "by ben: It was another meeting"
    assert decisions_board([], {}, "Decisions") == actions_board([], {}, None, DAY, "Actions") == ""
