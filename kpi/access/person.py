"""A person, and what they may do with whose data."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.access.rights import Right
from kpi.access.role import SPONSOR_SIDE, Role
from kpi.access.scope import EVERYTHING, NOTHING, Scope


@dataclass(frozen=True)
class Grant:
    """A role for some partners; ``partners=None`` means all of them, those that come later too."""

    role: Role
    partners: frozenset[str] | None

    @property
    def scope(self) -> Scope:
        return Scope(self.partners)


@dataclass(frozen=True)
class Person:
    """Somebody who reads or acts. ``identity`` is what grants name, ``name`` what the audit trail says.

    ``side`` decides which rights a role gives. Several grants add up, right by right.
    """

    name: str
    identity: str
    side: str
    grants: tuple[Grant, ...]

    def scope(self, right: Right, side: str | None = None) -> Scope:
        """The partners with whose data this person may do that; none where no grant gives the right.

        ``side``: where the act is one side's, for whom it is done; none for somebody who is on the other.
        """
        if side is not None and not self.speaks_for(side):
            return NOTHING
        partners: set[str] = set()
        for grant in self.grants:
            if right in grant.role.rights(self.side):
                if grant.partners is None:
                    return EVERYTHING
                partners |= grant.partners
        return Scope.of(partners) if partners else NOTHING

    def may(self, right: Right, side: str | None = None) -> bool:
        """Whether there is any partner for whom this person may do that."""
        return not self.scope(right, side).is_empty

    def speaks_for(self, side: str) -> bool:
        """Whether what this person says may be recorded as that side's word."""
        return side == self.side or self.may_everything

    @property
    def may_everything(self) -> bool:
        """Whether this is the one person of an installation that has no policy yet."""
        return any(grant.role is _EVERYTHING_HERE for grant in self.grants)


_EVERYTHING_HERE = Role(
    id="everything",
    name="Everything",
    sponsor=frozenset(Right),
    partner=frozenset(),
    owner="",
    why="Whoever runs an installation of their own can open its file.",
)


def EVERYBODY_HERE(name: str) -> Person:  # noqa: N802 - it reads as the constant that it is, but for the name
    """The one person of an installation without sign-in and without a policy, who may do everything."""
    return Person(name=name, identity=name, side=SPONSOR_SIDE, grants=(Grant(_EVERYTHING_HERE, None),))
