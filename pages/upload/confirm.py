"""The last step of an upload: what it would change, consent and reason, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.errors import KpiError
from kpi.present.wording import joined, plural
from pages.shared import marts as cached
from pages.shared.navigation import PORTFOLIO, SUBMISSIONS
from pages.shared.session import SUBMISSION, UPLOAD_CHECK, UPLOAD_CONFIRM, UPLOAD_RECEIPT, UPLOAD_ROUND, Session
from pages.shared.text import literal
from pages.upload.changed_cells import changed_cells
from pages.upload.checking import Check, Request
from pages.upload.choices import this_round
from pages.upload.months import span_name

if TYPE_CHECKING:
    from kpi.ledger.submissions import Preview

REASON_LIMIT = 1000


@dataclass(frozen=True)
class Done:
    """What became of a confirmed upload, for the receipt."""

    file_name: str
    submission_id: str
    version: int
    already_there: bool
    summary: str
    span: str


def change_summary(new: int, changed: int, unchanged: int) -> str:
    """For example: 12 new records, 3 changed, 1,397 unchanged."""
    return f"{plural(new, 'new record')}, {changed:,} changed, {unchanged:,} unchanged"


def reason_needed(check: Check) -> str | None:
    """Why a reason is required, in a sentence; None when it is not."""
    changed = check.preview.changed if check.preview else 0
    if changed:
        return f"A reason is needed: {plural(changed, 'record')} in the ledger would change."
    if check.reported:
        names = joined(list(check.reported), limit=3)
        return f"A reason is needed: {names} already {'reports' if len(check.reported) == 1 else 'report'} this month."
    return None


def show_changes(preview: Preview) -> None:
    """How many records are new, changed and the same, and every changed cell."""
    with st.grid(3, min_column_width=140):
        st.metric("New records", f"{preview.new:,}", border=True)
        st.metric("Changed records", f"{preview.changed:,}", border=True)
        st.metric("Unchanged records", f"{preview.unchanged:,}", border=True)
    if preview.new == 0 and preview.changed == 0:
        st.caption("Every record is in the ledger already, just like this. Only the months covered would be added.")
    if not len(preview.changes):
        return
    st.caption("What changes, cell by cell. The earlier values stay in the ledger and come back on withdrawal.")
    changed_cells(preview.changes)


def ask_and_submit(session: Session, check: Check, request: Request) -> None:
    """The form with consent and reason; on confirmation the file goes into the ledger and the receipt is kept."""
    warnings = check.checked.findings.warnings
    why = reason_needed(check)
    with st.form(this_round(UPLOAD_CONFIRM)):
        accepted = st.checkbox(f"I have read the {plural(warnings, 'warning')} and accept them") if warnings else True
        if why:
            st.markdown(literal(why))
        reason = st.text_area(
            "Reason" if why else "Reason (optional)",
            max_chars=REASON_LIMIT,
            height=80,
            placeholder="For example: corrected disposition dates after batch record review",
            help="It is kept with the submission for good.",
        )
        records = plural(check.checked.records.height, "record") if check.checked.records is not None else "the file"
        span = span_name(request.month_from, request.month_to)
        confirmed = st.form_submit_button(f"Confirm {records} for {span}", type="primary", icon=":material/check:")
    if not confirmed:
        return
    missing = what_is_missing(accepted, (reason or "").strip(), why)
    if missing:
        st.warning(missing)
        return
    _submit(session, check, request, (reason or "").strip(), bool(warnings))


def what_is_missing(accepted: bool, reason: str, why: str | None) -> str | None:
    """A sentence that says what to do before this can go on; None when nothing is missing."""
    if not accepted:
        return "Tick the box above to accept the warnings, or correct the file and upload it again."
    if why and not reason:
        return "Write a reason, then confirm again."
    return None


def _submit(session: Session, check: Check, request: Request, reason: str, accept_warnings: bool) -> None:
    from kpi.ledger.submissions import ALREADY_THERE, submit

    with st.status("Adding the file to the ledger", expanded=True) as status:
        try:
            st.write("Writing the records and the original file")
            receipt = submit(
                session.store,
                check.checked,
                month_from=request.month_from,
                month_to=request.month_to,
                actor=session.actor,
                reason=reason,
                now=datetime.now(UTC),
                accept_warnings=accept_warnings,
                scope=session.scope,
            )
        except KpiError as error:
            status.update(label="Nothing was written", state="error")
            st.error(literal(str(error)))
            return
        st.write("Computing the figures of the new version")
        cached.marts_as_of(session.store, session.catalog, str(receipt.version), session.scope)
    st.session_state[UPLOAD_RECEIPT] = Done(
        check.checked.file_name,
        receipt.submission_id,
        receipt.version,
        receipt.status == ALREADY_THERE,
        change_summary(receipt.new, receipt.changed, receipt.unchanged),
        span_name(request.month_from, request.month_to),
    )
    st.rerun()


def show_receipt(done: Done) -> None:
    """What the upload became, where to see it, and the way to the next one."""
    if done.already_there:
        tell_same(done.submission_id)
    else:
        st.success(
            f"{literal(done.file_name)}: {done.summary}, for {done.span}. Ledger version {done.version}.",
            title=f"Accepted as {done.submission_id}",
            icon=":material/check_circle:",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Upload another file", on_click=start_again, type="primary", icon=":material/upload_file:")
        submission_link(done.submission_id)
        st.page_link(PORTFOLIO, label="Portfolio", icon=":material/grid_on:")


def tell_same(submission_id: str) -> None:
    st.info(
        f"The same file for the same months stands in the ledger as {submission_id}. Nothing was written, and nothing "
        "needs to be done.",
        title="Already there",
        icon=":material/content_copy:",
    )


def tell_similar(submission_id: str) -> None:
    """The same bytes stand already, but for other months or read in another way: allowed, and said."""
    st.info(
        f"The same bytes stand in the ledger as {submission_id}, for other months or read with another mapping. "
        "Confirming adds them once more.",
        icon=":material/content_copy:",
    )


def submission_link(submission_id: str) -> None:
    st.page_link(
        SUBMISSIONS,
        label=f"Submission {submission_id}",
        icon=":material/history:",
        query_params={SUBMISSION: submission_id},
    )


def start_again() -> None:
    """Forget the finished upload: the next round has empty fields."""
    st.session_state[UPLOAD_ROUND] = st.session_state.get(UPLOAD_ROUND, 0) + 1
    for key in (UPLOAD_RECEIPT, UPLOAD_CHECK):
        st.session_state.pop(key, None)
