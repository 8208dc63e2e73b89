"""Who may do what, in words and tables: the roles as they are enforced, the grants, and what they make of somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.access import PARTNER_SIDE, Person, Right, Role, Scope
from kpi.access.policy import GROUP, AccessGrant, Policy
from kpi.present.wording import joined

if TYPE_CHECKING:
    import pandas as pd

MAY, MAY_NOT = "yes", "–"
ALL, NOBODY = "all partners", "nothing"
PARTNERS_NAMED = 3
GRANT_COLUMNS = ("Who", "Role", "Side", "Partners", "Since (UTC)", "By", "Why", "Kind", "Version")


def role_marks(roles: Iterable[Role], side: str) -> tuple[list[str], list[tuple[Right, list[str]]]]:
    """The names of the roles there are on this side, and for each right that any of them has a mark for each."""
    held = [role for role in roles if role.rights(side)]
    rows = [(right, [MAY if right in role.rights(side) else MAY_NOT for role in held]) for right in Right]
    return [role.name for role in held], [(right, marks) for right, marks in rows if MAY in marks]


def partners_text(partners: Sequence[str] | None, labels: Mapping[str, str], limit: int | None = None) -> str:
    """ "all partners", or their names by name, the first ``limit`` of them; an id where nobody registered a name."""
    if partners is None:
        return ALL
    named = sorted((labels.get(one, one) for one in partners), key=str.casefold)
    return joined(named, limit or len(named))


def role_name(grant: AccessGrant, roles: Mapping[str, Role]) -> str:
    """The name of its role; the id of one that there is no more."""
    return roles[grant.role].name if grant.role in roles else f"{grant.role} (no such role any more)"


def grant_table(grants: Sequence[AccessGrant], roles: Mapping[str, Role], labels: Mapping[str, str]) -> pd.DataFrame:
    """A row per grant, by holder and then by age. Columns as in GRANT_COLUMNS; times are UTC without a zone."""
    import pandas as pd

    ordered = sorted(grants, key=lambda one: (one.holder.casefold(), one.version))
    rows = [
        (
            one.holder,
            role_name(one, roles),
            one.side,
            partners_text(one.partners, labels, PARTNERS_NAMED),
            one.at,
            one.actor,
            one.reason,
            "group" if one.holder_kind == GROUP else "person",
            one.version,
        )
        for one in ordered
    ]
    return pd.DataFrame(rows, columns=list(GRANT_COLUMNS)).astype({"Version": "int64"})


def found(
    grants: Iterable[AccessGrant],
    text: str,
    partner: str | None,
    roles: Mapping[str, Role],
    labels: Mapping[str, str],
) -> list[AccessGrant]:
    """The grants with every word of ``text`` in who, role, side, partners, by whom or why; that reach ``partner``.

    One for all partners reaches each of them. None: any.
    """
    words = text.casefold().split()
    return [
        one
        for one in grants
        if (partner is None or one.partners is None or partner in one.partners)
        and all(word in _searched(one, roles, labels) for word in words)
    ]


def _searched(one: AccessGrant, roles: Mapping[str, Role], labels: Mapping[str, str]) -> str:
    partners = [ALL] if one.partners is None else [*one.partners, *(labels.get(p, p) for p in one.partners)]
    texts = (one.holder, role_name(one, roles), one.role, one.side, *partners, one.actor, one.reason, f"{one.version}")
    return "\n".join(texts).casefold()


def after_granting(policy: Policy, wanted: AccessGrant) -> Policy:
    """The policy with one grant more, to see beforehand what it makes of somebody."""
    return replace(policy, grants=(*policy.grants, wanted), begun=True)


def after_withdrawing(policy: Policy, version: int) -> Policy:
    return replace(policy, grants=tuple(one for one in policy.grants if one.version != version))


def reach(person: Person, labels: Mapping[str, str]) -> list[tuple[Right, str]]:
    """Each right that ``person`` has, with the partners that it reaches."""
    scopes = [(right, person.scope(right)) for right in Right]
    return [(right, scope_text(scope, labels)) for right, scope in scopes if not scope.is_empty]


def scope_text(scope: Scope, labels: Mapping[str, str], limit: int | None = None) -> str:
    return partners_text(None if scope.partners is None else sorted(scope.partners), labels, limit)


def in_a_sentence(person: Person, labels: Mapping[str, str]) -> str:
    """ "read and export for all partners; upload for Helix Biologics"; "nothing" for somebody without any right."""
    by_partners: dict[str, list[str]] = {}
    for right, partners in reach(person, labels):
        by_partners.setdefault(partners, []).append(str(right))
    return (
        "; ".join(f"{joined(rights, len(rights))} for {partners}" for partners, rights in by_partners.items()) or NOBODY
    )


def side_text(person: Person) -> str:
    return "on the partner's side" if person.side == PARTNER_SIDE else "on the sponsor's side"
