"""Beside an agenda item: record a decision, or agree an action, linked to what the item is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.act_names import PARTNER, SIDES
from kpi.ledger.agreed_actions import agree_action
from kpi.ledger.decisions import record_decision
from kpi.ledger.links import NO_LINK
from pages.review import meeting_ledger
from pages.review.meeting_ledger import act, field, told
from pages.shared import marts
from pages.shared.session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from kpi.ledger.meeting_model import AgendaItem, AgreedAction, Decision, Meeting

TEXT_LIMIT = 4000
RECORDED = "Decisions and agreed actions are recorded by whoever holds the meetings for the sponsor."
NAME_LIMIT = 200
NARROWEST = 260  # pixels of a form; with less they stand one below the other
DAYS = 30  # what a due date is proposed as, counted from the meeting


def forms(here: Session, meeting: Meeting, item: AgendaItem | None, number: int = 0) -> None:
    """Both forms side by side; on a narrow screen one below the other. ``number`` of the item, 0 for none."""
    if meeting.cancelled:
        return
    if not meeting_ledger.may_act(here, "record decisions and agree actions", meeting.partner_id, otherwise=RECORDED):
        return
    if item is not None and not item.link.kind:
        st.caption("This item is linked to nothing: what is recorded here stands under “Decisions and actions”.")
    grid = st.grid(2, min_column_width=NARROWEST)
    with grid.cell(), st.form(f"decide {number}"):
        st.markdown("**Record a decision**")
        st.text_area("Decision", key=field("decide", number), max_chars=TEXT_LIMIT, height=90)
        st.text_input(
            "Decided by",
            value="Steering committee",
            key=field("decide", number, "by"),
            max_chars=NAME_LIMIT,
        )
        st.form_submit_button(
            "Record the decision", type="primary", on_click=_decide, args=(here, meeting, item, number)
        )
    with grid.cell(), st.form(f"agree {number}"):
        st.markdown("**Agree an action**")
        st.text_area("Action", key=field("agree", number), max_chars=TEXT_LIMIT, height=90)
        owner, side = st.columns([3, 2])
        owner.text_input("Owner", key=field("agree", number, "owner"), max_chars=NAME_LIMIT)
        side.selectbox(
            "Side",
            SIDES,
            index=SIDES.index(PARTNER),
            format_func=str.capitalize,
            key=field("agree", number, "side"),
        )
        st.date_input(
            "Due",
            value=max(meeting.day, marts.day(here)) + timedelta(days=DAYS),
            format="YYYY-MM-DD",
            key=field("agree", number, "due"),
        )
        st.form_submit_button("Agree the action", type="primary", on_click=_agree, args=(here, meeting, item, number))


def _decide(here: Session, meeting: Meeting, item: AgendaItem | None, number: int) -> None:
    def write(now: datetime) -> Decision:
        return record_decision(
            here.store,
            text=told("decide", number),
            decided_by=told("decide", number, "by"),
            meeting_id=meeting.id,
            link=item.link if item else NO_LINK,
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
        )

    act(write, "Decision {} is recorded. It is in the ledger, under your name.", "a decision")


def _agree(here: Session, meeting: Meeting, item: AgendaItem | None, number: int) -> None:
    def write(now: datetime) -> AgreedAction:
        return agree_action(
            here.store,
            text=told("agree", number),
            owner=told("agree", number, "owner"),
            side=st.session_state[field("agree", number, "side")],
            due_on=st.session_state[field("agree", number, "due")],
            meeting_id=meeting.id,
            link=item.link if item else NO_LINK,
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
        )

    act(write, "Action {} is agreed. It is in the ledger, under your name.", "an agreed action")
