"""What can be changed about a meeting until its minutes are issued: its facts, its frozen version, whether it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.meeting_names import OPEN, WINDOWS
from kpi.ledger.meetings import cancel_meeting, change_meeting
from kpi.present.wording import day_name, month_name
from pages.review import meeting_frozen, meeting_ledger
from pages.review.meeting_ledger import act, field, told
from pages.review.meeting_people import agenda_editor, items_of, participants_of, people_editor
from pages.shared import filters, marts
from pages.shared.session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from streamlit.delta_generator import DeltaGenerator

    from kpi.ledger.meeting_model import Meeting
    from pages.review.meeting_frozen import Views

NAME_LIMIT = 200
NOTE_LIMIT = 4000
NARROWEST = 320  # pixels; with less the two parts stand one below the other
NARROWEST_FIELD = 190


def show(here: Session, views: Views, meeting: Meeting) -> None:
    """Nothing of it once minutes are issued: then a new edition corrects what is wrong."""
    if meeting.cancelled:
        st.info("This meeting is cancelled; nothing about it can be changed.", icon=":material/event_busy:")
        return
    if meeting.state != OPEN:
        st.info(
            "The minutes are issued, so the meeting stands as it is. A new edition of the minutes corrects them.",
            icon=":material/lock:",
        )
        return
    if not meeting_ledger.may_act(here, "change the meeting", meeting.partner_id):
        return
    _facts(here, views, meeting)
    grid = st.grid(2, min_column_width=NARROWEST, gap="medium")
    with grid.cell():
        _freeze(here, meeting)
    with grid.cell():
        _cancel(here, meeting)


def _facts(here: Session, views: Views, meeting: Meeting) -> None:
    """Refused where somebody else changed the meeting since its reader began with the form."""
    seen = meeting_ledger.began(here, "change", meeting.id)
    base = meeting_ledger.book_of(here, seen).meetings.get(meeting.version, meeting)
    if meeting.changed_version > seen:
        meeting_ledger.changed_meanwhile(
            f"{meeting.changed_by} changed this meeting since you began (version {meeting.changed_version})."
        )
    with st.form("change_meeting"):
        grid = st.grid(4, min_column_width=NARROWEST_FIELD)
        title = grid.text_input("Title", value=base.title, key=field("change", base.id), max_chars=NAME_LIMIT)
        day = grid.date_input(
            "Day",
            value=base.day,
            min_value=date(1900, 1, 1),
            max_value=date(2999, 12, 31),
            format="YYYY-MM-DD",
            key=field("change", base.id, "day"),
            required=True,
        )
        month, window = _period(grid, views, base)
        st.markdown("**Participants**")
        people = people_editor(base.participants, field("change", base.id, "people"))
        st.markdown("**Agenda**: untick what to drop, renumber to reorder, add rows for topics of your own.")
        agenda = agenda_editor(base.agenda, field("change", base.id, "agenda"))
        pressed = st.form_submit_button("Save the changes", type="primary")
    if not pressed:
        return

    def write(now: datetime) -> Meeting:
        return change_meeting(
            here.store,
            meeting.id,
            title=title,
            day=day,
            month=month,
            window=window,
            participants=participants_of(people),
            agenda=items_of(agenda),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
            after_version=seen,
        )

    act(write, "{} is changed.", "a change of a meeting")
    st.rerun()


def _period(grid: DeltaGenerator, views: Views, base: Meeting) -> tuple[date, int]:
    """The month looked at, of those in the frozen version, and the months counted."""
    usual = f"{base.month:%Y-%m}"
    months = [month for month in filters.offered(views.frozen).months if month != usual]
    months = sorted([usual, *months], reverse=True)
    month = grid.selectbox(
        "Month looked at",
        months,
        index=months.index(usual),
        format_func=lambda key: month_name(date.fromisoformat(f"{key}-01")),
        key=field("change", base.id, "month"),
        help="Of the figures that are frozen. The agenda stays as it is, and so does the ledger version.",
    )
    window = grid.segmented_control(
        "Months counted",
        WINDOWS,
        default=base.window,
        required=True,
        key=field("change", base.id, "window"),
        format_func=str,
    )
    return date.fromisoformat(f"{month}-01"), window


def _freeze(here: Session, meeting: Meeting) -> None:
    """With what it means: everybody who saw the old figures sees others from then on."""
    latest = meeting_frozen.latest(here)
    st.subheader("Freeze again")
    st.markdown(
        f"The meeting shows ledger version {meeting.frozen_version}, judged on {day_name(meeting.judged_on)}. Frozen "
        f"again, it shows version {latest.version}, judged on {day_name(marts.day(latest))}, to everybody: the figures "
        "that were prepared, sent or exported before are then the older ones. The ledger keeps who did this and why; "
        "the agenda stays as it is."
    )
    with st.form("freeze_again", border=False):
        st.text_input("Why", key=field("freeze", "note"), max_chars=NOTE_LIMIT)
        st.form_submit_button(
            f"Freeze version {latest.version} instead",
            icon=":material/ac_unit:",
            on_click=_frozen,
            args=(latest, meeting),
        )


def _frozen(latest: Session, meeting: Meeting) -> None:
    def write(now: datetime) -> Meeting:
        return change_meeting(
            latest.store,
            meeting.id,
            frozen_version=latest.version,
            judged_on=marts.day(latest),
            definitions=latest.catalog.digest,
            note=told("freeze", "note"),
            actor=latest.actor,
            now=now,
            scope=latest.scope_for(Right.HOLD_MEETINGS),
            after_version=latest.version,
        )

    act(write, f"{{}} shows ledger version {latest.version} from now on.", "freezing a meeting again")


def _cancel(here: Session, meeting: Meeting) -> None:
    st.subheader("Cancel the meeting")
    st.markdown("For good; it stays in the list with the reason. One that has decided something cannot be cancelled.")
    with st.form("cancel_meeting", border=False):
        st.text_input("Reason", key=field("cancel", "reason"), max_chars=NOTE_LIMIT)
        st.form_submit_button(
            "Cancel this meeting",
            icon=":material/event_busy:",
            on_click=_cancelled,
            args=(here, meeting),
        )


def _cancelled(here: Session, meeting: Meeting) -> None:
    def write(now: datetime) -> Meeting:
        return cancel_meeting(
            here.store,
            meeting.id,
            reason=told("cancel", "reason"),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
            after_version=here.version,
        )

    act(write, "{} is cancelled.", "cancelling a meeting")
