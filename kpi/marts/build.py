"""The marts: the current records of a ledger version → one table of figures, ``kpi_monthly``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.catalog import Catalog
from kpi.ledger import reads
from kpi.marts.compile import compile_catalog
from kpi.marts.counts import run
from kpi.marts.entities import read_portfolio
from kpi.marts.figures import Figured, figure_all
from kpi.marts.judgement import Target
from kpi.marts.register import read_coverage, read_register
from kpi.marts.staging import stage, staging_sql
from kpi.marts.table import empty_table, to_table

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from kpi.ledger.store import Store


@dataclass(frozen=True)
class Marts:
    """Everything a screen needs of one ledger version, for one scope. Shared by readers; never change a frame in it.

    ``kpi_monthly``: one row per indicator, grain, entity, currency and month; see kpi.marts.table for its columns.
    ``coverage``: one row per partner, dataset expected of it and month: received_on, due_on, state.
    ``register``: one row per site; partners that only records name have partner_name = partner_id and no site.
    ``definitions``: the catalogue's digest. ``last_month``: first day of the last month any partner reported.
    """

    version: int
    at: datetime | None
    definitions: str
    kpi_monthly: pd.DataFrame
    coverage: pd.DataFrame
    register: pd.DataFrame
    last_month: date | None
    synthetic: bool

    def for_scope(self, scope: Scope) -> Marts:
        """Of the marts of everything: what ``scope`` may see, exactly as it would be computed for that scope alone.

        The frames are new ones; nothing in them, not even an unused category, comes from another partner.
        """
        from kpi.marts.restrict import restricted

        return restricted(self, scope)


def load_marts(
    store: Store,
    catalog: Catalog,
    *,
    as_of: int | str | date | datetime | None = None,
    scope: Scope,
    day: date | None = None,
) -> Marts:
    """The marts at ``as_of`` (a version, a date or a time; None is now) of what ``scope`` may see.

    ``day``: the day by which reporting days have passed or not; None is the version's own.
    Raises UsageError for a version or date the ledger does not have, StoreUnavailable when the store stays busy.
    """
    version = reads.resolve_as_of(store, as_of)
    at = reads.version_time(store, version)
    synthetic = reads.is_synthetic(store)
    with store.connect() as connection:
        return build_marts(connection, catalog, version, scope, at=at, synthetic=synthetic, day=day)


def build_marts(
    connection: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    version: int,
    scope: Scope,
    *,
    at: datetime | None = None,
    synthetic: bool = False,
    day: date | None = None,
) -> Marts:
    """Stage the current records, count them in SQL, roll the counts up into figures, judge the figures."""
    stage(connection, catalog, version, scope, day)
    counted = run(connection, compile_catalog(catalog))
    portfolio = read_portfolio(connection, counted.first_event())
    targets = _targets(connection)
    figured: list[Figured] = []
    if portfolio is not None:
        figured = figure_all(catalog, counted, portfolio, targets, _ends(connection))
    return Marts(
        version=version,
        at=at,
        definitions=catalog.digest,
        kpi_monthly=to_table(figured, portfolio) if portfolio is not None else empty_table(),
        coverage=read_coverage(connection),
        register=read_register(connection),
        last_month=portfolio.axis.starts()[-1].item() if portfolio is not None else None,
        synthetic=synthetic,
    )


def _targets(connection: duckdb.DuckDBPyConnection) -> list[Target]:
    rows = connection.execute(staging_sql("targets")).fetchall()
    return [Target(*row) for row in rows]


def _ends(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Partner → month index of the last active_to, for partners of whom every registered site has one."""
    return dict(connection.execute(staging_sql("ends")).fetchall())
