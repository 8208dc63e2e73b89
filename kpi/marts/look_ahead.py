"""What is coming up: open records with a date by which somebody has promised something."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.current import create_current
from kpi.marts.staging import staging_sql

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.store import Store

DATASETS = ("deviations", "audit_findings", "deliveries")
WHAT = ("deviation", "CAPA", "response", "finding", "delivery")
"""What can be due: the closing of a deviation, CAPA or finding, the response to a finding, an order line."""


def look_ahead(
    store: Store, *, version: int, day: date, until: date, scope: Scope, partner: str | None = None
) -> pd.DataFrame:
    """Everything open at ``version`` that is overdue on ``day`` or due by ``until``, the earliest date first.

    Columns: what (one of WHAT), partner_id, site_id, record_id, description, due_on, days_left (from ``day``; below 0
    is overdue), severity, extended_due_date, submission_id, file_name, row_number. Due means the original date: an
    extension is shown beside it. Raises UsageError where ``until`` is before ``day``, or for a partner outside
    ``scope``.
    """
    if until < day:
        raise UsageError(f"{until} is before {day}, the day of these figures. Name that day or a later one.")
    if partner is not None and not scope.allows(partner):
        raise UsageError(f'There is no partner "{partner}".')
    mine = scope if partner is None else Scope.of([partner])
    with store.connect() as connection:
        for dataset in DATASETS:
            create_current(connection, dataset, version, mine)
        return connection.execute(staging_sql("look_ahead"), {"day": day, "until": until}).df()
