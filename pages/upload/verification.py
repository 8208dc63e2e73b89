"""The check of the whole ledger: a button, how far it is, and the outcome in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.present.wording import plural
from pages.shared.session import Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.ledger.verify import Verification


def check_of_the_ledger(session: Session) -> None:
    """A button that checks the chain of events and every file, and says the outcome in words; for administrators.

    Problems and counts speak of everybody's files.
    """
    from kpi.ledger.verify import verify

    if not session.may(Right.ADMINISTER) or not st.button(
        "Verify the ledger",
        icon=":material/verified:",
        help="Checks the chain of events, every original file and every record against its digest.",
    ):
        return
    bar = st.progress(0.0, text="Opening the ledger")
    found = verify(session.store, progress=lambda step, share: bar.progress(share, text=step))
    bar.empty()
    if found.problems:
        st.error("  \n".join(literal(problem) for problem in found.problems), title=words(found))
    else:
        st.success(words(found), icon=":material/verified:")
        st.caption(f"Hash of the newest event, for the minutes: {found.head}")


def words(found: Verification) -> str:
    """One sentence; the problems themselves are listed under it."""
    if found.problems:
        return f"The ledger does not say what was written to it: {plural(len(found.problems), 'problem')}"
    return (
        f"The ledger is as it was written: {plural(found.events, 'event')}, {plural(found.submissions, 'submission')} "
        f"and {plural(found.originals, 'original file')} were checked."
    )
