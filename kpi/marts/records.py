"""The records behind a figure, down to the file and the row they came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from kpi.access import Scope
from kpi.catalog import WINDOWS, Catalog, Indicator, Measure
from kpi.errors import UsageError
from kpi.ledger.current import create_current
from kpi.marts.build import Marts, build_marts
from kpi.marts.compile import month_index
from kpi.marts.staging import RECORD_DATASETS, staging_sql

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from kpi.ledger.store import Store

BOTH = "numerator and denominator"
LATEST_BY = {
    "batch_records": "coalesce(disposition_date, record_received_date, completed_date, planned_start_date)",
    "deviations": "greatest(opened_date, coalesce(closed_date, opened_date))",
    "audit_findings": "greatest(audit_date, coalesce(closed_date, audit_date))",
    "deliveries": "coalesce(delivered_date, promised_date)",
}


class Entity(NamedTuple):
    """Whose figure: ``site_id``, ``product`` and ``currency`` are "" where it is of all of them."""

    partner_id: str
    site_id: str = ""
    product: str = ""
    currency: str = ""


def records_behind(
    store: Store,
    catalog: Catalog,
    *,
    version: int,
    kpi_id: str,
    partner_id: str,
    site_id: str = "",
    product: str = "",
    currency: str = "",
    month: date,
    window: int = 1,
    scope: Scope,
) -> pd.DataFrame:
    """Every record that the figure of this entity, month and window is made of, as it stood at ``version``.

    Columns: dataset, counts_as ("numerator and denominator", "denominator", "numerator", "value", "open at the
    month's end"), submission_id, file_name, row_number, then the contract's columns that have any value.
    Raises UsageError for an unknown indicator or window, or a partner outside ``scope``.
    """
    entity = Entity(partner_id, site_id, product, currency)
    asked = [(kpi_id, entity)]
    return records_behind_each(store, catalog, asked, version=version, month=month, window=window, scope=scope)[0]


def records_behind_each(
    store: Store,
    catalog: Catalog,
    asked: Sequence[tuple[str, Entity]],
    *,
    version: int,
    month: date,
    window: int = 1,
    scope: Scope,
    day: date | None = None,
) -> list[pd.DataFrame]:
    """``records_behind`` for many figures of one month and window, (indicator, entity) each, in that order.

    The records are staged once for all of them. ``day``: by which reporting days have passed or not; None is the
    version's own. Raises as ``records_behind``.
    """
    for kpi_id, entity in asked:
        if kpi_id not in catalog.indicators or window not in WINDOWS:
            raise UsageError(f'There is no indicator "{kpi_id}" with a window of {window} months.')
        if not scope.allows(entity.partner_id):
            raise UsageError(f'There is no partner "{entity.partner_id}".')
    if not asked:
        return []
    mine = Scope.of({entity.partner_id for _, entity in asked})
    with store.connect() as connection:
        marts = build_marts(connection, catalog, version, mine, day=day)
        return [_behind(connection, marts, catalog.indicators[kpi_id], of, month, window) for kpi_id, of in asked]


def _behind(
    connection: duckdb.DuckDBPyConnection, marts: Marts, indicator: Indicator, entity: Entity, month: date, window: int
) -> pd.DataFrame:
    months = _counted_months(marts, indicator.id, entity.partner_id, month, window)
    return _joined(
        [
            _read(connection, dataset, condition, counts_as, entity, indicator)
            for dataset, condition, counts_as in _conditions(indicator, months, month)
        ]
    )


def _counted_months(marts: Marts, kpi_id: str, partner_id: str, month: date, window: int) -> list[int]:
    """The window's months (year × 12 + month − 1) that were reported: no other month's records are in the figure."""
    last = month.year * 12 + month.month - 1
    table = marts.kpi_monthly
    partner = (table["partner_id"] == partner_id) & (table["grain"] == "partner")
    mine = table[partner & (table["kpi_id"] == kpi_id) & table["reported"]]
    reported = {start.year * 12 + start.month - 1 for start in mine["month"]}
    return [place for place in range(last - window + 1, last + 1) if last in reported and place in reported]


def latest_records(
    store: Store, dataset: str, *, version: int, partner_id: str, scope: Scope, limit: int = 50
) -> pd.DataFrame:
    """The partner's newest records of ``dataset`` by their last date: submission_id, file_name, row_number, columns."""
    if dataset not in RECORD_DATASETS:
        raise UsageError(f'There is no dataset "{dataset}". Allowed: {", ".join(RECORD_DATASETS)}.')
    if not scope.allows(partner_id):
        raise UsageError(f'There is no partner "{partner_id}".')
    with store.connect() as connection:
        create_current(connection, dataset, version, Scope.of([partner_id]))
        query = staging_sql("latest_records").format(dataset=dataset, latest_by=LATEST_BY[dataset])
        return connection.execute(query, {"partner_id": partner_id, "limit": limit}).df()


def _conditions(indicator: Indicator, months: list[int], month: date) -> list[tuple[str, str, str]]:
    """Per dataset the records that count: a condition on the staged table, and an expression that says as what."""
    if indicator.state is not None:
        where = f" AND ({indicator.state.where})" if indicator.state.where else ""
        end = f"last_day(DATE '{month.isoformat()}')"
        counted = "true" if months else "false"
        entered = f"{counted} AND ({indicator.state.starts}) <= {end}"
        condition = f"{entered} AND coalesce(({indicator.state.ends}) > {end}, true){where}"
        return [(indicator.state.dataset, condition, "'open at the month''s end'")]
    if indicator.values is not None:
        part = indicator.values
        return [(part.dataset, f"{_in_months(part, months)} AND ({part.of}) IS NOT NULL", "'value'")]
    numerator, denominator = indicator.numerator, indicator.denominator
    if numerator is None or denominator is None:
        return []
    if (numerator.dataset, numerator.month_of) == (denominator.dataset, denominator.month_of):
        counts_as = f"CASE WHEN {_where(numerator)} THEN '{BOTH}' ELSE 'denominator' END"
        return [(denominator.dataset, _in_months(denominator, months), counts_as)]
    return [
        (numerator.dataset, _in_months(numerator, months), "'numerator'"),
        (denominator.dataset, _in_months(denominator, months), "'denominator'"),
    ]


def _in_months(part: Measure, months: list[int]) -> str:
    listed = ", ".join(map(str, months)) or "NULL"
    return f"{month_index(part.month_of)} IN ({listed}) AND ({_where(part)})"


def _where(part: Measure) -> str:
    return part.where or "true"


def _read(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    condition: str,
    counts_as: str,
    entity: Entity,
    indicator: Indicator,
) -> pd.DataFrame:
    partner_id, site_id, product, currency = entity
    if dataset == "reporting":
        query = staging_sql("expected_behind").format(condition=condition, counts_as=counts_as)
        return connection.execute(query, {"partner_id": partner_id}).df()
    values, entity_condition = {"partner_id": partner_id, "site_id": site_id}, ["true"]
    if dataset != "audit_findings":
        entity_condition.append("($product = '' OR records.product = $product)")
        values["product"] = product
    if indicator.split_by:
        entity_condition.append(f"records.{indicator.split_by} = $currency")
        values["currency"] = currency
    query = staging_sql("records_behind").format(
        dataset=dataset, condition=condition, counts_as=counts_as, entity=" AND ".join(entity_condition)
    )
    return connection.execute(query, values).df()


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    filled = [part for part in parts if len(part)] or parts[:1]
    joined = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
    has_any = joined.notna().any()
    leading = [c for c in ("dataset", "counts_as", "submission_id", "file_name", "row_number") if c in joined]
    others = [name for name in joined.columns if name not in leading and has_any[name]]
    return joined[[*leading, *others]]
