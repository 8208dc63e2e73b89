"""Portfolio: every partner beside the headline indicators for one month, those that need attention first."""

from __future__ import annotations

import streamlit as st

from kpi.present.portfolio import BY_ATTENTION, BY_NAME
from kpi.present.wording import period_name
from pages.shared import board, header, marts
from pages.shared.session import ORDER, current
from pages.shared.text import sentence

ORDER_NAMES = {BY_ATTENTION: "Needs attention first", BY_NAME: "By name"}

here = current()
head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
head.title("Portfolio", width="content")
header.stop_when_empty(here)
order, in_which_order = BY_ATTENTION, ""
if here.only_partner is None:
    order = head.segmented_control(
        "Order",
        list(ORDER_NAMES),
        default=BY_ATTENTION,
        required=True,
        key=ORDER,
        bind="query-params",
        format_func=ORDER_NAMES.__getitem__,
        label_visibility="collapsed",
    )
    in_which_order = (
        "First come the partners with the highest open escalation. This is no ranking: partners differ in size and "
        "work."
    )

shown = marts.portfolio(here, order)
st.markdown(sentence(shown.summary))
board.show(shown.board, "portfolio_board")
st.caption(
    f"Figures for {period_name(here.month, here.filters.window)}; trends over 12 months, dotted line: target. "
    "The signs beside n read the monthly control chart: the first tells a special cause, which the usual ups and downs "
    "don't explain, from common cause; the shield says whether the process, as it runs now, will reach the target. "
    f"{in_which_order}\n\n{header.source(here)}"
)
