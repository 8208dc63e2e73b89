"""What a meeting decided and agreed so far, kept up to date while several people write, and what others just did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.decisions import withdraw_decision
from kpi.ledger.meeting_changes import QUOTED, TOLD
from kpi.present.meetings import decisions_board, item_actions_board, item_decisions_board
from pages.review import meeting_actions, meeting_ledger
from pages.review.meeting_ledger import act, field, told
from pages.shared import board, marts, problems
from pages.shared.session import HELD, MEETING_MINE, MEETING_PART, MEETING_SEEN, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import datetime

    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgendaItem, AgreedAction, Decision, Meeting

EVERY_SECONDS = 10  # a look at whether the store's file has changed; a look costs next to nothing
TOLD_AT_MOST = 6

Results = tuple[list["Decision"], list["AgreedAction"]]


def of_item(book: MeetingBook, meeting: Meeting, item: AgendaItem | None) -> Results:
    """The meeting's decisions and actions about what the item is linked to; of all items for None."""

    def mine(link: object, version: int | None) -> bool:
        return version == meeting.version and (item is None or (link == item.link and item.link.kind != ""))

    decided = [one for one in book.decisions.values() if mine(one.link, one.meeting_version)]
    agreed = [one for one in book.actions.values() if mine(one.link, one.meeting_version)]
    return decided, agreed


def newest_book(here: Session) -> MeetingBook:
    """As of now, or of the version that the sidebar asks for."""
    version = here.version if here.filters.as_of is not None else marts.latest_version(here.store)
    return meeting_ledger.book_of(here, version)


@st.fragment(run_every=EVERY_SECONDS)
def others(here: Session, meeting: Meeting) -> None:
    """Who did what in this meeting since this reader opened it."""
    with problems.shown("what others did in a meeting"):
        if here.filters.as_of is not None:
            return
        seen = st.session_state.setdefault(MEETING_SEEN, {})
        seen.setdefault(meeting.id, here.version)
        mine = st.session_state.get(MEETING_MINE, ())
        touched = newest_book(here).touched.get(meeting.version, ())
        new = [one for one in touched if one.version > seen[meeting.id] and one.version not in mine]
        if not new:
            return
        lines = [
            f"- {one.at:%H:%M} UTC, {literal(one.actor)} {TOLD[one.kind]}"
            f"{': ' + literal(_cut(one.reason)) if one.reason else ''} (version {one.version})"
            for one in new[-TOLD_AT_MOST:]
        ]
        more = [f"- and {len(new) - TOLD_AT_MOST} more before"] if len(new) > TOLD_AT_MOST else []
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown("\n".join(["**Since you opened this meeting**\n", *more, *lines]))
            noted = st.button(
                "Show it",
                icon=":material/refresh:",
                help="Draws this meeting anew, with what others did. What you have typed stays.",
                key="meeting_noted",
            )
        if noted:
            seen[meeting.id] = new[-1].version
            st.rerun()


def item(here: Session, book: MeetingBook, meeting: Meeting, found: AgendaItem) -> None:
    """What came of one item."""
    if any(of_item(book, meeting, found)):
        st.markdown("##### Decided and agreed so far")
    _decisions(here, meeting, found)
    _actions(here, meeting, found)


def results(here: Session, book: MeetingBook, meeting: Meeting) -> None:
    """Everything that the meeting decided and agreed. Forms stand outside what draws itself anew: typing goes on."""
    decided, agreed = of_item(book, meeting, None)
    st.subheader("Decided")
    if not decided:
        st.markdown("Nothing is decided yet. A decision is recorded beside the agenda item it is about.")
    _decisions(here, meeting, None)
    if here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id):
        _withdraw(here, decided)
    st.subheader("Agreed")
    if not agreed:
        st.markdown("No action is agreed yet. Actions are agreed beside the agenda item they are about.")
    meeting_actions.opened(here, agreed)
    _actions(here, meeting, None)


@st.fragment(run_every=EVERY_SECONDS)
def _decisions(here: Session, meeting: Meeting, found: AgendaItem | None) -> None:
    with problems.shown("the decisions of a meeting"):
        decided, _ = of_item(newest_book(here), meeting, found)
        if found is None:
            about = {one.version: meeting_ledger.about(here, one.link) for one in decided}
            table = decisions_board(decided, about, "Decisions of this meeting")
        else:
            table = item_decisions_board(decided, "Decisions of this meeting")
        if table:
            board.show(table, "meeting_decisions", legend=False, tallest="28rem")


@st.fragment(run_every=EVERY_SECONDS)
def _actions(here: Session, meeting: Meeting, found: AgendaItem | None) -> None:
    with problems.shown("the agreed actions of a meeting"):
        _, agreed = of_item(newest_book(here), meeting, found)
        opens = {"page": "meeting", HELD: meeting.id, MEETING_PART: "Decisions and actions"}
        if found is None:
            meeting_actions.table(here, agreed, None, marts.day(here), opens)
        elif table := item_actions_board(agreed, marts.day(here), "Agreed actions", opens):
            board.show(table, "item_actions", legend=False, tallest="28rem")


def _withdraw(here: Session, decided: list[Decision]) -> None:
    """A decision that should not stand is withdrawn with a reason; another one says what holds instead."""
    standing = [one for one in decided if one.stands]
    if not standing or here.filters.as_of is not None:
        return
    with (
        st.expander("Withdraw a decision", icon=":material/undo:"),
        st.form("withdraw_decision", border=False),
    ):
        st.selectbox(
            "Decision",
            [one.id for one in standing],
            format_func={one.id: f"{one.id}: {one.text[:120]}" for one in standing}.__getitem__,
            key=field("withdraw"),
        )
        st.text_area("Reason", key=field("withdraw", "reason"), max_chars=4000, height=80)
        st.form_submit_button("Withdraw it", on_click=_withdrawn, args=(here,))


def _withdrawn(here: Session) -> None:
    def write(now: datetime) -> Decision:
        return withdraw_decision(
            here.store,
            st.session_state[field("withdraw")],
            reason=told("withdraw", "reason"),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS),
        )

    act(write, "{} is withdrawn; it stays readable with the reason.", "a decision withdrawn")


def _cut(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"
