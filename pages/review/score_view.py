"""The section "Score" of the partner screen: the figure, what caps it, what it is made of, and its rank interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.objections import objected
from kpi.present.scorecard import contributions_board, flags_board, objected_sentence, score_sentences
from kpi.present.wording import period_name
from pages.shared import board, marts

if TYPE_CHECKING:
    from pages.shared.session import Session


def show(here: Session, partner: str) -> None:
    """Nothing is ranked here: the rank stands as an interval beside the partner's own score, and nowhere else."""
    policy = here.catalog.scoring
    st.subheader(f"Score, {period_name(here.month, policy.window)}")
    score = next((score for score in marts.scores(here) if score.partner_id == partner), None)
    if score is None:
        st.markdown("No score: this partner never reported.")
        return
    marks = objected(marts.figure_notes(here), partner, here.month, policy.window)
    first, *others = score_sentences(score, policy)
    others += [said] if (said := objected_sentence(score, here.catalog, marks)) else []
    st.markdown(f"**{first}** {' '.join(others)}")
    where = (partner, here.month)
    args = (here.store, here.marts, here.scope, where)
    flags = marts.drawing("score_flags", *args, lambda: flags_board(score, here.month))
    if flags:
        board.show(flags, "score_flags")
    made_of = marts.drawing("score", *args, lambda: contributions_board(score, here.catalog, here.month, marks))
    board.show(made_of, "score", tallest="none")
    st.caption(
        "Each figure counts from 0 at its limit to 100 at its target; the weights are agreed, not measured. The "
        "intervals show what other weights would do; few records make a figure uncertain on top of that."
    )
