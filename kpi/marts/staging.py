"""Current records → staged tables: one reading of the ledger per dataset, with the facts that definitions ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.ledger.current import create_current, current_query
from kpi.marts.compile import fields_used

if TYPE_CHECKING:
    import duckdb

    from kpi.catalog import Catalog

STAGING = Path(__file__).with_name("staging")
IDENTITY = ("cell", "version", "row_number")
RECORD_DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")


def stage(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, version: int, scope: Scope, day: date | None = None
) -> None:
    """Create the temporary tables current_*, receipts, portfolio_months, cells and staged_* on ``connection``.

    ``day``: by which reporting days have passed; None is the day of ``version``.
    """
    for dataset in ("partners", "targets", *RECORD_DATASETS):
        _name_current(connection, dataset, version, scope)
    _create_receipts(connection, version, scope)
    connection.execute(staging_sql("cells"))
    for name in RECORD_DATASETS:
        stage_dataset(connection, name, [*IDENTITY, *fields_used(catalog, name)])
    reporting = {"datasets": list(catalog.calendar.datasets), "reporting_day": catalog.calendar.reporting_day}
    connection.execute(staging_sql("reporting"), reporting | {"version": version, "day": day})


def stage_dataset(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> None:
    """Create staged_<name> with ``columns`` of its facts; the texts that nobody asks for cost most of a full copy."""
    connection.execute(staging_sql(name).format(columns=", ".join(columns)))


def _name_current(connection: duckdb.DuckDBPyConnection, dataset: str, version: int, scope: Scope) -> None:
    """current_<dataset> for the statements that follow.

    A view reads the ledger two or three times and still costs a third less than a copy of every current record that
    is read only as often. A view takes no parameters, so a reader of some partners gets the (small) copy.
    """
    query, values = current_query(dataset, version, scope)
    connection.execute(f"DROP VIEW IF EXISTS current_{dataset}")
    if values:
        create_current(connection, dataset, version, scope)
    else:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW current_{dataset} AS {query}")


def _create_receipts(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> None:
    """The receipts the reader may see, and the portfolio's months: whose last one is the same for every reader."""
    everyone = {"version": version, "everything": True, "partners": []}
    connection.execute(staging_sql("receipts"), everyone)
    connection.execute(staging_sql("portfolio_months"), {"datasets": list(RECORD_DATASETS)})
    if scope.partners is not None:
        connection.execute(
            staging_sql("receipts"), everyone | {"everything": False, "partners": sorted(scope.partners)}
        )


@cache
def staging_sql(name: str) -> str:
    return (STAGING / f"{name}.sql").read_text(encoding="utf-8")
