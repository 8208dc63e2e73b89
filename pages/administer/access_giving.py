"""Granting access: to whom, which role, for which partners; what that comes to; then reason and consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from kpi.access import PARTNER_SIDE, SIDES, SPONSOR_SIDE, Right, Role
from kpi.access.policy import GROUP, HOLDERS, IDENTITY, AccessGrant, Policy
from kpi.ledger.access import grant_access
from kpi.present.access_tables import after_granting, in_a_sentence, partners_text
from kpi.present.rows import labels_of
from kpi.present.wording import joined
from pages.administer.access_person import NAME_LIMIT, person_of
from pages.administer.access_policy import act, field, is_present, sure
from pages.shared import marts as cached
from pages.shared.session import Session
from pages.shared.text import literal

REASON_LIMIT = 1000
EVERY, SOME = "All partners", "Some partners"
HOLDER_NAMES = {IDENTITY: "A person", GROUP: "A group of the sign-in provider"}


@dataclass(frozen=True)
class Wanted:
    """What the fields say; ``partners=None``: all."""

    kind: str
    holder: str
    side: str
    role: Role
    partners: tuple[str, ...] | None

    @property
    def is_complete(self) -> bool:
        return bool(self.holder) and self.partners != ()


def show(here: Session, policy: Policy) -> None:
    if not is_present(here, "grant access"):
        return
    labels = labels_of(here.marts)
    with st.container(border=True):
        wanted = _fields(here, policy, labels)
        if not wanted.is_complete:
            st.caption("Say to whom and for which partners; then this shows what it comes to.")
            return
        _comes_to(policy, wanted, labels)
        with st.form("grant_access", border=False):
            st.text_area("Reason", key=field("reason"), max_chars=REASON_LIMIT, height=80, help="It is kept for good.")
            st.checkbox(f"Yes, give {literal(wanted.holder)} this access", key=field("sure"))
            st.form_submit_button(
                "Grant access", type="primary", icon=":material/key:", on_click=_grant, args=(here, wanted)
            )


def _fields(here: Session, policy: Policy, labels: dict[str, str]) -> Wanted:
    """Outside the form: what can be chosen next follows from what was."""
    first = not policy.begun and not policy.administrator
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Given to",
            [IDENTITY] if first else list(HOLDERS),
            format_func=HOLDER_NAMES.__getitem__,
            key=field("kind"),
            width=260,
        )
        holder = st.text_input(
            "Identity" if kind == IDENTITY else "Group",
            key=field("holder"),
            value=here.person.identity if first else "",
            max_chars=NAME_LIMIT,
            placeholder="name@company.example" if kind == IDENTITY else "as the provider writes it",
            help="As the sign-in provider says it: a person's confirmed mail address as a rule. Without sign-in, the "
            "name of this computer's user.",
            width=360,
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = st.segmented_control(
            "Side",
            [SPONSOR_SIDE] if first else list(SIDES),
            default=SPONSOR_SIDE,
            required=True,
            key=field("side"),
            format_func=str.capitalize,
            help="Whose people they are. What somebody says is recorded as their side's word.",
        )
        roles = {one.id: one for one in policy.roles.values() if one.rights(side) and (one.administers or not first)}
        role = roles[
            st.selectbox(
                "Role",
                list(roles),
                key=field(f"role {side}"),
                format_func=lambda name: roles[name].name,
                width=240,
            )
        ]
    st.caption(literal(f"{role.name}: {role.why} Allows to {joined(sorted(role.rights(side)), 20)}."))
    return Wanted(kind, holder.strip(), side, role, _partners(role, side, labels))


def _partners(role: Role, side: str, labels: dict[str, str]) -> tuple[str, ...] | None:
    """None for all; empty while none is chosen. Ids that no register has can be written: access may come first."""
    if role.administers and side == SPONSOR_SIDE:
        st.markdown("An administrator is for all partners.")
        return None
    if side == SPONSOR_SIDE:
        reach = st.segmented_control("For", (EVERY, SOME), default=SOME, required=True, key=field("reach"))
        if reach == EVERY:
            return None
    chosen = st.multiselect(
        "Partners",
        list(labels),
        key=field("partners"),
        format_func=lambda one: f"{labels[one]} ({one})" if one in labels and one not in labels[one] else str(one),
        accept_new_options=True,
        placeholder="Choose partners, or write the id of one that is not registered yet",
    )
    unknown = [one for one in chosen if one not in labels]
    if unknown:
        st.warning(
            f"Not in the partner register: {literal(joined(unknown))}. The grant counts once a partner has this id.",
            icon=":material/help:",
        )
    return tuple(chosen)


def _comes_to(policy: Policy, wanted: Wanted, labels: dict[str, str]) -> None:
    """What it makes of them, worked out as the sign-in would."""
    given = AccessGrant(
        version=0,
        at=datetime.min,
        actor="",
        reason="",
        holder=wanted.holder,
        holder_kind=wanted.kind,
        role=wanted.role.id,
        side=wanted.side,
        partners=wanted.partners,
    )
    after = after_granting(policy, given)
    who = literal(wanted.holder)
    if wanted.kind == GROUP:
        for_whom = partners_text(wanted.partners, labels)
        st.markdown(f"Whoever is in {who} is {wanted.role.name.lower()} for **{literal(for_whom)}**.")
    else:
        before = in_a_sentence(person_of(policy, wanted.holder, []), labels) if policy.begun else ""
        may = in_a_sentence(person_of(after, wanted.holder, []), labels)
        st.markdown(
            (f"Now {who} may: {literal(before)}.  \n" if before else "") + f"With it {who} may: **{literal(may)}**."
        )
    if wanted.side == PARTNER_SIDE:
        st.caption("On the partner's side they see nothing of any other partner, nor that there is one.")


def _grant(here: Session, wanted: Wanted) -> None:
    def write(now: datetime) -> str:
        sure("sure")
        before = cached.latest_version(here.store)
        made = grant_access(
            here.store,
            holder=wanted.holder,
            holder_kind=wanted.kind,
            role=wanted.role.id,
            side=wanted.side,
            partners=wanted.partners,
            reason=(st.session_state.get(field("reason")) or "").strip(),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.ADMINISTER),
        )
        if made.version <= before:
            return f"{made.holder} has this already, by version {made.version}. Nothing was written."
        return f"{made.holder} is {wanted.role.name.lower()} now. This is ledger version {made.version}."

    act(write)
