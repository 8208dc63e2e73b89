"""Monthly upload: choose the month, upload the files, answer what they leave open, read the findings, confirm."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi.present.wording import plural
from pages.shared.session import UPLOAD_RECEIPT, UPLOAD_REMAP, current
from pages.upload import changes_view, choices, confirm, due_now, panel, part_list, receipt, rehearsal_view
from pages.upload.files import the_files
from pages.upload.working import beside, work_through

session = current()
st.title("Monthly upload")

done = st.session_state.get(UPLOAD_RECEIPT)
if done is not None:
    receipt.show(done)
    st.stop()
if session.filters.as_of is not None:
    st.info(
        "This is the ledger as it was. Clear the as-of field in the sidebar to upload: files go into the newest one."
    )
    st.stop()
due_now.show(session)

with st.container(border=True):
    st.subheader("1. Choose the month and the files")
    dataset, months = choices.what_is_reported(session.catalog, date.today(), session.may)
    items = the_files()
    choices.suggest_month((item.part.name for item in items), months)

if not items:
    st.caption(
        "Files may have the partner's own headers, dates and words: what they mean is asked once and kept. "
        "Nothing is written before you confirm."
    )
    st.stop()

with st.container(border=True):
    st.subheader("2. Read the findings")
    asked_again = frozenset(st.session_state.get(UPLOAD_REMAP, set()))
    every = work_through(session, items, months, dataset, asked_again)
    panel.show(session, part_list.choose(every), beside(session), months)

ready = [worked for worked in every if worked.to_submit]
if not ready:
    st.stop()

with st.container(border=True):
    st.subheader("3. See what changes, and confirm")
    left = len(every) - len(ready)
    if left:
        st.caption(f"{plural(left, 'file')} of {len(every)} will not go in: see the list above.")
    changes_view.show(ready)
    rehearsal_view.show(session, ready, months)
    confirm.ask_and_submit(session, ready, months)
