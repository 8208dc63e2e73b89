"""One record as it stood at a ledger version, with the file and the row that said so last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.current import create_current
from kpi.ledger.tables import key_of
from kpi.marts.staging import RECORD_DATASETS, staging_sql

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.store import Store


def one_record(
    store: Store, dataset: str, record_id: str, *, version: int, partner_id: str, scope: Scope
) -> pd.DataFrame:
    """The record of this id: submission_id, file_name, row_number, columns; no row where there was none.

    Raises UsageError for a dataset without records of partners and for a partner outside ``scope``.
    """
    if dataset not in RECORD_DATASETS:
        raise UsageError(f'There is no dataset "{dataset}". Allowed: {", ".join(RECORD_DATASETS)}.')
    if not scope.allows(partner_id):
        raise UsageError(f'There is no partner "{partner_id}".')
    with store.connect() as connection:
        create_current(connection, dataset, version, Scope.of([partner_id]))
        query = staging_sql("one_record").format(dataset=dataset, record_id=key_of(dataset)[1])
        return connection.execute(query, {"partner_id": partner_id, "record_id": record_id}).df()
