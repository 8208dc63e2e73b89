"""Meeting: a committee's meetings and agreed actions; and one meeting on its frozen figures, with its minutes."""

from __future__ import annotations

import streamlit as st

from pages.review import meeting_ledger, meeting_links, meeting_list, meeting_open, meeting_plan
from pages.shared import header
from pages.shared.session import HELD, MEETING_PLAN, current
from pages.shared.text import literal

meeting_links.follow()
here = current()
asked = st.query_params.get(HELD)
book = meeting_ledger.book(here)
found = next((one for one in book.meetings.values() if one.id == (asked or "").strip().upper()), None)

if found is not None:
    meeting_open.show(here, book, found)
    st.stop()

st.title("Meeting")
header.stop_when_empty(here)
meeting_ledger.said()
if asked:
    then = " Empty the field “As of” if it was opened later." if here.filters.as_of else ""
    st.info(
        f"There is no meeting {literal(asked[:60])} in this view of the ledger.{then}",
        icon=":material/link_off:",
    )
if st.session_state.get(MEETING_PLAN):
    meeting_plan.show(here, book)
    st.stop()
meeting_list.show(here, book)
