"""Look-ahead: what is overdue now and what falls due before the next meeting, down to the record and its file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from kpi.marts.look_ahead import look_ahead
from kpi.present.look_ahead import LookAhead, look_ahead_of, unconfirmed
from kpi.present.rows import labels_of
from kpi.present.sites import names_of_sites
from kpi.present.wording import day_name
from pages.shared import board, header, marts, records
from pages.shared.session import MEETING, current
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd

DAYS_AHEAD = 30

here = current()
st.title("Look-ahead")
header.stop_when_empty(here)
day, partner = marts.day(here), here.filters.partner


def settle_meeting(default: date) -> None:
    """Let the link name the day also when it is the default: a copied link must go on showing the same."""
    if MEETING in st.session_state:
        if st.session_state[MEETING] is None:
            st.session_state[MEETING] = default
        return
    try:
        date.fromisoformat(st.query_params.get(MEETING, ""))
    except ValueError:
        st.query_params[MEETING] = default.isoformat()
        st.rerun()


def table(found: pd.DataFrame, name: str) -> None:
    told = found if partner is None else found.drop(columns="partner")
    records.table(told, name, here.looks_at)


settle_meeting(day + timedelta(days=DAYS_AHEAD))
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
    summary = st.container()
    meeting = st.date_input(
        "Next meeting",
        value=None,
        min_value=date(1900, 1, 1),
        max_value=date(2999, 12, 31),
        key=MEETING,
        bind="query-params",
        format="YYYY-MM-DD",
        help="Everything that is due by this day is listed.",
        width=180,
    )
until = max(meeting or day, day)


def make() -> tuple[LookAhead, str]:
    found = look_ahead(here.store, version=here.version, day=day, until=until, scope=here.scope, partner=partner)
    labels = labels_of(here.marts)
    told = unconfirmed(found, here.marts.coverage, labels)
    return look_ahead_of(found, day, until, labels, names_of_sites(here.marts)), told


shown, not_confirmed = marts.drawing("look_ahead", here.store, here.marts, here.scope, (partner, day, until), make)
summary.markdown(literal(shown.summary))
if not_confirmed:
    st.info(literal(not_confirmed), icon=":material/help:")
if meeting and meeting < day:
    st.info(
        f"{day_name(meeting)} is before {day_name(day)}, the day of these figures; this shows what was open then.",
        icon=":material/event_busy:",
    )
if shown.board:
    board.show(shown.board, "look_ahead_board")
    st.subheader(f"Overdue on {day_name(day)}")
    table(shown.overdue, f"Overdue on {day_name(day)}")
    st.subheader(f"Due by {day_name(until)}")
    table(shown.due, f"Due by {day_name(until)}")
st.caption(
    "Due means the original date; an extension stands beside it. What a partner closed after its newest file is not "
    f"known yet. {header.source(here)}"
)
