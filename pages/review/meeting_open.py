"""One meeting: what it is and what it froze; then its agenda, figures, decisions, minutes or settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.present.meetings import MEETING_LOOKS, STATE_WORDS, state_of
from kpi.present.rows import names_of
from kpi.present.wording import day_name, joined, period_name
from pages.review import (
    meeting_agenda,
    meeting_figures,
    meeting_frozen,
    meeting_ledger,
    meeting_links,
    meeting_live,
    meeting_minutes,
    meeting_settings,
    meeting_since,
)
from pages.shared import marts
from pages.shared.header import moment
from pages.shared.session import AGREED, HELD, MEETING_ITEM, MEETING_PART, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import Meeting
    from pages.review.meeting_frozen import Views

AGENDA, FIGURES, RESULTS, MINUTES, SETTINGS = PARTS = (
    "Agenda",
    "Frozen figures",
    "Decisions and actions",
    "Minutes",
    "Settings",
)
NAMED = 12  # participants of a side that the head names


def show(here: Session, book: MeetingBook, meeting: Meeting) -> None:
    """The whole of one meeting."""
    st.button("All meetings", icon=":material/arrow_back:", on_click=_leave, type="tertiary")
    st.title(literal(meeting.title))
    _head(here, book, meeting)
    views = meeting_frozen.views(here, meeting)
    _frozen(views, meeting)
    since = st.container()
    may_hold = here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id)
    part = st.segmented_control(
        "Part of the meeting",
        PARTS if may_hold else PARTS[:-1],
        default=AGENDA,
        required=True,
        key=MEETING_PART,
        bind="query-params",
        label_visibility="collapsed",
    )
    meeting_ledger.said()
    meeting_live.others(here, meeting)
    if part == AGENDA:
        meeting_agenda.show(here, views, book, meeting)
    elif part == FIGURES:
        meeting_figures.show(views, meeting)
    elif part == RESULTS:
        meeting_live.results(here, book, meeting)
    elif part == MINUTES:
        meeting_minutes.show(here, book, meeting)
    elif part == SETTINGS:
        meeting_settings.show(here, views, meeting)
    meeting_since.show(views, meeting, since)
    _source(views)


def _head(here: Session, book: MeetingBook, meeting: Meeting) -> None:
    edition = book.edition(meeting)
    state = state_of(meeting, edition, marts.day(here))
    look = next(look for look in MEETING_LOOKS if look.state == state)
    name = names_of(here.marts).get(meeting.partner_id, meeting.partner_id)
    st.markdown(
        f"**{literal(name)}**  ·  {day_name(meeting.day)}  ·  {meeting.id}  ·  "
        f":{look.hue}[{look.shape}] {STATE_WORDS[state]}"
        + (f": {literal(meeting.reason)}" if meeting.cancelled else "")
    )
    sides = {side: [one for one in meeting.participants if one.side == side] for side in ("sponsor", "partner")}
    told = [
        f"{side.capitalize()}: "
        + joined([f"{one.name} ({one.role})" if one.role else one.name for one in people], NAMED)
        for side, people in sides.items()
        if people
    ]
    if told:
        st.caption(literal("  ·  ".join(told)))
    elif not meeting.cancelled and here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id):
        st.caption("No participants yet. Minutes name people of both sides: “Settings” adds them.")


def _frozen(views: Views, meeting: Meeting) -> None:
    """What is frozen, unmistakably: it stands on every part of the meeting."""
    when = f" of {moment(views.frozen.marts.at)}" if views.frozen.marts.at else ""
    st.markdown(
        f":blue-badge[:material/ac_unit: Frozen] **Ledger version {meeting.frozen_version}**{when}, judged on "
        f"{day_name(meeting.judged_on)}; figures of {period_name(meeting.month, meeting.window)}."
    )
    if views.frozen.marts.definitions != meeting.definitions:
        st.warning(
            f"The definitions have changed since: this meeting was opened under {literal(meeting.definitions)}, and "
            f"these figures are computed under {literal(views.frozen.marts.definitions)}. Where a definition changed, "
            "they are not what was shown then.",
            icon=":material/warning:",
        )
    if views.now.may(Right.EXPORT, partner=meeting.partner_id):
        meeting_links.to_export(views.now, meeting)


def _source(views: Views) -> None:
    st.caption(
        f"Frozen: ledger version {views.frozen.version}, judged on {marts.day(views.frozen).isoformat()}, definitions "
        f"{views.frozen.marts.definitions}. Now: ledger version {views.now.version}. The sidebar's choices change "
        "nothing in a meeting."
    )


def _leave() -> None:
    for name in (HELD, MEETING_ITEM, AGREED, MEETING_PART):
        st.query_params.pop(name, None)
    st.session_state.pop(MEETING_PART, None)
