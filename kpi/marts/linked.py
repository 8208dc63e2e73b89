"""Records that hang together: the deviations (with their CAPAs) of lots, the lots of deviations, repeated findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.current import create_current
from kpi.marts.staging import staging_sql

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.store import Store

# Records of a dataset → what is linked to them: by which of their columns, in which dataset, by which statement.
LINKS = {
    "batch_records": ("batch_id", "deviations", "linked_deviations"),
    "deviations": ("batch_id", "batch_records", "linked_lots"),
    "audit_findings": ("finding_id", "audit_findings", "linked_findings"),
}


def linked_records(
    store: Store, records: pd.DataFrame, *, version: int, partner_id: str, scope: Scope
) -> dict[str, pd.DataFrame]:
    """{dataset: current records linked to ``records``} at ``version``; datasets with none are left out.

    ``records`` as ``records_behind`` gives them, with a column dataset. Columns of a frame: submission_id, file_name,
    row_number, then the contract's columns. Raises UsageError for a partner outside ``scope``.
    """
    if not scope.allows(partner_id):
        raise UsageError(f'There is no partner "{partner_id}".')
    found: dict[str, pd.DataFrame] = {}
    if "dataset" not in records:
        return found
    with store.connect() as connection:
        for dataset, (column, other, statement) in LINKS.items():
            mine = records[records["dataset"] == dataset]
            ids = sorted(set(mine[column].dropna().astype(str))) if column in mine else []
            if not ids:
                continue
            create_current(connection, other, version, Scope.of([partner_id]))
            frame = connection.execute(staging_sql(statement), {"partner_id": partner_id, "ids": ids}).df()
            if len(frame):
                found[other] = frame
    return found
