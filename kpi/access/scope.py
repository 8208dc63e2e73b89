"""Whose data a reader may see, or a writer may change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The partners that a reader may see; ``partners=None`` means all of them."""

    partners: frozenset[str] | None

    @classmethod
    def of(cls, partners: Iterable[str]) -> Scope:
        return cls(frozenset(partners))

    def allows(self, partner_id: str) -> bool:
        return self.partners is None or partner_id in self.partners

    def covers(self, other: Scope) -> bool:
        """Whether everything that ``other`` allows is allowed here, too."""
        return self.partners is None or (other.partners is not None and other.partners <= self.partners)

    @property
    def key(self) -> str:
        """A stable text for cache keys: two readers share cached figures only when it is equal."""
        return "*" if self.partners is None else "\x1f".join(sorted(self.partners))

    @property
    def is_empty(self) -> bool:
        """True where no partner at all is allowed."""
        return self.partners is not None and not self.partners


EVERYTHING = Scope(None)
NOTHING = Scope(frozenset())
