"""Withdrawing a submission: first what it would change, then the reason, then it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Right
from kpi.errors import KpiError
from kpi.present.wording import plural
from pages.shared import marts as cached
from pages.shared.session import SUBMISSION_DONE, WITHDRAWAL_ASKED, Session
from pages.shared.text import literal
from pages.upload.changed_cells import changed_cells
from pages.upload.consequences_view import show_consequences

if TYPE_CHECKING:
    from kpi.ledger.returned import Returned
    from kpi.rehearsal.consequences import Consequences

REASON_LIMIT = 1000


def ask_to_withdraw(session: Session, row: Mapping[str, Any]) -> None:
    """A button that computes what would change; once that is shown, the form with the reason."""
    submission_id = row["submission_id"]
    st.markdown(literal(what_comes_back(row)))
    if st.session_state.get(WITHDRAWAL_ASKED) != submission_id:
        st.button(
            "Show what would change",
            on_click=_look,
            args=(submission_id,),
            icon=":material/preview:",
            help="Tries the withdrawal on a copy in memory. Nothing is written.",
        )
        return
    try:
        found = consequences(session, submission_id)
    except KpiError as error:
        st.error(literal(str(error)))
        return
    with st.container(border=True):
        st.caption(f"Compared with ledger version {found.version}. Nothing has been written.")
        show_consequences(session, found)
        if found.records is not None:
            _records(found.records)
    _form(session, submission_id)


def _look(submission_id: str) -> None:
    st.session_state[WITHDRAWAL_ASKED] = submission_id


def consequences(session: Session, submission_id: str) -> Consequences:
    """Computed once per submission, ledger version and day."""
    from kpi.rehearsal.consequences import consequences_of_withdrawing

    now = datetime.now(UTC)

    def make() -> Consequences:
        bar = st.progress(0.0, text="Opening the ledger")
        found = consequences_of_withdrawing(
            session.store,
            session.catalog,
            submission_id,
            actor=session.actor,
            now=now,
            scope=session.scope,
            progress=lambda stage, share: bar.progress(share, text=stage),
        )
        bar.empty()
        return found

    choices = (submission_id, now.date())
    found: Consequences = cached.drawing("withdrawal", session.store, session.marts, session.scope, choices, make)
    return found


def _records(records: Returned) -> None:
    parts = []
    if records.gone:
        parts.append(f"{plural(records.gone, 'record')} would no longer count")
    if records.back:
        parts.append(f"{plural(records.back, 'record')} would be again as an earlier submission said")
    if parts:
        st.markdown(literal(f"{'; '.join(parts)}."))
    if len(records.cells):
        with st.expander("Records that come back, cell by cell", icon=":material/difference:"):
            changed_cells(records.cells, old="In the ledger now", new="After the withdrawal")


def _form(session: Session, submission_id: str) -> None:
    with st.form(f"withdraw_{submission_id}", border=False):
        reason = st.text_area(
            "Reason",
            max_chars=REASON_LIMIT,
            height=80,
            placeholder="For example: wrong file, belongs to another partner",
        )
        certain = st.checkbox(f"Yes, withdraw {submission_id}")
        pressed = st.form_submit_button("Withdraw", type="primary", icon=":material/undo:")
    if not pressed:
        return
    if not certain or not (reason or "").strip():
        st.warning("Write a reason and tick the box, then press again.")
        return
    _withdraw(session, submission_id, (reason or "").strip())


def what_comes_back(row: Mapping[str, Any]) -> str:
    """What a withdrawal does, in words, from the counts of the submission."""
    parts = []
    if row["new"]:
        parts.append(f"{plural(row['new'], 'record')} first sent with it will no longer count")
    if row["changed"]:
        parts.append(f"{plural(row['changed'], 'record')} will be again as an earlier submission said")
    if row["unchanged"]:
        parts.append(f"{plural(row['unchanged'], 'record')} will stay as an earlier submission said")
    effect = "; ".join(parts) or "no record will change"
    return (
        f"{effect[:1].upper()}{effect[1:]}. Records that a later submission restated keep what that one said. "
        "The submission, its file and this withdrawal stay in the history."
    )


def _withdraw(session: Session, submission_id: str, reason: str) -> None:
    from kpi.ledger.submissions import withdraw

    try:
        version = withdraw(
            session.store,
            submission_id,
            reason=reason,
            actor=session.actor,
            now=datetime.now(UTC),
            scope=session.scope_for(Right.WITHDRAW),
        )
    except KpiError as error:
        st.error(literal(str(error)))
        return
    st.session_state[SUBMISSION_DONE] = f"{submission_id} is withdrawn. This is ledger version {version}."
    st.session_state.pop(WITHDRAWAL_ASKED, None)
    st.rerun()
