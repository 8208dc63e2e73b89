"""Submissions: what was uploaded, by whom and when; original files; withdrawal; audit trail; versions side by side."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.reads import history as read_history
from kpi.present.wording import plural
from pages.shared import problems
from pages.shared.downloads import table_download
from pages.shared.session import (
    ONLY_DATASET,
    ONLY_STATE,
    SUBMISSION,
    SUBMISSION_DONE,
    SUBMISSION_LIST,
    SUBMISSIONS_SHOWN,
    Session,
    current,
)
from pages.shared.text import literal
from pages.upload import history_table, submission_details
from pages.upload.audit_trail import audit_trail
from pages.upload.compare_versions import compare_view
from pages.upload.history_table import AUDIT_TRAIL, COMPARISON, OFFERS, SUBMISSIONS
from pages.upload.offers_view import offers_view

if TYPE_CHECKING:
    import pandas as pd


def listing(session: Session, history: pd.DataFrame, zone: tzinfo | None) -> None:
    """The filters and the table. Choosing a row opens its details, as choosing its id in the field does."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset = st.selectbox(
            "Dataset",
            sorted(history["dataset"].unique()),
            index=None,
            key=ONLY_DATASET,
            bind="query-params",
            placeholder="All datasets",
            format_func=lambda name: str(name).replace("_", " "),
            width=240,
        )
        state = st.selectbox(
            "State",
            sorted(history["state"].unique()),
            index=None,
            key=ONLY_STATE,
            bind="query-params",
            placeholder="All states",
            width=240,
        )
    partner = session.filters.partner
    chosen = history_table.filtered(history, dataset=dataset, state=state, partner=partner)
    of_partner = f" of {literal(partner)}" if partner else ""
    st.caption(f"{plural(len(chosen), 'submission')}{of_partner}, of {len(history):,} in all. Newest first.")
    if chosen.empty:
        st.info("No submission matches these filters. Widen them here, or choose all partners in the sidebar.")
        return
    ids = chosen["submission_id"].tolist()
    st.dataframe(
        history_table.table(chosen, zone),
        hide_index=True,
        key=SUBMISSION_LIST,
        on_select=lambda: open_row(ids),
        selection_mode="single-row",
        column_config={
            "State": st.column_config.TextColumn(width="small"),
            "Submission": st.column_config.TextColumn(width="small"),
            "File": st.column_config.TextColumn(width="medium"),
            "New": st.column_config.NumberColumn(format="localized", width="small"),
            "Changed": st.column_config.NumberColumn(format="localized", width="small"),
            "Unchanged": st.column_config.NumberColumn(format="localized", width="small"),
            **history_table.moments(zone),
        },
        alt="Submissions, newest first",
    )
    table_download(history_table.table(chosen, zone), "submissions", of=session.looks_at)


def open_row(ids: list[str]) -> None:
    """From the table's callback: the chosen row's submission becomes the one whose details are shown."""
    with problems.shown("the list of submissions"):
        rows = st.session_state[SUBMISSION_LIST]["selection"]["rows"]
        st.session_state[SUBMISSION] = ids[rows[0]] if rows and rows[0] < len(ids) else None


def details(session: Session, history: pd.DataFrame, zone: tzinfo | None) -> None:
    """The field for one submission's id, bound to the link, and everything on record about that submission."""
    ids = history["submission_id"].tolist()
    asked = st.session_state.get(SUBMISSION) or st.query_params.get(SUBMISSION)
    if asked and asked not in ids:
        st.info(f"There is no submission {literal(str(asked)[:60])} in this view of the ledger.")
        st.session_state[SUBMISSION] = None
    chosen = st.selectbox(
        "Details of",
        ids,
        index=None,
        key=SUBMISSION,
        bind="query-params",
        placeholder="Choose a row above, or a submission here",
        filter_mode="contains",
        width=320,
    )
    if chosen is not None:
        with st.container(border=True):
            submission_details.show(session, chosen, zone)


session = current()
st.title("Submissions")
if told := st.session_state.pop(SUBMISSION_DONE, None):
    st.success(literal(told), icon=":material/check_circle:")
history = read_history(session.store, scope=session.scope, as_of=session.version)
zone = history_table.reader_zone(st.context.timezone)
shown = st.segmented_control(
    "Show",
    (SUBMISSIONS, OFFERS, AUDIT_TRAIL, COMPARISON),
    default=SUBMISSIONS,
    required=True,
    key=SUBMISSIONS_SHOWN,
    bind="query-params",
    label_visibility="collapsed",
)
if shown == OFFERS:
    offers_view(session, zone)
elif shown == AUDIT_TRAIL:
    audit_trail(session, zone)
elif shown == COMPARISON:
    compare_view(session)
elif history.empty:
    submission_details.empty_state()
else:
    listing(session, history, zone)
    details(session, history, zone)
