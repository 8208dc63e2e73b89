"""A ledger in memory with some partners' records: as the store for these, and nothing of it reaches the store."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.ledger.compare import as_text
from kpi.ledger.current import create_current
from kpi.ledger.partial import add_records, copied_in_memory, empty_in_memory, last_month_covered
from kpi.ledger.reads import changes_back, events, history, version_now
from kpi.ledger.returned import returned
from kpi.ledger.store import Store
from kpi.ledger.submissions import withdraw
from tests.ledger.files import FEBRUARY, JANUARY, NOW, deliveries, put, targets

HELIX = Scope.of(["HELIX"])


@pytest.fixture
def told(empty_store: Store) -> Store:
    """1 HELIX and NOVA in one file, 2 HELIX restates a line, 3 NOVA in February, 4 targets for all."""
    both = deliveries({"delivery_id": "PO-1"}, {"delivery_id": "PO-2"}, {"delivery_id": "N-1", "partner_id": "NOVA"})
    put(empty_store, both)
    put(empty_store, deliveries({"delivery_id": "PO-1", "delivered_date": date(2026, 1, 30)}))
    put(empty_store, deliveries({"delivery_id": "N-2", "partner_id": "NOVA"}), month_to=FEBRUARY)
    put(empty_store, targets({}))
    return empty_store


def records(store: Store, dataset: str, scope: Scope = EVERYTHING) -> list[tuple]:
    with store.connect() as connection:
        create_current(connection, dataset, version_now(store), scope)
        return connection.execute(f"SELECT * FROM current_{dataset} ORDER BY ALL").fetchall()


def test_it_is_the_store_for_its_partners(told: Store) -> None:
    with copied_in_memory(told, HELIX) as copy:
        assert records(copy, "deliveries") == records(told, "deliveries", HELIX)
        assert records(copy, "targets") == records(told, "targets")
        assert history(copy, scope=EVERYTHING).equals(history(told, scope=EVERYTHING))
        assert events(copy, EVERYTHING).drop(columns="facts").equals(events(told, EVERYTHING).drop(columns="facts"))


def test_others_can_be_added_once(told: Store) -> None:
    with copied_in_memory(told, HELIX) as copy:
        add_records(copy, told, scope=EVERYTHING, present=HELIX, version=4)
        for dataset in ("deliveries", "targets", "partners"):
            assert records(copy, dataset) == records(told, dataset)


def test_what_came_to_the_store_since_is_not_added(told: Store) -> None:
    """Its version is that of what is tried on the copy."""
    with copied_in_memory(told, HELIX) as copy:
        put(copy, deliveries({"delivery_id": "PO-9"}))
        put(told, deliveries({"delivery_id": "N-9", "partner_id": "NOVA"}))
        add_records(copy, told, scope=EVERYTHING, present=HELIX, version=4)
        names = {row[4] for row in records(copy, "deliveries")}
    assert "PO-9" in names
    assert "N-9" not in names


def test_what_is_done_to_it_never_reaches_the_store(told: Store) -> None:
    before = told.path.read_bytes()
    with copied_in_memory(told, EVERYTHING) as copy:
        put(copy, deliveries({"delivery_id": "PO-9"}))
        withdraw(copy, "S000001", reason="x", actor="ana", now=NOW, scope=EVERYTHING)
        assert version_now(copy) == 6
    assert told.path.read_bytes() == before
    assert version_now(told) == 4


def test_an_empty_one_takes_a_first_file() -> None:
    with empty_in_memory() as store:
        assert version_now(store) == 0
        assert put(store, deliveries({"delivery_id": "PO-1"})).submission_id == "S000001"


def test_the_last_month_covered(told: Store) -> None:
    def last(version: int, *datasets: str) -> date | None:
        with told.connect() as connection:
            return last_month_covered(connection, datasets, version)

    assert [last(version, "deliveries") for version in range(4)] == [None, JANUARY, JANUARY, FEBRUARY]
    assert last(4, "targets") == JANUARY
    withdraw(told, "S000003", reason="x", actor="ana", now=NOW, scope=EVERYTHING)
    assert last(5, "deliveries") == JANUARY


def test_what_a_withdrawal_brings_back(told: Store) -> None:
    """PO-1 keeps what the later file said when the first goes; when both are gone nothing is left."""
    withdraw(told, "S000001", reason="x", actor="ana", now=NOW, scope=EVERYTHING)
    with told.connect() as connection:
        first = returned(connection, "deliveries", 1, 5)
    assert (first.gone, first.back, len(first.cells)) == (2, 0, 0)
    withdraw(told, "S000002", reason="x", actor="ana", now=NOW, scope=EVERYTHING)
    with told.connect() as connection:
        assert returned(connection, "deliveries", 2, 6).gone == 1


def test_the_earlier_values_come_back_cell_by_cell(told: Store) -> None:
    assert changes_back(told, "S000002", EVERYTHING).empty, "it stands"
    withdraw(told, "S000002", reason="x", actor="ana", now=NOW, scope=EVERYTHING)
    (cell,) = changes_back(told, "S000002", EVERYTHING).to_dict("records")
    assert cell == {
        "row_number": 2,
        "key": "HELIX / PO-1",
        "column": "delivered_date",
        "old": as_text(date(2026, 1, 30)),
        "new": "",
    }
