"""The single values behind a median, with the site and product of the record each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.marts.compile import values_sql
from kpi.marts.staging import stage, staging_sql

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.store import Store


def values_behind(
    store: Store, catalog: Catalog, *, version: int, kpi_id: str, partner_id: str, scope: Scope
) -> pd.DataFrame:
    """One row per record of the partner that the median ``kpi_id`` looks at: month (year × 12 + month − 1), site_id,
    product ("" for none), days.

    Months that were not reported are in it too; whoever adds up a window leaves them out. Raises UsageError for an
    indicator that is no median, or a partner outside ``scope``.
    """
    indicator = catalog.indicators.get(kpi_id)
    if indicator is None or indicator.values is None:
        raise UsageError(f'"{kpi_id}" is no median of single values.')
    if not scope.allows(partner_id):
        raise UsageError(f'There is no partner "{partner_id}".')
    with store.connect() as connection:
        stage(connection, catalog, version, Scope.of([partner_id]))
        query = staging_sql("values_by_entity").format(values=values_sql(indicator.values))
        return connection.execute(query, {"partner_id": partner_id}).df()
