"""One escalation in full: how it stands, why it was raised, the evidence, and what people did."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.access import Scope
from kpi.catalog import Indicator
from kpi.present import charts
from kpi.present.escalations import (
    acknowledged_sentence,
    climbs_sentence,
    clock,
    heading,
    rule_sentence,
    state_name,
    state_sentence,
)
from kpi.present.evidence import bundle, states_table
from kpi.present.months import months_board
from kpi.present.rows import names_of
from kpi.present.wording import plural
from kpi.signals.escalation import Escalation
from kpi.signals.evidence import Evidence, gather
from kpi.signals.review import Review
from pages.review import escalation_actions
from pages.shared import board, downloads, header, marts, pictures, records
from pages.shared.session import ESCALATION, Session
from pages.shared.text import literal


def show(here: Session, review: Review, escalation: Escalation) -> None:
    """The whole of one escalation; its evidence is gathered once per ledger version."""
    names = names_of(here.marts)
    st.button("All escalations", icon=":material/arrow_back:", on_click=_leave, type="tertiary")
    st.subheader(literal(heading(escalation, here.catalog, names)))
    _standing(here, review, escalation)
    found: Evidence = marts.drawing(
        "evidence",
        here.store,
        here.marts,
        here.scope,
        (escalation.id, review.day),
        lambda: gather(here.store, here.catalog, here.marts, review, escalation, scope=here.scope),
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _why(here, escalation)
        _drawn(here, found)
    with right:
        escalation_actions.timeline(escalation)
        escalation_actions.forms(here, review, escalation)
    _months(here, found)
    _records(found)
    _history(found)
    downloads.download(
        "Evidence bundle",
        lambda: bundle(found, here.catalog, names, chart_files(here, found)),
        file_name=f"{escalation.id}_version_{here.version}.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        help="A page to read, the figures, the chart's numbers, the records, the history and the replies, as files.",
        of=whose(found),
    )
    header.source_line(here)


def whose(found: Evidence) -> Scope:
    return Scope.of([found.escalation.partner_id])


def _leave() -> None:
    st.query_params.pop(ESCALATION, None)


def _standing(here: Session, review: Review, escalation: Escalation) -> None:
    tier = here.catalog.escalation.tier(escalation.tier)
    due = clock(escalation, review.day)
    facts = {
        "Escalation": f"{escalation.id}, {state_name(escalation, review.day)}",
        "Tier": f"{tier.tier}, {tier.name}",
        "Clock": due.sentence or "stopped",
        "Owner": escalation.owner,
        "Response expected": escalation.rule.response,
    }
    st.markdown(
        "  ·  ".join(f"{label} **{literal(text)}**" for label, text in facts.items() if label != "Response expected")
    )
    st.markdown(f"**Response expected:** {literal(escalation.rule.response)}")
    sentences = [
        state_sentence(escalation, review.day),
        acknowledged_sentence(escalation),
        climbs_sentence(escalation, here.catalog),
    ]
    if escalation.covered_by:
        sentences.append(f"It is part of {escalation.covered_by}, which asks for the stronger response.")
    if escalation.objection:
        sentences.append(f"The partner objects: {escalation.objection.text}")
    text = literal(" ".join(sentence for sentence in sentences if sentence))
    (st.error if due.overdue else st.markdown)(text)


def _why(here: Session, escalation: Escalation) -> None:
    rule = escalation.rule
    st.markdown(f"##### Why it was raised\n**{literal(rule.name)}.** {literal(rule_sentence(rule, here.catalog))}")
    st.markdown(f"{literal(rule.why)}")
    st.caption(f"Rule {literal(rule.id)}, version {rule.version}. Source: {literal(rule.source)}")


def _drawn(here: Session, found: Evidence) -> None:
    if not found.escalation.kpi_id:
        return
    drawn = _chart(here, found, here.catalog.indicators[found.escalation.kpi_id])
    if drawn is not None:
        alt = f"Control chart of {found.escalation.id}"
        st.plotly_chart(drawn, key="escalation_chart", config=charts.CONFIG, alt=alt)
        pictures.buttons(drawn, picture_name(here, found), "escalation_chart", whose(found))


def picture_name(here: Session, found: Evidence) -> str:
    """What the chart's picture is called: escalation, indicator, partner, month and ledger version."""
    about = found.escalation
    who = names_of(here.marts).get(about.partner_id, about.partner_id)
    name = here.catalog.indicators[about.kpi_id].name
    return f"{about.id}, {name}, {who}, {found.last:%Y-%m}, version {here.version}"


def _months(here: Session, found: Evidence) -> None:
    escalation = found.escalation
    kpis = [escalation.kpi_id] if escalation.kpi_id else list(escalation.kpis)
    for kpi_id in kpis:
        indicator = here.catalog.indicators[kpi_id]
        table = months_board(found.figures, found.chart, indicator, found.first, found.last)
        if table:
            st.markdown(f"**{literal(indicator.name)}** by month")
            board.show(table, f"escalation_months_{kpi_id}", legend=False)
    if not kpis:
        st.dataframe(found.coverage, hide_index=True, placeholder="", alt="Datasets expected and received")
        st.caption("Datasets expected of the partner in these months, and when each was received.")


def _chart(here: Session, found: Evidence, indicator: Indicator) -> Any:
    from kpi.present.control import control_of

    return marts.drawing(
        "escalation_chart",
        here.store,
        here.marts,
        here.scope,
        (found.escalation.id, found.day),
        lambda: control_of(here.marts, indicator, found),
    )


def chart_files(here: Session, found: Evidence) -> dict[str, bytes]:
    """The chart as a picture, where a browser engine is there to draw it."""
    from kpi.errors import KpiError
    from kpi.present.images import image_of

    if not found.escalation.kpi_id:
        return {}
    figure = _chart(here, found, here.catalog.indicators[found.escalation.kpi_id])
    try:
        return {} if figure is None else {"chart.svg": image_of(figure, "svg")}
    except KpiError:
        return {}


def _records(found: Evidence) -> None:
    if found.records.empty and not found.linked:
        return
    with st.expander(f"Records behind it: {plural(len(found.records), 'record')}", icon=":material/table_rows:"):
        records.table(found.records, f"Records behind {found.escalation.id}", whose(found))
        for dataset, frame in found.linked.items():
            st.markdown(f"**Linked {dataset.replace('_', ' ')}**")
            records.table(frame, f"Linked {dataset.replace('_', ' ')}", whose(found))


def _history(found: Evidence) -> None:
    with st.expander("History of states", icon=":material/history:"):
        st.dataframe(
            states_table(found.escalation), hide_index=True, placeholder="", alt=f"States of {found.escalation.id}"
        )
