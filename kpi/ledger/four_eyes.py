"""Four eyes: whose files wait for somebody else's acceptance, as events of the ledger with a reason.

The newest word counts: one for all partners speaks for each of them, one for a partner for that one alone. So "on" for
all and then "off" for one leaves an exception, until somebody speaks for all again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING, Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.appending import transaction
from kpi.ledger.chain import FOUR_EYES_SET, append_event, last_event
from kpi.ledger.governance import Noted, clean_text, noted
from kpi.ledger.reads import AsOf, resolve_as_of
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


@dataclass(frozen=True)
class Setting:
    """One word about four eyes. ``partner_id`` "*": all partners; ``at`` is UTC without a zone."""

    partner_id: str
    on: bool
    version: int
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True)
class FourEyes:
    """What holds: for all partners (None while nobody has spoken for all), and for those that differ."""

    for_all: Setting | None = None
    own: Mapping[str, Setting] = field(default_factory=dict)

    def holds_for(self, partner_id: str) -> bool:
        """Whether files of this partner wait; "*" is a file that concerns all: it waits where any partner's would."""
        everybody = self.for_all is not None and self.for_all.on
        if partner_id == ALL_PARTNERS:
            return everybody or any(one.on for one in self.own.values())
        return self.own[partner_id].on if partner_id in self.own else everybody

    def holds(self, partners: Iterable[str]) -> bool:
        """Whether a file of these partners waits: for one of them is enough."""
        return any(self.holds_for(partner) for partner in partners)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The words that count, that for all first, then by partner."""
        own = [self.own[partner] for partner in sorted(self.own)]
        return (*([self.for_all] if self.for_all else []), *own)


def four_eyes_on(connection: duckdb.DuckDBPyConnection, version: int) -> FourEyes:
    """What holds at ``version``, on an open connection. Raises StoreDamaged for an event that cannot be read."""
    for_all: Setting | None = None
    own: dict[str, Setting] = {}
    for entry in noted(connection, (FOUR_EYES_SET,), version, EVERYTHING):
        word = _setting(entry)
        if word.partner_id == ALL_PARTNERS:
            for_all, own = word, {}
        else:
            own[word.partner_id] = word
    return FourEyes(for_all, own)


def four_eyes(store: Store, *, scope: Scope, as_of: AsOf = None) -> FourEyes:
    """What holds at ``as_of`` for the partners within ``scope``; the word for all concerns every reader.

    Who spoke for all and why is kept from readers of some partners: it may name others. Raises UsageError for an
    ``as_of`` that never was, StoreDamaged.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        found = four_eyes_on(connection, version)
    for_all = found.for_all
    if for_all is not None and scope.partners is not None:
        for_all = Setting(ALL_PARTNERS, for_all.on, for_all.version, for_all.at, "", "")
    return FourEyes(for_all, {partner: word for partner, word in found.own.items() if scope.allows(partner)})


def set_four_eyes(
    store: Store, *, partner_id: str | None, on: bool, reason: str, actor: str, now: datetime, scope: Scope
) -> Setting:
    """Appends one word, ``partner_id=None`` for all partners. ``scope`` is that of the actor's right to administer.

    What holds already by a word about the same is returned, and nothing is written. Raises UsageError (no reason, no
    partner's id), InputRefused (an actor who does not administer).
    """
    if scope.partners is not None:
        raise InputRefused("You may not set four eyes. Allowed: an administrator. Nothing was written.")
    kept = clean_text(reason, "Setting four eyes", needed=True)
    whose = ALL_PARTNERS if partner_id is None else partner_id.strip()
    if not whose or not whose.isprintable() or (whose == ALL_PARTNERS and partner_id is not None):
        raise UsageError(f'"{partner_id}" is no partner\'s id. Nothing was written.')
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        now_so = four_eyes_on(ledger, last.version)
        standing = now_so.for_all if whose == ALL_PARTNERS else now_so.own.get(whose)
        if standing is not None and standing.on == on and not (whose == ALL_PARTNERS and now_so.own):
            return standing
        facts = {"partner_id": whose, "on": on}
        event = append_event(ledger, FOUR_EYES_SET, after=last, now=now, actor=actor, reason=kept, payload=facts)
    return _setting(Noted(event.version, event.kind, event.at, event.actor, event.reason, facts))


def has_sent(store: Store, partner_id: str) -> bool:
    """Whether the ledger holds any file of this partner: if not, its id may be misspelt. Not for a reader."""
    with store.connect() as connection:
        return connection.execute("SELECT 1 FROM coverage WHERE partner_id = ?", [partner_id]).fetchone() is not None


def _setting(entry: Noted) -> Setting:
    return Setting(
        partner_id=entry.facts["partner_id"],
        on=entry.facts["on"],
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        reason=entry.reason,
    )
