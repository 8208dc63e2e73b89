"""Comparing, digesting, appending and verifying in slices: the same results as in one piece."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime

import polars as pl
import pytest

from kpi.access import EVERYTHING
from kpi.ledger import appending, compare, digest, verify_rows
from kpi.ledger.store import Store
from kpi.ledger.submissions import submit
from kpi.ledger.verify import verify
from tests.support import checked_rows, submit_rows

MONTH = date(2026, 1, 1)
Rows = list[dict[str, object]]


@pytest.fixture(autouse=True)
def slices_of_seven() -> Iterator[None]:
    places = [(module, module.ROWS_AT_ONCE) for module in (appending, compare, digest, verify_rows)]
    for module, _ in places:
        module.ROWS_AT_ONCE = 7  # type: ignore[attr-defined]
    yield
    for module, normal in places:
        module.ROWS_AT_ONCE = normal  # type: ignore[attr-defined]


@pytest.fixture
def store(tmp_path) -> Store:  # type: ignore[no-untyped-def]
    from kpi.ledger.store import open_store

    return open_store(f"duckdb:///{tmp_path}/ledger.duckdb")


def lines(numbers: list[int], quantity: dict[int, float]) -> Rows:
    return [
        {
            "partner_id": "HELIX" if number % 3 else "ORION",
            "site_id": "S1",
            "delivery_id": f"D-{number}",
            "product": "AX-101",
            "promised_date": "2026-01-15",
            "ordered_quantity": quantity.get(number, 10.0),
            "unit": "kg",
        }
        for number in numbers
    ]


def test_new_changed_and_unchanged_are_counted_over_all_slices(store: Store) -> None:
    random.seed(7)
    first, second = random.sample(range(60), 40), random.sample(range(60), 45)
    submit_rows(store, "deliveries", lines(first, {}), MONTH)
    dearer = dict.fromkeys(second[::4], 12.0)
    receipt = submit_rows(store, "deliveries", lines(second, dearer), MONTH)
    known = set(first) & set(second)
    changed = known & set(dearer)
    assert (receipt.new, receipt.changed) == (len(set(second) - set(first)), len(changed))
    assert receipt.unchanged == len(known) - len(changed)
    with store.connect() as connection:
        rows = connection.execute(
            "SELECT row_number, delivery_id, restates FROM deliveries WHERE version = ? ORDER BY row_number",
            [receipt.version],
        ).fetchall()
    assert rows == [(at, f"D-{number}", number in known) for at, number in enumerate(second, start=2)]


def test_the_first_changed_cells_are_shown_in_the_order_of_the_rows(store: Store) -> None:
    numbers = list(range(30))
    submit_rows(store, "deliveries", lines(numbers, {}), MONTH)
    checked = checked_rows("deliveries", lines(numbers, dict.fromkeys(range(5, 29), 11.0)))
    assert checked.records is not None
    with store.connect() as connection:
        found = compare.compare(connection, "deliveries", checked.records, 1)
    cells = found.cells(limit=10)
    assert cells["row_number"].to_list() == list(range(7, 17))
    assert set(cells["old"]) == {"10"}
    assert set(cells["new"]) == {"11"}
    assert (found.changed, found.new, found.unchanged) == (24, 0, 6)


def test_progress_of_a_submission_moves_within_its_steps_and_never_back(store: Store) -> None:
    told: list[tuple[str, float]] = []
    submit(
        store,
        checked_rows("deliveries", lines(list(range(40)), {})),
        month_from=MONTH,
        month_to=MONTH,
        actor="tests",
        reason="",
        now=datetime(2026, 6, 30, tzinfo=UTC),
        accept_warnings=True,
        scope=EVERYTHING,
        progress=lambda step, share: told.append((step, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len({share for step, share in told if step == "Comparing with the ledger"}) > 4
    assert len({share for step, share in told if step == "Writing the records"}) > 4


@pytest.mark.parametrize("rows", [6, 7, 8, 14, 40])
def test_a_large_submission_verifies_and_a_change_in_it_is_found(store: Store, rows: int) -> None:
    submit_rows(store, "deliveries", lines(list(range(3)), {}), MONTH)
    submit_rows(store, "deliveries", lines(list(range(100, 100 + rows)), {}), MONTH)
    submit_rows(store, "deliveries", lines([300], {}), MONTH)
    assert verify(store).problems == ()
    with store.connect(read_only=False) as connection:
        connection.execute(f"UPDATE deliveries SET unit = 'g' WHERE delivery_id = 'D-{99 + rows}'")
    assert [problem.split(": ")[1] for problem in verify(store).problems] == [
        "the rows of S000002 (deliveries.csv, version 2) were changed after they were submitted."
    ]


def test_rows_that_lie_in_another_order_verify_too(store: Store) -> None:
    """As after a restore that did not keep the order: the digest speaks of the rows, not of where they lie."""
    submit_rows(store, "deliveries", lines(list(range(20)), {}), MONTH)
    with store.connect(read_only=False) as connection:
        connection.execute("CREATE TEMP TABLE turned AS FROM deliveries ORDER BY row_number DESC")
        connection.execute("DELETE FROM deliveries; INSERT INTO deliveries FROM turned")
    assert verify(store).problems == ()


def test_a_digest_of_slices_is_that_of_the_whole() -> None:
    rows = pl.DataFrame(
        {
            "row_number": range(2, 42),
            "restates": [number % 2 == 0 for number in range(40)],
            "text": [None if number % 5 == 0 else "ü" * (number % 20) for number in range(40)],
            "day": [date(2026, 1, 1 + number % 28) if number % 3 else None for number in range(40)],
            "amount": [number / 7 if number % 4 else None for number in range(40)],
        }
    )
    found = digest.rows_digest(rows)
    digest.ROWS_AT_ONCE = 1_000
    assert digest.rows_digest(rows) == found
    assert digest.rows_digest(rows.reverse()) == found
    assert digest.rows_digest(pl.concat([rows[:9], rows[9:11], rows[11:]], rechunk=False)) == found
