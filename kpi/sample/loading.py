"""The sample into an empty store, through the same checks and the same ledger as any partner's file.

It is built in a store of its own first and moved over in one transaction: an interrupted load leaves the store empty.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.errors import InputRefused
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords, KpiFacts, known_with
from kpi.intake.mapping import NO_MAPPING, parse_mapping
from kpi.intake.mapping import Mapping as ColumnMapping
from kpi.intake.validate import Checked, check_file
from kpi.ledger.chain import last_event
from kpi.ledger.marks import mark_synthetic
from kpi.ledger.originals import create_table, tables_of_originals
from kpi.ledger.reads import version_now
from kpi.ledger.store import open_store
from kpi.ledger.submissions import Receipt, submit, transaction, withdraw
from kpi.sample.acts import SampleAct, record_act, sample_acts
from kpi.sample.files import generate
from kpi.sample.meetings import Committee, SampleEvent, sample_meetings
from kpi.sample.upload import ACTOR, SampleFile, Withdrawal

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

Progress = Callable[[str, float], None]

LEDGER_TABLES = ("events", "submissions", "originals", "withdrawals", "coverage", *DATASET_NAMES)
NOT_EMPTY = (
    "The store already holds submissions, and the sample would mix with them. Name another store: "
    "--store duckdb:///sample.duckdb. Nothing was written."
)


@dataclass(frozen=True)
class LoadSummary:
    """What was loaded: ``records`` counts distinct records, ``versions`` all events of the ledger."""

    submissions: int
    records: int
    partners: int
    versions: int


def load(store: Store, *, now: datetime | None = None, progress: Progress | None = None) -> LoadSummary:
    """Fills an empty store with the sample as it would have come in, at the times at which it would have come in.

    ``now`` (with a time zone) leaves out what came in later; None loads everything. ``progress`` is told the file at
    hand and the share done, 0 to 1. Raises InputRefused for a store that already holds anything, StoreUnavailable and
    StoreDamaged as ``Store.connect``.
    """
    if version_now(store) > 0:
        raise InputRefused(NOT_EMPTY)
    tell = progress or (lambda name, share: None)
    files = [file for file in generate() if now is None or file.received_at <= now]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        draft = open_store("duckdb:///" + Path(folder, "sample.duckdb").as_posix())
        every: list[SampleAct | SampleEvent] = [*sample_acts(), *sample_meetings()]
        acts = sorted((act for act in every if now is None or act.at <= now), key=lambda act: act.at)
        summary = _submit_all(draft, files, acts, tell)
        _move(draft, store)
    tell("Loaded", 1.0)
    return summary


def _submit_all(
    store: Store, files: list[SampleFile], acts: list[SampleAct | SampleEvent], tell: Progress
) -> LoadSummary:
    """Every file, every withdrawal and everything that people did, in the order of their times."""
    waiting = deque(acts)
    known = KnownRecords.empty(_kpi_facts())
    partners: set[str] = set()
    records = 0
    withdrawals: list[tuple[Withdrawal, str]] = []
    with store.connect(read_only=False) as connection:
        connection.execute("SET threads = 1")  # hundreds of small files: sharing out the work costs more than it saves
        committee = Committee(store, connection, load_catalog())
        mark_synthetic(store, ACTOR, files[0].received_at - timedelta(minutes=1), connection)
        for number, file in enumerate(files):
            tell(file.file_name, number / len(files))
            withdrawals = _withdraw_due(store, connection, withdrawals, file.received_at)
            while waiting and waiting[0].at <= file.received_at:
                _record(store, committee, waiting.popleft())
            checked = check(file, known)
            receipt = _submit(store, connection, file, checked)
            known = known_with(known, [checked])
            partners.update(checked.partners)
            records += receipt.new
            if file.withdrawal:
                withdrawals.append((file.withdrawal, receipt.submission_id))
        for act in waiting:
            _record(store, committee, act)
        versions = last_event(connection).version
    return LoadSummary(len(files), records, len(partners), versions)


def _record(store: Store, committee: Committee, act: SampleAct | SampleEvent) -> None:
    if isinstance(act, SampleEvent):
        committee.record(act)
    else:
        record_act(store, committee.connection, act)


def check(file: SampleFile, known: KnownRecords) -> Checked:
    """The file through the intake, on the day on which it came in."""
    mapping = _mapping(file.dataset, file.mapping_text)
    return check_file(
        file.dataset, file.content, file.file_name, known=known, today=file.received_at.date(), mapping=mapping
    )


def _mapping(dataset_name: str, text: str) -> ColumnMapping:
    return parse_mapping(text, dataset(dataset_name)) if text else NO_MAPPING


def _kpi_facts() -> Mapping[str, KpiFacts]:
    return {name: KpiFacts(entry.kind, entry.better) for name, entry in load_catalog().indicators.items()}


def _submit(store: Store, connection: duckdb.DuckDBPyConnection, file: SampleFile, checked: Checked) -> Receipt:
    return submit(
        store,
        checked,
        month_from=file.month_from,
        month_to=file.month_to,
        actor=file.actor,
        reason=file.reason,
        now=file.received_at,
        accept_warnings=False,
        scope=EVERYTHING,
        connection=connection,
    )


def _withdraw_due(
    store: Store, connection: duckdb.DuckDBPyConnection, waiting: list[tuple[Withdrawal, str]], now: datetime
) -> list[tuple[Withdrawal, str]]:
    """Withdraws what was withdrawn by ``now``; returns what still waits."""
    for withdrawal, submission_id in waiting:
        if withdrawal.at <= now:
            withdraw(
                store,
                submission_id,
                reason=withdrawal.reason,
                actor=ACTOR,
                now=withdrawal.at,
                scope=EVERYTHING,
                connection=connection,
            )
    return [(withdrawal, submission_id) for withdrawal, submission_id in waiting if withdrawal.at > now]


def _move(draft: Store, store: Store) -> None:
    """All tables of one ledger into another, empty one, or nothing."""
    with draft.connect() as source:
        further = tables_of_originals(source)[1:]
        tables = {name: source.execute(f"SELECT * FROM {name}").pl() for name in (*LEDGER_TABLES, *further)}
    with store.connect(read_only=False) as target, transaction(target):
        if last_event(target).version > 0:
            raise InputRefused(NOT_EMPTY)
        for name in further:
            create_table(target, name)
        for name, rows in tables.items():
            target.register("moved_rows", rows)
            target.execute(f"INSERT INTO {name} BY NAME SELECT * FROM moved_rows")
            target.unregister("moved_rows")
