"""Finding one submission, without telling a reader about those that are not theirs to see."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.chain import OFFERED
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb

KEPT_BACK = "# This mapping was made for files of others, too.\n"


@dataclass(frozen=True)
class Found:
    """A submission, and its withdrawal if there was one."""

    submission_id: str
    version: int
    dataset: str
    file_name: str
    sha256: str
    partners: tuple[str, ...]
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


def visible_condition(scope: Scope, column: str = "submissions.partners") -> tuple[str, list[list[str]]]:
    """A condition on submissions, with its parameters: the reader may see EVERY partner in the file.

    One foreign partner in it hides the whole file: its original would show that partner's records.
    """
    if scope.partners is None:
        return "true", []
    return f"list_has_all(?::TEXT[], {column})", [[ALL_PARTNERS, *sorted(scope.partners)]]


def find_submission(connection: duckdb.DuckDBPyConnection, submission_id: str, scope: Scope) -> Found:
    """Raises UsageError, in the same words, for one that does not exist and for one outside ``scope``."""
    visible, values = visible_condition(scope)
    row = connection.execute(
        f"""
        SELECT submissions.submission_id, submissions.version, dataset, file_name, sha256, partners,
            withdrawals.recorded_at, withdrawals.actor, withdrawals.reason
        FROM submissions
        LEFT JOIN withdrawals ON withdrawals.submission_version = submissions.version
        WHERE submissions.submission_id = ? AND {visible}
        """,
        [submission_id.strip().upper(), *values],
    ).fetchone()
    if row is None:
        raise UsageError(f'There is no submission "{submission_id}". The list of submissions shows those there are.')
    return Found(row[0], row[1], row[2], row[3], row[4], tuple(row[5]), row[6], row[7], row[8])


def is_shared(connection: duckdb.DuckDBPyConnection, sha256: str, scope: Scope) -> bool:
    """Whether the same bytes came as a file of partners outside ``scope``, too: submitted, withdrawn or offered.

    One workbook may hold a sheet for each of several partners: each sheet is a submission, and its original is the
    whole workbook.
    """
    if scope.partners is None:
        return False
    row = connection.execute(
        """
        SELECT count(*) FROM (
            SELECT partners FROM submissions WHERE sha256 = ?
            UNION ALL
            SELECT (payload -> '$.partners')::TEXT[] FROM events
            WHERE kind = ? AND (payload ->> '$.sha256') = ?
        ) WHERE NOT list_has_all(?::TEXT[], partners)
        """,
        [sha256, OFFERED, sha256, [ALL_PARTNERS, *sorted(scope.partners)]],
    ).fetchone()
    return bool(row and row[0])


def require_whole(connection: duckdb.DuckDBPyConnection, sha256: str, scope: Scope) -> None:
    """Raises InputRefused for an original that holds more than the reader may see."""
    if is_shared(connection, sha256, scope):
        raise InputRefused(
            "The original of this file holds more than what you may see of it, so it is not handed out. Ask whoever "
            "submitted it."
        )


def mapping_seen(connection: duckdb.DuckDBPyConnection, mapping: str, scope: Scope) -> str:
    """The TOML of a mapping, or a comment for a reader whom it would tell of other partners by their ids."""
    if scope.partners is None or not mapping:
        return mapping
    told = tomllib.loads(mapping)
    words = [told.get(name, {}) for name in ("values", "replace")]
    partners, sites = (
        {str(word) for one in words for word in one.get(column, {}).values()} for column in ("partner_id", "site_id")
    )
    row = connection.execute(
        "SELECT count(*) FROM partners WHERE list_contains(?::TEXT[], site_id) AND NOT list_contains(?::TEXT[], "
        "partner_id)",
        [sorted(sites), sorted(scope.partners)],
    ).fetchone()
    return mapping if partners <= scope.partners and not (row and row[0]) else KEPT_BACK
