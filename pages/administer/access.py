"""Access: who may see and do what, and why; for administrators, who grant and withdraw it."""

from __future__ import annotations

import streamlit as st

from pages.administer import access_giving, access_grants, access_person, access_policy, access_roles
from pages.shared.session import ACCESS_PART, ACCESS_SAID, current
from pages.shared.text import literal

GRANTS, GIVE, PERSON, ROLES = "Who has access", "Grant access", "What somebody may do", "Roles"

here = current()
st.title("Access")
policy = access_policy.policy_looked_at(here)
access_policy.explained(here, policy)
shown = st.segmented_control(
    "Show",
    (GRANTS, GIVE, PERSON, ROLES),
    default=GRANTS,
    required=True,
    key=ACCESS_PART,
    bind="query-params",
    label_visibility="collapsed",
)
if told := st.session_state.pop(ACCESS_SAID, None):
    good, text = told
    (st.success if good else st.error)(literal(text))
if shown == GRANTS:
    access_grants.show(here, policy)
elif shown == GIVE:
    access_giving.show(here, policy)
elif shown == PERSON:
    access_person.show(here, policy)
else:
    access_roles.show(policy)
