"""The indicator screen's comparisons: by site, by product, by partner, and funnels that allow for numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.catalog import Indicator
from kpi.present.chart_title import source_of
from kpi.present.charts import CONFIG
from kpi.present.indicator import entities_board
from kpi.present.wording import has_interval, period_name
from pages.shared import board, marts, pictures
from pages.shared.session import BREAKDOWN, Session

if TYPE_CHECKING:
    from kpi.present.funnel import FunnelView

PARTNERS, SITES, PRODUCTS = "by partner", "by site", "by product"
PARTNER_FUNNEL, SITE_FUNNEL = "funnel of partners", "funnel of sites"
PEER_FUNNEL = "among others"  # who have no names: for readers who may see some partners only
GRAINS = {
    PARTNERS: "partner",
    SITES: "site",
    PRODUCTS: "product",
    PARTNER_FUNNEL: "partner",
    SITE_FUNNEL: "site",
    PEER_FUNNEL: "partner",
}
FUNNELS = (PARTNER_FUNNEL, SITE_FUNNEL)


def show(here: Session, indicator: Indicator) -> None:
    """The month's figures side by side, for all partners or within the one chosen."""
    partner, month, window = here.filters.partner, here.month, here.filters.window
    options = offered(indicator, partner, peers=sees_peers(here, partner))
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
    if chosen == PEER_FUNNEL:
        _among_peers(here, indicator)
        return
    show_chosen = _funnel if chosen in FUNNELS else _table
    show_chosen(here, indicator, GRAINS[chosen or options[0]])


def sees_peers(here: Session, partner: str | None) -> bool:
    """Whether there are partners that this reader sees without names, beside the one chosen."""
    if here.scope.partners is None:
        return False
    allowed = here.person.scope(Right.SEE_PEERS)
    return not allowed.is_empty if partner is None else allowed.allows(partner)


def offered(indicator: Indicator, partner: str | None, *, peers: bool = False) -> list[str]:
    """What can be compared: funnels need counts out of a number, so there are none of medians or states."""
    tables = [PARTNERS] if partner is None else [name for name in (SITES, PRODUCTS) if GRAINS[name] in indicator.grains]
    funnels = [name for name in FUNNELS if GRAINS[name] in indicator.grains] if has_interval(indicator) else []
    return [*tables, *funnels, *([PEER_FUNNEL] if peers and funnels else [])]


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
    from kpi.present.funnel import funnel_view

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
    _drawn(here, indicator, found, f"funnel of {grain}s")
    st.markdown(" ".join(found.sentences))
    if found.outside:
        board.show(found.outside, "funnel_outside", legend=False)


def _among_peers(here: Session, indicator: Indicator) -> None:
    """The reader's own partners among all others. Of those nothing comes here but what is drawn."""
    from kpi.present.peer_funnel import peer_view

    partner, month, window = here.filters.partner, here.month, here.filters.window
    others = marts.peers(here, indicator)
    found: FunnelView = marts.drawing(
        "peer funnel",
        here.store,
        here.marts,
        here.scope,
        (indicator.id, partner, month, window, others.day, others.passed),
        lambda: peer_view(
            here.marts,
            indicator,
            month,
            window,
            others,
            here.catalog.peers,
            partner=partner,
            source=source_of(indicator, here.marts),
        ),
    )
    _drawn(here, indicator, found, "funnel among others")
    st.markdown(" ".join(found.sentences))


def _drawn(here: Session, indicator: Indicator, found: FunnelView, what: str) -> None:
    if found.figure is None:
        return
    month, window = here.month, here.filters.window
    st.plotly_chart(found.figure, key="funnel", config=CONFIG, alt=f"{what.capitalize()}. {found.sentences[0]}")
    months = f"{month:%Y-%m}" if window == 1 else f"{window} months to {month:%Y-%m}"
    pictures.buttons(found.figure, f"{indicator.name}, {what}, {months}, version {here.version}", "funnel")
