"""What people write in a meeting: decisions, agreed actions and their changes, minutes and signatures."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.agreed_actions import agree_action, agreed_actions, change_action
from kpi.ledger.decisions import decisions, record_decision
from kpi.ledger.links import indicator_link
from kpi.ledger.meeting_model import AgendaItem, Meeting
from kpi.ledger.meeting_names import CONFIRM, OBJECT
from kpi.ledger.meetings import change_meeting
from kpi.ledger.meetings import meeting as meeting_now
from kpi.ledger.minutes import minutes_of
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from pages.shared.navigation import PARTNER_PAGE
from tests.pages.committee import PARTNER, held
from tests.pages.test_escalations import press
from tests.pages.test_meeting import boards, open_screen, own, text_of

__all__ = ["own"]
LINK = indicator_link("right_first_time")
ITEMS = (AgendaItem("Right first time", "concern", LINK), AgendaItem("Fill rate", "topic"))


@pytest.fixture
def meeting(own: Store) -> Meeting:
    return held(own, ITEMS)


def write(screen: AppTest, *parts: object, text: object, kind: str = "text_area") -> None:
    """Into the field of a form: its key counts the forms that were sent before."""
    try:
        rounds = screen.session_state["meeting_round"]
    except KeyError:
        rounds = 0
    key = " ".join(map(str, ("meeting_field", rounds, *parts)))
    getattr(screen, kind)(key=key).set_value(text)


def agreed(store: Store, meeting: Meeting | None = None, due: date = date(2026, 12, 20)) -> str:
    return agree_action(
        store,
        text="Hire two reviewers",
        owner="Tom Lee",
        side="partner",
        due_on=due,
        meeting_id=meeting.id if meeting else "",
        partner_id=PARTNER,
        link=LINK,
        actor="anna.berg",
        now=datetime.now(UTC),
        scope=EVERYTHING,
    ).id


def decided_by_ben(store: Store, meeting: Meeting) -> None:
    now = datetime.now(UTC)
    facts = {"decided_by": "All", "meeting_id": meeting.id, "actor": "ben"}
    record_decision(store, text="Theirs", now=now, scope=EVERYTHING, **facts)  # type: ignore[arg-type]


def test_a_decision_is_linked_to_what_the_item_is_about(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id)
    write(screen, "decide", 1, text="Accept *it*")
    press(screen, "Record the decision")
    (decision,) = decisions(own, scope=EVERYTHING, partner=PARTNER)
    assert (decision.text, decision.link, decision.meeting_id) == ("Accept *it*", LINK, meeting.id)
    assert (decision.decided_by, decision.actor) == ("Steering committee", "anna.berg")
    assert f"Decision {decision.id} is recorded" in text_of(screen)
    assert "Accept *it*" in boards(screen)


def test_an_empty_decision_is_refused_and_what_was_typed_stays(own: Store, meeting: Meeting) -> None:
    before = version_now(own)
    screen = open_screen(held=meeting.id)
    write(screen, "decide", 1, "by", text="Both sponsors", kind="text_input")
    press(screen, "Record the decision")
    assert version_now(own) == before
    assert any("What you entered is still in the form" in error.value for error in screen.error)
    assert "Both sponsors" in [field.value for field in screen.text_input]


def test_an_action_is_agreed_and_changed(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id)
    write(screen, "agree", 1, text="Hire two reviewers")
    write(screen, "agree", 1, "owner", text="Tom Lee", kind="text_input")
    press(screen, "Agree the action")
    (action,) = agreed_actions(own, scope=EVERYTHING, partner=PARTNER)
    assert (action.owner, action.side, action.link, action.meeting_id) == ("Tom Lee", "partner", LINK, meeting.id)
    screen = open_screen(agreed=action.id)
    write(screen, action.id, "state", text="in progress", kind="selectbox")
    write(screen, action.id, "note", text="First interviews")
    press(screen, "Save the change")
    (changed,) = agreed_actions(own, scope=EVERYTHING, partner=PARTNER)
    assert (changed.state, changed.history[-1].note) == ("in progress", "First interviews")
    assert "First interviews" in text_of(screen)


def test_who_changed_an_action_meanwhile_is_told(own: Store, meeting: Meeting) -> None:
    name = agreed(own, meeting)
    screen = open_screen(agreed=name)
    change_action(own, name, owner="Eva Roth", actor="ben", now=datetime.now(UTC), scope=EVERYTHING)
    write(screen, name, "note", text="Mine")
    press(screen, "Save the change")
    assert any("ben changed it" in error.value.replace("\\", "") for error in screen.error)
    assert f"ben changed {name} since you began" in text_of(screen)
    assert agreed_actions(own, scope=EVERYTHING, partner=PARTNER)[0].owner == "Eva Roth"
    press(screen, "Start again from how it stands now")
    assert "Eva Roth" in [field.value for field in screen.text_input]


def test_two_people_take_notes_on_two_items(own: Store, meeting: Meeting) -> None:
    first, second = open_screen(held=meeting.id), open_screen(held=meeting.id, item="2")
    write(second, "note", meeting.id, 2, text="They will deliver in March")
    press(second, "Save the note")
    write(first, "note", meeting.id, 1, text="Two lots were reworked")
    press(first, "Save the note")
    notes = [item.note for item in meeting_now(own, meeting.id, scope=EVERYTHING).agenda]
    assert notes == ["Two lots were reworked", "They will deliver in March"]


def test_two_people_write_the_same_note(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id)
    theirs = (AgendaItem("Right first time", "concern", LINK, note="Theirs"), ITEMS[1])
    change_meeting(own, meeting.id, agenda=theirs, actor="ben", now=datetime.now(UTC), scope=EVERYTHING)
    write(screen, "note", meeting.id, 1, text="Mine")
    press(screen, "Save the note")
    assert any("Somebody changed this item since you began" in error.value for error in screen.error)
    assert "ben changed this item since you began. It says now: Theirs" in text_of(screen)
    assert meeting_now(own, meeting.id, scope=EVERYTHING).agenda[0].note == "Theirs"


def test_what_others_do_is_told_and_what_one_does_oneself_is_not(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id)
    write(screen, "decide", 1, text="Mine")
    press(screen, "Record the decision")
    assert "Since you opened this meeting" not in text_of(screen)
    decided_by_ben(own, meeting)
    screen.run()
    assert "Since you opened this meeting" in text_of(screen)
    assert "ben recorded a decision: Theirs" in text_of(screen)


def test_a_decision_is_withdrawn_with_a_reason(own: Store, meeting: Meeting) -> None:
    decided_by_ben(own, meeting)
    screen = open_screen(held=meeting.id, shown="Decisions and actions")
    press(screen, "Withdraw it")
    assert decisions(own, scope=EVERYTHING, partner=PARTNER)[0].stands
    write(screen, "withdraw", "reason", text="It was another meeting")
    press(screen, "Withdraw it")
    (decision,) = decisions(own, scope=EVERYTHING, partner=PARTNER)
    assert (decision.withdrawn, decision.withdrawn_by) == ("It was another meeting", "anna.berg")
    assert "It was another meeting" in boards(screen)


def test_minutes_wait_for_the_other_side_and_a_correction_waits_anew(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id, shown="Minutes")
    assert "This is the draft as the meeting stands" in text_of(screen)
    write(screen, "issue", 1, "text", text="We *met*.")
    write(screen, "issue", 1, "name", text="Anna Berg", kind="text_input")
    press(screen, "Issue edition 1")
    (first,) = minutes_of(own, meeting.id, scope=EVERYTHING)
    assert (first.text, first.side, first.name) == ("We *met*.", "sponsor", "Anna Berg")
    assert "Waiting for the partner’s confirmation" in text_of(screen)

    write(screen, "sign", first.version, "name", text="Tom Lee", kind="text_input")
    write(screen, "sign", first.version, "meaning", text=OBJECT, kind="radio")
    press(screen, "Sign")
    assert any("What you entered is still in the form" in error.value for error in screen.error), "it says not to what"
    write(screen, "sign", first.version, "note", text="The date is wrong")
    press(screen, "Sign")
    assert "Somebody objects to these minutes" in text_of(screen)

    write(screen, "issue", 2, "why", text="The date")
    write(screen, "issue", 2, "text", text="We met on Thursday.")
    write(screen, "issue", 2, "name", text="Anna Berg", kind="text_input")
    press(screen, "Issue edition 2")
    second = minutes_of(own, meeting.id, scope=EVERYTHING)[-1]
    assert "Waiting for the partner’s confirmation" in text_of(screen)
    assert "Edition 1, replaced: 1 signed" in [found.label for found in screen.expander]
    write(screen, "sign", second.version, "name", text="Tom Lee", kind="text_input")
    press(screen, "Sign")
    assert "Confirmed by the partner" in text_of(screen)
    last = minutes_of(own, meeting.id, scope=EVERYTHING)[-1]
    assert [(one.name, one.meaning) for one in last.signatures] == [("Tom Lee", CONFIRM)]
    labels = {found.label for found in screen.get("download_button")}
    assert {"Minutes for Word", "Minutes as PDF"} <= labels


def test_issued_minutes_close_the_settings(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id, shown="Minutes")
    write(screen, "issue", 1, "text", text="We met.")
    write(screen, "issue", 1, "name", text="Anna Berg", kind="text_input")
    press(screen, "Issue edition 1")
    assert "so the meeting stands as it is" in text_of(open_screen(held=meeting.id, shown="Settings"))


def test_a_meeting_is_cancelled_with_a_reason(own: Store, meeting: Meeting) -> None:
    screen = open_screen(held=meeting.id, shown="Settings")
    write(screen, "cancel", "reason", text="Everybody is ill", kind="text_input")
    press(screen, "Cancel this meeting")
    assert meeting_now(own, meeting.id, scope=EVERYTHING).cancelled
    assert "Cancelled: Everybody is ill" in text_of(screen)
    assert not [button.label for button in screen.button if button.label == "Record the decision"]


def test_overdue_actions_are_named_with_whose_they_are(own: Store, meeting: Meeting) -> None:
    """The sample's day is 16 November 2026; an action of a past meeting may have been due before."""
    past = held(own, ITEMS, day=date(2026, 9, 1))
    name = agreed(own, past, date(2026, 10, 17))
    screen = open_screen()
    screen.selectbox(key="partner").set_value(PARTNER).run()
    text = text_of(screen)
    assert "1 agreed action overdue" in text
    assert f"**{name}** Hire two reviewers: Tom Lee (partner), 30 days overdue" in text
    assert "Closed on time: 0 of 1 agreed action" in text
    partner = open_screen(PARTNER_PAGE)
    partner.selectbox(key="partner").set_value(PARTNER).run()
    assert f"1 agreed action overdue:** {name} (Tom Lee, 30 days overdue)" in text_of(partner)
