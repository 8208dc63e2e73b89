"""The policy at the version looked at, what there is to know before it is read, and how a screen writes to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from kpi.access import Right
from kpi.access.policy import Policy
from kpi.errors import InputRefused, KpiError, UsageError
from kpi.ledger.access import ADMINISTRATOR, policy_at
from pages.shared import marts as cached
from pages.shared import problems
from pages.shared.provider import provider
from pages.shared.session import ACCESS_FIELD, ACCESS_ROUND, ACCESS_SAID, Session
from pages.shared.text import literal

FIRST = (
    "The first grant changes that: it makes an administrator, and from then on nobody may do anything that was not "
    "granted to them. **Name yourself in it, or you lock yourself out.** An administrator reads, takes out files and "
    "administers; whatever else you do here takes another grant."
)
BESIDE = (
    "The first grant changes that: from then on nobody may do anything that was not granted to them, save for {}, who "
    "administers."
)


def policy_looked_at(here: Session) -> Policy:
    """As it stood at the sidebar's version. Raises InputRefused for whoever does not administer."""
    if not here.may(Right.ADMINISTER):
        raise InputRefused("You may not see who has access. Allowed: an administrator.")
    if here.filters.as_of is None:
        return cached.policy(here.store)
    key = ("policy", here.store, here.version, os.environ.get(ADMINISTRATOR))
    found: Policy = cached.kept(key, lambda: policy_at(here.store, here.version))
    return found


def explained(here: Session, policy: Policy) -> None:
    """Whether the policy binds anybody, who is an administrator besides it, and what names in it are."""
    signed_in = provider() is not None
    if not policy.begun and here.filters.as_of is not None:
        st.info("No access had been granted by then.", icon=":material/history:")
    elif not policy.begun:
        if signed_in:
            who = f"nobody but {literal(policy.administrator)} gets in" if policy.administrator else "nobody gets in"
        else:
            who = "whoever opens this dashboard may do everything"
        beside = BESIDE.format(literal(policy.administrator)) if policy.administrator else FIRST
        st.warning(f"No access was granted yet, so {who}. {beside}", icon=":material/lock_open:")
    if policy.administrator:
        st.caption(
            f"{ADMINISTRATOR}, set where the dashboard runs, names {literal(policy.administrator)}: an administrator "
            "without a grant, whom nobody can withdraw here."
        )
    if not signed_in:
        st.caption(
            "There is no sign-in, so the names below are those of this computer's users, or what KPI_ACTOR says. "
            f"You are **{literal(here.person.identity)}**."
        )


def field(name: str) -> str:
    """The key of a form's field. After something is written all begin anew, so that nothing is sent twice."""
    return f"{ACCESS_FIELD} {st.session_state.get(ACCESS_ROUND, 0)} {name}"


def is_present(here: Session, what: str) -> bool:
    """Whether this view is the present; says so where it is not. ``what``: "grant access"."""
    if here.filters.as_of is None:
        return True
    st.caption(f"This is the policy as it was. Empty the field “As of” to {what}.")
    return False


def sure(name: str) -> None:
    """Raises UsageError unless the box of a form is ticked."""
    if not st.session_state.get(field(name)):
        raise UsageError("Tick the box as well. Nothing was written.")


def act(write: Callable[[datetime], str]) -> None:
    """From a button's callback: ``write`` at this moment; what it says is shown once.

    What was entered stays where the ledger refuses it.
    """
    with problems.shown("access"):
        try:
            said = write(datetime.now(UTC))
        except KpiError as error:
            st.session_state[ACCESS_SAID] = (False, str(error))
            return
        st.session_state[ACCESS_SAID] = (True, said)
        st.session_state[ACCESS_ROUND] = st.session_state.get(ACCESS_ROUND, 0) + 1
