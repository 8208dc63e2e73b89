"""Adding an accepted file to the ledger: one submission is one transaction, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING, Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.appending import (
    append_coverage,
    append_records,
    append_submission,
    append_withdrawal,
    transaction,
    write_sparingly,
)
from kpi.ledger.chain import SUBMISSION, WITHDRAWAL, Last, append_event, canonical_json, last_event
from kpi.ledger.compare import Comparison, compare
from kpi.ledger.current import standing_versions
from kpi.ledger.digest import rows_digest
from kpi.ledger.four_eyes import four_eyes_on
from kpi.ledger.governance import clean_text
from kpi.ledger.lookup import find_submission, visible_condition
from kpi.ledger.offering import append_offer, waiting_same
from kpi.ledger.originals import Packed, append_original, packed
from kpi.ledger.requirements import (
    CheckedFile,
    accepted_records,
    accepted_warnings,
    require_consent,
    require_months,
    require_partners,
)
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

    from kpi.ledger.store import Store

ACCEPTED = "accepted"
ALREADY_THERE = "already there"
WAITING = "waiting for acceptance"
ALREADY_WAITING = "waiting already"
DIGESTING, WRITING, KEEPING = 0.3, 0.4, 0.8  # where these steps of a submission begin, as shares of the whole

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Receipt:
    """What became of a file. ``status``:

    "accepted"; "already there": nothing was written, the id is the earlier submission's; "waiting for acceptance": it
    is offered, no record was added, ``version`` names the offer and there is no id; "waiting already": the same offer
    waits, nothing was written.
    """

    submission_id: str
    version: int
    status: str
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Preview:
    """How many records a file would add, change or repeat, and the first changed cells.

    ``changes``: row_number, key, column, old, new. ``same_file_as`` is the id of the newest standing submission of the
    very same bytes within the scope, whatever its months and mapping; "" when there is none.
    """

    new: int
    changed: int
    unchanged: int
    changes: pd.DataFrame
    same_file_as: str


def submit(
    store: Store,
    checked: CheckedFile,
    *,
    month_from: date,
    month_to: date,
    actor: str,
    reason: str,
    now: datetime,
    accept_warnings: bool,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
    progress: Progress | None = None,
    as_if_accepted: bool = False,
) -> Receipt:
    """Appends a validated file that speaks for the months ``month_from`` to ``month_to`` (first days, inclusive).

    Where one of its partners is under four eyes it becomes an offer instead, which waits for somebody else's acceptance
    (kpi.ledger.deciding) and adds no record. ``as_if_accepted`` skips that in a ledger to try something on, no other.

    The same bytes, read with the same mapping, for the same months, standing: nothing happens, the receipt names the
    earlier submission. The same bytes with another mapping or for other months say something else and are a submission
    of their own. ``connection`` (open to write, outside a transaction) saves bulk loaders the opening of the file.
    ``progress`` is told the name of each step and the share that is done (0 to 1).

    Raises InputRefused (errors in the file, warnings not accepted, partners outside ``scope``), UsageError (months, a
    reason of more than 4,000 characters), StoreUnavailable.
    """
    tell = progress or (lambda step, share: None)
    if as_if_accepted and store.keeps_originals:
        raise ValueError("Nobody skips the acceptance of a file in a real ledger.")
    records = accepted_records(checked)
    require_partners(checked.partners, scope)
    require_months(month_from, month_to, now)
    reason = clean_text(reason, "Submitting a file", needed=False)
    sha256 = hashlib.sha256(checked.content).hexdigest()
    load_frames()
    same: dict[str, Any] = {
        "mapping": checked.mapping_text,
        "month_from": month_from,
        "month_to": month_to,
        "partners": sorted(checked.partners),  # a workbook's other sheet may be another partner's
    }
    ready: Prepared | None = None
    original: Packed | None = None
    if connection is None:  # what takes long is done before the store is taken
        with store.connect() as reading:
            last = last_event(reading)
            earlier = find_same(reading, checked, sha256, last.version, **same)
            if earlier:
                return earlier
            require_consent(checked, accept_warnings)
            ready = prepared(reading, checked, records, sha256, last.version, tell)
        original = packed(sha256, checked.content) if store.keeps_originals else None
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        if connection is None:
            write_sparingly(ledger)
        last = last_event(ledger)
        earlier = find_same(ledger, checked, sha256, last.version, **same)
        if earlier:
            return earlier
        require_consent(checked, accept_warnings)
        if ready is None or ready.version != last.version:  # somebody else wrote in between
            ready = prepared(ledger, checked, records, sha256, last.version, tell)
        if store.keeps_originals and original is None:
            original = packed(sha256, checked.content)
        if not as_if_accepted and four_eyes_on(ledger, last.version).holds(checked.partners):
            return _offered(ledger, last, checked, ready, original, month_from, month_to, actor, reason, now)
        receipt = append_prepared(
            ledger, last, checked, ready, month_from, month_to, actor=actor, reason=reason, now=now, progress=tell
        )
        if original is not None:
            tell("Keeping the original file", KEEPING)
            append_original(ledger, original)
    tell("Done", 1.0)
    return receipt


def append_prepared(
    ledger: duckdb.DuckDBPyConnection,
    last: Last,
    checked: CheckedFile,
    ready: Prepared,
    month_from: date,
    month_to: date,
    *,
    actor: str,
    reason: str,
    now: datetime,
    progress: Progress,
    offer: dict[str, Any] | None = None,
) -> Receipt:
    """The event of a submission and all its rows but the original, within the transaction of its caller.

    ``offer``: which offer was accepted, by its version, who made it and when, and what whoever accepts it says.
    """
    found = ready.comparison
    progress("Writing the records", WRITING)
    facts = _facts(ledger, checked, ready, month_from, month_to)
    payload = facts if offer is None else {**facts, "offer": offer}
    event = append_event(ledger, SUBMISSION, after=last, now=now, actor=actor, reason=reason, payload=payload)
    append_submission(ledger, event, facts)
    append_records(
        ledger,
        checked.dataset,
        event.version,
        found.records,
        _share_of(progress, "Writing the records", WRITING, KEEPING),
    )
    append_coverage(ledger, event.version, facts)
    return Receipt(facts["submission_id"], event.version, ACCEPTED, found.new, found.changed, found.unchanged)


def _offered(
    ledger: duckdb.DuckDBPyConnection,
    last: Last,
    checked: CheckedFile,
    ready: Prepared,
    original: Packed | None,
    month_from: date,
    month_to: date,
    actor: str,
    reason: str,
    now: datetime,
) -> Receipt:
    """An offer in the place of a submission: the event and the original, no row of any record."""
    same = waiting_same(ledger, last.version, checked, ready.sha256, month_from, month_to)
    if same is not None:
        return Receipt("", same, ALREADY_WAITING, new=0, changed=0, unchanged=0)
    version = append_offer(
        ledger, last, checked, ready.sha256, month_from, month_to, actor=actor, reason=reason, now=now
    )
    if original is not None:
        append_original(ledger, original)
    found = ready.comparison
    return Receipt("", version, WAITING, found.new, found.changed, found.unchanged)


@dataclass(frozen=True)
class Prepared:
    """What is known of the submission before the store is taken, as at a version of the ledger."""

    version: int
    sha256: str
    comparison: Comparison
    digest: str


def prepared(
    connection: duckdb.DuckDBPyConnection,
    checked: CheckedFile,
    records: pl.DataFrame,
    sha256: str,
    version: int,
    tell: Progress,
) -> Prepared:
    """A file compared with the ledger as it is at ``version``."""
    tell("Comparing with the ledger", 0.0)
    step = _share_of(tell, "Comparing with the ledger", 0.0, DIGESTING)
    found = compare(connection, checked.dataset, records, version, step)
    tell("Computing the digest of the rows", DIGESTING)
    return Prepared(version, sha256, found, rows_digest(found.records))


def _share_of(tell: Progress, step: str, start: float, end: float) -> Callable[[float], None]:
    """A stage's own progress from 0 to 1 as a part of the whole."""
    return lambda share: tell(step, start + (end - start) * share)


def preview(store: Store, checked: CheckedFile, *, scope: Scope) -> Preview:
    """What ``submit`` would do with the file, without doing it. Raises InputRefused as ``submit`` would."""
    records = accepted_records(checked)
    require_partners(checked.partners, scope)
    sha256 = hashlib.sha256(checked.content).hexdigest()
    load_frames()
    with store.connect() as ledger:
        version = last_event(ledger).version
        found = compare(ledger, checked.dataset, records, version)
        same = find_same(ledger, checked, sha256, version, scope)
        return Preview(
            new=found.new,
            changed=found.changed,
            unchanged=found.unchanged,
            changes=found.cells(),
            same_file_as=same.submission_id if same else "",
        )


def withdraw(
    store: Store,
    submission_id: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> int:
    """Takes a submission back, for good; the rows that stood before it stand again. Returns the new version.

    Nothing is deleted: earlier versions still show it. Raises UsageError (no reason, no such submission within
    ``scope``), InputRefused (withdrawn already, partners outside ``scope``), StoreUnavailable.
    """
    if not reason.strip():
        raise UsageError("A withdrawal needs a reason: it stays in the audit trail.")
    reason = clean_text(reason, "Withdrawing a submission", needed=True)
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        found = find_submission(ledger, submission_id, scope)
        require_partners(found.partners, scope)
        if found.withdrawn_at:
            raise InputRefused(
                f"{found.submission_id} was withdrawn already, on {found.withdrawn_at:%Y-%m-%d} by "
                f"{found.withdrawn_by}: {found.withdrawn_reason}. Nothing was written."
            )
        facts = {"submission_id": found.submission_id, "submission_version": found.version}
        event = append_event(
            ledger, WITHDRAWAL, after=last_event(ledger), now=now, actor=actor, reason=reason, payload=facts
        )
        append_withdrawal(ledger, event, facts)
    return event.version


def find_same(
    connection: duckdb.DuckDBPyConnection,
    checked: CheckedFile,
    sha256: str,
    version: int,
    scope: Scope = EVERYTHING,
    **exactly: object,
) -> Receipt | None:
    """The newest standing submission of the same bytes for the same dataset that has the columns of ``exactly``.

    ``scope``: what whoever is told of it may see.
    """
    visible, partners = visible_condition(scope)
    further = "".join(f" AND {name} = ?" for name in exactly)
    row = connection.execute(
        f"""
        SELECT submission_id, version
        FROM submissions
        WHERE sha256 = ? AND dataset = ? AND {standing_versions(version, "version")} AND {visible}{further}
        ORDER BY version DESC LIMIT 1
        """,
        [sha256, checked.dataset, *partners, *exactly.values()],
    ).fetchone()
    return Receipt(row[0], row[1], ALREADY_THERE, new=0, changed=0, unchanged=0) if row else None


def _facts(
    connection: duckdb.DuckDBPyConnection,
    checked: CheckedFile,
    ready: Prepared,
    month_from: date,
    month_to: date,
) -> dict[str, Any]:
    """Everything that the event says about the submission: its other rows in the ledger can be checked against it."""
    earlier = connection.execute("SELECT count(*) FROM submissions").fetchone()
    found = ready.comparison
    return {
        "submission_id": f"S{(earlier[0] if earlier else 0) + 1:06d}",
        "dataset": checked.dataset,
        "month_from": month_from.isoformat(),
        "month_to": month_to.isoformat(),
        "file_name": checked.file_name.encode("utf-8", "replace").decode(),
        "sha256": ready.sha256,
        "size": len(checked.content),
        "row_count": found.records.height,
        "partners": sorted(checked.partners),
        "new_records": found.new,
        "changed_records": found.changed,
        "unchanged_records": found.unchanged,
        "reading": canonical_json(checked.reading.to_dict() if checked.reading else {}),
        "mapping": checked.mapping_text,
        "warnings": canonical_json(accepted_warnings(checked)),
        "rows_digest": ready.digest,
    }
