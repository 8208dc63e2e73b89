"""Two versions side by side: what differs, and through which file exactly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog, load_catalog
from kpi.errors import UsageError
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from kpi.rehearsal import comparison
from kpi.rehearsal.comparison import OUT_OF_VIEW, changed_records, compare_versions
from kpi.signals.load import load_review
from tests.rehearsal.real_thing import moved, told
from tests.support import order_lines, submit_rows, withdraw_quickly

JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """1 HELIX January, 2 NOVA January, 3 HELIX restated, 4 both in one file, 5 withdraws 3, 6 NOVA a later month."""
    submit_rows(empty_store, "deliveries", order_lines("HELIX", JANUARY, late=1), JANUARY)
    submit_rows(empty_store, "deliveries", order_lines("NOVA", JANUARY, late=2), JANUARY)
    submit_rows(empty_store, "deliveries", order_lines("HELIX", JANUARY, late=3), JANUARY)
    both = [*order_lines("HELIX", FEBRUARY, late=1), *order_lines("NOVA", FEBRUARY, late=1)]
    submit_rows(empty_store, "deliveries", both, FEBRUARY)
    withdraw_quickly(empty_store, "S000003")
    submit_rows(empty_store, "deliveries", order_lines("NOVA", MARCH, late=0), MARCH)
    return empty_store


def through(store: Store, catalog: Catalog, first: int, last: int, **given: Any) -> dict[tuple[str, date], str]:
    """What moved on-time delivery, by partner and month."""
    asked: dict[str, Any] = {"scope": EVERYTHING, "kpi": "on_time_delivery"}
    found = compare_versions(store, catalog, first, last, **(asked | given))
    return {(row.partner_id, row.month.date()): row.through for row in found.figures.itertuples(index=False)}


def test_each_figure_names_the_file_that_moved_it(store: Store, catalog: Catalog) -> None:
    assert through(store, catalog, 1, 3) == {("NOVA", JANUARY): "S000002", ("HELIX", JANUARY): "S000003"}
    assert through(store, catalog, 3, 4) == {("HELIX", FEBRUARY): "S000004", ("NOVA", FEBRUARY): "S000004"}
    assert through(store, catalog, 4, 5) == {("HELIX", JANUARY): "withdrawal of S000003"}
    assert through(store, catalog, 0, 6) == {
        ("HELIX", JANUARY): "S000001; S000003; withdrawal of S000003",
        ("NOVA", JANUARY): "S000002",
        ("HELIX", FEBRUARY): "S000004",
        ("NOVA", FEBRUARY): "S000004",
        ("NOVA", MARCH): "S000005",
    }


def test_what_was_taken_back_in_between_makes_no_difference(store: Store, catalog: Catalog) -> None:
    assert through(store, catalog, 2, 5, partner="HELIX") == {("HELIX", FEBRUARY): "S000004"}


def test_a_later_month_of_one_partner_moves_the_reporting_of_another(store: Store, catalog: Catalog) -> None:
    """From then on HELIX owes March, too."""
    found = compare_versions(store, catalog, 5, 6, scope=EVERYTHING, kpi="submission_timeliness")
    rows = {(row.partner_id, row.month.date()): row.through for row in found.figures.itertuples(index=False)}
    assert rows == {("HELIX", MARCH): "S000005", ("NOVA", MARCH): "S000005"}


@pytest.mark.parametrize(("first", "last"), [(0, 6), (1, 3), (2, 5), (5, 6), (4, 4), (0, 0)])
def test_what_differs_is_what_two_looks_would_show(store: Store, catalog: Catalog, first: int, last: int) -> None:
    day = date(2026, 2, 1)
    looks = [
        load_review(store, catalog, as_of=version, scope=EVERYTHING, today=day, day=day)[0] for version in (first, last)
    ]
    found = compare_versions(store, catalog, first, last, scope=EVERYTHING, day=day)
    assert told(found) == moved(*looks)  # type: ignore[arg-type]
    assert all(found.figures["through"])


def test_of_many_events_those_that_could_have_done_it_are_named(
    store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MOST_STEPS", 1)
    found = through(store, catalog, 1, 4)
    assert found["HELIX", JANUARY] == "one of S000003 and S000004"
    assert found["NOVA", JANUARY] == "one of S000002 and S000004"
    assert not compare_versions(store, catalog, 1, 4, scope=EVERYTHING).exact


def test_a_quick_answer_names_all_that_could_have_done_it(store: Store, catalog: Catalog) -> None:
    quick = through(store, catalog, 1, 4, most_steps=0)
    assert quick == {
        ("HELIX", JANUARY): "one of S000003 and S000004",
        ("NOVA", JANUARY): "one of S000002 and S000004",
        ("HELIX", FEBRUARY): "one of S000003 and S000004",
        ("NOVA", FEBRUARY): "one of S000002 and S000004",
    }


def test_changed_records_are_told_cell_by_cell(store: Store, catalog: Catalog) -> None:
    found = compare_versions(store, catalog, 2, 5, scope=EVERYTHING)
    cells = changed_records(store, found.between, scope=EVERYTHING)
    assert list(cells[["submission_id", "what", "key", "column", "old", "new"]].itertuples(index=False, name=None)) == [
        ("S000003", "submission", "HELIX / 01-1", "delivered_date", "2025-01-10", "2025-01-20"),
        ("S000003", "submission", "HELIX / 01-2", "delivered_date", "2025-01-10", "2025-01-20"),
        ("S000003", "withdrawal", "HELIX / 01-1", "delivered_date", "2025-01-20", "2025-01-10"),
        ("S000003", "withdrawal", "HELIX / 01-2", "delivered_date", "2025-01-20", "2025-01-10"),
    ]
    assert changed_records(store, found.between, scope=EVERYTHING, partner="NOVA").empty


def test_a_reader_of_one_partner_learns_nothing_of_another(store: Store, catalog: Catalog) -> None:
    mine = Scope.of(["HELIX"])
    found = compare_versions(store, catalog, 0, 6, scope=mine)
    assert set(found.figures["partner_id"]) == {"HELIX"}
    assert "NOVA" not in repr(found.between) + " ".join((*found.opens, *found.closes))
    hidden = {event.told for event in found.between} - {"S000001", "S000003", "withdrawal of S000003"}
    assert hidden == {OUT_OF_VIEW}, "the file of both partners, and the month that another one began"
    assert through(store, catalog, 3, 4, scope=mine) == {("HELIX", FEBRUARY): OUT_OF_VIEW}
    cells = changed_records(store, found.between, scope=mine)
    assert set(cells["submission_id"]) == {"S000003"}
    messages = []
    for name in ("NOVA", "NOBODY"):
        with pytest.raises(UsageError) as refused:
            compare_versions(store, catalog, 0, 6, scope=mine, partner=name)
        messages.append(str(refused.value).replace(name, "…"))
    assert messages[0] == messages[1]


@pytest.mark.parametrize(
    ("first", "last", "given", "message"),
    [
        (3, 2, {}, "Version 3 is later than version 2"),
        (0, 99, {}, "There is no ledger version 99"),
        (0, 2, {"partner": "NOBODY"}, 'There is no partner "NOBODY"'),
        (0, 2, {"partner": "*"}, r'There is no partner "\*"'),
        (0, 2, {"kpi": "nothing"}, 'There is no indicator "nothing"'),
    ],
)
def test_what_there_is_none_of_is_told(
    store: Store, catalog: Catalog, first: int, last: int, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compare_versions(store, catalog, first, last, **({"scope": EVERYTHING} | given))


def test_nothing_is_written(store: Store, catalog: Catalog) -> None:
    before, version = store.path.read_bytes(), version_now(store)
    compare_versions(store, catalog, 0, version, scope=EVERYTHING)
    assert store.path.read_bytes() == before
