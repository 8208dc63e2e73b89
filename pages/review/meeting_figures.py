"""The figures that a meeting froze: three sentences, every indicator with what it is now, the open escalations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from kpi.present.attention import Attention, attention
from kpi.present.frozen_board import frozen_board
from kpi.present.partner import escalations_board
from kpi.present.story import tell
from kpi.present.wording import day_name
from pages.shared import board, marts
from pages.shared.text import sentence

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import Meeting
    from pages.review.meeting_frozen import Views

Made = TypeVar("Made")


def drawn(views: Views, name: str, choices: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Made once per frozen version, its day, and the present version that stands beside it."""
    frozen, now = views.frozen, views.now
    key = (
        f"meeting {name}",
        frozen.store,
        frozen.version,
        frozen.judged_on,
        now.version,
        frozen.marts.definitions,
        frozen.scope.key,
        *choices,
    )
    made: Made = marts.kept(key, make)
    return made


def show(views: Views, meeting: Meeting) -> None:
    """Exactly what was frozen; the present stands beside it where it differs."""
    frozen, partner, month, window = views.frozen, meeting.partner_id, meeting.month, meeting.window
    signals = marts.signals(frozen, partner=partner)
    review = marts.review(frozen)
    about = (partner, month, window)
    told = drawn(views, "story", about, lambda: tell(frozen.marts, frozen.catalog, review, signals, partner, month))
    labelled = {"Where it stands": told.stands, "What changed": told.changed, "Why it matters": told.matters}
    st.markdown("\n\n".join(f":gray[{label}, as frozen]  \n{sentence(said)}" for label, said in labelled.items()))

    st.subheader("Figures")
    table = drawn(
        views,
        "board",
        about,
        lambda: frozen_board(
            frozen.marts,
            views.now.marts,
            frozen.catalog,
            signals,
            partner,
            month,
            window,
            views.of_now,
            marts.figure_notes(frozen),
        ),
    )
    if table:
        board.show(table, "meeting_figures", tallest="none")
    else:
        st.info("Nothing had been reported for these months when the figures were frozen.", icon=":material/inbox:")

    st.subheader("Open escalations, as frozen")

    def escalations() -> str:
        found = attention(review.escalations, frozen.catalog, review.day)
        return escalations_board(found.get(partner, Attention()), frozen.catalog, review.day)

    open_then = drawn(views, "escalations", about, escalations)
    if open_then:
        board.show(open_then, "meeting_escalations", tallest="32rem")
        st.caption(
            f"Clocks and states as on {day_name(review.day)}. A row opens the escalation as it stands in the sidebar's "
            "view."
        )
    else:
        st.markdown("No escalation was open.")
