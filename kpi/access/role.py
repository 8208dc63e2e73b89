"""A role: a name for a set of rights, which differs with the side that its holder is on."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.access.rights import Right

SPONSOR_SIDE, PARTNER_SIDE = "sponsor", "partner"
SIDES = (SPONSOR_SIDE, PARTNER_SIDE)


def right_to_act(side: str) -> Right:
    """The right that an act on an escalation needs, for this side."""
    return Right.ANSWER_FOR_PARTNER if side == PARTNER_SIDE else Right.ACT_FOR_SPONSOR


@dataclass(frozen=True)
class Role:
    """``sponsor`` and ``partner`` are the rights on each side; none at all: the role is not granted there."""

    id: str
    name: str
    sponsor: frozenset[Right]
    partner: frozenset[Right]
    owner: str
    why: str

    def rights(self, side: str) -> frozenset[Right]:
        """What a holder on this side may do. Raises ValueError for a side that there is not."""
        if side not in SIDES:
            raise ValueError(f"{side!r} is no side")
        return self.sponsor if side == SPONSOR_SIDE else self.partner

    @property
    def administers(self) -> bool:
        """Whether it reaches the policy itself; such a role is for all partners or for nobody."""
        return Right.ADMINISTER in self.sponsor
