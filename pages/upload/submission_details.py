"""One submission in full: the facts, the original file, and its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import streamlit as st

from kpi.access import Right, Scope
from kpi.present.wording import plural
from pages.shared import downloads, navigation
from pages.shared.session import WITHDRAWAL_ASKED, Session
from pages.shared.text import literal, size_text
from pages.upload.changed_cells import changed_cells
from pages.upload.history_table import moment_text, state_text
from pages.upload.months import span_name
from pages.upload.withdrawing import ask_to_withdraw

WITHDRAWN = "withdrawn"


def facts(found: Mapping[str, Any], zone: tzinfo | None) -> dict[str, str]:
    """What is on record about a submission, as {what: text} in reading order; the texts are Markdown, escaped."""
    counts = f"{found['new']:,} new, {found['changed']:,} changed, {found['unchanged']:,} unchanged"
    lines = {
        "State": state_text(found["state"]),
        "Withdrawn": _withdrawal_text(found, zone),
        "Dataset": found["dataset"].replace("_", " "),
        "Covers": span_name(found["month_from"], found["month_to"]),
        "Partners": ", ".join(found["partners"]),
        "Records": f"{plural(found['row_count'], 'record')}: {counts}",
        "File": f"{found['file_name']} ({size_text(found['size'])})",
        "Offered": _offer_text(found["offer"], zone),
        "Accepted" if found["offer"] else "Submitted": f"{moment_text(found['at'], zone)}, by {found['actor']}",
        "Said on acceptance": found["offer"].get("note", ""),
        "Reason": found["reason"],
        "Read as": reading_text(found["reading"]),
        "Ledger version": f"{found['version']:,}",
        "SHA-256": found["sha256"],
    }
    return {what: literal(text) for what, text in lines.items() if text}


def _withdrawal_text(found: Mapping[str, Any], zone: tzinfo | None) -> str:
    if found["state"] != WITHDRAWN:
        return ""
    return f"{moment_text(found['withdrawn_at'], zone)}, by {found['withdrawn_by']}: {found['withdrawn_reason']}"


def _offer_text(offer: Mapping[str, Any], zone: tzinfo | None) -> str:
    if not offer:
        return ""
    at = moment_text(datetime.fromisoformat(offer["offered_at"]), zone)
    return f"{at}, by {offer['offered_by']} (ledger version {offer['version']:,})"


def reading_text(reading: Mapping[str, Any]) -> str:
    """The sentence that says how the file was read, from what the ledger keeps of it."""
    from kpi.intake.table import Reading

    if not reading:
        return ""
    kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in reading.items()}
    return Reading(**kept).sentence()


def accepted_warnings(warnings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings that were accepted, one row per kind, for a table."""
    return [
        {
            "Warning": group["problem"],
            "Column": group["column"] or "",
            "Findings": group["rows"],
            "Rows": group["first_rows"],
        }
        for group in warnings
    ]


def show(session: Session, submission_id: str, zone: tzinfo | None) -> None:
    """Facts, warnings, mapping, what it changed, the original file, and the way to withdraw."""
    from kpi.ledger.reads import details, original

    found = details(session.store, submission_id, session.scope, reader=session.actor)
    st.subheader(f"Submission {submission_id}")
    st.table(facts(found, zone), border="horizontal", alt=f"Facts about submission {submission_id}")
    _warnings(accepted_warnings(found["warnings"]))
    if found["mapping"]:
        with st.expander("Mapping used", icon=":material/tune:"):
            st.code(found["mapping"], language="toml")
    if found["changed"]:
        _changed_cells(session, submission_id)
    if found["shared"]:
        st.caption("The original may hold more than this submission: it is not handed out. Ask whoever submitted it.")
    else:
        downloads.download(
            "Original file",
            lambda: original(session.store, submission_id, session.scope, reader=session.actor)[1],
            file_name=found["file_name"],
            mime="application/octet-stream",
            of=Scope.of(found["partners"]),
        )
    may_withdraw = all(session.may(Right.WITHDRAW, partner=partner) for partner in found["partners"])
    if found["state"] == WITHDRAWN or not may_withdraw:
        return
    if session.filters.as_of is not None:
        st.caption("This is the ledger as it was. Clear the as-of field to withdraw a submission.")
        return
    asked = st.session_state.get(WITHDRAWAL_ASKED) == submission_id
    with st.expander("Withdraw this submission", icon=":material/undo:", expanded=asked):
        ask_to_withdraw(session, found)


def _warnings(groups: list[dict[str, Any]]) -> None:
    if not groups:
        return
    st.markdown(f"**{plural(len(groups), 'kind')} of warnings accepted**")
    st.dataframe(
        groups,
        hide_index=True,
        column_config={"Warning": st.column_config.TextColumn(width="large")},
        alt="Warnings that were accepted with this submission",
    )


def _changed_cells(session: Session, submission_id: str) -> None:
    """Old and new values, looked up only when somebody opens them."""
    from kpi.ledger.reads import changes

    box = st.expander("What it changed, cell by cell", icon=":material/difference:", on_change="rerun")
    if box.open:
        with box:
            changed_cells(changes(session.store, submission_id, session.scope))


def empty_state() -> None:
    """No submission at all yet."""
    st.info("Nothing has been submitted yet. Files that you upload are listed here, and stay listed.")
    navigation.link_if_there(navigation.MONTHLY_UPLOAD, "Upload the first file", "upload_file")
