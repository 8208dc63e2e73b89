"""What stands on every screen: which ledger version is shown, that sample data is synthetic, and the first steps."""

from __future__ import annotations

import streamlit as st

from pages.shared import navigation
from pages.shared.session import Session


def ledger_line(session: Session) -> None:
    """ "Ledger version 41, 3 November 2026, 09:12 UTC", in the sidebar."""
    at = session.marts.at
    if at is None:
        st.caption("The ledger is empty.")
        return
    st.caption(f"Ledger version {session.version}, {at.day} {at:%B %Y, %H:%M} UTC")


def banner(session: Session) -> None:
    """Say plainly when the figures come from the sample generator."""
    if session.marts.synthetic:
        st.caption(":orange-badge[Synthetic sample data] Every partner, batch and figure here is made up.")


def source_line(session: Session) -> None:
    """Where the figures of a screen come from, for whoever copies one out."""
    st.caption(f"Ledger version {session.version}, definitions {session.marts.definitions}.")


def stop_when_empty(session: Session) -> None:
    """While there are no records: say what to do first, and end the page here."""
    if not session.is_empty:
        return
    with st.container(border=True):
        st.subheader("No records yet")
        st.markdown(
            "Figures appear here as soon as the first file is accepted.\n\n"
            "- **To look around**, load the synthetic sample portfolio: run `python -m kpi demo` in the project's "
            "folder, then reload this page.\n"
            "- **To start with real data**, upload the partner register first, then a partner's monthly files."
        )
        navigation.link_if_there(navigation.MONTHLY_UPLOAD, "Go to monthly upload")
    st.stop()
