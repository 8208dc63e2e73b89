"""Finding one submission, without telling a reader about those that are not theirs to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb


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
