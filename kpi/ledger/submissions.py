"""Adding an accepted file to the ledger: one submission is one transaction, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR
from kpi.ledger.appending import (
    append_coverage,
    append_records,
    append_submission,
    append_withdrawal,
    transaction,
    write_sparingly,
)
from kpi.ledger.chain import SUBMISSION, WITHDRAWAL, append_event, canonical_json, last_event, utc
from kpi.ledger.compare import Comparison, compare
from kpi.ledger.current import standing_versions
from kpi.ledger.digest import rows_digest
from kpi.ledger.lookup import find_submission
from kpi.ledger.originals import Packed, append_original, packed
from kpi.ledger.tables import key_of
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

    from kpi.intake.findings import Findings
    from kpi.ledger.store import Store

ACCEPTED = "accepted"
ALREADY_THERE = "already there"
DIGESTING, WRITING, KEEPING = 0.3, 0.4, 0.8  # where these steps of a submission begin, as shares of the whole

Progress = Callable[[str, float], None]


class ReadingFacts(Protocol):
    """How a file was read, as plain data."""

    def to_dict(self) -> dict[str, Any]: ...


class CheckedFile(Protocol):
    """What the ledger needs to know of a validated file. ``records``: row_number, then the contract's columns."""

    @property
    def dataset(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def records(self) -> pl.DataFrame | None: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def reading(self) -> ReadingFacts | None: ...
    @property
    def mapping_text(self) -> str: ...
    @property
    def partners(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Receipt:
    """``status`` is "accepted", or "already there": then nothing was written and the id is the earlier submission's."""

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
    very same bytes, whatever its months and mapping; "" when there is none.
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
) -> Receipt:
    """Appends a validated file that speaks for the months ``month_from`` to ``month_to`` (first days, inclusive).

    The same bytes, read with the same mapping, for the same months, standing: nothing happens, the receipt names the
    earlier submission. The same bytes with another mapping or for other months say something else and are a submission
    of their own. ``connection`` (open to write, outside a transaction) saves bulk loaders the opening of the file.
    ``progress`` is told the name of each step and the share that is done (0 to 1).

    Raises InputRefused (errors in the file, warnings not accepted, partners outside ``scope``), UsageError (months),
    StoreUnavailable.
    """
    tell = progress or (lambda step, share: None)
    records = accepted_records(checked)
    require_partners(checked.partners, scope)
    _require_months(month_from, month_to, now)
    sha256 = hashlib.sha256(checked.content).hexdigest()
    load_frames()
    same = {"mapping": checked.mapping_text, "month_from": month_from, "month_to": month_to}
    ready: _Prepared | None = None
    original: Packed | None = None
    if connection is None:  # what takes long is done before the store is taken
        with store.connect() as reading:
            last = last_event(reading)
            earlier = find_same(reading, checked, sha256, last.version, **same)
            if earlier:
                return earlier
            require_consent(checked, accept_warnings)
            ready = _prepared(reading, checked, records, last.version, tell)
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
            ready = _prepared(ledger, checked, records, last.version, tell)
        found = ready.comparison
        tell("Writing the records", WRITING)
        facts = _facts(ledger, checked, ready, sha256, month_from, month_to)
        event = append_event(ledger, SUBMISSION, after=last, now=now, actor=actor, reason=reason, payload=facts)
        append_submission(ledger, event, facts)
        append_records(
            ledger,
            checked.dataset,
            event.version,
            found.records,
            _share_of(tell, "Writing the records", WRITING, KEEPING),
        )
        if store.keeps_originals:
            tell("Keeping the original file", KEEPING)
            append_original(ledger, original or packed(sha256, checked.content))
        append_coverage(ledger, event.version, facts)
    tell("Done", 1.0)
    return Receipt(facts["submission_id"], event.version, ACCEPTED, found.new, found.changed, found.unchanged)


@dataclass(frozen=True)
class _Prepared:
    """What is known of the submission before the store is taken, as at a version of the ledger."""

    version: int
    comparison: Comparison
    digest: str


def _prepared(
    connection: duckdb.DuckDBPyConnection,
    checked: CheckedFile,
    records: pl.DataFrame,
    version: int,
    tell: Progress,
) -> _Prepared:
    tell("Comparing with the ledger", 0.0)
    step = _share_of(tell, "Comparing with the ledger", 0.0, DIGESTING)
    found = compare(connection, checked.dataset, records, version, step)
    tell("Computing the digest of the rows", DIGESTING)
    return _Prepared(version, found, rows_digest(found.records))


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
        same = find_same(ledger, checked, sha256, version)
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


def accepted_records(checked: CheckedFile) -> pl.DataFrame:
    """The records of a file without errors. Raises InputRefused, with all findings, for one that has any."""
    if checked.records is None or checked.findings.errors:
        raise InputRefused(
            f"{checked.file_name} was refused: it has {_counted(checked.findings.errors, 'error')}. "
            "Nothing was written.",
            checked.findings,
        )
    key = key_of(checked.dataset)
    if not checked.records.height or _twice(checked.records.select(key)):
        raise ValueError("Records reached the ledger that validation should have refused: none, or a key twice.")
    return checked.records


def _twice(keys: pl.DataFrame) -> bool:
    """Whether a key stands there twice; only keys whose hashes are alike are compared in full."""
    hashes = keys.hash_rows()
    if hashes.n_unique() == len(hashes):
        return False
    return bool(keys.filter(hashes.is_duplicated()).is_duplicated().any())


def require_partners(partners: tuple[str, ...], scope: Scope) -> None:
    """Raises InputRefused when the file speaks for a partner that the submitter may not speak for."""
    foreign = sorted(partner for partner in partners if not scope.allows(partner))
    if foreign:
        raise InputRefused(
            f"You may not submit records of {', '.join(foreign)}. Allowed: your own partners. "
            "Take these rows out of the file, or ask somebody who may. Nothing was written."
        )


def find_same(
    connection: duckdb.DuckDBPyConnection, checked: CheckedFile, sha256: str, version: int, **exactly: object
) -> Receipt | None:
    """The newest standing submission of the same bytes for the same dataset that has the columns of ``exactly``."""
    further = "".join(f" AND {name} = ?" for name in exactly)
    row = connection.execute(
        f"""
        SELECT submission_id, version
        FROM submissions
        WHERE sha256 = ? AND dataset = ? AND {standing_versions(version, "version")}{further}
        ORDER BY version DESC LIMIT 1
        """,
        [sha256, checked.dataset, *exactly.values()],
    ).fetchone()
    return Receipt(row[0], row[1], ALREADY_THERE, new=0, changed=0, unchanged=0) if row else None


def _require_months(month_from: date, month_to: date, now: datetime) -> None:
    """A slip in the year would stretch every table of figures by centuries, so months must be plausible."""
    latest = (utc(now) + timedelta(days=1)).date().replace(day=1)  # it may be tomorrow already where the partner is
    earliest = date(FIRST_PLAUSIBLE_YEAR, 1, 1)
    if month_from.day != 1 or month_to.day != 1:
        raise UsageError("Months are given by their first day, for example 2026-03-01.")
    if not earliest <= month_from <= month_to <= latest:
        asked, allowed = ((_month(a), _month(b)) for a, b in ((month_from, month_to), (earliest, latest)))
        raise UsageError(
            f"{' to '.join(dict.fromkeys(asked))} cannot be covered. Allowed: months from {' to '.join(allowed)}, the "
            "first not after the last. Nothing was written."
        )


def _month(day: date) -> str:
    return day.isoformat()[:7]  # strftime would write the year 1 as 1


def require_consent(checked: CheckedFile, accept_warnings: bool) -> None:
    """Raises InputRefused for a file whose warnings nobody has accepted."""
    if checked.findings.warnings and not accept_warnings:
        raise InputRefused(
            f"{checked.file_name} has {_counted(checked.findings.warnings, 'warning')}. Read them, then accept them or "
            "correct the file. Nothing was written.",
            checked.findings,
        )


def _facts(
    connection: duckdb.DuckDBPyConnection,
    checked: CheckedFile,
    ready: _Prepared,
    sha256: str,
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
        "sha256": sha256,
        "size": len(checked.content),
        "row_count": found.records.height,
        "partners": sorted(checked.partners),
        "new_records": found.new,
        "changed_records": found.changed,
        "unchanged_records": found.unchanged,
        "reading": canonical_json(checked.reading.to_dict() if checked.reading else {}),
        "mapping": checked.mapping_text,
        "warnings": canonical_json(_accepted_warnings(checked)),
        "rows_digest": ready.digest,
    }


def _accepted_warnings(checked: CheckedFile) -> list[dict[str, Any]]:
    if not checked.findings.warnings:
        return []
    return [group for group in checked.findings.grouped().to_dicts() if group["severity"] == "warning"]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
