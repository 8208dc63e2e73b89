"""Offered files: what waits for the sponsor's acceptance, and what became of the others. A ledger's version names one.

An offer is an event with the file kept beside it, as the originals of submissions are. It adds no record and covers no
month, so no figure, calendar or look-ahead knows of it. Accepting it is the event of a submission that names it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import InputRefused, StoreDamaged, UsageError
from kpi.ledger.chain import OFFER_REFUSED, OFFER_TAKEN_BACK, OFFERED, SUBMISSION
from kpi.ledger.fits import is_version
from kpi.ledger.governance import Noted, noted
from kpi.ledger.offer_facts import OFFER_FACTS
from kpi.ledger.originals import read_original
from kpi.ledger.reads import AsOf, resolve_as_of
from kpi.ledger.wholeness import MAY_HOLD_MORE, holds_more, mapping_seen, reading_seen

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

WAITS, ACCEPTED, REFUSED, TAKEN_BACK = "waiting", "accepted", "refused", "taken back"
STATES = (WAITS, ACCEPTED, REFUSED, TAKEN_BACK)
_BECAME = {OFFER_REFUSED: REFUSED, OFFER_TAKEN_BACK: TAKEN_BACK}


@dataclass(frozen=True)
class Offer:
    """One offered file. ``version`` is the ledger's, and names it; months are first days, inclusive; times are UTC.

    ``mapping``: TOML as it was read with; ``warnings``: those accepted by whoever offered it, a dict per kind.
    ``state``: one of STATES; ``ended_*``: who decided, when, in which version and why, empty while it waits.
    ``submission_id``: what an accepted one became.
    """

    version: int
    at: datetime
    actor: str
    reason: str
    partners: tuple[str, ...]
    dataset: str
    month_from: date
    month_to: date
    file_name: str
    sha256: str
    size: int
    row_count: int
    mapping: str
    reading: dict[str, Any]
    warnings: tuple[dict[str, Any], ...]
    warning_count: int
    notice_count: int
    state: str = WAITS
    ended_version: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_reason: str = ""
    submission_id: str = ""

    @property
    def waits(self) -> bool:
        return self.state == WAITS


@dataclass(frozen=True)
class _End:
    state: str
    version: int
    at: datetime
    actor: str
    reason: str
    submission_id: str = ""


def offers(store: Store, *, scope: Scope, as_of: AsOf = None) -> tuple[Offer, ...]:
    """The offered files of which the reader may see every partner, as they stood at ``as_of``, oldest first.

    Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return tuple(_as_seen(connection, one, scope) for one in offers_on(connection, version, scope).values())


def offer(store: Store, version: int, *, scope: Scope) -> Offer:
    """The file offered in this version of the ledger, as it stands now.

    Raises UsageError, in the same words, for one that is not there and for one outside ``scope``.
    """
    newest = resolve_as_of(store, None)
    with store.connect() as connection:
        return _as_seen(connection, find_offer(connection, newest, version, scope), scope)


def offer_holds_more(store: Store, version: int, *, scope: Scope, reader: str = "") -> bool:
    """Whether an offered file may hold more than the reader may see; ``reader``: their name in the audit trail.

    Raises UsageError as ``offer``.
    """
    newest = resolve_as_of(store, None)
    with store.connect() as connection:
        asked = find_offer(connection, newest, version, scope)
        return holds_more(connection, asked.sha256, asked.reading, asked.actor, asked.version, scope, reader)


def offered_file(store: Store, version: int, *, scope: Scope, reader: str = "") -> tuple[Offer, bytes]:
    """An offer and its file, byte for byte.

    Raises UsageError as ``offer``, InputRefused for a file that holds more than what the reader may see, StoreDamaged
    where it is not there.
    """
    if offer_holds_more(store, version, scope=scope, reader=reader):
        raise InputRefused(MAY_HOLD_MORE)
    found, content = file_to_check(store, version, scope=scope)
    with store.connect() as connection:
        return _as_seen(connection, found, scope), content


def file_to_check(store: Store, version: int, *, scope: Scope) -> tuple[Offer, bytes]:
    """The same for a check alone: its file and mapping may hold more than the reader may see. Raises the others."""
    newest = resolve_as_of(store, None)
    damage = f"The file offered in version {version} is not as it was kept. Run python -m kpi verify."
    with store.connect() as connection:
        found = find_offer(connection, newest, version, scope)
        try:
            content = read_original(connection, found.sha256)
        except ValueError as error:
            raise StoreDamaged(damage) from error
    if content is None:
        raise StoreDamaged(damage)
    return found, content


def _as_seen(connection: duckdb.DuckDBPyConnection, one: Offer, scope: Scope) -> Offer:
    mapping, reading = mapping_seen(connection, one.mapping, scope), reading_seen(one.reading)
    if reading != one.reading and not holds_more(
        connection, one.sha256, one.reading, one.actor, one.version, scope, reader=""
    ):
        reading = one.reading
    return replace(one, mapping=mapping, reading=reading)


def offers_on(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> dict[int, Offer]:
    """``offers`` on an open connection, by the version that names them."""
    made: list[Noted] = []
    ends: dict[int, _End] = {}
    for entry in noted(connection, tuple(OFFER_FACTS), version, scope):
        if entry.kind == OFFERED:
            made.append(entry)
        else:
            offered = entry.facts["offer_version"]
            ends[offered] = _End(_BECAME[entry.kind], entry.version, entry.at, entry.actor, entry.reason)
    if made:
        ends |= _acceptances(connection, made[0].version, version)
    return {entry.version: _offer(entry, ends.get(entry.version)) for entry in made}


def find_offer(connection: duckdb.DuckDBPyConnection, newest: int, version: int, scope: Scope) -> Offer:
    """``offer`` on an open connection, as it stands at the version ``newest``."""
    found = offers_on(connection, newest, scope).get(version)
    if found is None:
        raise UsageError(f"Version {version} of the ledger offers no file. The list of offers shows those there are.")
    return found


def _acceptances(connection: duckdb.DuckDBPyConnection, first: int, version: int) -> dict[int, _End]:
    """By the offer's version, the submissions after ``first`` that accepted one; whoever they are about."""
    rows = connection.execute(
        "SELECT version, recorded_at, actor, payload FROM events "
        "WHERE kind = ? AND version > ? AND version <= ? AND contains(payload, ?) ORDER BY version",
        [SUBMISSION, first, version, NAMES_AN_OFFER],
    ).fetchall()
    found: dict[int, _End] = {}
    for number, at, actor, payload in rows:
        facts = json.loads(payload)
        named = facts.get("offer")
        if isinstance(named, dict) and is_version(named.get("version")):
            end = _End(ACCEPTED, number, at, actor, str(named.get("note", "")), str(facts.get("submission_id", "")))
            found[named["version"]] = end
    return found


NAMES_AN_OFFER = '"offer":{'  # in the payload of a submission, which is canonical JSON


def _offer(entry: Noted, end: _End | None) -> Offer:
    facts = entry.facts
    return Offer(
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        reason=entry.reason,
        partners=tuple(facts["partners"]),
        dataset=facts["dataset"],
        month_from=date.fromisoformat(facts["month_from"]),
        month_to=date.fromisoformat(facts["month_to"]),
        file_name=facts["file_name"],
        sha256=facts["sha256"],
        size=facts["size"],
        row_count=facts["row_count"],
        mapping=facts["mapping"],
        reading=json.loads(facts["reading"]),
        warnings=tuple(json.loads(facts["warnings"])),
        warning_count=facts["warning_count"],
        notice_count=facts["notice_count"],
        state=end.state if end else WAITS,
        ended_version=end.version if end else 0,
        ended_at=end.at if end else None,
        ended_by=end.actor if end else "",
        ended_reason=end.reason if end else "",
        submission_id=end.submission_id if end else "",
    )
