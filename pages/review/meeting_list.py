"""The meetings of the sidebar's partner, or of all: what is due, what is planned, what was held; and agreed actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.meeting_names import CANCELLED
from kpi.present.meetings import OVERDUE as LATE
from kpi.present.meetings import SOON_DAYS, action_state, due_words, meetings_board, reminders
from kpi.present.rows import names_of
from kpi.present.wording import day_name, plural
from kpi.qbr.closed_on_time import closed_on_time
from pages.review import meeting_actions, meeting_ledger
from pages.shared import board, header, marts
from pages.shared.session import MEETING_PLAN, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import date

    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgreedAction

NAMED = 8  # reminders of each kind; the list below has them all


def show(here: Session, book: MeetingBook) -> None:
    partner = here.filters.partner
    names = names_of(here.marts)
    day = marts.day(here)
    mine = [one for one in book.meetings.values() if partner in (None, one.partner_id)]
    agreed = [one for one in book.actions.values() if partner in (None, one.partner_id)]
    _remind(agreed, here, day)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader("Meetings")
        if meeting_ledger.may_act(here, "plan a meeting"):
            st.button("Plan a meeting", icon=":material/add:", type="primary", on_click=_plan)
    if not mine:
        whose = f"of {literal(names[partner])} " if partner else ""
        how = (
            " “Plan a meeting” proposes an agenda from the figures and freezes them, so that everybody in the room "
            "looks at the same numbers."
        )
        st.info(
            f"No meeting {whose}is recorded.{how if here.may(Right.HOLD_MEETINGS) else ''}",
            icon=":material/groups:",
        )
    upcoming = sorted((m for m in mine if m.day >= day and m.state != CANCELLED), key=lambda m: (m.day, m.version))
    past = sorted((m for m in mine if m not in upcoming), key=lambda m: (m.day, m.version), reverse=True)
    for label, found in (("Upcoming", upcoming), ("Past and cancelled", past)):
        table = meetings_board(found, book.editions, agreed, names, day, f"{label} meetings")
        if table:
            st.markdown(f"**{label}** ({len(found)})")
            board.show(table, f"meetings_{label}", legend=label == "Upcoming" or not upcoming, tallest="26rem")
    meeting_actions.show(here, agreed, names if partner is None else None)
    header.source_line(here)


def _plan() -> None:
    st.session_state[MEETING_PLAN] = True


def _remind(agreed: list[AgreedAction], here: Session, day: date) -> None:
    """What is overdue and what falls due soon, with whose it is; and how many were closed on time."""
    late, soon = reminders(agreed, day)
    if late:
        st.error(_reminder(here, late, day, f"{plural(len(late), 'agreed action')} overdue"), icon=":material/alarm:")
    if soon:
        heading = f"{plural(len(soon), 'agreed action')} due within {SOON_DAYS} days"
        st.info(_reminder(here, soon, day, heading), icon=":material/event_upcoming:")
    if agreed:
        figure = marts.kept(
            ("closed on time", here.store, here.version, here.scope.key, here.filters.partner, day),
            lambda: closed_on_time(agreed, day).sentence,
        )
        st.markdown(literal(figure))


def _reminder(here: Session, actions: list[AgreedAction], day: date, heading: str) -> str:
    lines = [
        f"- **{one.id}** {literal(one.text[:160])}: {literal(one.owner)} ({one.side}), "
        f"{due_words(one, day)}{'' if action_state(one, day) == LATE else f', {day_name(one.due_on)}'}"
        for one in actions[:NAMED]
    ]
    more = [f"- and {len(actions) - NAMED} more, in the list below"] if len(actions) > NAMED else []
    return "\n".join([f"**{heading}**\n", *lines, *more])
