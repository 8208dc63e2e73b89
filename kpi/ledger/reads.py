"""Questions to the ledger. Every answer about records or files is limited to what the reader may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kpi.access import NOTHING, Scope
from kpi.errors import InputRefused, StoreDamaged, UsageError
from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.chain import SYNTHETIC, last_event, utc
from kpi.ledger.compare import compare
from kpi.ledger.current import current_query
from kpi.ledger.governance import FACTS, facts_of
from kpi.ledger.lookup import find_submission, visible_condition
from kpi.ledger.offer_facts import seen_by
from kpi.ledger.originals import read_original
from kpi.ledger.warmup import load_frames, load_pandas
from kpi.ledger.wholeness import MAY_HOLD_MORE, holds_more, mapping_seen, reading_seen

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

    from kpi.intake.known import KnownRecords, KpiFacts
    from kpi.ledger.store import Store

AsOf = None | int | date | datetime | str

LONGEST_VERSION = 8  # digits, from which on they are no version: 20261122 is a date in ISO's basic form
QUOTED = 60  # characters of what a person wrote, in a message

KINDS_FOR_EVERYBODY = (SYNTHETIC,)
# Most submissions were nobody's to accept: only the payloads that name an offer are read as JSON.
ACCEPTED_OFFERS = """
    SELECT version, payload -> '$.offer' AS offer, payload ->> '$.offer.offered_by' AS offered_by
    FROM events WHERE kind = 'submission' AND contains(payload, '"offer":{')
"""


def version_now(store: Store) -> int:
    """The newest version; 0 for an empty ledger."""
    with store.connect() as connection:
        return last_event(connection).version


def resolve_as_of(store: Store, as_of: AsOf) -> int:
    """The ledger version that ``as_of`` means; None is the newest.

    A number is a version; a date is the end of that day, UTC; a datetime or ISO text is that moment, UTC unless it says
    otherwise. Before the first event that is version 0, the empty ledger. Raises UsageError for a version that does not
    exist, or a text that is neither.
    """
    with store.connect() as connection:
        newest = last_event(connection).version
        if as_of is None:
            return newest
        wanted = parse_as_of(as_of) if isinstance(as_of, str) else as_of
        if isinstance(wanted, int):
            if not 0 <= wanted <= newest:
                raise UsageError(f"There is no ledger version {wanted}. Allowed: 0 to {newest}, or a date.")
            return wanted
        row = connection.execute(
            "SELECT coalesce(max(version), 0) FROM events WHERE recorded_at <= ?", [_moment(wanted)]
        ).fetchone()
        return int(row[0]) if row else 0


def version_time(store: Store, version: int) -> datetime | None:
    """When this version came about (UTC, without a zone); None for version 0."""
    with store.connect() as connection:
        row = connection.execute("SELECT recorded_at FROM events WHERE version = ?", [version]).fetchone()
    return row[0] if row else None


def is_synthetic(store: Store, version: int | None = None) -> bool:
    """Whether the ledger holds a generated portfolio (at ``version``, else now)."""
    with store.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM events WHERE kind = ? AND (?::BIGINT IS NULL OR version <= ?)",
            [SYNTHETIC, version, version],
        ).fetchone()
    return bool(row and row[0])


def date_of(as_of: AsOf) -> date | None:
    """The day that ``as_of`` names; None for a version or nothing. Raises UsageError as ``resolve_as_of``."""
    wanted = parse_as_of(as_of) if isinstance(as_of, str) else as_of
    if isinstance(wanted, datetime):
        return utc(wanted).date()
    return wanted if isinstance(wanted, date) else None


def first_version_since(store: Store, since: str) -> int:
    """The first version from ``since`` on: that version, or the first event of that day or moment (UTC) or later.

    One more than the newest where nothing has happened since. Raises UsageError as ``resolve_as_of``.
    """
    wanted = parse_as_of(since)
    if isinstance(wanted, int):
        return resolve_as_of(store, wanted)
    start = utc(wanted) if isinstance(wanted, datetime) else datetime.combine(wanted, time.min)
    return resolve_as_of(store, start - timedelta(microseconds=1)) + 1


def parse_as_of(text: str) -> int | date | datetime:
    """What a person wrote for "as of". Raises UsageError for a text that is neither a version, a day nor a moment."""
    text = text.strip()
    if text.isdecimal() and len(text) < LONGEST_VERSION:
        return int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'"{text[:QUOTED]}" is neither a ledger version nor a date. Allowed: a version such as 12, a date such as '
            "2026-03-31 (the end of that day, UTC), a time such as 2026-03-31T14:00."
        ) from None


def _moment(wanted: date | datetime) -> datetime:
    return utc(wanted) if isinstance(wanted, datetime) else datetime.combine(wanted, time.max)


def history(store: Store, *, scope: Scope, as_of: AsOf = None) -> pd.DataFrame:
    """The submissions that the reader may see, newest first, as they stood at ``as_of``.

    Columns: submission_id, version, dataset, month_from, month_to, file_name, partners (text, ", " between them),
    row_count, new, changed, unchanged (records, as counted on arrival), state ("current" or "withdrawn"),
    withdrawn_reason, withdrawn_by, withdrawn_at, actor, at (UTC), reason, sha256, size (bytes), offered_by (who offered
    what ``actor`` accepted; "" for a file that nobody had to accept).
    """
    version = resolve_as_of(store, as_of)
    visible, values = visible_condition(scope)
    load_pandas()
    with store.connect() as connection:
        return connection.execute(
            f"""
            SELECT submissions.submission_id, submissions.version, dataset, month_from, month_to, file_name,
                array_to_string(partners, ', ') AS partners, row_count,
                new_records AS new, changed_records AS changed, unchanged_records AS unchanged,
                CASE WHEN withdrawals.version IS NULL THEN 'current' ELSE 'withdrawn' END AS state,
                coalesce(withdrawals.reason, '') AS withdrawn_reason,
                coalesce(withdrawals.actor, '') AS withdrawn_by,
                withdrawals.recorded_at AS withdrawn_at,
                submissions.actor, submissions.recorded_at AS "at", submissions.reason, sha256, size,
                coalesce(accepted.offered_by, '') AS offered_by
            FROM submissions
            LEFT JOIN ({ACCEPTED_OFFERS}) AS accepted ON accepted.version = submissions.version
            LEFT JOIN withdrawals
                ON withdrawals.submission_version = submissions.version AND withdrawals.version <= ?
            WHERE submissions.version <= ? AND {visible}
            ORDER BY submissions.version DESC
            """,
            [version, version, *values],
        ).df()


def details(store: Store, submission_id: str, scope: Scope, *, reader: str = "") -> dict[str, Any]:
    """One submission: the columns of ``history`` (partners as a list), reading (a dict), mapping (TOML) and warnings.

    ``offer``: what was accepted: version, offered_by, offered_at (ISO, UTC), accepted_by, note; {} for a file that
    nobody had to accept. ``warnings`` are the accepted ones, a dict per group as in ``Findings.grouped``. ``shared``:
    the original may hold more than the reader may see, unless ``reader`` (as the audit trail names them, "" for nobody
    in particular) sent it; a mapping that was made for others, too, is kept back. Raises UsageError for a submission
    that the reader cannot see.
    """
    with store.connect() as connection:
        found = find_submission(connection, submission_id, scope)
        cursor = connection.execute("SELECT * FROM submissions WHERE version = ?", [found.version])
        row = dict(zip([name for name, *_ in cursor.description or ()], cursor.fetchone() or (), strict=True))
        offer = _accepted_offer(connection, found.version)
        row["reading"] = json.loads(row["reading"])
        uploader, brought = offer.get("offered_by", row["actor"]), offer.get("version", found.version)
        shared = holds_more(connection, found.sha256, row["reading"], uploader, brought, scope, reader)
        row["reading"] = reading_seen(row["reading"]) if shared else row["reading"]
        row["mapping"] = mapping_seen(connection, row["mapping"], scope)
    return row | {
        "at": row.pop("recorded_at"),
        "new": row.pop("new_records"),
        "changed": row.pop("changed_records"),
        "unchanged": row.pop("unchanged_records"),
        "warnings": json.loads(row["warnings"]),
        "offer": offer,
        "shared": shared,
        "offered_by": offer.get("offered_by", ""),
        "state": "withdrawn" if found.withdrawn_at else "current",
        "withdrawn_reason": found.withdrawn_reason or "",
        "withdrawn_by": found.withdrawn_by or "",
        "withdrawn_at": found.withdrawn_at,
    }


def _accepted_offer(connection: duckdb.DuckDBPyConnection, version: int) -> dict[str, Any]:
    row = connection.execute(f"SELECT offer FROM ({ACCEPTED_OFFERS}) WHERE version = ?", [version]).fetchone()
    return dict(json.loads(row[0])) if row else {}


def changes(store: Store, submission_id: str, scope: Scope) -> pd.DataFrame:
    """The cells that a submission changed in records in force until then: row_number, key, column, old, new."""
    load_frames()
    with store.connect() as connection:
        found = find_submission(connection, submission_id, scope)
        rows = connection.execute(
            f"SELECT * EXCLUDE (version, restates) FROM {found.dataset} WHERE version = ? ORDER BY row_number",
            [found.version],
        ).pl()
        return compare(connection, found.dataset, rows, found.version - 1).cells()


def changes_back(store: Store, submission_id: str, scope: Scope) -> pd.DataFrame:
    """The cells that the withdrawal of a submission changed back; columns as in ``changes``, empty where it stands."""
    from kpi.ledger.returned import returned

    load_frames()
    with store.connect() as connection:
        found = find_submission(connection, submission_id, scope)
        row = connection.execute(
            "SELECT version FROM withdrawals WHERE submission_version = ?", [found.version]
        ).fetchone()
        cells = returned(connection, found.dataset, found.version, row[0] if row else found.version + 1).cells
        return cells if row else cells.head(0)


def files_between(
    connection: duckdb.DuckDBPyConnection, first: int, last: int
) -> list[tuple[int, str, str, str, list[str]]]:
    """Submissions and withdrawals after version ``first`` up to ``last``, oldest first, whoever they are about.

    (version, kind, submission_id, dataset, partners of the file). Not for a reader: what of it one may see is for the
    caller to decide.
    """
    return connection.execute(
        """
        SELECT events.version, events.kind, submission_id, dataset, partners
        FROM events
        JOIN (
            SELECT version AS event, version AS submission FROM submissions
            UNION ALL
            SELECT version, submission_version FROM withdrawals
        ) AS files ON files.event = events.version
        JOIN submissions ON submissions.version = files.submission
        WHERE events.version > ? AND events.version <= ?
        ORDER BY events.version
        """,
        [first, last],
    ).fetchall()


def original(store: Store, submission_id: str, scope: Scope, *, reader: str = "") -> tuple[str, bytes]:
    """File name and bytes as they were uploaded. ``reader`` as in ``details``.

    Raises UsageError for a submission that the reader cannot see, InputRefused for a file that holds more than it.
    """
    about = details(store, submission_id, scope, reader=reader)
    if about["shared"]:
        raise InputRefused(MAY_HOLD_MORE)
    with store.connect() as connection:
        found = find_submission(connection, submission_id, scope)
        try:
            content = read_original(connection, found.sha256)
        except ValueError as error:
            raise StoreDamaged(
                f"The original of {found.submission_id} was changed. Run python -m kpi verify."
            ) from error
    if content is None:
        raise StoreDamaged(f"The original of {found.submission_id} is not in the store. Run python -m kpi verify.")
    return found.file_name, content


def events(store: Store, scope: Scope, *, administered: Scope = NOTHING) -> pd.DataFrame:
    """The audit trail, newest first, as far as it is about partners that the reader may see, or about everybody.

    ``administered`` is the scope of the reader's right to administer: others see nothing of who was granted what.

    Columns: version, kind, at (UTC), actor, reason, submission_id, dataset, file_name, partners, then of the file new,
    changed, unchanged (records), month_from, month_to, then hash, facts (a dict: the payload of an event of governance,
    see kpi.ledger.governance; of a submission that was offered first {"offer": …} as in ``details``; else empty).
    """
    visible, values = visible_condition(scope)
    load_pandas()
    with store.connect() as connection:
        found = connection.execute(
            f"""
            SELECT events.version, events.kind, events.recorded_at AS "at", events.actor, events.reason,
                coalesce(submissions.submission_id, '') AS submission_id, coalesce(dataset, '') AS dataset,
                coalesce(file_name, '') AS file_name, coalesce(array_to_string(partners, ', '), '') AS partners,
                new_records AS new, changed_records AS changed, unchanged_records AS unchanged, month_from, month_to,
                events.hash, CASE WHEN list_contains(?::TEXT[], events.kind) THEN events.payload END AS payload,
                accepted.offer
            FROM events
            LEFT JOIN ({ACCEPTED_OFFERS}) AS accepted ON accepted.version = events.version
            LEFT JOIN withdrawals ON withdrawals.version = events.version
            LEFT JOIN submissions ON submissions.version = coalesce(withdrawals.submission_version, events.version)
            WHERE list_contains(?::TEXT[], events.kind) OR (submissions.version IS NOT NULL AND {visible})
            ORDER BY events.version DESC
            """,
            [list(FACTS), [*KINDS_FOR_EVERYBODY, *FACTS], *values],
        ).df()
    return _with_facts(found, scope, administered)


def _with_facts(found: pd.DataFrame, scope: Scope, administered: Scope) -> pd.DataFrame:
    """The payload of events of governance as ``facts``, and their partner; without those about others' partners.

    One that cannot be read (somebody changed it) has no facts, and only a reader of everything sees it.
    """
    import pandas as pd

    about_all = found["payload"].isna()
    facts = [
        {} if none else facts_of(kind, payload) or {}
        for kind, payload, none in zip(found["kind"], found.pop("payload"), about_all, strict=True)
    ]
    facts = [
        {"offer": json.loads(offer)} if isinstance(offer, str) else one
        for one, offer in zip(facts, found.pop("offer"), strict=True)
    ]
    about_access = found["kind"].isin(list(ACCESS_FACTS))
    partners = [_about_whom(one) for one in facts]
    found["facts"] = pd.Series(facts, index=found.index, dtype=object)
    found["partners"] = found["partners"].where(about_all, pd.Series(partners, index=found.index, dtype=object))
    seen = [seen_by(scope, kind, one) for kind, one in zip(found["kind"], facts, strict=True)]
    mine = pd.Series(seen, index=found.index, dtype=bool)
    mine &= ~about_access if administered.partners is not None else True
    return found[about_all | mine].reset_index(drop=True)


def _about_whom(facts: Mapping[str, Any]) -> str:
    """The partner of an event of governance; of a grant those that it names, for all "*"."""
    return ", ".join(facts.get("partners") or [facts.get("partner_id", "")])


def known_records(
    store: Store, kpi_facts: Mapping[str, KpiFacts], *, scope: Scope, datasets: Iterable[str] | None = None
) -> KnownRecords:
    """What validation compares a new file with: the current register, batches and findings of these partners.

    ``datasets``: what the files are; records that no rule for them looks at are left out, which with millions of lots
    saves most of the time. None loads everything, as the recognition of unknown files needs it.
    """
    from kpi.intake.known import ADDS_TO, NAMES, KnownRecords, compared_with

    load_frames()
    wanted = None if datasets is None else compared_with(datasets)
    found: dict[str, pl.DataFrame] = {}
    with store.connect() as connection:
        version = last_event(connection).version
        for dataset, (name, column) in ADDS_TO.items():
            if wanted is None or name in wanted:
                query, values = current_query(dataset, version, scope, ["partner_id", column])
                found[name] = connection.execute(query, values).pl().select("partner_id", column)
        if wanted is None:  # only who asks what a file means looks for names in it
            query, values = current_query("partners", version, scope, list(NAMES))
            found["names"] = connection.execute(query, values).pl().select(NAMES)
    return replace(KnownRecords.empty(kpi_facts), **found)  # type: ignore[arg-type]  # frames by their names in ADDS_TO
