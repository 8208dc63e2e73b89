"""Who has access to what, as events of the ledger: granted or withdrawn, with a reason, never changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING, PARTNER_SIDE, SIDES, Right, Role, Scope, load_roles
from kpi.access.policy import HOLDERS, IDENTITY, AccessGrant, Policy
from kpi.errors import InputRefused, UsageError
from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.appending import transaction
from kpi.ledger.chain import ACCESS_GRANTED, ACCESS_WITHDRAWN, append_event, last_event
from kpi.ledger.governance import Noted, clean_name, clean_text, noted
from kpi.ledger.reads import AsOf, resolve_as_of
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

ADMINISTRATOR = "KPI_ADMINISTRATOR"  # the environment's variable that names the first administrator's identity
NOTHING_WRITTEN = "Nothing was written."


def policy_at(store: Store, as_of: AsOf = None) -> Policy:
    """The policy as it stood at ``as_of``; what anybody may do now is what the newest says, whatever they look at.

    The administrator that KPI_ADMINISTRATOR names is in it at any time. Not for a reader: it decides what one may
    read. Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read,
    DefinitionsInvalid.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return policy_on(connection, version)


def standing_grants(store: Store, *, scope: Scope, as_of: AsOf = None) -> tuple[AccessGrant, ...]:
    """The grants that stand at ``as_of``, oldest first, for whoever administers; ``scope`` is that of the right to.

    Raises InputRefused for everybody else, UsageError and StoreDamaged as ``policy_at``.
    """
    _require_administrator(scope, "see who has access")
    return policy_at(store, as_of).grants


def grant_access(
    store: Store,
    *,
    holder: str,
    role: str,
    side: str,
    partners: Iterable[str] | None,
    reason: str,
    actor: str,
    now: datetime,
    scope: Scope,
    holder_kind: str = IDENTITY,
) -> AccessGrant:
    """Appends one grant; ``partners=None`` for all. ``scope`` is that of the actor's right to administer.

    What stands already is returned, and nothing is written. Raises UsageError (no reason, a role, side or partners that
    make no sense, a first grant that makes nobody an administrator), InputRefused (an actor who does not administer, a
    holder who is on the other side).
    """
    _require_administrator(scope, "change who has access")
    roles = load_roles()
    wanted = AccessGrant(
        version=0,
        at=now,
        actor=actor,
        reason=clean_text(reason, "Granting access", needed=True),
        holder=clean_name(holder, "Whoever gets access"),
        holder_kind=_one_of(holder_kind, HOLDERS, "kind of holder"),
        role=_one_of(role, roles, "role"),
        side=_one_of(side, SIDES, "side"),
        partners=_partners(partners),
    )
    _require_sense(wanted, roles[role])
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        policy = policy_on(ledger, last.version)
        same = next((grant for grant in policy.grants if grant.says == wanted.says), None)
        if same is not None:
            return same
        _require_one_side(wanted, policy)
        if not policy.begun and not policy.administrator and not roles[role].administers:
            able = ", ".join(name for name, one in roles.items() if one.administers)
            raise UsageError(
                "The first grant makes the policy bind everybody, so it has to be an administrator's: otherwise nobody "
                f"could grant anything after it. Grant {able} first, or name an identity in {ADMINISTRATOR}. "
                f"{NOTHING_WRITTEN}"
            )
        facts = _facts(wanted)
        event = append_event(
            ledger, ACCESS_GRANTED, after=last, now=now, actor=actor, reason=wanted.reason, payload=facts
        )
    return _grant(Noted(event.version, event.kind, event.at, event.actor, event.reason, facts))


def withdraw_access(store: Store, version: int, *, reason: str, actor: str, now: datetime, scope: Scope) -> int:
    """Withdraws the grant recorded as ``version``; returns the new version. Earlier versions still show it.

    Raises UsageError (no reason, no such grant), InputRefused (an actor who does not administer, a grant withdrawn
    already, the last administrator's).
    """
    _require_administrator(scope, "change who has access")
    kept = clean_text(reason, "Withdrawing access", needed=True)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        granted, withdrawn = _read(ledger, last.version)
        found = granted.get(version)
        if found is None:
            raise UsageError(f"Version {version} of the ledger grants no access. {NOTHING_WRITTEN}")
        if by := withdrawn.get(version):
            raise InputRefused(
                f"The grant of version {version} was withdrawn already, on {by.at:%Y-%m-%d} by {by.actor}: "
                f"{by.reason}. {NOTHING_WRITTEN}"
            )
        if policy_on(ledger, last.version).administrators == (found,):
            raise InputRefused(
                f"{found.holder} is the last administrator; without one nobody could grant anything. Grant "
                f"{found.role} to somebody else first. {NOTHING_WRITTEN}"
            )
        facts = {**_facts(found), "grant_version": version}
        return append_event(
            ledger, ACCESS_WITHDRAWN, after=last, now=now, actor=actor, reason=kept, payload=facts
        ).version


def policy_on(connection: duckdb.DuckDBPyConnection, version: int) -> Policy:
    """``policy_at`` on an open connection."""
    granted, withdrawn = _read(connection, version)
    return Policy(
        grants=tuple(grant for number, grant in granted.items() if number not in withdrawn),
        begun=bool(granted),
        roles=load_roles(),
        administrator=os.environ.get(ADMINISTRATOR, "").strip(),
    )


def _read(connection: duckdb.DuckDBPyConnection, version: int) -> tuple[dict[int, AccessGrant], dict[int, Noted]]:
    """All grants up to ``version`` by their version, and what withdrew them by the version of what it withdrew."""
    granted: dict[int, AccessGrant] = {}
    withdrawn: dict[int, Noted] = {}
    for entry in noted(connection, tuple(ACCESS_FACTS), version, EVERYTHING):
        if entry.kind == ACCESS_GRANTED:
            granted[entry.version] = _grant(entry)
        else:
            withdrawn[entry.facts["grant_version"]] = entry
    return granted, withdrawn


def _grant(entry: Noted) -> AccessGrant:
    partners = entry.facts["partners"]
    return AccessGrant(
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        reason=entry.reason,
        holder=entry.facts["holder"],
        holder_kind=entry.facts["holder_kind"],
        role=entry.facts["role"],
        side=entry.facts["side"],
        partners=None if partners is None else tuple(partners),
    )


def _facts(grant: AccessGrant) -> dict[str, Any]:
    return {
        "partner_id": ALL_PARTNERS,
        "holder": grant.holder,
        "holder_kind": grant.holder_kind,
        "role": grant.role,
        "side": grant.side,
        "partners": None if grant.partners is None else list(grant.partners),
    }


def _require_administrator(scope: Scope, what: str) -> None:
    if scope.partners is not None:
        raise InputRefused(f"You may not {what}. Allowed: an administrator. {NOTHING_WRITTEN}")


def _one_of(name: str, allowed: Iterable[str] | Mapping[str, Any], what: str) -> str:
    if name not in (names := list(allowed)):
        raise UsageError(f'There is no {what} "{name}". Allowed: {", ".join(names)}. {NOTHING_WRITTEN}')
    return name


def _partners(partners: Iterable[str] | None) -> tuple[str, ...] | None:
    if partners is None:
        return None
    named = tuple(sorted({partner.strip() for partner in partners}))
    for partner in named:
        if not partner or partner == ALL_PARTNERS or not partner.isprintable():
            raise UsageError(f'"{partner}" is no partner\'s id. {NOTHING_WRITTEN}')
    if not named:
        raise UsageError(f"Name the partners that the grant is for, or say that it is for all. {NOTHING_WRITTEN}")
    return named


def _require_sense(wanted: AccessGrant, role: Role) -> None:
    if not role.rights(wanted.side):
        raise UsageError(f"There is no {role.name.lower()} on the {wanted.side}'s side. {NOTHING_WRITTEN}")
    if wanted.side == PARTNER_SIDE and wanted.partners is None:
        raise UsageError(
            f"Somebody on the partner's side never sees all partners. Name the partners. {NOTHING_WRITTEN}"
        )
    if Right.ADMINISTER in role.rights(wanted.side) and wanted.partners is not None:
        raise UsageError(f"An administrator is for all partners. Grant it without naming any. {NOTHING_WRITTEN}")


def _require_one_side(wanted: AccessGrant, policy: Policy) -> None:
    for grant in policy.grants:
        if grant.says[:2] == wanted.says[:2] and grant.side != wanted.side:
            raise InputRefused(
                f"{grant.holder} has access on the {grant.side}'s side (version {grant.version}), and nobody is on "
                f"both. Withdraw that first. {NOTHING_WRITTEN}"
            )
    if policy.administrator and wanted.side == PARTNER_SIDE and wanted.is_held_by((policy.administrator,), groups=()):
        raise InputRefused(
            f"{wanted.holder} is the administrator that {ADMINISTRATOR} names, on the sponsor's side. {NOTHING_WRITTEN}"
        )
