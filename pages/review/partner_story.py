"""The top of the partner screen: its month in three sentences, and what is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from kpi.present.attention import Attention, attention
from kpi.present.partner import escalations_board
from kpi.present.story import tell
from pages.shared import board, marts
from pages.shared.text import sentence

if TYPE_CHECKING:
    from kpi.signals.series import Signals
    from pages.shared.session import Session

Drawn = TypeVar("Drawn")


def show(here: Session, partner: str, signals: Signals) -> None:
    """``signals``: the partner's, at the month looked at. Escalations are those of the view's day, whatever month."""
    review = marts.review(here)

    def drawn(name: str, make: Callable[[], Drawn]) -> Drawn:
        found: Drawn = marts.drawing(name, here.store, here.marts, here.scope, (partner, here.month, review.day), make)
        return found

    def table() -> str:
        found = attention(review.escalations, here.catalog, review.day)
        return escalations_board(found.get(partner, Attention()), here.catalog, review.day)

    told = drawn("story", lambda: tell(here.marts, here.catalog, review, signals, partner, here.month))
    labelled = {"Where it stands": told.stands, "What changed": told.changed, "Why it matters": told.matters}
    st.markdown("\n\n".join(f":gray[{label}]  \n{sentence(said)}" for label, said in labelled.items()))
    escalations = drawn("partner_escalations", table)
    if escalations:
        st.subheader("Open escalations")
        board.show(escalations, "partner_escalations", tallest="24rem")
