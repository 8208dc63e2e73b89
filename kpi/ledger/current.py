"""The records in force at a ledger version: for every key the newest row that was not withdrawn by then."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.ledger.tables import ALL_PARTNERS, key_of, quoted

if TYPE_CHECKING:
    import duckdb

COLUMNS_OF_THE_LEDGER = ("version", "row_number")


def create_current(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    version: int,
    scope: Scope,
    columns: Sequence[str] | None = None,
) -> str:
    """Creates the temporary table ``current_<dataset>`` on this connection and returns its name.

    One row per key; columns version, row_number (of the submission that the row came with), then the contract's, or
    of those only ``columns``. Works on a read-only connection. Rows of ``*`` (targets) are there for every reader.
    Raises UsageError for an unknown dataset.
    """
    name = f"current_{dataset}"
    query, values = current_query(dataset, version, scope, columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", values)
    return name


def current_query(
    dataset: str,
    version: int,
    scope: Scope,
    columns: Sequence[str] | None = None,
) -> tuple[str, list[str]]:
    """The same as a SELECT and its parameters, for use within another statement."""
    key = key_of(dataset)
    standing, partners = _standing(int(version), scope)
    wanted = quoted(list(dict.fromkeys((*COLUMNS_OF_THE_LEDGER, *columns))), "record") if columns is not None else ""
    query = _template().format(
        version=int(version),
        dataset=dataset,
        key=quoted(key),
        columns=wanted or "record.* EXCLUDE (restates)",
        standing=standing,
        same_key=" AND ".join(f'newest."{name}" = record."{name}"' for name in key),
    )
    return query, partners * 2


def standing_versions(version: int, column: str) -> str:
    """A condition: ``column`` is the version of a submission that stands at ``version``.

    For any table whose rows belong to submissions, coverage among them.
    """
    at = int(version)
    return (
        f"{column} <= {at} AND {column} NOT IN "
        f"(SELECT submission_version FROM withdrawals WHERE withdrawals.version <= {at})"
    )


def partners_condition(scope: Scope, column: str) -> tuple[str, list[str]]:
    """A condition that keeps what the reader may see, with its parameters; always true for a reader of everything."""
    if scope.partners is None:
        return "true", []
    allowed = [ALL_PARTNERS, *sorted(scope.partners)]
    return f"{column} IN ({', '.join('?' * len(allowed))})", allowed


def _standing(version: int, scope: Scope) -> tuple[str, list[str]]:
    mine, values = partners_condition(scope, "record.partner_id")
    return f"{standing_versions(version, 'record.version')} AND {mine}", values


@cache
def _template() -> str:
    return Path(__file__).with_name("current.sql").read_text(encoding="utf-8")
