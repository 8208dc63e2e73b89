"""Finding any change that was made to the ledger behind its back.

The chain of events is recomputed; every other table is compared with what the events say. What this cannot see is the
newest events cut off together with everything that they brought: note ``head`` elsewhere (in a meeting's minutes)
to see that too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kpi.ledger import governance
from kpi.ledger.chain import GENESIS, MINUTES_ISSUED, MINUTES_SIGNED, SUBMISSION, WITHDRAWAL, event_hash
from kpi.ledger.offer_facts import OFFER_FACTS
from kpi.ledger.originals import LAYOUT, create_table, intact_originals, layout_of, tables_of_originals
from kpi.ledger.verify_offers import Offered
from kpi.ledger.verify_rows import record_problems
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    from kpi.ledger.store import Store

Progress = Callable[[str, float], object]

FETCHED_AT_ONCE = 2_000

# The facts of a payload that the checks below rely on. Events of governance have no tables to check: their own facts
# are in kpi.ledger.governance.
FACTS: dict[str, dict[str, type]] = {
    SUBMISSION: {
        "submission_id": str,
        "dataset": str,
        "file_name": str,
        "sha256": str,
        "month_from": str,
        "month_to": str,
        "partners": list,
        "row_count": int,
        "rows_digest": str,
    },
    WITHDRAWAL: {"submission_id": str, "submission_version": int},
}


@dataclass(frozen=True)
class Verification:
    """How much was checked, and what is wrong with it, a sentence each. ``head`` is the hash of the newest event;
    ``layout`` is that of the tables (schema_version)."""

    version: int
    head: str
    events: int
    submissions: int
    originals: int
    records: int
    problems: tuple[str, ...]
    layout: int = LAYOUT


@dataclass(frozen=True)
class Trail:
    """What the events say: per table the rows that it should have, by version."""

    head: str
    events: int
    submissions: dict[int, dict[str, Any]]
    withdrawals: dict[int, dict[str, Any]]
    problems: list[str]
    minutes: dict[int, str] = field(default_factory=dict)  # digest of each edition
    offered: Offered = field(default_factory=Offered)


def verify(store: Store, progress: Progress = lambda step, share: None) -> Verification:
    """Checks everything; takes seconds per million records. ``progress`` gets the step and the share that is done.

    Raises StoreUnavailable, StoreDamaged (file unreadable)."""
    load_frames()
    with store.connect() as connection:
        problems = layout_problems(connection)
        if problems:  # the other checks need the tables as they were made
            return Verification(0, "", 0, 0, 0, 0, tuple(problems))
        progress("Following the chain of events", 0.05)
        trail = read_trail(connection)
        progress("Reading every original file", 0.25)
        originals, original_problems = check_originals(connection, trail)
        progress("Reading every record", 0.5)
        records, rows_problems = record_problems(connection, trail.submissions)
        progress("Comparing the lists of files with the events", 0.95)
        problems = [
            *trail.problems,
            *table_problems(connection, "submissions", trail.submissions),
            *table_problems(connection, "withdrawals", trail.withdrawals),
            *coverage_problems(connection, trail),
            *original_problems,
            *rows_problems,
        ]
        return Verification(
            version=trail.events,
            head=trail.head,
            events=trail.events,
            submissions=len(trail.submissions),
            originals=originals,
            records=records,
            problems=tuple(problems),
            layout=layout_of(connection),
        )


def layout_problems(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables and columns beside those of schema.sql and the further tables of originals."""
    query = "SELECT table_name, column_name || ' ' || data_type FROM duckdb_columns() WHERE NOT internal"
    with duckdb.connect() as blank:
        blank.execute(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
        for name in tables_of_originals(connection)[1:]:
            create_table(blank, name)
        meant = set(blank.execute(query).fetchall())
    found = set(connection.execute(f"{query} AND database_name = current_database()").fetchall())
    said = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
    layout = layout_of(connection)
    return [
        *([] if said == (str(layout),) else [f"Table meta: schema_version is not {layout}, as the tables are."]),
        *(f"Table {table}: column {column} is missing." for table, column in sorted(meant - found)),
        *(f"Table {table}: column {column} does not belong there." for table, column in sorted(found - meant)),
    ]


def read_trail(connection: duckdb.DuckDBPyConnection) -> Trail:
    """Walks the chain from the first event to the last."""
    trail = Trail(GENESIS, 0, {}, {}, [])
    version, head = 0, GENESIS
    for row in _rows(connection, "SELECT version, kind, recorded_at, actor, reason, payload, previous_hash, hash "
                     "FROM events ORDER BY version"):  # fmt: skip
        found, kind, at, actor, reason, payload, previous, own = row
        if found != version + 1:
            trail.problems.append(f"Events: version {version + 1} is missing before version {found}.")
        if previous != head:
            trail.problems.append(f"Events: version {found} does not follow on the event before it.")
        if own != event_hash(found, kind, at, actor, reason, payload, previous):
            trail.problems.append(f"Events: version {found} ({kind}) was changed after it was written.")
        version, head = found, own
        _expect(trail, found, kind, at, actor, reason, payload)
    return replace(trail, head=head, events=version)


def _expect(trail: Trail, version: int, kind: str, at: datetime, actor: str, reason: str, payload: str) -> None:
    """Notes the row that an event should have left in the table of its kind, and an event that says too little."""
    if kind in governance.FACTS and governance.facts_of(kind, payload) is None:
        trail.problems.append(f"Events: version {version} ({kind}) does not say what it has to say.")
    elif kind in (MINUTES_ISSUED, MINUTES_SIGNED):
        _check_minutes(trail, version, kind, json.loads(payload))
    elif kind in OFFER_FACTS:
        trail.problems.extend(trail.offered.take(version, kind, json.loads(payload)))
    expected = {SUBMISSION: trail.submissions, WITHDRAWAL: trail.withdrawals}.get(kind)
    if expected is None:
        return
    facts = _facts(payload, FACTS[kind])
    if facts is None:
        trail.problems.append(f"Events: version {version} ({kind}) does not say what a {kind} has to say.")
        return
    if kind == SUBMISSION:
        trail.problems.extend(trail.offered.take(version, kind, facts))
    expected[version] = {**facts, "version": version, "actor": actor, "reason": reason, "recorded_at": str(at)}


def _check_minutes(trail: Trail, version: int, kind: str, facts: dict[str, Any]) -> None:
    """A signature names the digest of what was signed: that of its edition."""
    if kind == MINUTES_ISSUED:
        trail.minutes[version] = facts["content_sha256"]
        return
    edition = facts["edition_version"]
    if trail.minutes.get(edition) != facts["content_sha256"]:
        trail.problems.append(
            f"Events: version {version} ({kind}) signs another content than the edition of version {edition} has."
        )


def _facts(payload: str, needed: dict[str, type]) -> dict[str, Any] | None:
    """The payload as a dict; None when it is not one, or a fact that the checks rely on is absent."""
    try:
        facts = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(facts, dict) or any(not isinstance(facts.get(name), kind) for name, kind in needed.items()):
        return None
    return facts


def table_problems(
    connection: duckdb.DuckDBPyConnection, table: str, expected: dict[int, dict[str, Any]]
) -> Iterator[str]:
    """Compares every column of ``submissions`` or ``withdrawals`` with the events, row by row."""
    names = [name for name, *_ in connection.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]
    seen = set()
    for values in _rows(connection, f"SELECT * FROM {table} ORDER BY version"):
        row = dict(zip(names, values, strict=True))
        version = row["version"]
        where = f"Table {table}: {row['submission_id']} (version {version})"
        if version not in expected:
            yield f"{where} belongs to no event."
            continue
        seen.add(version)
        for name in names:
            meant = expected[version].get(name)
            if row[name] != meant and str(row[name]) != str(meant):
                yield f"{where}: {name} is not what the event says."
    for version in sorted(expected.keys() - seen):
        yield f"Table {table}: {expected[version].get('submission_id')} (version {version}) is missing."


def coverage_problems(connection: duckdb.DuckDBPyConnection, trail: Trail) -> Iterator[str]:
    """Compares the months covered with the events, per submission."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for version, *rest in _rows(connection, "SELECT version, dataset, partner_id, month_from, month_to FROM coverage"):
        found.setdefault(version, []).append(tuple(str(value) for value in rest))
    for version, facts in trail.submissions.items():
        meant = [(facts["dataset"], partner, facts["month_from"], facts["month_to"]) for partner in facts["partners"]]
        if sorted(found.pop(version, [])) != sorted(meant):
            yield f"Table coverage: {facts['submission_id']} (version {version}) does not cover what its event says."
    for version in sorted(found):
        yield f"Table coverage: version {version} belongs to no submission."


def check_originals(connection: duckdb.DuckDBPyConnection, trail: Trail) -> tuple[int, list[str]]:
    """How many originals there are, and which are missing, changed or nobody's."""
    named: dict[str, str] = {}
    for facts in trail.submissions.values():
        named.setdefault(facts["sha256"], f"{facts['submission_id']} ({facts['file_name']})")
    for version, offer in trail.offered.files.items():
        named.setdefault(offer["sha256"], f"the offer of version {version} ({offer['file_name']})")
    problems = []
    stored = intact_originals(connection)
    for digest, intact in sorted(stored.items()):
        owner = named.get(digest)
        whose = owner or f"sha256 {digest[:12]}…"
        if not intact:
            problems.append(f"Table originals: the file of {whose} was changed.")
        elif owner is None:
            problems.append(f"Table originals: a file ({whose}) belongs to no submission.")
    for digest, owner in named.items():
        if digest not in stored:
            problems.append(f"Table originals: the file of {owner} is missing.")
    return len(stored), problems


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    """Fetches in portions: a ledger may have a hundred thousand events."""
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        while portion := cursor.fetchmany(FETCHED_AT_ONCE):
            yield from portion
    finally:
        cursor.close()
