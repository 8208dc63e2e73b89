"""What stands on every screen: which ledger version is shown, that sample data is synthetic, and the first steps."""

from __future__ import annotations

import streamlit as st

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
