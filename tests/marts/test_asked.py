"""On which day figures are judged: now today, a date on that date, a version on its own day."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from kpi.marts.asked import load_asked
from tests.support import Row, submit_rows

CATALOG = load_catalog()
RECEIVED = date(2025, 4, 5)  # the reporting day of March is 10 April


def delivery(partner: str, number: int) -> Row:
    return {
        "partner_id": partner,
        "site_id": f"{partner}-1",
        "delivery_id": f"{partner}-{number}",
        "product": "OB-1",
        "promised_date": date(2025, 3, 10),
        "delivered_date": date(2025, 3, 9),
        "ordered_quantity": 1.0,
        "delivered_quantity": 1.0,
    }


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Of four datasets, one came for March, in time."""
    rows = [delivery("A", number) for number in range(6)]
    submit_rows(empty_store, "deliveries", rows, date(2025, 3, 1), received_on=RECEIVED)
    return empty_store


@pytest.mark.parametrize(
    ("as_of", "today", "timely", "expected"),
    [
        (None, date(2025, 4, 6), 1, 1),  # nobody is late yet
        (None, date(2025, 4, 10), 1, 1),
        (None, date(2025, 4, 11), 1, 4),  # three are missing
        ("2025-04-08", date(2025, 5, 1), 1, 1),  # as it was shown on that day
        ("2025-04-20", date(2025, 5, 1), 1, 4),
        (1, date(2025, 5, 1), 1, 1),  # a version always gives the same
        ("2025-06-01", date(2025, 4, 6), 1, 1),  # tomorrow is not known
    ],
)
def test_a_missing_file_counts_from_the_day_after_its_reporting_day(
    store: Store, as_of: str | int | None, today: date, timely: int, expected: int
) -> None:
    assert version_now(store) == 1
    table = load_asked(store, CATALOG, as_of=as_of, scope=EVERYTHING, today=today).kpi_monthly
    row = table[(table["kpi_id"] == "submission_timeliness") & (table["month"] == "2025-03-01")].iloc[0]
    assert (row["numerator"], row["denominator"]) == (timely, expected)
