"""The policy: the grants that stand, and whom they make of somebody who signs in or acts."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from kpi.access.person import EVERYBODY_HERE, Grant, Person
from kpi.access.role import PARTNER_SIDE, SPONSOR_SIDE, Role

IDENTITY, GROUP = "identity", "group"
HOLDERS = (IDENTITY, GROUP)
SUBJECT = "sub:"  # begins a provider's subject that could be taken for somebody's address of mail
# Letters of ASCII only: elsewhere two different letters may fold to one, and with them two people.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def is_address(identity: str) -> bool:
    """Whether an identity is an address of mail; else it is a provider's subject, or the name of a machine's user."""
    return "@" in identity and not identity.startswith(SUBJECT)


def plain_identity(identity: str) -> str:
    """An identity as it is compared: addresses of mail without regard to case, everything else exactly."""
    return identity.translate(_LOWER) if is_address(identity) else identity


@dataclass(frozen=True)
class AccessGrant:
    """One grant of the ledger. ``holder`` is an identity or a group of the provider, as ``holder_kind`` says.

    ``partners=None``: all. ``at`` is UTC without a zone; ``version`` is the ledger's, and what names it later.
    """

    version: int
    at: datetime
    actor: str
    reason: str
    holder: str
    holder_kind: str
    role: str
    side: str
    partners: tuple[str, ...] | None

    def is_held_by(self, identities: Collection[str], groups: Collection[str]) -> bool:
        if self.holder_kind == GROUP:
            return self.holder in groups
        return plain_identity(self.holder) in {plain_identity(identity) for identity in identities}

    @property
    def says(self) -> tuple[object, ...]:
        """Whom it gives what: the same is granted once."""
        holder = plain_identity(self.holder) if self.holder_kind == IDENTITY else self.holder
        return self.holder_kind, holder, self.role, self.side, self.partners


@dataclass(frozen=True)
class Policy:
    """``grants`` stand, oldest first. ``begun``: the ledger has ever held one; until then it binds nobody.

    ``administrator``: the identity that the machine's environment makes an administrator, "" for none.
    """

    grants: tuple[AccessGrant, ...]
    begun: bool
    roles: Mapping[str, Role] = field(hash=False)
    administrator: str = ""

    def person(
        self, identity: str, groups: Collection[str] = (), name: str = "", others: Collection[str] = ()
    ) -> Person:
        """Whom the grants make of this identity: nobody who may do anything, where none is theirs.

        ``others``: other identities of the same person, which grants may name as well.

        Whoever has grants on both sides has those of the partner's side only. A grant of a role that there is no more
        gives nothing. The administrator of the environment is on the sponsor's side, whatever is granted.
        """
        own = {identity, *others}
        mine = [grant for grant in self.grants if grant.role in self.roles and grant.is_held_by(own, groups)]
        administrator = plain_identity(self.administrator)
        chosen = bool(administrator) and administrator in {plain_identity(one) for one in own}
        partners_side = not chosen and any(grant.side == PARTNER_SIDE for grant in mine)
        side = PARTNER_SIDE if partners_side else SPONSOR_SIDE
        grants = [
            Grant(self.roles[grant.role], None if grant.partners is None else frozenset(grant.partners))
            for grant in mine
            if grant.side == side
        ]
        if chosen:
            grants += [Grant(role, None) for role in self.roles.values() if role.administers][:1]
        return Person(name=name or identity, identity=identity, side=side, grants=tuple(grants))

    def person_here(self, name: str) -> Person:
        """Whom it makes of the user of a machine, where nobody signs in: until it begins, somebody who may do all."""
        return self.person(name) if self.begun else EVERYBODY_HERE(name)

    def person_at_most(self, name: str) -> Person:
        """The same as they could have signed in: in every group that has access on their side, and where ``name`` is an
        address of mail with any subject that has. More than they are, never less."""
        known = self.person_here(name)
        could_be_theirs = [
            Grant(self.roles[grant.role], None if grant.partners is None else frozenset(grant.partners))
            for grant in self.grants
            if grant.role in self.roles
            and grant.side == known.side
            and (grant.holder_kind == GROUP or (is_address(name) and not is_address(grant.holder)))
        ]
        return replace(known, grants=(*known.grants, *could_be_theirs))

    @property
    def administrators(self) -> tuple[AccessGrant, ...]:
        """The grants whose holders may change it."""
        return tuple(grant for grant in self.grants if grant.role in self.roles and self.roles[grant.role].administers)
