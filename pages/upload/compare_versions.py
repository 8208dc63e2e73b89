"""Two versions of the ledger side by side: which figures differ, and through which files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.errors import KpiError
from kpi.present import consequences as words
from kpi.present.wording import day_name, plural
from pages.shared import marts as cached
from pages.shared.session import COMPARED_FILE, COMPARED_KPI, EARLIER, LATER, Session
from pages.shared.text import literal
from pages.upload.changed_cells import changed_cells
from pages.upload.consequences_view import escalations, figures_table

if TYPE_CHECKING:
    from kpi.rehearsal.comparison import VersionComparison

HINT = "A version such as 12, or a day such as 2026-03-31 (its end, UTC)"


def compare_view(session: Session) -> None:
    """The two fields; once both are filled, what differs. A link holds the fields, so it shows the same."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        earlier = st.text_input(
            "Earlier", key=EARLIER, bind="query-params", placeholder="Version or date", help=HINT, width=180
        )
        later = st.text_input(
            "Later",
            key=LATER,
            bind="query-params",
            placeholder=f"{session.version} (this view)",
            help=f"{HINT}. Empty is the version looked at.",
            width=180,
        )
        kpi = st.selectbox(
            "Indicator",
            list(session.catalog.indicators),
            index=None,
            key=COMPARED_KPI,
            bind="query-params",
            placeholder="All indicators",
            format_func=lambda name: session.catalog.indicators[name].name,
            filter_mode="contains",
            width=280,
        )
    if not session.version:
        st.info("There is nothing to compare yet: no file has been submitted.")
        return
    if not (earlier or "").strip():
        st.info(
            "Name an earlier version or a day, for example the day of the last meeting. This shows every figure that "
            f"has another n, value or status since, and the files that did it. This view is version {session.version}."
        )
        return
    try:
        first, last = _versions(session, earlier), _versions(session, later or str(session.version))
        found = comparison(session, first, last, kpi)
    except KpiError as error:
        st.error(literal(str(error)), icon=":material/error:")
        return
    show(session, found)


def _versions(session: Session, text: str) -> int:
    from kpi.ledger.reads import resolve_as_of

    return resolve_as_of(session.store, text)


def comparison(session: Session, first: int, last: int, kpi: str | None) -> VersionComparison:
    """Computed once per pair of versions, partner and indicator."""
    from kpi.rehearsal.comparison import compare_versions

    def make() -> VersionComparison:
        bar = st.progress(0.0, text="Opening the ledger")
        found = compare_versions(
            session.store,
            session.catalog,
            first,
            last,
            scope=session.scope,
            partner=session.filters.partner,
            kpi=kpi,
            progress=lambda stage, share: bar.progress(share, text=stage),
        )
        bar.empty()
        return found

    today = datetime.now(UTC).date()
    found: VersionComparison = cached.drawing(
        "comparison",
        session.store,
        session.marts,
        session.scope,
        (first, last, session.filters.partner, kpi, today),
        make,
    )
    return found


def show(session: Session, found: VersionComparison) -> None:
    """The sentence, the figures with what moved them, escalations, and the records changed."""
    of_partner = f" of {literal(session.filters.partner)}" if session.filters.partner else ""
    st.markdown(f"**{literal(words.sentence(found))}**")
    st.caption(
        f"Version {found.earlier:,} and version {found.later:,}{of_partner}, both judged on {day_name(found.day)}, so "
        "that only records make a difference and not the passing of time."
    )
    if not found.exact:
        st.caption(
            f"{plural(len(found.between), 'file')} came in or went between the two. Each figure names those that could "
            "have moved it; choose versions closer together, or one partner, to see exactly which did."
        )
    figures_table(session, found.figures, through=True)
    escalations("Opened", found.opens, ":material/campaign:")
    escalations("Closed", found.closes, ":material/check_circle:")
    _records(session, found)


def _records(session: Session, found: VersionComparison) -> None:
    """The changed records of one file at a time."""
    from kpi.rehearsal.comparison import changed_records

    visible = {f"{event.version:,}: {event.told}": event for event in found.between if event.submission_id}
    if not visible:
        return
    name = st.selectbox(
        "Records changed, cell by cell, by",
        list(visible),
        index=None,
        key=COMPARED_FILE,
        placeholder=f"Choose one of {plural(len(visible), 'file')}",
        width=320,
    )
    if name is None:
        return
    cells = changed_records(session.store, [visible[name]], scope=session.scope, partner=session.filters.partner)
    if cells.empty:
        st.caption("It changed no record that was in force: all of its records were new, or said the same.")
    else:
        changed_cells(cells.drop(columns=["submission_id", "what"]), old="Old", new="New")
