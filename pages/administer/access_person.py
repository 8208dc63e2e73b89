"""What somebody may do: an identity and, where the provider tells them, groups; the answer is the policy's own."""

from __future__ import annotations

import streamlit as st

from kpi.access import Person
from kpi.access.policy import GROUP, IDENTITY, Policy
from kpi.present.access_tables import grant_table, reach, side_text
from kpi.present.rows import labels_of
from pages.shared import refusals
from pages.shared.provider import provider
from pages.shared.session import ACCESS_GROUPS, ACCESS_WHO, Session
from pages.shared.text import literal

NAME_LIMIT = 200


def show(here: Session, policy: Policy) -> None:
    holders = [one for one in policy.grants if one.holder_kind == IDENTITY]
    names = sorted({one.holder for one in holders} | {here.person.identity}, key=str.casefold)
    groups = sorted({one.holder for one in policy.grants if one.holder_kind == GROUP}, key=str.casefold)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox(
            "Who",
            names,
            index=None,
            key=ACCESS_WHO,
            accept_new_options=True,
            filter_mode="contains",
            placeholder="Choose or write an identity",
            width=360,
        )
        said: list[str] = []
        if groups or provider() is not None:
            said = st.multiselect(
                "Groups that the sign-in provider says",
                groups,
                key=ACCESS_GROUPS,
                accept_new_options=True,
                placeholder="None",
                width=420,
            )
    if not who:
        st.caption("This is worked out by the same code that lets people in, at the ledger version looked at.")
        return
    _answer(here, policy, who, said)


def _answer(here: Session, policy: Policy, who: str, groups: list[str]) -> None:
    person = person_of(policy, who, groups)
    labels = labels_of(here.marts)
    found = reach(person, labels)
    if person.may_everything:
        st.markdown(f"**{literal(who)}** may do everything: no access was granted yet, and there is no sign-in.")
    elif not found:
        st.info(f"{literal(who)} may do nothing here, and is not let in.", icon=":material/block:")
    else:
        st.markdown(f"**{literal(who)}** is {side_text(person)} and may:")
    if found:
        st.dataframe(
            [{"Right": str(right), "For": partners, "Allows to": right.meaning} for right, partners in found],
            hide_index=True,
            height="content",
            column_config={
                "Right": st.column_config.TextColumn(width="small"),
                "For": st.column_config.TextColumn(width="medium"),
                "Allows to": st.column_config.TextColumn(width="large"),
            },
            alt="Rights, and the partners that each reaches",
        )
    _why(policy, who, groups, labels)
    st.caption(f"In the log, what is refused to them stands under {refusals.digest(who)}.")


def person_of(policy: Policy, who: str, groups: list[str]) -> Person:
    """As the sign-in, or this computer, would make them."""
    return policy.person_here(who) if provider() is None and not groups else policy.person(who, groups)


def _why(policy: Policy, who: str, groups: list[str], labels: dict[str, str]) -> None:
    mine = [one for one in policy.grants if one.is_held_by([who], groups)]
    if mine:
        st.markdown("**Granted to them**")
        st.dataframe(
            grant_table(mine, policy.roles, labels),
            hide_index=True,
            column_order=("Who", "Role", "Side", "Partners", "Since (UTC)", "By", "Why", "Version"),
            column_config={"Since (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
            alt="The grants that give it",
        )
        if len({one.side for one in mine}) > 1:
            st.warning("They have grants on both sides; those of the sponsor's side count for nothing.")
