"""Offered files in the chain of events: each is decided once, and what became a submission is what was offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kpi.ledger.chain import OFFERED, SUBMISSION

_THE_SAME = ("dataset", "sha256", "month_from", "month_to", "mapping", "partners", "file_name")


@dataclass
class Offered:
    """``files``: what each offer says, by version; ``ended``: which of them were decided about."""

    files: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    def take(self, version: int, kind: str, facts: Mapping[str, Any]) -> Iterator[str]:
        """Takes one event about offers, or a submission, and yields what is wrong with it."""
        if kind == OFFERED:
            self.files[version] = facts
            return
        named = facts.get("offer") if kind == SUBMISSION else {"version": facts["offer_version"]}
        if named is None:
            return
        where = f"Events: version {version} ({kind})"
        offer = named.get("version") if isinstance(named, dict) else None
        if not isinstance(offer, int) or offer not in self.files:
            yield f"{where} decides about an offer that is not there."
            return
        if offer in self.ended:
            yield f"{where} decides once more about the offer of version {offer}."
        self.ended.add(offer)
        compared = _THE_SAME if kind == SUBMISSION else ("dataset", "sha256", "partners")
        if any(facts.get(name) != self.files[offer][name] for name in compared):
            yield f"{where} is about another file than the offer of version {offer} has."
