"""The day on which escalations are judged: clocks run against it, and months fall due by it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpi.ledger.chain import SUBMISSION, SYNTHETIC, WITHDRAWAL
from kpi.ledger.reads import AsOf, date_of, is_synthetic

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


def evaluation_day(store: Store, version: int, *, is_latest: bool, today: date) -> date:
    """The day (UTC) for a ledger version; ``is_latest`` when the reader asked for the present, not for a version.

    The present is judged ``today``, a version asked for on the day of its event: so the past can be recomputed and does
    not age. A generated portfolio stands still: its day is that of the newest submission or withdrawal at the version,
    whatever people have done with it since. The empty ledger (version 0) is judged today.
    """
    with store.connect() as connection:
        return day_of(connection, version, is_latest=is_latest, today=today)


def day_asked(store: Store, version: int, as_of: AsOf, today: date) -> date:
    """The day for what a reader asked for: a date is judged on that date, a version on its own day, nothing today.

    ``version`` is what ``as_of`` resolved to. Never later than ``today`` or earlier than the version's own day; a
    generated portfolio stands still, as ``evaluation_day`` says.
    """
    day = evaluation_day(store, version, is_latest=as_of is None, today=today)
    wanted = date_of(as_of)
    if wanted is None or is_synthetic(store, version):
        return day
    return max(day, min(wanted, today))


def day_of(connection: duckdb.DuckDBPyConnection, version: int, *, is_latest: bool, today: date) -> date:
    """``evaluation_day`` on an open connection."""
    if version == 0:
        return today
    row = connection.execute(
        """
        SELECT
            count(*) FILTER (kind = $synthetic) > 0,
            max(recorded_at) FILTER (kind IN ($submission, $withdrawal) AND version <= $version)::DATE,
            max(recorded_at) FILTER (version = $version)::DATE
        FROM events
        """,
        {"synthetic": SYNTHETIC, "submission": SUBMISSION, "withdrawal": WITHDRAWAL, "version": version},
    ).fetchone()
    generated, newest_file, own = row if row else (False, None, None)
    if generated:
        return newest_file or own or today
    return today if is_latest else own or today
