"""One line on a partner's screen: its agreed actions that are overdue, with the way to them; nothing without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.meetings import due_words, reminders
from kpi.present.rows import labels_of
from kpi.present.wording import joined, plural
from pages.review import meeting_ledger
from pages.shared import marts, navigation
from pages.shared.session import PARTNER
from pages.shared.text import literal

if TYPE_CHECKING:
    from pages.shared.session import Session

NAMED = 3


def show(here: Session, partner: str) -> None:
    day = marts.day(here)
    book = meeting_ledger.book(here)
    late, _ = reminders((one for one in book.actions.values() if one.partner_id == partner), day)
    if not late:
        return
    named = joined([f"{one.id} ({one.owner}, {due_words(one, day)})" for one in late], NAMED)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":red[◆] **{plural(len(late), 'agreed action')} overdue:** {literal(named)}", width="content")
        st.page_link(
            navigation.MEETING_PAGE,
            label="Agreed actions",
            icon=":material/arrow_forward:",
            query_params={PARTNER: labels_of(here.marts).get(partner, partner)},
        )
