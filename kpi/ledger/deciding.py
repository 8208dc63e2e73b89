"""Deciding about an offered file: accepted by somebody else, refused by somebody else, or taken back by its offerer."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.access.policy import plain_identity
from kpi.errors import InputRefused
from kpi.ledger.appending import transaction, write_sparingly
from kpi.ledger.chain import OFFER_REFUSED, OFFER_TAKEN_BACK, append_event, last_event
from kpi.ledger.governance import clean_text
from kpi.ledger.offering import facts_of_file
from kpi.ledger.offers import ACCEPTED, Offer, find_offer
from kpi.ledger.requirements import CheckedFile, accepted_records, require_consent
from kpi.ledger.submissions import Prepared, Progress, Receipt, append_prepared, find_same, prepared
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

NOTHING = "Nothing was written."


def accept_offer(
    store: Store,
    version: int,
    checked: CheckedFile,
    *,
    note: str,
    actor: str,
    now: datetime,
    accept_warnings: bool,
    scope: Scope,
    progress: Progress | None = None,
) -> Receipt:
    """Submits the file offered in ``version``, in one transaction, as ``kpi.ledger.submissions.submit`` would have.

    ``checked``: the offered file, checked again beside the ledger as it is now. ``scope`` is that of the actor's right
    to accept submissions, and must hold every partner of the file. The submission carries the reason of the offer;
    ``note`` is what the actor adds. Raises UsageError (no such offer within ``scope``), InputRefused (decided already,
    by whom; the actor offered it; errors now; warnings not accepted; the same file stands), StoreUnavailable.
    """
    tell = progress or (lambda step, share: None)
    kept = clean_text(note, "Accepting a file", needed=False)
    load_frames()
    with store.connect() as reading:  # what takes long is done before the store is taken
        last = last_event(reading)
        _may_accept(_to_decide(reading, last.version, version, scope), checked, actor, accept_warnings)
        sha256 = hashlib.sha256(checked.content).hexdigest()
        ready: Prepared = prepared(reading, checked, accepted_records(checked), sha256, last.version, tell)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        write_sparingly(ledger)
        last = last_event(ledger)
        offered = _to_decide(ledger, last.version, version, scope)
        _may_accept(offered, checked, actor, accept_warnings)
        same: dict[str, Any] = {
            "mapping": offered.mapping,
            "month_from": offered.month_from,
            "month_to": offered.month_to,
            "partners": list(offered.partners),
        }
        if standing := find_same(ledger, checked, sha256, last.version, **same):
            raise InputRefused(
                f"The same file for the same months stands already, as {standing.submission_id}. Refuse the offer, so "
                f"that it waits no longer. {NOTHING}"
            )
        if ready.version != last.version:  # somebody else wrote in between
            ready = prepared(ledger, checked, accepted_records(checked), sha256, last.version, tell)
        return append_prepared(
            ledger,
            last,
            checked,
            ready,
            offered.month_from,
            offered.month_to,
            actor=actor,
            reason=offered.reason,
            now=now,
            progress=tell,
            offer={
                "version": offered.version,
                "offered_by": offered.actor,
                "offered_at": offered.at.isoformat(timespec="microseconds"),
                "accepted_by": actor,
                "note": kept,
            },
        )


def refuse_offer(store: Store, version: int, *, reason: str, actor: str, now: datetime, scope: Scope) -> int:
    """Refuses the file offered in ``version``; the new version of the ledger. ``scope`` as for ``accept_offer``.

    Raises UsageError (no reason, no such offer within ``scope``), InputRefused (decided already; the actor offered it).
    """
    kept = clean_text(reason, "Refusing a file", needed=True)
    return _ended(store, version, OFFER_REFUSED, kept, actor, now, scope)


def take_back_offer(store: Store, version: int, *, reason: str, actor: str, now: datetime, scope: Scope) -> int:
    """Takes back what the actor offered in ``version``; the new version. ``scope`` is that of the right to submit it.

    Raises UsageError (no such offer within ``scope``), InputRefused (decided already; somebody else offered it).
    """
    kept = clean_text(reason, "Taking a file back", needed=False)
    return _ended(store, version, OFFER_TAKEN_BACK, kept, actor, now, scope)


def offered_it(offer: Offer, actor: str) -> bool:
    """Whether this person made the offer, as nobody else may take it back."""
    return plain_identity(actor.strip()) == plain_identity(offer.actor.strip())


def may_be_the_same(offer: Offer, actor: str) -> bool:
    """Whether this could be the person who made the offer: names that only look alike are taken for one person's."""
    return _look(actor) == _look(offer.actor)


def _look(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _ended(store: Store, version: int, kind: str, reason: str, actor: str, now: datetime, scope: Scope) -> int:
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        offered = _to_decide(ledger, last.version, version, scope)
        if kind == OFFER_TAKEN_BACK and not offered_it(offered, actor):
            raise InputRefused(
                f"Only {offered.actor}, who offered this file, can take it back. Whoever may accept it can refuse it. "
                f"{NOTHING}"
            )
        if kind == OFFER_REFUSED:
            _require_somebody_else(offered, actor, "Take it back instead.")
        facts = {
            **facts_of_file(offered.partners, offered.dataset, offered.file_name, offered.sha256),
            "offer_version": offered.version,
        }
        return append_event(ledger, kind, after=last, now=now, actor=actor, reason=reason, payload=facts).version


def _to_decide(connection: duckdb.DuckDBPyConnection, newest: int, version: int, scope: Scope) -> Offer:
    """The offer, waiting, of partners who are all the actor's to decide for."""
    found = find_offer(connection, newest, version, scope)
    if not all(scope.allows(partner) for partner in found.partners):  # targets for all partners: seen, not decided
        raise InputRefused(f"This file is for all partners, and so is the right that it takes. {NOTHING}")
    if found.waits:
        return found
    why = f": {found.ended_reason}" if found.ended_reason else ""
    became = f" It is {found.submission_id} now." if found.state == ACCEPTED else ""
    raise InputRefused(
        f"The file offered in version {version} was {found.state} already, on {found.ended_at:%Y-%m-%d %H:%M} UTC by "
        f"{found.ended_by}{why}.{became} {NOTHING}"
    )


def _may_accept(offered: Offer, checked: CheckedFile, actor: str, accept_warnings: bool) -> None:
    _require_somebody_else(offered, actor, "Somebody else on the sponsor's side has to.")
    accepted_records(checked)
    what = (checked.dataset, checked.mapping_text, hashlib.sha256(checked.content).hexdigest(), checked.partners)
    if (*what[:3], tuple(sorted(what[3]))) != (offered.dataset, offered.mapping, offered.sha256, offered.partners):
        raise ValueError("What is to be accepted is not what was offered.")
    require_consent(checked, accept_warnings)


def _require_somebody_else(offered: Offer, actor: str, instead: str) -> None:
    if may_be_the_same(offered, actor):
        raise InputRefused(f"{offered.actor} offered this file, so {actor} cannot decide about it. {instead} {NOTHING}")
