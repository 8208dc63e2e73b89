"""Saved mappings: how a partner's own file is read, as events of the ledger. Saved anew or dropped, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.intake.contracts import dataset as contract_of
from kpi.intake.headers import fold
from kpi.intake.mapping import NO_MAPPING, parse_mapping
from kpi.intake.mapping_data import Mapping
from kpi.intake.saved import EVERY_PARTNER, SavedMapping
from kpi.ledger.appending import transaction
from kpi.ledger.chain import MAPPING_DROPPED, MAPPING_SAVED, append_event, last_event
from kpi.ledger.governance import Noted, clean_text, noted, require_partner
from kpi.ledger.reads import AsOf, resolve_as_of

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

NOTHING = "Nothing was written."


def save_mapping(
    store: Store,
    *,
    partner_id: str,
    dataset: str,
    headers: Sequence[str],
    mapping: Mapping,
    reason: str = "",
    actor: str,
    now: datetime,
    scope: Scope,
) -> int:
    """Appends one; returns the ledger version. Saving what stands already writes nothing and returns its version.

    partner_id "*" stands for a file of several partners; a mapping that is kept for one names no other. headers: all of
    the file that the mapping was made for.
    Raises UsageError (unknown dataset, no headers, a mapping that reads a header which is not among them, or that says
    another partner for every row), InputRefused (a mapping that its own dataset refuses; a partner outside ``scope``).
    """
    require_partner(partner_id, scope)
    mapping = _of_one(mapping, partner_id)
    text = _checked_text(mapping, dataset)
    names = _checked_headers(headers, mapping)
    _require_own(partner_id, mapping)
    kept = clean_text(reason, "Saving a mapping", needed=False)
    facts = {"partner_id": partner_id, "dataset": dataset, "headers": names, "mapping": text}
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        standing = _standing(ledger, last.version, scope).get((partner_id, dataset))
        if standing and standing.mapping_text == text and list(standing.headers) == names:
            return standing.version
        return append_event(ledger, MAPPING_SAVED, after=last, now=now, actor=actor, reason=kept, payload=facts).version


def drop_mapping(
    store: Store, *, partner_id: str, dataset: str, reason: str, actor: str, now: datetime, scope: Scope
) -> int:
    """Forgets the mapping that stands; returns the new version. Earlier versions still show it.

    Raises UsageError (no reason, no such mapping within ``scope``), InputRefused (a partner outside ``scope``).
    """
    require_partner(partner_id, scope)
    kept = clean_text(reason, "Dropping a mapping", needed=True)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        standing = _standing(ledger, last.version, scope)
        found = standing.get((partner_id, dataset))
        if found is None:
            there = ", ".join(f"{name} of {partner}" for partner, name in standing) or "none"
            raise UsageError(f"There is no mapping of {dataset} saved for {partner_id}. Saved are: {there}. {NOTHING}")
        facts = {"partner_id": partner_id, "dataset": dataset, "mapping_version": found.version}
        return append_event(
            ledger, MAPPING_DROPPED, after=last, now=now, actor=actor, reason=kept, payload=facts
        ).version


def saved_mappings(
    store: Store, *, scope: Scope, dataset: str | None = None, as_of: AsOf = None
) -> tuple[SavedMapping, ...]:
    """Those that stand at ``as_of``, one per partner and dataset, of partners within ``scope``, oldest first.

    Those for several partners ("*") are only seen by a reader of everything. Raises UsageError for an ``as_of`` that
    never was, StoreDamaged for an event that cannot be read.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        standing = _standing(connection, version, scope)
    return tuple(one for one in standing.values() if dataset is None or one.dataset == dataset)


def _standing(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> dict[tuple[str, str], SavedMapping]:
    standing: dict[tuple[str, str], SavedMapping] = {}
    for entry in noted(connection, (MAPPING_SAVED, MAPPING_DROPPED), version, scope):
        key = entry.facts["partner_id"], entry.facts["dataset"]
        standing.pop(key, None)
        if entry.kind == MAPPING_SAVED:
            standing[key] = _saved(entry)
    return standing


def _saved(entry: Noted) -> SavedMapping:
    return SavedMapping(
        partner_id=entry.facts["partner_id"],
        dataset=entry.facts["dataset"],
        headers=tuple(entry.facts["headers"]),
        mapping_text=entry.facts["mapping"],
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        reason=entry.reason,
    )


def _of_one(mapping: Mapping, partner_id: str) -> Mapping:
    """The mapping without its words for other partners, whom it would name to whoever may see this one alone."""
    words = mapping.values.get("partner_id")
    if partner_id == EVERY_PARTNER or not words:
        return mapping
    own = {theirs: ours for theirs, ours in words.items() if ours == partner_id}
    values = {column: pairs for column, pairs in mapping.values.items() if column != "partner_id"}
    return replace(mapping, values={**values, "partner_id": own} if own else values)


def _checked_text(mapping: Mapping, dataset: str) -> str:
    """The mapping as it is kept: a text that its dataset reads back as the same mapping."""
    if mapping == NO_MAPPING:
        raise UsageError(f"This mapping says nothing: there is nothing to save. {NOTHING}")
    text = mapping.to_toml()
    parse_mapping(text, contract_of(dataset), "the mapping")
    return text


def _checked_headers(headers: Sequence[str], mapping: Mapping) -> list[str]:
    names = [header.strip() for header in headers]
    if not names or not all(names):
        raise UsageError(f"Name the headers of the file that the mapping is for, none of them blank. {NOTHING}")
    folded = {fold(name) for name in names}
    absent = [theirs for theirs in mapping.columns.values() if fold(theirs) not in folded]
    if absent:
        raise UsageError(
            f'The mapping reads "{absent[0]}", which the file has not. Its headers: {", ".join(names)}. {NOTHING}'
        )
    return names


def _require_own(partner_id: str, mapping: Mapping) -> None:
    said = mapping.constants.get("partner_id")
    if said is not None and said != partner_id:
        whose = "a file of several partners" if partner_id == EVERY_PARTNER else partner_id
        raise UsageError(
            f"The mapping says {said} for every row, but it is to be saved for {whose}. Save it for {said}. {NOTHING}"
        )
