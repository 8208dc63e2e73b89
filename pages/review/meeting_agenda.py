"""The agenda as a list, and the item in hand: its evidence as frozen, what was said, what was decided and agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.errors import UsageError
from kpi.ledger.meeting_names import OPEN
from kpi.ledger.meetings import change_meeting
from kpi.ledger.minutes import standing_content
from kpi.present.meeting_agenda import KIND_NAMES, agenda_board
from pages.review import meeting_entry, meeting_evidence, meeting_ledger, meeting_live
from pages.review.meeting_ledger import act, field, told
from pages.shared import board, marts
from pages.shared.session import MEETING_ITEM, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import datetime

    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgendaItem, Meeting
    from pages.review.meeting_frozen import Views

NOTE_LIMIT = 4000
NARROWEST = 170  # pixels of a fifth: with less the item stands below the agenda instead of beside it


def show(here: Session, views: Views, book: MeetingBook, meeting: Meeting) -> None:
    """The list beside the item; on a narrow screen above it."""
    _, items = standing_content(book, meeting)
    if not items:
        how = " “Settings” adds items." if here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id) else ""
        st.info(f"This meeting has no agenda.{how}", icon=":material/list:")
        meeting_entry.forms(here, meeting, None)
        meeting_live.results(here, book, meeting)
        return
    number = _asked(len(items))
    grid = st.grid(5, min_column_width=NARROWEST, gap="small")
    with grid.cell(column_span=2):
        st.subheader("Agenda")
        results = [meeting_live.of_item(book, meeting, item) for item in items]
        counted = [(sum(1 for d in decided if d.stands), len(agreed)) for decided, agreed in results]
        board.show(
            agenda_board(items, counted, meeting.id, number), "meeting_agenda", legend=False, tallest="min(46rem, 75vh)"
        )
    with grid.cell(column_span=3):
        _steps(number, len(items))
        _item(here, views, book, meeting, items, number)


def _asked(count: int) -> int:
    """The item that the address names, counted from 1; the first where it names none."""
    asked = st.query_params.get(MEETING_ITEM, "1")
    return min(max(int(asked), 1), count) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def _steps(number: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"Item **{number}** of {count}")
        with st.container(horizontal=True, width="content"):
            for label, to, icon in (
                ("Previous item", number - 1, ":material/chevron_left:"),
                ("Next item", number + 1, ":material/chevron_right:"),
            ):
                st.button(
                    label,
                    icon=icon,
                    disabled=not 1 <= to <= count,
                    on_click=_go,
                    args=(to,),
                    key=f"meeting_step {label}",
                )


def _go(number: int) -> None:
    st.query_params[MEETING_ITEM] = str(number)


def _item(
    here: Session,
    views: Views,
    book: MeetingBook,
    meeting: Meeting,
    items: tuple[AgendaItem, ...],
    number: int,
) -> None:
    item = items[number - 1]
    st.subheader(literal(item.title))
    st.caption(KIND_NAMES[item.kind] + (f". {literal(item.why)}" if item.why else ""))
    meeting_evidence.show(views, meeting, item)
    _note(here, meeting, items, number)
    meeting_live.item(here, book, meeting, item)
    meeting_entry.forms(here, meeting, item, number)


def _note(here: Session, meeting: Meeting, items: tuple[AgendaItem, ...], number: int) -> None:
    """What was said about the item, for the minutes; after they are issued it can only be corrected there."""
    item = items[number - 1]
    may_note = here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id)
    if meeting.state != OPEN or here.filters.as_of is not None or not may_note:
        if item.note:
            st.markdown(f"**What was said**  \n{literal(item.note)}")
        return
    before = _as_begun(here, meeting, number) or item
    with st.expander("What was said, for the minutes", icon=":material/notes:", expanded=bool(item.note)):
        if before != item:
            meeting_ledger.changed_meanwhile(
                f"{meeting.changed_by} changed this item since you began. It says now: {item.note or 'nothing'}"
            )
        with st.form(f"note {number}", border=False):
            st.text_area(
                "Note",
                value=before.note,
                key=field("note", meeting.id, number),
                max_chars=NOTE_LIMIT,
                height=110,
                label_visibility="collapsed",
            )
            st.form_submit_button("Save the note", on_click=_save, args=(here, meeting, before, number))


def _as_begun(here: Session, meeting: Meeting, number: int) -> AgendaItem | None:
    """The item as it was when its reader began with the note."""
    version = meeting_ledger.began(here, "note", meeting.id, number)
    found = meeting_ledger.book_of(here, version).meetings.get(meeting.version)
    return found.agenda[number - 1] if found and number <= len(found.agenda) else None


def _save(here: Session, meeting: Meeting, before: AgendaItem, number: int) -> None:
    """Into the agenda as it stands: notes that others took on other items stay."""
    said = told("note", meeting.id, number)

    def write(now: datetime) -> Meeting:
        newest = marts.latest_version(here.store)
        items = meeting_ledger.book_of(here, newest).meeting(meeting.id).agenda
        if number > len(items) or items[number - 1] != before:
            raise UsageError("Somebody changed this item since you began. Read that first. Nothing was written.")
        noted = [replace(one, note=said) if place == number else one for place, one in enumerate(items, start=1)]
        return change_meeting(
            here.store,
            meeting.id,
            agenda=noted,
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
            after_version=newest,
        )

    act(write, "The note is kept.", "a note on an agenda item")
