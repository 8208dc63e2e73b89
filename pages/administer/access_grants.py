"""Who has access: every grant that stands, found by person, partner or reason; one of them in full, to withdraw it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from kpi.access import Right
from kpi.access.policy import GROUP, AccessGrant, Policy
from kpi.ledger.access import withdraw_access
from kpi.present.access_tables import (
    after_withdrawing,
    found,
    grant_table,
    in_a_sentence,
    partners_text,
    role_name,
)
from kpi.present.rows import labels_of
from kpi.present.wording import plural
from pages.administer.access_person import person_of
from pages.administer.access_policy import act, field, is_present, sure
from pages.shared import problems
from pages.shared.header import moment
from pages.shared.session import ACCESS_GRANT, ACCESS_LIST, ACCESS_SEARCH, Session
from pages.shared.text import literal, shortened

REASON_LIMIT = 1000
WIDTHS = {"Who": 250, "Role": 140, "Side": 80, "Partners": 220, "By": 140, "Why": 240, "Kind": 70}  # pixels


def show(here: Session, policy: Policy) -> None:
    labels = labels_of(here.marts)
    if not policy.grants:
        st.info("Nobody has access by a grant.", icon=":material/group_off:")
        return
    partner = here.filters.partner
    text = st.text_input(
        "Search",
        key=ACCESS_SEARCH,
        bind="query-params",
        type="search",
        live=True,
        placeholder="A person, a role, a partner, a reason",
        width=360,
    )
    chosen = found(policy.grants, text or "", partner, policy.roles, labels)
    reaching = f" that reach {literal(labels.get(partner, partner))}" if partner else ""
    people = len({(one.holder_kind, one.says[1]) for one in chosen})
    st.caption(
        f"{plural(len(chosen), 'grant')}{reaching} of {len(policy.grants):,}, to "
        f"{plural(people, 'person or group', 'people or groups')}. The sidebar chooses a partner."
    )
    if not chosen:
        st.info("No grant matches. Search for fewer words, or choose all partners in the sidebar.")
        return
    _table(chosen, policy, labels)
    _details(here, policy, labels)


def _table(chosen: list[AccessGrant], policy: Policy, labels: dict[str, str]) -> None:
    table = grant_table(chosen, policy.roles, labels)
    versions = table["Version"].tolist()
    st.dataframe(
        table,
        hide_index=True,
        key=ACCESS_LIST,
        on_select=lambda: _open_row(versions),
        selection_mode="single-row",
        column_config={
            **{name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()},
            "Who": st.column_config.TextColumn(width=WIDTHS["Who"], pinned=True),
            "Since (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=130),
            "Version": st.column_config.NumberColumn(format="%d", width=70),
        },
        alt="Grants, by who has them",
    )


def _open_row(versions: list[int]) -> None:
    with problems.shown("the list of grants"):
        rows = st.session_state[ACCESS_LIST]["selection"]["rows"]
        st.session_state[ACCESS_GRANT] = versions[rows[0]] if rows and rows[0] < len(versions) else None


def _details(here: Session, policy: Policy, labels: dict[str, str]) -> None:
    by_version = {one.version: one for one in sorted(policy.grants, key=lambda g: (g.holder.casefold(), g.version))}
    if st.session_state.get(ACCESS_GRANT) not in (None, *by_version):
        st.session_state[ACCESS_GRANT] = None  # it was withdrawn meanwhile

    def label(version: int) -> str:
        one = by_version[version]
        return f"{shortened(one.holder, 48)}, {role_name(one, policy.roles).lower()} (version {version})"

    version = st.selectbox(
        "Details of",
        list(by_version),
        index=None,
        key=ACCESS_GRANT,
        bind="query-params",
        format_func=label,
        placeholder="Choose a row above, or a grant here",
        filter_mode="contains",
        width=480,
    )
    if version is not None:
        with st.container(border=True):
            _one(here, policy, by_version[version], labels)


def _one(here: Session, policy: Policy, grant: AccessGrant, labels: dict[str, str]) -> None:
    role = policy.roles.get(grant.role)
    rights = ", ".join(sorted(role.rights(grant.side))) if role else "nothing: the role is not defined any more"
    st.subheader(literal(grant.holder))
    facts = {
        "Given to": "a group of the sign-in provider" if grant.holder_kind == GROUP else "a person",
        "Role": f"{role_name(grant, policy.roles)}, on the {grant.side}'s side",
        "Allows to": rights,
        "Partners": partners_text(grant.partners, labels),
        "Since": f"{moment(grant.at)}, ledger version {grant.version}",
        "Granted by": grant.actor,
        "Why": grant.reason,
    }
    st.table({what: literal(text) for what, text in facts.items()}, border="horizontal", alt="Facts about the grant")
    if not is_present(here, "withdraw it"):
        return
    if policy.administrators == (grant,):
        st.info(
            "This is the last administrator's: without one nobody could grant anything, so it cannot be withdrawn. "
            "Grant administrator to somebody else first.",
            icon=":material/lock:",
        )
        return
    with st.expander("Withdraw this access", icon=":material/undo:"):
        _ask(here, policy, grant, labels)


def _ask(here: Session, policy: Policy, grant: AccessGrant, labels: dict[str, str]) -> None:
    after = after_withdrawing(policy, grant.version)
    if grant.holder_kind == GROUP:
        st.markdown("Whoever is in this group loses what it gives, from their next click on.")
    else:
        left = in_a_sentence(person_of(after, grant.holder, []), labels)
        st.markdown(f"Afterwards {literal(grant.holder)} may, from their next click on: **{literal(left)}**.")
    if grant in policy.administrators and grant.is_held_by([here.person.identity], []):
        st.warning("This is your own: you may lose this screen with it.", icon=":material/warning:")
    with st.form(f"withdraw_access_{grant.version}", border=False):
        st.text_area("Reason", key=field(f"why {grant.version}"), max_chars=REASON_LIMIT, height=80)
        st.checkbox("Yes, withdraw it", key=field(f"sure {grant.version}"))
        st.form_submit_button(
            "Withdraw", type="primary", icon=":material/undo:", on_click=_withdraw, args=(here, grant)
        )


def _withdraw(here: Session, grant: AccessGrant) -> None:
    def write(now: datetime) -> str:
        reason = (st.session_state.get(field(f"why {grant.version}")) or "").strip()
        sure(f"sure {grant.version}")
        version = withdraw_access(
            here.store,
            grant.version,
            reason=reason,
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.ADMINISTER),
        )
        return f"The grant to {grant.holder} is withdrawn. This is ledger version {version}."

    act(write)
