"""One line above an upload: what has to be sent now, with the way to the reporting calendar."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi.present.offers import waiting_sentence
from kpi.present.reporting_calendar import ReportingCalendar, reporting_calendar
from kpi.present.wording import plural
from pages.shared import marts as cached
from pages.shared.navigation import REPORTING_CALENDAR
from pages.shared.session import Session
from pages.upload import waiting


def show(session: Session) -> None:
    """For an empty ledger only what waits for acceptance."""
    offered = _waiting(session)
    if session.is_empty:
        if offered:
            waiting.link(waiting_sentence(offered))
        return
    day = cached.day(session)
    due = cached.drawing(
        "due_now", session.store, session.marts, session.scope, (day,), lambda: _calendar(session, day)
    ).due
    partner = session.filters.partner
    due = [cell for cell in due if partner in (None, cell.partner_id)]
    with st.container(horizontal=True, vertical_alignment="center"):
        late = sum(cell.overdue for cell in due)
        told = [f":red[✕] {plural(late, 'file')} overdue"] if late else []
        told += [f"{plural(len(due) - late, 'file')} to come"] if len(due) > late else []
        st.markdown(" · ".join(told) if told else "Nothing is due now.", width="content")
        if offered:
            waiting.link(waiting_sentence(offered))
        st.page_link(REPORTING_CALENDAR, label="Reporting calendar", icon=":material/calendar_month:")


def _waiting(session: Session) -> int:
    """How many files of the partners looked at wait for acceptance."""
    partner = session.filters.partner
    return sum(one.waits and (partner is None or partner in one.partners) for one in waiting.offers_seen(session))


def _calendar(session: Session, day: date) -> ReportingCalendar:
    from kpi.ledger.reads import history

    sent = history(session.store, scope=session.scope, as_of=session.version)
    offered = waiting.offers_seen(session)
    return reporting_calendar(session.marts, sent, session.catalog.calendar, day, None, None, offered)
