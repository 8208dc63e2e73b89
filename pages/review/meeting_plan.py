"""Planning a meeting: partner, day, period, participants, and the agenda that the figures propose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.meeting_names import WINDOWS
from kpi.ledger.meetings import open_meeting
from kpi.meeting.agenda import propose
from kpi.present.rows import labels_of
from kpi.present.wording import day_name, month_name, plural
from kpi.qbr.choices import LOOK_AHEAD_DAYS
from kpi.qbr.source import Source, source_of
from pages.review import meeting_frozen, meeting_ledger
from pages.review.meeting_ledger import act, field
from pages.review.meeting_people import agenda_editor, items_of, participants_of, people_editor
from pages.shared import filters, marts
from pages.shared.session import HELD, MEETING_FIELD, MEETING_PLAN, Session

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgendaItem, Meeting, Participant

DAYS = 14  # until the meeting, as proposed
TITLE = "Joint steering committee"
NAME_LIMIT = 200
NARROWEST = 190  # pixels of a field; with less they stand in fewer columns


def show(here: Session, book: MeetingBook) -> None:
    """The whole form; it begins with what the agenda depends on."""
    st.button("All meetings", icon=":material/arrow_back:", on_click=_leave, type="tertiary")
    st.subheader("Plan a meeting")
    if not meeting_ledger.may_act(here, "plan a meeting"):
        return
    now = meeting_frozen.latest(here)
    partner, day, month, window = _about(here, now)
    if partner is None:
        st.info("Choose the partner: the agenda is proposed from its figures.", icon=":material/factory:")
        return
    about = (partner, day.isoformat(), month.isoformat(), window)
    items = _proposed(now, partner, month, day)
    st.markdown(
        f":blue-badge[:material/ac_unit: Freezes] Opening the meeting freezes **ledger version {now.version}**, judged "
        f"on {day_name(marts.day(now))}. From then on it shows exactly these figures, whatever is uploaded later; what "
        "changes stands beside them, and the meeting can be frozen again until its minutes are issued."
    )
    with st.form("plan_meeting"):
        title = st.text_input("Title", value=TITLE, key=field("plan", "title"), max_chars=NAME_LIMIT)
        st.markdown("**Participants** of both sides; add a row for each. They can be completed later.")
        people = people_editor(_usual(book, partner), field("plan", "people", partner))
        st.markdown(
            f"**Agenda**: {plural(len(items), 'item')} proposed from the figures. Untick what to drop, renumber to "
            "reorder, add rows for topics of your own."
        )
        agenda = agenda_editor(items, field("plan", "agenda", *about))
        pressed = st.form_submit_button(
            f"Freeze version {now.version} and open the meeting", type="primary", icon=":material/ac_unit:"
        )
    if pressed:
        _open(now, partner, day, month, window, title, people, agenda)


def _about(here: Session, now: Session) -> tuple[str | None, date, date, int]:
    """What the agenda depends on; these stand outside the form, since the proposal follows them."""
    offered = filters.offered(now)
    held = here.person.scope(Right.HOLD_MEETINGS)
    partners = {partner: label for partner, label in labels_of(now.marts).items() if held.allows(partner)}
    grid = st.grid(4, min_column_width=NARROWEST)
    chosen = here.filters.partner
    partner = grid.selectbox(
        "Partner of the meeting",
        list(partners),
        index=list(partners).index(chosen) if chosen in partners else None,
        format_func=partners.__getitem__,
        key=f"{MEETING_FIELD} plan partner",
        placeholder="Choose a partner",
    )
    day = grid.date_input(
        "Day",
        value=marts.day(now) + timedelta(days=DAYS),
        min_value=date(1900, 1, 1),
        max_value=date(2999, 12, 31),
        format="YYYY-MM-DD",
        key=f"{MEETING_FIELD} plan day",
        required=True,
    )
    usual = f"{here.month:%Y-%m}"
    month = grid.selectbox(
        "Month looked at",
        offered.months,
        index=offered.months.index(usual) if usual in offered.months else 0,
        format_func=lambda key: month_name(date.fromisoformat(f"{key}-01")),
        key=f"{MEETING_FIELD} plan month",
    )
    window = grid.segmented_control(
        "Months counted",
        WINDOWS,
        default=here.filters.window,
        required=True,
        key=f"{MEETING_FIELD} plan window",
        format_func=str,
    )
    return partner, day, date.fromisoformat(f"{month}-01"), window


def _proposed(now: Session, partner: str, month: date, day: date) -> tuple[AgendaItem, ...]:
    """Looking a quarter beyond the meeting: until the next one."""
    today = marts.day(now)
    until = max(day, today) + timedelta(days=LOOK_AHEAD_DAYS)
    key = ("agenda", now.store, now.version, now.marts.definitions, now.scope.key, today)

    def source() -> Source:
        return source_of(now.store, now.catalog, now.scope, now.marts, marts.review(now))

    def make() -> tuple[AgendaItem, ...]:
        with st.spinner("Proposing an agenda from the figures"):
            return propose(marts.kept(("source", *key[1:]), source), partner, month, until)

    found: tuple[AgendaItem, ...] = marts.kept((*key, partner, month, until), make)
    return found


def _usual(book: MeetingBook, partner: str) -> tuple[Participant, ...]:
    """Who took part in the partner's last meeting."""
    mine = [one for one in book.meetings.values() if one.partner_id == partner and one.participants]
    return max(mine, key=lambda one: (one.day, one.version)).participants if mine else ()


def _open(
    now: Session,
    partner: str,
    day: date,
    month: date,
    window: int,
    title: str,
    people: pd.DataFrame,
    agenda: pd.DataFrame,
) -> None:
    """Freezes the version on the screen, not one that came in between."""

    def write(at: datetime) -> Meeting:
        return open_meeting(
            now.store,
            partner_id=partner,
            day=day,
            title=title,
            month=month,
            window=window,
            participants=participants_of(people),
            agenda=items_of(agenda),
            frozen_version=now.version,
            judged_on=marts.day(now),
            definitions=now.catalog.digest,
            actor=now.actor,
            now=at,
            scope=now.scope_for(Right.HOLD_MEETINGS),
        )

    meeting = act(write, f"The meeting is opened as {{}}. Ledger version {now.version} is frozen for it.", "a meeting")
    if meeting is not None:
        st.session_state.pop(MEETING_PLAN, None)
        st.query_params[HELD] = meeting.id
    st.rerun()


def _leave() -> None:
    st.session_state.pop(MEETING_PLAN, None)
