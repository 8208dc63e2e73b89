"""Questions to the ledger. Every answer about records or files is limited to what the reader may see."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from kpi.errors import UsageError
from kpi.ledger.chain import SYNTHETIC, last_event, utc

if TYPE_CHECKING:
    from kpi.ledger.store import Store

AsOf = None | int | date | datetime | str


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
        wanted = _parse(as_of) if isinstance(as_of, str) else as_of
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


def _parse(text: str) -> int | date | datetime:
    text = text.strip()
    if text.isdecimal() and len(text) < 8:  # 20261122 is a date in ISO's basic form, not a version
        return int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'"{text}" is neither a ledger version nor a date. Allowed: a version such as 12, a date such as '
            "2026-03-31 (the end of that day, UTC), a time such as 2026-03-31T14:00."
        ) from None


def _moment(wanted: date | datetime) -> datetime:
    return utc(wanted) if isinstance(wanted, datetime) else datetime.combine(wanted, time.max)
