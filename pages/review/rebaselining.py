"""Starting a chart's limits anew, and taking that back: recorded human acts with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.errors import KpiError
from kpi.ledger.rebaselines import Rebaseline, record_rebaseline, withdraw_rebaseline
from kpi.present.subject import first_month
from kpi.present.wording import day_name, month_name
from pages.shared.session import REBASELINE_DONE, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.present.subject import Subject

REASON_LIMIT = 4000
WHEN = (
    "Only when the process itself was changed on purpose: new equipment, a new method, a finished CAPA. Then the "
    "months before say nothing about those after. It is never a way to make a flagged month disappear."
)


def show(
    here: Session,
    indicator: Indicator,
    subject: Subject,
    currency: str,
    series: pd.DataFrame,
    phases: Sequence[Rebaseline],
) -> None:
    """The phases with who began them and why; and both forms, while the latest ledger version is shown."""
    if said := st.session_state.pop(REBASELINE_DONE, None):
        st.success(literal(said), icon=":material/check:")
    can_change = here.filters.as_of is None and here.may(Right.REBASELINE, partner=subject.partner_id)
    for phase in phases:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(
                f"**New limits from {month_name(phase.month)}**: {literal(phase.reason)}  \n"
                f":small[:gray[{literal(phase.actor)}, {day_name(phase.at.date())}, ledger version {phase.version}]]",
                width="content",
            )
            if can_change:
                with st.popover("Take back", icon=":material/undo:"):
                    _take_back(here, phase)
    first, taken = first_month(series), {phase.month for phase in phases}
    months = [m.date() for m in series["month"] if first and m.date() > first and m.date() not in taken]
    if can_change and months:
        with st.expander("Start the limits anew (rebaseline)", icon=":material/restart_alt:"):
            st.markdown(WHEN)
            _start(here, indicator, subject, currency, months[::-1])


def _start(here: Session, indicator: Indicator, subject: Subject, currency: str, months: list[date]) -> None:
    name = f"rebaseline_{indicator.id}_{subject.partner_id}_{subject.key}_{currency}"
    with st.form(name, border=False):
        month = st.selectbox(
            "First month of the new limits", months, index=None, format_func=month_name, placeholder="Choose a month"
        )
        reason = st.text_area(
            "Reason",
            max_chars=REASON_LIMIT,
            height=80,
            placeholder="For example: new filling line qualified, change control CC-0412",
        )
        pressed = st.form_submit_button("Start anew", type="primary")
    if not pressed:
        return
    if month is None or not (reason or "").strip():
        st.warning("Choose a month and write a reason, then press again.")
        return
    try:
        recorded = record_rebaseline(
            here.store,
            kpi_id=indicator.id,
            grain=subject.grain,
            partner_id=subject.partner_id,
            site_id=subject.site_id,
            product=subject.product,
            currency=currency,
            month=month,
            reason=reason or "",
            actor=here.actor,
            now=datetime.now(UTC),
            scope=here.scope_for(Right.REBASELINE),
        )
    except KpiError as error:
        st.error(literal(str(error)))
        return
    st.session_state[REBASELINE_DONE] = (
        f"The limits start anew in {month_name(month)}. This is ledger version {recorded.version}."
    )
    st.rerun()


def _take_back(here: Session, phase: Rebaseline) -> None:
    with st.form(f"take_back_{phase.version}", border=False):
        reason = st.text_area("Reason", max_chars=REASON_LIMIT, height=80)
        pressed = st.form_submit_button("Take back", type="primary", icon=":material/undo:")
    if not pressed:
        return
    if not (reason or "").strip():
        st.warning("Write a reason, then press again.")
        return
    try:
        version = withdraw_rebaseline(
            here.store,
            phase.version,
            reason=reason or "",
            actor=here.actor,
            now=datetime.now(UTC),
            scope=here.scope_for(Right.REBASELINE),
        )
    except KpiError as error:
        st.error(literal(str(error)))
        return
    st.session_state[REBASELINE_DONE] = (
        f"The limits of {month_name(phase.month)} are taken back. This is ledger version {version}."
    )
    st.rerun()
