"""What each role may do, from the roles that are enforced; the same as docs/access.md prints."""

from __future__ import annotations

import streamlit as st

from kpi.access import SIDES, Right
from kpi.access.policy import Policy
from kpi.present.access_tables import role_marks
from pages.shared.text import literal

RULES = """
- Grants add up, right by right: a viewer of all partners who is quality lead for one uploads for that one only.
- Nobody is on both sides. Somebody whom groups put on both has the rights of the partner's side only.
- An administrator is for all partners, and on the sponsor's side. The last one cannot be withdrawn.
- On the partner's side somebody never has all partners, sets no targets, and holds no meetings.
"""


def show(policy: Policy) -> None:
    """A table per side, then why each role is there."""
    roles = policy.roles.values()
    for side in SIDES:
        names, rows = role_marks(roles, side)
        st.subheader(f"On the {side}'s side")
        st.dataframe(
            [{"Right": str(right), **dict(zip(names, marks, strict=True))} for right, marks in rows],
            hide_index=True,
            height="content",
            column_config={"Right": st.column_config.TextColumn(pinned=True)},
            alt=f"What each role may do on the {side}'s side",
        )
    st.subheader("What each right allows")
    st.table({str(right): literal(right.meaning) for right in Right}, border="horizontal", alt="What each right allows")
    st.subheader("Why each role is there")
    st.markdown(
        "\n".join(f"- **{literal(one.name)}** ({literal(one.owner)}): {literal(one.why)}" for one in roles) + RULES
    )
