"""Indicator: one definition, its months with control limits, by site and product, and the records behind a month."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi.present import charts
from kpi.present import indicator as view
from kpi.present.rows import names_of
from kpi.present.wording import period_name
from pages.shared import board, definition, header, marts, problems, records
from pages.shared.filters import settle_indicator
from pages.shared.session import BREAKDOWN, CURRENCY, DRAWN_AS, INDICATOR, MONTH, current
from pages.shared.text import literal

CONTROL, ROLLING = "Control chart", "Rolling 3 and 12 months"

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


def choose_month() -> None:
    """A click on a point of the chart chooses its month, as the sidebar would."""
    with problems.shown("a chart's point"):
        points = st.session_state["control_chart"]["selection"]["points"]
        if points:
            st.session_state[MONTH] = str(points[0]["x"])[:7]


def show_board(grain: str, key: str, legend: bool = True) -> None:
    found = drawn(
        "entities",
        (grain, partner, month, window),
        lambda: view.entities_board(here.marts, indicator, grain, partner, month, window),
    )
    if found:
        board.show(found, key, legend=legend)
    else:
        st.markdown(f"No figures by {grain}.")


if partner is None:
    st.subheader(f"By partner, {period_name(month, window)}")
    show_board("partner", "indicator_partners")
    st.caption("Those that need attention come first. Choose a partner to see its control chart and records.")
    header.source_line(here)
    st.stop()

currencies = drawn("currencies", (partner,), lambda: view.currencies(here.marts, indicator, partner))
currency = currencies[0]
if len(currencies) > 1:
    currency = st.segmented_control(
        "Currency", currencies, default=currency, required=True, key=CURRENCY, bind="query-params"
    )

name = names_of(here.marts)[partner]
series = drawn("series", (partner, currency), lambda: view.series_of(here.marts, indicator, partner, currency))
st.subheader(literal(name))
if series["value"].isna().all():
    st.info(f"No month of {literal(name)} has a value for this indicator. {view.gaps(series)}", icon=":material/inbox:")
    st.stop()

st.markdown(
    drawn(
        "statement",
        (partner, currency, month, window),
        lambda: view.statement(
            indicator, view.figure_at(here.marts, indicator, partner, currency, month, window), month, window
        ),
    )
)
heading = charts.Heading(
    name,
    f"Ledger version {here.version}, definition v{indicator.version} of {here.marts.definitions}",
    currency,
)
drawn_as = st.segmented_control(
    "Chart", [CONTROL, ROLLING], default=CONTROL, required=True, key=DRAWN_AS, label_visibility="collapsed"
)
if drawn_as == CONTROL:
    control = drawn("control", (partner, currency, month), lambda: view.draw_control(indicator, series, heading, month))
    st.plotly_chart(
        control.figure,
        key="control_chart",
        on_select=choose_month,
        selection_mode="points",
        config=charts.CONFIG,
        alt=f"{indicator.name} of {name} by month. {control.reading}",
    )
    st.markdown(f"{control.reading} {control.gaps}")
    st.caption("The shaded month is the one chosen in the sidebar; click a point to choose its month.")
else:
    rolling = drawn("rolling", (partner, currency), lambda: view.draw_rolling(indicator, series, heading))
    st.plotly_chart(
        rolling,
        key="rolling_chart",
        config=charts.CONFIG,
        alt=f"{indicator.name} of {name}, rolling 3 and 12 months, with target and limit",
    )
    st.caption(
        "Neighbouring points of a rolling series share most of their records, so control limits would mislead here."
    )

grains = [grain for grain in ("site", "product") if grain in indicator.grains]
if grains:
    grain = st.segmented_control(
        "Breakdown",
        grains,
        default=grains[0],
        required=True,
        key=BREAKDOWN,
        format_func=lambda g: f"By {g}",
        label_visibility="collapsed",
    )
    show_board(grain, f"indicator_{grain}")

st.subheader(f"Records behind {period_name(month, window)}")
records.table(
    marts.records_behind(
        here.store, here.catalog, here.marts, here.scope, (indicator.id, partner, "", "", currency, month, window)
    ),
    f"Records behind {indicator.name}, {period_name(month, window)}",
)
header.source_line(here)
