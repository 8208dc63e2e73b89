"""What would change, or has changed, on the screen: a sentence, the figures, the escalations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present import consequences as words
from pages.shared.session import Session
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_000
WIDTHS = {"Partner": 75, "Month": 120, "n": 80, "Value": 200, "Status": 165, "Kind": 90, "Through": 220}  # pixels


def show_consequences(session: Session, found: words.Moved) -> None:
    """The sentence, what opens and closes, and the table of figures; what matters most comes first."""
    st.markdown(f"**{literal(words.sentence(found))}**")
    escalations("Opens", found.opens, ":material/campaign:")
    escalations("Closes", found.closes, ":material/check_circle:")
    figures_table(session, found.figures)


def escalations(head: str, told: Sequence[str], icon: str) -> None:
    """One line per escalation; nothing where there is none."""
    if told:
        st.markdown("\n".join(f"- {icon} **{head}:** {literal(sentence)}" for sentence in told))


def figures_table(session: Session, figures: pd.DataFrame, through: bool = False) -> None:
    """The figures in words. ``through``: with the column that says which files moved them."""
    if figures.empty:
        return
    ordered = words.ordered(figures, session.catalog).head(MOST_ROWS)
    shown = words.table(ordered, session.catalog, {})  # ids: full names would leave no room for the figures
    if through:
        shown["Through"] = ordered["through"].to_list()
    if len(figures) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {len(figures):,} figures, what matters most first.")
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items() if name in shown
        },
        alt="Figures that move, before and after, what matters most first",
    )
