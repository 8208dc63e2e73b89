"""The audit trail on the screen: filters, pages, what one event changed, exports, the check of all of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Right, Scope
from kpi.ledger.chain import SUBMISSION as SUBMISSION_KIND
from kpi.ledger.chain import WITHDRAWAL
from kpi.present.wording import plural
from pages.shared import downloads, problems
from pages.shared import marts as cached
from pages.shared.session import (
    AUDIT_FROM,
    AUDIT_KIND,
    AUDIT_LIST,
    AUDIT_PAGE,
    AUDIT_TEXT,
    AUDIT_TO,
    AUDIT_WHO,
    SUBMISSION,
    SUBMISSIONS_SHOWN,
    Session,
)
from pages.shared.text import literal
from pages.upload import history_table
from pages.upload.changed_cells import changed_cells
from pages.upload.verification import check_of_the_ledger

if TYPE_CHECKING:
    import pandas as pd

EVENTS_A_PAGE = 200
WIDTHS = {"Who": 125, "What": 150, "Submission": 85, "Partners": 75, "Old": 120, "New": 280, "Why": 260}  # pixels
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def audit_trail(session: Session, zone: tzinfo | None) -> None:
    """One row per ledger version, newest first."""
    trail = whole_trail(session, zone)
    if trail.empty:
        st.info("Nothing has happened yet. Every upload, withdrawal and decision will be listed here, for good.")
        return
    found = filters(session, trail)
    of_partner = f" about {literal(session.filters.partner)}" if session.filters.partner else ""
    st.caption(
        f"{plural(len(found), 'event')}{of_partner}, of {len(trail):,} in all, newest first. "
        "Each carries the hash of the one before it."
    )
    if found.empty:
        st.info("No event matches these filters. Widen them here, or choose all partners in the sidebar.")
    else:
        page = one_page(found)
        choice = st.dataframe(
            history_table.events_table(page, zone),
            hide_index=True,
            key=AUDIT_LIST,
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "Version": st.column_config.NumberColumn(format="%d", width=70),
                **{name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()},
                **history_table.moments(zone),
            },
            alt="Audit trail, newest first",
        )
        rows = choice["selection"]["rows"]
        if rows and rows[0] < len(page):
            one_event(session, page.iloc[rows[0]], zone)
        else:
            st.caption("Choose a row to see the event in full, and what it changed cell by cell.")
        export(found, session.looks_at)
    check_of_the_ledger(session)


def whole_trail(session: Session, zone: tzinfo | None) -> pd.DataFrame:
    """Every event that the reader may see, up to the version looked at."""
    from kpi.ledger.reads import events
    from kpi.present.audit_table import audit_table

    administered = session.person.scope(Right.ADMINISTER)

    def make() -> pd.DataFrame:
        known = events(session.store, session.scope, administered=administered)
        return audit_table(known[known["version"] <= session.version], zone or history_table.UTC)

    found: pd.DataFrame = cached.drawing(
        "audit trail", session.store, session.marts, session.scope, (str(zone), administered.key), make
    )
    return found


def filters(session: Session, trail: pd.DataFrame) -> pd.DataFrame:
    """The fields, and the events that they leave. The partner is the sidebar's."""
    from kpi.present.audit_table import chosen

    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Kind",
            sorted(trail["kind"].unique()),
            index=None,
            key=AUDIT_KIND,
            bind="query-params",
            placeholder="All kinds",
            width=200,
        )
        who = st.selectbox(
            "Who",
            sorted(trail["who"].unique()),
            index=None,
            key=AUDIT_WHO,
            bind="query-params",
            placeholder="Everybody",
            width=200,
        )
        first_day = st.date_input("From", value=None, key=AUDIT_FROM, format="YYYY-MM-DD", width=150)
        last_day = st.date_input("To", value=None, key=AUDIT_TO, format="YYYY-MM-DD", width=150)
        text = st.text_input("Text", key=AUDIT_TEXT, bind="query-params", placeholder="In any column", width=220)
    return chosen(
        trail,
        kinds=[kind] if kind else (),
        who=who,
        partner=session.filters.partner,
        text=text or "",
        first_day=first_day,
        last_day=last_day,
    )


def one_page(found: pd.DataFrame) -> pd.DataFrame:
    """The events of the page looked at; the choice of pages only where there are several."""
    pages = -(-len(found) // EVENTS_A_PAGE)
    if pages == 1:
        return found
    if st.session_state.get(AUDIT_PAGE, 1) > pages:
        st.session_state[AUDIT_PAGE] = pages
    page = int(st.number_input(f"Page (of {pages:,})", min_value=1, max_value=pages, step=1, key=AUDIT_PAGE, width=160))
    return found.iloc[(page - 1) * EVENTS_A_PAGE : page * EVENTS_A_PAGE].reset_index(drop=True)


def one_event(session: Session, event: pd.Series[Any], zone: tzinfo | None) -> None:
    """Everything on record about one event, and what it changed."""
    with st.container(border=True):
        st.subheader(f"Version {event['version']:,}")
        st.table(event_facts(event, zone), border="horizontal", alt=f"Facts about version {event['version']}")
        if event["kind"] not in (SUBMISSION_KIND, WITHDRAWAL):
            return
        cells = _cells(session, event)
        if len(cells):
            st.markdown("**What it changed, cell by cell**")
            changed_cells(cells, old="Old", new="New")
        st.button(
            f"Open {event['submission_id']}",
            on_click=_open,
            args=(event["submission_id"],),
            icon=":material/history:",
        )


def event_facts(event: pd.Series[Any], zone: tzinfo | None) -> dict[str, str]:
    """{what: text} in reading order, escaped for Markdown; what there is nothing about is left out."""
    lines = {
        "What": event["what"],
        "Who": event["who"],
        "When": history_table.moment_text(event["at"].to_pydatetime(), zone),
        "About": event["about"],
        "Submission": event["submission_id"],
        "File": event["file_name"],
        "Partners": event["partners"],
        "Old": event["old"],
        "New": event["new"],
        "Why": event["why"],
        "Hash": event["hash"],
    }
    return {what: literal(text) for what, text in lines.items() if text}


def _cells(session: Session, event: pd.Series[Any]) -> pd.DataFrame:
    from kpi.ledger.reads import changes, changes_back

    read = changes if event["kind"] == SUBMISSION_KIND else changes_back
    return read(session.store, event["submission_id"], session.scope)


def _open(submission_id: str) -> None:
    with problems.shown("the audit trail"):
        st.session_state[SUBMISSION] = submission_id
        st.session_state[SUBMISSIONS_SHOWN] = history_table.SUBMISSIONS


def export(found: pd.DataFrame, of: Scope) -> None:
    """The events chosen, all pages of them, as files. ``of``: the partners that they may be about."""
    from kpi.present.audit_export import audit_csv, audit_workbook

    with st.container(horizontal=True):
        downloads.download(
            "CSV",
            lambda: audit_csv(found),
            file_name="audit_trail.csv",
            mime="text/csv",
            of=of,
        )
        downloads.download(
            "Workbook",
            lambda: audit_workbook(found),
            file_name="audit_trail.xlsx",
            mime=XLSX,
            of=of,
        )
