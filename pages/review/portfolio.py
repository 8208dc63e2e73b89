"""Portfolio: every partner beside the headline indicators for one month, those that need attention first."""

from __future__ import annotations

import streamlit as st

from kpi.present.portfolio import BY_ATTENTION, BY_NAME, portfolio
from kpi.present.wording import period_name
from pages.shared import board, header, marts
from pages.shared.session import ORDER, current

here = current()
st.title("Portfolio")
header.stop_when_empty(here)
month, window = here.month, here.filters.window

ORDER_NAMES = {BY_ATTENTION: "Needs attention first", BY_NAME: "By name"}
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    summary = st.container()
    order = st.segmented_control(
        "Order",
        list(ORDER_NAMES),
        default=BY_ATTENTION,
        required=True,
        key=ORDER,
        bind="query-params",
        format_func=ORDER_NAMES.__getitem__,
        label_visibility="collapsed",
    )

shown = marts.drawing(
    "portfolio",
    here.store,
    here.marts,
    here.scope,
    (month, window, order),
    lambda: portfolio(here.marts, here.catalog, month, window, order),
)
summary.markdown(shown.summary)
board.show(shown.board, "portfolio_board")
st.caption(
    f"Figures for {period_name(month, window)}; trends over the 12 months before, dotted line: target. "
    "First come the partners with most figures past their limit, then those with most figures not reported, "
    "then those with most targets missed. This is no ranking: partners differ in size and kind of work.\n\n"
    f"{header.source(here)}"
)
