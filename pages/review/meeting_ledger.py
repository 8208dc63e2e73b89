"""What the ledger knows of meetings, and how a screen writes to it: every act says what became of it, once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Right
from kpi.errors import KpiError
from kpi.ledger.links import ESCALATION
from kpi.ledger.meetings import book_at
from kpi.present.audit_meetings import link_words
from kpi.present.escalations import subject
from pages.shared import marts, problems
from pages.shared.session import MEETING_FIELD, MEETING_MINE, MEETING_ROUND, MEETING_SAID, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.ledger.links import Link
    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import Meeting

PAST = "This is the ledger as it was. Empty the field “As of” to {what}."


def book(here: Session) -> MeetingBook:
    """Meetings, decisions, actions and minutes at the version looked at."""
    return book_of(here, here.version)


def book_of(here: Session, version: int) -> MeetingBook:
    found: MeetingBook = marts.kept(
        ("meetings", here.store, version, here.scope.key), lambda: book_at(here.store, scope=here.scope, as_of=version)
    )
    return found


def may_act(
    here: Session, what: str, partner: str | None = None, right: Right = Right.HOLD_MEETINGS, otherwise: str = ""
) -> bool:
    """Whether this reader has the right for ``partner`` (None: for any) and this view is the present.

    ``what``: "record decisions", said where the view is not the present; ``otherwise``: said to who has not the right.
    """
    if not here.may(right, partner=partner):
        if otherwise:
            st.caption(otherwise)
        return False
    if here.filters.as_of is None:
        return True
    st.caption(PAST.format(what=what))
    return False


def field(*parts: Hashable) -> str:
    """The key of a form's field. After a form is kept its fields begin anew, so that nothing is sent twice."""
    return " ".join(map(str, (MEETING_FIELD, st.session_state.get(MEETING_ROUND, 0), *parts)))


def told(*parts: Hashable) -> str:
    """What a person wrote in a field of text."""
    return (st.session_state.get(field(*parts)) or "").strip()


def began(here: Session, *parts: Hashable) -> int:
    """The ledger version at which a person began with the form that has this field.

    It stays what it was while others write: the form goes on being about what its reader saw, and says so when it is
    sent. A form that was not on the screen begins anew.
    """
    key = field(*parts, "began")
    if field(*parts) not in st.session_state or key not in st.session_state:
        st.session_state[key] = here.version
    version: int = st.session_state[key]
    return version


def changed_meanwhile(told: str) -> None:
    """Say that what a form is about has changed since it was begun; its entries stay until its reader drops them."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":orange[▲] {literal(told)}")
        st.button(
            "Start again from how it stands now",
            icon=":material/refresh:",
            on_click=_next_round,
            help="What you entered here is dropped.",
        )


def _next_round() -> None:
    st.session_state[MEETING_ROUND] = st.session_state.get(MEETING_ROUND, 0) + 1


def act(write: Callable[[datetime], Any], done: str, where: str = "a meeting") -> Any:
    """From a callback: ``write`` at this moment. What it gives back, None where it was refused.

    ``done``: what is said then, with {} for what was written. Nothing that was typed is lost by a refusal.
    """
    with problems.shown(where):
        try:
            made = write(datetime.now(UTC))
        except KpiError as error:
            st.session_state[MEETING_SAID] = (False, f"{error} What you entered is still in the form.")
            return None
        st.session_state[MEETING_SAID] = (True, done.format(getattr(made, "id", "")))
        _next_round()
        written = _newest_version(made) or marts.latest_version(marts.store())
        st.session_state[MEETING_MINE] = {*st.session_state.get(MEETING_MINE, ()), written}
        return made
    return None


def said() -> None:
    """What became of the last act; shown once."""
    if found := st.session_state.pop(MEETING_SAID, None):
        good, text = found
        if good:
            st.success(literal(text), icon=":material/check:")
        else:
            st.error(literal(text), icon=":material/error:")


def about(here: Session, link: Link) -> str:
    """ "Right first time", "E-1a2b3c4d, deviation rate", "deviations DEV-12"; "" for nothing in particular."""
    if link.kpi_id:
        indicator = here.catalog.indicators.get(link.kpi_id)
        name = indicator.name if indicator else link.kpi_id.replace("_", " ")
        return f"{name}, {link.currency}" if link.currency else name
    if link.kind == ESCALATION:
        found = next((e for e in marts.review(here).escalations if e.id == link.escalation_id), None)
        return f"{link.escalation_id}, {subject(found, here.catalog)}" if found else link.escalation_id
    return link_words(link.text)


def meeting_name(meeting: Meeting) -> str:
    return f"{meeting.title} ({meeting.id})"


def _newest_version(made: Any) -> int:
    """The version that an act wrote, of the last thing in what it gave back; 0 where that does not say."""
    signatures = getattr(made, "signatures", None)
    if signatures:
        return int(signatures[-1].version)
    withdrawn = getattr(made, "withdrawn_at", None)
    return 0 if withdrawn else int(getattr(made, "changed_version", 0) or getattr(made, "version", 0))
