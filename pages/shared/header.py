"""What stands on every screen: which ledger version is shown, that sample data is synthetic, and the first steps."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from kpi.access import Right
from kpi.present.rows import months_before
from kpi.present.wording import month_name
from kpi.signals.receipts import last_month_due
from pages.shared import marts as cached
from pages.shared import navigation
from pages.shared.session import Session

# Drawn here: the browser would fetch the icon of an emoji or a symbol name from the internet.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f5a8a"/>'
    '<path d="M5 22l7-8 6 5 8-11" fill="none" stroke="#fff" stroke-width="3"/>'
    '<circle cx="26" cy="8" r="3" fill="#fff"/></svg>'
)


def ledger_line(session: Session) -> None:
    """ "Ledger version 41, 3 November 2026, 09:12 UTC", in the sidebar."""
    if session.marts.at is None:
        st.caption("The ledger was empty then." if session.filters.as_of else "The ledger is empty.")
        return
    st.caption(f"Ledger version {session.version}, {moment(session.marts.at)}")


def moment(at: datetime) -> str:
    """ "3 November 2026, 09:12 UTC"."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def banner(session: Session) -> None:
    """Say plainly when the figures come from the sample generator, and when they are not the latest."""
    if session.marts.synthetic:
        st.caption(":orange-badge[Synthetic sample data] Every partner, batch and figure here is made up.")
    silence(session)
    latest = cached.latest_version(session.store)
    if session.filters.as_of and session.version != latest:
        then = f" of {moment(session.marts.at)}" if session.marts.at else ""
        st.warning(
            f"This is ledger version {session.version}{then}, not the latest ({latest}). "
            "Empty the field “As of” to see the latest figures.",
            icon=":material/history:",
        )


def silence(session: Session) -> None:
    """Say so when months are due and nobody at all has reported them: then no figure of theirs exists to look at."""
    if session.is_empty or session.marts.last_month is None:
        return
    last, due = session.marts.last_month, last_month_due(cached.day(session), session.catalog.calendar.reporting_day)
    if due > last:
        first = months_before(last, -1)
        span = month_name(due) if first == due else f"{month_name(first)} to {month_name(due)}"
        st.warning(
            f"Nothing was received for {span}, and the reporting day has passed. The newest month with any data is "
            f"{month_name(last)}; the escalations say who owes what.",
            icon=":material/notifications_off:",
        )


def source_line(session: Session) -> None:
    """Where the figures of a screen come from, for whoever copies one out."""
    st.caption(source(session))


def source(session: Session) -> str:
    return f"Ledger version {session.version}, definitions {session.marts.definitions}."


def stop_when_empty(session: Session) -> None:
    """While there are no records: say what to do first, and end the page here."""
    if not session.is_empty:
        return
    if session.filters.as_of:
        st.info("Nothing had been accepted by then. Empty the field “As of” to see the latest figures.")
        st.stop()
    with st.container(border=True):
        st.subheader("No records yet")
        if not session.may(Right.UPLOAD) and not session.may(Right.SET_REFERENCE):
            st.markdown("Figures appear here as soon as the first file that you may see is accepted.")
            st.stop()
        st.markdown(
            "Figures appear here as soon as the first file is accepted.\n\n"
            "- **To look around**, load the synthetic sample portfolio: run `python -m kpi demo` in the project's "
            "folder, then reload this page.\n"
            "- **To start with real data**, upload the partner register first, then a partner's monthly files."
        )
        navigation.link_if_there(navigation.MONTHLY_UPLOAD, "Go to monthly upload")
    st.stop()
