"""The indicator screen's section that says why a partner's figure changed, by site or by product."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.marts.values import values_behind
from kpi.present.explain import explanation, explanation_board, method, not_comparable
from kpi.present.rows import months_before, rows_of
from kpi.present.sites import names_of_sites
from kpi.present.wording import month_name
from kpi.signals.explain import breakdowns, explain
from kpi.signals.explained import NotComparable
from pages.shared import board, marts
from pages.shared.filters import settle_since
from pages.shared.session import EXPLAIN_BY, EXPLAIN_SINCE
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from pages.shared.session import Session

MONTH_BEFORE = ""  # follows the month looked at


def show(here: Session, indicator: Indicator, partner: str, currency: str) -> None:
    """What each site or product adds to the change up to the month looked at; nothing for figures of whole partners."""
    grains = _offered(here, indicator, partner)
    if not grains:
        return
    st.subheader("Why it changed")
    months = _earlier_months(here, indicator, partner)
    if not months:
        st.markdown(f"Nothing was reported before {month_name(here.month)}, so there is nothing to compare with.")
        return
    settle_since(months)
    if st.session_state.get(EXPLAIN_BY, grains[0]) not in grains:
        st.session_state[EXPLAIN_BY] = grains[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.selectbox(
            "Compared with",
            list(months),
            key=EXPLAIN_SINCE,
            bind="query-params",
            format_func=months.__getitem__,
            help="An earlier month; with a window of several months, those up to it.",
            width=220,
        )
        by = st.segmented_control(
            "By",
            grains,
            default=grains[0],
            required=True,
            key=EXPLAIN_BY,
            bind="query-params",
            format_func=str.capitalize,
        )
    month_from = date.fromisoformat(f"{since}-01") if since else months_before(here.month, 1)
    sentence, table = _explained(here, indicator, partner, currency, by or grains[0], month_from)
    st.markdown(literal(sentence))
    if table:
        board.show(table, "explanation", legend=False)
        st.caption(method(indicator, currency))


def _offered(here: Session, indicator: Indicator, partner: str) -> tuple[str, ...]:
    """What the figure can be broken down by; the products first where there is only one site."""
    grains = breakdowns(indicator)
    sites = here.marts.register["partner_id"] == partner
    return grains if sites.sum() > 1 else tuple(sorted(grains))


def _earlier_months(here: Session, indicator: Indicator, partner: str) -> dict[str, str]:
    """{"2026-08": its label}, newest first; the month before the one looked at stands first and follows it."""

    def make() -> dict[str, str]:
        before = months_before(here.month, 1)
        rows = rows_of(here.marts, kpis=[indicator.id], partner=partner, month_to=before)
        found = sorted(set(rows["month"]), reverse=True)
        named = {f"{month:%Y-%m}": month_name(month) for month in found if month.date() != before}
        return {MONTH_BEFORE: "the month before"} | named if found else {}

    found: dict[str, str] = marts.drawing(
        "earlier_months", here.store, here.marts, here.scope, (indicator.id, partner, here.month), make
    )
    return found


def _explained(
    here: Session, indicator: Indicator, partner: str, currency: str, by: str, month_from: date
) -> tuple[str, str]:
    """The sentence and the board; no board where a period has no value."""
    month, window = here.month, here.filters.window

    def make() -> tuple[str, str]:
        found = explain(
            here.marts,
            indicator,
            partner=partner,
            by=by,
            month_from=month_from,
            month_to=month,
            window=window,
            currency=currency,
            values=_values(here, indicator, partner),
        )
        if isinstance(found, NotComparable):
            return not_comparable(found), ""
        names = names_of_sites(here.marts)
        return explanation(indicator, found, names), explanation_board(indicator, found, names)

    choice = (indicator.id, partner, currency, by, month_from, month, window)
    made: tuple[str, str] = marts.drawing("explanation", here.store, here.marts, here.scope, choice, make)
    return made


def _values(here: Session, indicator: Indicator, partner: str) -> pd.DataFrame | None:
    if indicator.values is None:
        return None
    found: pd.DataFrame = marts.drawing(
        "values",
        here.store,
        here.marts,
        here.scope,
        (indicator.id, partner),
        lambda: values_behind(
            here.store, here.catalog, version=here.version, kpi_id=indicator.id, partner_id=partner, scope=here.scope
        ),
    )
    return found
