"""All agreed actions as a list, and one of them: its history, and the form that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.agreed_actions import change_action
from kpi.ledger.meeting_names import ACTION_STATES, NEXT_STATES
from kpi.present.meetings import actions_board, due_words
from kpi.present.wording import day_name
from pages.review import meeting_ledger, meeting_links
from pages.review.meeting_ledger import act, field, told
from pages.shared import board, marts
from pages.shared.session import AGREED, AGREED_SHOWN, HELD, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import datetime

    from kpi.ledger.meeting_model import AgreedAction

OPEN, ALL = "Open", "All"
RECORDED = "Changes are recorded by whoever holds the meetings for the sponsor."
TEXT_LIMIT = 4000
NAME_LIMIT = 200


def show(here: Session, agreed: Sequence[AgreedAction], names: Mapping[str, str] | None) -> None:
    """The list with its choice; the one that the address names stands open above it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader("Agreed actions")
        shown = st.segmented_control(
            "Which actions", (OPEN, ALL), default=OPEN, required=True, key=AGREED_SHOWN, label_visibility="collapsed"
        )
    if not agreed:
        st.markdown("No action was ever agreed. Actions are agreed in a meeting, beside the figure they are about.")
        return
    opened(here, agreed)
    day = marts.day(here)
    listed = [one for one in agreed if shown == ALL or one.running]
    listed.sort(key=lambda one: (not one.running, one.first_due_on, one.version))
    table(here, listed, names, day, {"page": "meeting"})
    if not listed:
        st.markdown("No agreed action is open. “All” shows those that are closed.")


def table(
    here: Session, listed: Sequence[AgreedAction], names: Mapping[str, str] | None, day: date, opens: Mapping[str, str]
) -> None:
    about = {one.version: meeting_ledger.about(here, one.link) for one in listed}
    drawn = actions_board(listed, about, names, day, "Agreed actions", opens)
    if drawn:
        board.show(drawn, "agreed_actions", tallest="32rem")


def opened(here: Session, agreed: Sequence[AgreedAction]) -> None:
    """The action that the address names, with its history and its form."""
    asked = st.query_params.get(AGREED)
    if not asked:
        return
    found = next((one for one in agreed if one.id == asked.strip().upper()), None)
    if found is None:
        st.info(f"There is no agreed action {literal(asked[:60])} in this list.", icon=":material/link_off:")
        return
    with st.container(border=True):
        one(here, found)


def one(here: Session, action: AgreedAction) -> None:
    """One action in full."""
    day = marts.day(here)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
        st.markdown(f"##### {action.id}: {literal(action.text)}")
        st.button("Close", icon=":material/close:", type="tertiary", on_click=_leave, key="close_agreed")
    facts = {
        "State": f"{action.state}, {due_words(action, day)}" if action.running else due_words(action, day),
        "Owner": f"{action.owner} ({action.side})",
        "Due": day_name(action.due_on),
        "First agreed": day_name(action.first_due_on),
        "Agreed in": action.meeting_id or "no meeting",
    }
    st.markdown("  ·  ".join(f"{label} **{literal(text)}**" for label, text in facts.items()))
    meeting_links.to(here, action.link)
    if action.meeting_id and st.query_params.get(HELD) != action.meeting_id:
        meeting_links.to_meeting(action.meeting_id)
    for change in reversed(action.history):
        note = f": {change.note}" if change.note else ""
        st.caption(
            literal(
                f"{change.at:%Y-%m-%d %H:%M} UTC, {change.actor}: {change.state}, {change.owner}, due "
                f"{day_name(change.due_on)} (version {change.version}){note}"
            )
        )
    st.caption(literal(f"Agreed {action.at:%Y-%m-%d %H:%M} UTC, recorded by {action.actor} (version {action.version})"))
    if meeting_ledger.may_act(here, "change it", action.partner_id, otherwise=RECORDED):
        _form(here, action)


def _form(here: Session, action: AgreedAction) -> None:
    """Who changed it since its reader began with the form is told, not overwritten."""
    seen = meeting_ledger.began(here, action.id, "note")
    if action.changed_version > seen:
        who = action.history[-1].actor
        meeting_ledger.changed_meanwhile(
            f"{who} changed {action.id} since you began (version {action.changed_version})."
        )
    states = [state for state in ACTION_STATES if state == action.state or state in NEXT_STATES[action.state]]
    with st.form(f"change {action.id}", border=False):
        left, middle, right = st.columns(3)
        left.selectbox(
            "State",
            states,
            index=states.index(action.state),
            format_func=str.capitalize,
            key=field(action.id, "state"),
        )
        middle.text_input("Owner", value=action.owner, max_chars=NAME_LIMIT, key=field(action.id, "owner"))
        right.date_input("Due", value=action.due_on, format="YYYY-MM-DD", key=field(action.id, "due"))
        st.text_area(
            "Note",
            key=field(action.id, "note"),
            max_chars=TEXT_LIMIT,
            height=80,
            help="Needed for another due date, for cancelling and for opening again.",
        )
        st.form_submit_button("Save the change", type="primary", on_click=_save, args=(here, action, seen))


def _save(here: Session, action: AgreedAction, seen: int) -> None:
    def write(now: datetime) -> AgreedAction:
        return change_action(
            here.store,
            action.id,
            state=st.session_state[field(action.id, "state")],
            owner=told(action.id, "owner"),
            due_on=st.session_state[field(action.id, "due")],
            note=told(action.id, "note"),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
            after_version=seen,
        )

    act(write, "{} is changed. It is in the ledger, under your name.", "a change of an agreed action")


def _leave() -> None:
    st.query_params.pop(AGREED, None)
