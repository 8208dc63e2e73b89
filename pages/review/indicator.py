"""Indicator: one definition, its months with control limits and verdicts, what drives them, and the records behind."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.present import indicator as view
from kpi.present.control import gaps
from kpi.present.subject import WHOLE, Subject, currencies, series_of, subjects
from kpi.present.wording import period_name
from pages.review import comparison, explain_view, figure_notes, indicator_chart
from pages.shared import definition, header, marts, records
from pages.shared.filters import settle_indicator, settle_subject
from pages.shared.session import CURRENCY, INDICATOR, SUBJECT, current
from pages.shared.text import literal

here = current()
if here.is_empty:
    st.title("Indicator")
header.stop_when_empty(here)
partner, month, window = here.filters.partner, here.month, here.filters.window

settle_indicator(here.catalog)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    title = st.container()
    kpi = st.selectbox(
        "Choose an indicator",
        list(here.catalog.indicators),
        key=INDICATOR,
        index=None,
        bind="query-params",
        format_func=lambda kpi_id: here.catalog.indicators[kpi_id].name,
        filter_mode="contains",
        width=300,
    )
indicator = here.catalog.indicators[kpi or next(iter(here.catalog.indicators))]
title.title(indicator.name)
definition.shown(indicator)


def drawn(name: str, choices: tuple[object, ...], make: Any) -> Any:
    return marts.drawing(name, here.store, here.marts, here.scope, (indicator.id, *choices), make)


if partner is None:
    comparison.show(here, indicator)
    header.source_line(here)
    st.stop()

offered: dict[str, Subject] = drawn("subjects", (partner,), lambda: subjects(here.marts, indicator, partner))
settle_subject(offered)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    heading = st.container()
    chosen = WHOLE
    if len(offered) > 1:
        chosen = st.selectbox(
            "Whole partner, site or product",
            list(offered),
            key=SUBJECT,
            bind="query-params",
            format_func=lambda key: offered[key].label,
            filter_mode="contains",
            width=300,
        )
subject = offered[chosen]
heading.subheader(literal(subject.name))

of_money = drawn("currencies", (partner,), lambda: currencies(here.marts, indicator, partner))
currency = of_money[0]
if len(of_money) > 1:
    currency = st.segmented_control(
        "Currency", of_money, default=currency, required=True, key=CURRENCY, bind="query-params"
    )

series = drawn("series", (subject, currency), lambda: series_of(here.marts, indicator, subject, currency))
name = literal(subject.name)
if series["value"].isna().all():
    st.info(f"No month of {name} has a value for this indicator. {gaps(series)}", icon=":material/inbox:")
    st.stop()

st.markdown(
    drawn(
        "statement",
        (subject, currency, month, window),
        lambda: view.statement(
            indicator, view.figure_at(here.marts, indicator, subject, currency, month, window), month, window
        ),
    )
)
indicator_chart.show(indicator_chart.Chosen(here, indicator, subject, currency, series))
if chosen == WHOLE:
    figure_notes.show(here, indicator, partner, currency)
    explain_view.show(here, indicator, partner, currency)
comparison.show(here, indicator)

st.subheader(f"Records behind {period_name(month, window)}")
records.table(
    marts.records_behind(
        here.store,
        here.catalog,
        here.marts,
        here.scope,
        (indicator.id, partner, subject.site_id, subject.product, currency, month, window),
    ),
    f"Records behind {indicator.name} of {subject.name}, {period_name(month, window)}",
    here.looks_at,
)
header.source_line(here)
