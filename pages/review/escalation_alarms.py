"""The alarm system itself: how much it asks of people, and whether it asks too often."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kpi.present.alarms import chattering_board, rules_board, tiles
from kpi.present.rows import names_of
from kpi.present.wording import plural
from kpi.signals.review import Review
from pages.shared import board, header
from pages.shared.session import Session
from pages.shared.text import literal


def show(here: Session, review: Review) -> None:
    """Figures of today, the chattering subjects, and each rule."""
    figures = review.figures
    st.markdown("An alarm that nobody can answer is noise. These are the alarm system's own figures (after ISA-18.2).")
    with st.container(horizontal=True):
        for label, number, meaning in tiles(figures):
            st.metric(label, number, help=meaning, border=True, width="content")

    st.subheader("Raised by month")
    raised = pd.DataFrame(
        [(f"{month:%Y-%m}", count) for month, count in figures.opened], columns=["Month", "Escalations raised"]
    )
    st.bar_chart(raised, x="Month", y="Escalations raised", height=220, alt="Escalations raised by month")

    policy = here.catalog.escalation
    st.subheader("Chattering")
    table = chattering_board(review, here.catalog, names_of(here.marts))
    if table:
        st.markdown("These open and close too often: look at the rule, the target or the cause, not at each alarm.")
        board.show(table, "chattering", legend=False)
    else:
        often = plural(policy.chattering_episodes, "time")
        st.markdown(f"Nothing was raised {often} or more by one rule in {policy.chattering_months} months.")

    st.subheader("Rules")
    board.show(rules_board(review, here.catalog), "alarm_rules", legend=False)
    if review.orphans:
        st.subheader("On escalations that are gone")
        st.markdown("The figures were restated since; what people did about them stays.")
        for action in review.orphans:
            what = f"{action.action} {action.escalation_id}" + (f": {action.text}" if action.text else "")
            who = f"{action.actor} ({action.side}), {action.at:%Y-%m-%d %H:%M} UTC"
            st.markdown(f"- {literal(f'{who}: {what}')}")
    st.caption(
        "How often a steady partner is accused by chance, and how soon a real shift is found, is measured by "
        "simulation: `python -m kpi alarms`, docs/alarm-system.md."
    )
    header.source_line(here)
