"""Escalations: what is open by tier, whose turn it is, by when; and one of them with evidence and actions."""

from __future__ import annotations

import streamlit as st

from kpi.present.escalation_board import CLOSED, OPEN, WATCH, board, chosen
from kpi.present.escalations import heading, summary
from kpi.present.rows import names_of
from kpi.present.wording import plural
from pages.review import escalation_alarms, escalation_details
from pages.shared import board as boards
from pages.shared import header, marts
from pages.shared.session import ESCALATION, ESCALATIONS_SHOWN, current
from pages.shared.text import literal

ALARMS = "Alarm system"
EMPTY = {
    OPEN: "No escalation is open. One opens by itself when a rule's condition holds for long enough.",
    WATCH: "Nothing is on the watch list: no rule's condition holds without having raised an escalation.",
    CLOSED: "No escalation was ever closed.",
}

here = current()
st.title("Escalations")
header.stop_when_empty(here)
review = marts.review(here)
names = names_of(here.marts)
by_id = {escalation.id: escalation for escalation in review.escalations}

asked = st.query_params.get(ESCALATION)
if asked and asked not in by_id:
    wanted = literal(asked[:60])
    st.info(f"There is no escalation {wanted} in this view of the ledger.", icon=":material/link_off:")
    asked = None


def choose() -> None:
    """The link names the escalation by its id alone, so the field is not bound to it: its texts are long."""
    picked = st.session_state[f"{ESCALATION}_{asked}"]
    if picked:
        st.query_params[ESCALATION] = picked
    else:
        st.query_params.pop(ESCALATION, None)


with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    shown = st.segmented_control(
        "List",
        (OPEN, WATCH, CLOSED, ALARMS),
        default=OPEN,
        required=True,
        key=ESCALATIONS_SHOWN,
        bind="query-params",
        label_visibility="collapsed",
        disabled=asked is not None,
    )
    one = st.selectbox(
        "Open one escalation",
        list(by_id),
        index=list(by_id).index(asked) if asked else None,
        key=f"{ESCALATION}_{asked}",
        on_change=choose,
        placeholder="An id, a partner, an indicator",
        format_func=lambda found: f"{found} {heading(by_id[found], here.catalog, names)}",
        filter_mode="contains",
        width=360,
    )
if one is not None:
    escalation_details.show(here, review, by_id[one])
    st.stop()

if shown == ALARMS:
    escalation_alarms.show(here, review)
    st.stop()

partner = here.filters.partner
found = chosen(review.escalations, shown, partner)
if shown == OPEN:
    st.markdown(summary(found, here.catalog, review.day))
else:
    st.caption(plural(len(found), "escalation") + (f" of {literal(names[partner])}." if partner else "."))
table = board(found, here.catalog, names, review.day, f"{shown} escalations")
if table:
    boards.show(table, f"escalations_{shown}")
else:
    st.info(f"{EMPTY[shown]}{' This is about one partner: the sidebar chooses.' if partner else ''}")
st.caption(
    "Computed from the figures and the rules alone, judged on "
    f"{review.day.isoformat()}; choose a row for its evidence and to act on it. An escalation that is part of another "
    "is counted once.\n\n" + header.source(here)
)
