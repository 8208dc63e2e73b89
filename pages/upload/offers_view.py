"""Offered files: what waits for acceptance, what became of the others, and one of them in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.offers import ACCEPTED, REFUSED, TAKEN_BACK, WAITS
from kpi.present.offers import waiting_sentence
from pages.shared import problems
from pages.shared.session import OFFER, OFFER_DONE, OFFER_ENDED, OFFER_LIST, Session
from pages.shared.text import literal
from pages.upload import history_table, offer_details
from pages.upload.waiting import offers_seen

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.offers import Offer

# A shape beside the name, so that nothing rests on colour.
STATE_MARKS = {WAITS: "◐", ACCEPTED: "●", REFUSED: "✕", TAKEN_BACK: "○"}


def offers_view(session: Session, zone: tzinfo | None) -> None:
    """The list, oldest first, for that is the order in which files refer to each other; then one of them."""
    if told := st.session_state.pop(OFFER_DONE, None):
        st.success(literal(told), icon=":material/check_circle:")
    partner = session.filters.partner
    every = [one for one in offers_seen(session) if partner is None or partner in one.partners]
    if not every:
        whose = f" of {literal(partner)}" if partner else ""
        st.info(
            f"No file{whose} was ever offered for acceptance. Where an administrator switches four eyes on for a "
            "partner, its files are listed here until somebody else accepts them."
        )
        return
    waiting = [one for one in every if one.waits]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{waiting_sentence(len(waiting))}**" if waiting else "No file waits for acceptance.")
        also = st.toggle("Also what was decided", key=OFFER_ENDED) if len(waiting) < len(every) else False
    asked = _asked(every)
    shown = every if also or (asked is not None and not asked.waits) or not waiting else waiting
    _listing(shown, zone)
    if (chosen := _chosen(shown, asked)) is not None:
        with st.container(border=True):
            offer_details.show(session, chosen, zone)


def _asked(every: Sequence[Offer]) -> Offer | None:
    """The offer that the link or the list names; said where it is not there."""
    asked = st.session_state.get(OFFER) or st.query_params.get(OFFER)
    found = next((one for one in every if str(one.version) == str(asked)), None)
    if asked and found is None:
        st.info(f"There is no offer {literal(str(asked)[:60])} in this view of the ledger.")
        st.session_state[OFFER] = None
    return found


def _listing(shown: Sequence[Offer], zone: tzinfo | None) -> None:
    versions = [one.version for one in shown]
    st.dataframe(
        table(shown, zone),
        hide_index=True,
        key=OFFER_LIST,
        on_select=lambda: _open_row(versions),
        selection_mode="single-row",
        column_config={
            "Offer": st.column_config.NumberColumn(format="%d", width="small"),
            "File": st.column_config.TextColumn(width="medium"),
            "Records": st.column_config.NumberColumn(format="localized", width="small"),
            "Warnings": st.column_config.NumberColumn(format="localized", width="small"),
            **history_table.moments(zone),
        },
        alt="Offered files, oldest first",
    )


def _open_row(versions: list[int]) -> None:
    with problems.shown("the list of offers"):
        rows = st.session_state[OFFER_LIST]["selection"]["rows"]
        st.session_state[OFFER] = str(versions[rows[0]]) if rows and rows[0] < len(versions) else None


def _chosen(shown: Sequence[Offer], asked: Offer | None) -> Offer | None:
    by_name = {str(one.version): one for one in shown}
    name = st.selectbox(
        "Details of offer",
        list(by_name),
        index=None,
        key=OFFER,
        bind="query-params",
        placeholder="Choose a row above, or an offer here",
        filter_mode="contains",
        width=320,
    )
    return by_name.get(name or "", asked)


def table(shown: Sequence[Offer], zone: tzinfo | None) -> pd.DataFrame:
    """One row per offer in the words of the screen; times in UTC and, where it differs, in the reader's zone."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "State": [f"{STATE_MARKS[one.state]} {one.state}" for one in shown],
            "Offer": [one.version for one in shown],
            "When (UTC)": pd.to_datetime([one.at for one in shown]),
            "Dataset": [one.dataset.replace("_", " ") for one in shown],
            "Months": [history_table.months_text(one.month_from, one.month_to) for one in shown],
            "Partners": [history_table.partners_text(", ".join(one.partners)) for one in shown],
            "File": [one.file_name for one in shown],
            "Records": [one.row_count for one in shown],
            "Warnings": [one.warning_count for one in shown],
            "Offered by": [one.actor for one in shown],
            "Decided by": [one.ended_by for one in shown],
        }
    )
    return history_table.with_local_time(frame, zone)
