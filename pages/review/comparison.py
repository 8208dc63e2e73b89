"""The indicator screen's comparisons: by site, by product, by partner, and funnels that allow for numbers."""

from __future__ import annotations

import streamlit as st

from kpi.catalog import Indicator
from kpi.present.chart_title import source_of
from kpi.present.charts import CONFIG
from kpi.present.indicator import entities_board
from kpi.present.wording import has_interval, period_name
from pages.shared import board, marts, pictures
from pages.shared.session import BREAKDOWN, Session

PARTNERS, SITES, PRODUCTS = "by partner", "by site", "by product"
PARTNER_FUNNEL, SITE_FUNNEL = "funnel of partners", "funnel of sites"
GRAINS = {PARTNERS: "partner", SITES: "site", PRODUCTS: "product", PARTNER_FUNNEL: "partner", SITE_FUNNEL: "site"}
FUNNELS = (PARTNER_FUNNEL, SITE_FUNNEL)


def show(here: Session, indicator: Indicator) -> None:
    """The month's figures side by side, for all partners or within the one chosen."""
    partner, month, window = here.filters.partner, here.month, here.filters.window
    options = offered(indicator, partner)
    if here.only_partner is not None:  # a funnel of one partner says nothing
        options = [name for name in options if name != PARTNER_FUNNEL]
    if not options:
        return
    st.subheader(f"Side by side, {period_name(month, window)}")
    if st.session_state.get(BREAKDOWN) not in options:
        st.session_state[BREAKDOWN] = options[0]
    chosen = st.segmented_control(
        "Side by side",
        options,
        required=True,
        key=BREAKDOWN,
        bind="query-params",
        format_func=str.capitalize,
        label_visibility="collapsed",
    )
    show_chosen = _funnel if chosen in FUNNELS else _table
    show_chosen(here, indicator, GRAINS[chosen or options[0]])


def offered(indicator: Indicator, partner: str | None) -> list[str]:
    """What can be compared: funnels need counts out of a number, so there are none of medians or states."""
    tables = [PARTNERS] if partner is None else [name for name in (SITES, PRODUCTS) if GRAINS[name] in indicator.grains]
    funnels = [name for name in FUNNELS if GRAINS[name] in indicator.grains] if has_interval(indicator) else []
    return [*tables, *funnels]


def _table(here: Session, indicator: Indicator, grain: str) -> None:
    partner, month, window = here.filters.partner, here.month, here.filters.window
    found = marts.drawing(
        "entities",
        here.store,
        here.marts,
        here.scope,
        (indicator.id, grain, partner, month, window),
        lambda: entities_board(here.marts, indicator, grain, partner, month, window),
    )
    if not found:
        st.markdown(f"No figures by {grain}.")
        return
    board.show(found, f"indicator_{grain}")
    if grain == "partner":
        st.caption("Those that need attention come first. Choose a partner to see its control chart and records.")


def _funnel(here: Session, indicator: Indicator, grain: str) -> None:
    from kpi.present.funnel import FunnelView, funnel_view

    partner, month, window = here.filters.partner, here.month, here.filters.window
    found: FunnelView = marts.drawing(
        "funnel",
        here.store,
        here.marts,
        here.scope,
        (indicator.id, grain, partner, month, window),
        lambda: funnel_view(
            here.marts, indicator, month, window, grain=grain, partner=partner, source=source_of(indicator, here.marts)
        ),
    )
    if found.figure is not None:
        st.plotly_chart(found.figure, key="funnel", config=CONFIG, alt=f"Funnel of {grain}s. {found.sentences[0]}")
        months = f"{month:%Y-%m}" if window == 1 else f"{window} months to {month:%Y-%m}"
        name = f"{indicator.name}, funnel of {grain}s, {months}, version {here.version}"
        pictures.buttons(found.figure, name, "funnel")
    st.markdown(" ".join(found.sentences))
    if found.outside:
        board.show(found.outside, "funnel_outside", legend=False)
