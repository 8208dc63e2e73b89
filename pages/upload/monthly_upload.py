"""Monthly upload: choose what is reported, upload the file, read the findings, confirm."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi.present.wording import plural
from pages.shared.session import UPLOAD_RECEIPT, current
from pages.shared.text import literal
from pages.upload import choices, confirm, findings_view
from pages.upload.checking import Check, Request, check

session = current()
st.title("Monthly upload")

done = st.session_state.get(UPLOAD_RECEIPT)
if done is not None:
    confirm.show_receipt(done)
    st.stop()

with st.container(border=True):
    st.subheader("1. Choose what you report")
    dataset, month_from, month_to = choices.what_is_reported(session.catalog, date.today())

with st.container(border=True):
    st.subheader("2. Upload the file")
    upload = choices.the_file()
    sheet = choices.sheet_field(upload) if upload else None
    mapping = choices.how_to_read_it(dataset, sheet)

if upload is None:
    st.caption("The findings appear here as step 3. Nothing is written before you confirm.")
    st.stop()


def verdict(found: Check) -> None:
    """One box: accepted, accepted with warnings, or refused; and how the file was read."""
    checked = found.checked
    name = literal(checked.file_name)
    if checked.accepted and checked.records is not None:
        partners = plural(len(checked.partners), "partner")
        first = " Read the warnings first." if checked.findings.warnings else ""
        st.success(
            f"{name}: {plural(checked.records.height, 'record')} of {partners}.{first}",
            title="The file can be accepted",
        )
    else:
        st.error(
            f"{name}: {plural(checked.findings.errors, 'error')}. Correct the file and upload it again.",
            title="The file is refused. Nothing was written.",
        )
    if checked.reading is not None:
        st.caption(literal(checked.reading.sentence()))


with st.container(border=True):
    st.subheader("3. Read the findings and confirm")
    found = check(session, upload, Request(dataset.name, month_from, month_to, mapping))
    choices.ask_for_sheet(upload, found.checked.findings)
    if found.same_as is None:
        verdict(found)
    if len(found.checked.findings):
        findings_view.show(found.checked)
        findings_view.downloads(found.checked)
    if found.same_as is not None:
        confirm.tell_same(found.same_as)
        confirm.submission_link(found.same_as)
    elif found.preview is not None:
        if found.same_bytes is not None:
            confirm.tell_similar(found.same_bytes)
        confirm.show_changes(found.preview)
        confirm.ask_and_submit(session, found, Request(dataset.name, month_from, month_to, mapping))
