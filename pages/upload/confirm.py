"""The last step of an upload: consent and reason, then one submission after the other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import right_to_submit
from kpi.desk.checking import Months, Outcome
from kpi.desk.understanding import Source
from kpi.errors import KpiError
from kpi.present.wording import joined, plural
from pages.shared import marts as cached
from pages.shared import measures
from pages.shared.navigation import SUBMISSIONS
from pages.shared.session import SUBMISSION, UPLOAD_CONFIRM, UPLOAD_RECEIPT, Session
from pages.shared.text import literal, shortened
from pages.upload import receipt, remembering, waiting
from pages.upload.memory import this_round
from pages.upload.months import span_name
from pages.upload.receipt import Done, change_summary
from pages.upload.working import Worked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.delta_generator import DeltaGenerator

REASON_LIMIT = 1000


def reason_needed(outcomes: Sequence[Outcome]) -> str | None:
    """Why a reason is required, in a sentence; None when it is not."""
    changed = sum(one.preview.changed for one in outcomes if one.preview)
    if changed:
        return f"A reason is needed: {plural(changed, 'record')} in the ledger would change."
    reported = list(dict.fromkeys(name for one in outcomes for name in one.reported))
    if reported:
        names = joined(reported, limit=3)
        return f"A reason is needed: {names} already {'reports' if len(reported) == 1 else 'report'} this month."
    return None


def what_is_missing(accepted: bool, reason: str, why: str | None) -> str | None:
    """A sentence that says what to do before this can go on; None when nothing is missing."""
    if not accepted:
        return "Tick the box above to accept the warnings, or correct the file and upload it again."
    if why and not reason:
        return "Write a reason, then confirm again."
    return None


def ask_and_submit(session: Session, ready: Sequence[Worked], months: Months) -> None:
    """The form with consent and reason; on confirmation every file goes into the ledger and the receipts are kept."""
    outcomes = [worked.outcome for worked in ready if worked.outcome is not None]
    warnings = sum(one.checked.findings.warnings for one in outcomes)
    records = sum(one.checked.records.height for one in outcomes if one.checked.records is not None)
    why = reason_needed(outcomes)
    verb = "Offer" if waiting.announced(session, outcomes) else "Confirm"
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
        confirmed = st.form_submit_button(
            f"{verb} {_what(len(ready), records)} for {span_name(months.first, months.last)}",
            type="primary",
            icon=":material/check:",
        )
    if not confirmed:
        return
    missing = what_is_missing(accepted, (reason or "").strip(), why)
    if missing:
        st.warning(missing)
        return
    _submit_all(session, ready, months, (reason or "").strip())


def _what(files: int, records: int) -> str:
    return plural(records, "record") if files == 1 else f"{files} files with {plural(records, 'record')}"


def _submit_all(session: Session, ready: Sequence[Worked], months: Months, reason: str) -> None:
    """One transaction a file: what was written stays, and what could not be is named with its reason."""
    receipts: list[Done] = []
    with st.status("Adding to the ledger", expanded=True) as status:
        bar = st.progress(0.0)
        for place, worked in enumerate(ready):
            receipts.append(_submit(session, worked, months, reason, _part_of(bar, worked.name, place, len(ready))))
        if any(not done.problem for done in receipts):
            st.write("Computing the figures of the new version")
            cached.marts_as_of(session.store, session.catalog, None, session.scope)
        status.update(label="Done", state="complete")
    if receipt.something_is_left(receipts):
        receipt.show(receipts)  # here, without another run: the files and answers above must stay
        return
    st.session_state[UPLOAD_RECEIPT] = tuple(receipts)
    st.rerun()


def _part_of(bar: DeltaGenerator, name: str, place: int, files: int) -> Callable[[str, float], None]:
    """The progress of one file of several, on one bar."""

    def step(stage: str, share: float) -> None:
        bar.progress(min(1.0, (place + share) / files), text=f"{literal(shortened(name))}: {stage}")

    return step


def _submit(
    session: Session, worked: Worked, months: Months, reason: str, progress: Callable[[str, float], None]
) -> Done:
    from kpi.ledger.submissions import ALREADY_THERE, ALREADY_WAITING, WAITING, submit

    assert worked.outcome is not None
    checked = worked.outcome.checked
    span = span_name(months.first, months.last)
    try:
        taken = submit(
            session.store,
            checked,
            month_from=months.first,
            month_to=months.last,
            actor=session.actor,
            reason=reason,
            now=datetime.now(UTC),
            accept_warnings=True,
            scope=session.scope_for(right_to_submit(checked.dataset)),
            progress=progress,
        )
    except KpiError as error:
        measures.refused(["at_the_ledger"])
        return Done(worked.name, span, problem=str(error))
    if taken.status in (ALREADY_THERE, ALREADY_WAITING):
        measures.already_there()
    elif taken.status == WAITING:
        measures.offered()
    else:
        measures.accepted(taken.new + taken.changed + taken.unchanged)
    remembered, problem = "", ""
    if worked.understood.source is Source.SAID or _made_here(worked):
        remembered, problem = remembering.remember(session, worked.understood, checked)
    return Done(
        worked.name,
        span,
        taken.submission_id,
        taken.version,
        taken.status in (ALREADY_THERE, ALREADY_WAITING),
        change_summary(taken.new, taken.changed, taken.unchanged),
        waits=taken.status in (WAITING, ALREADY_WAITING),
        remembered=remembered,
        not_remembered=problem,
    )


def _made_here(worked: Worked) -> bool:
    """Read with a mapping that was made in this session and not saved yet."""
    found = worked.understood
    return found.source is Source.SAVED and found.recognised is not None and not found.recognised.saved.actor


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
