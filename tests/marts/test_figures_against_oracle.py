"""Every figure of the product against the plain-Python count: the sample, random portfolios, and as of any version."""

from __future__ import annotations

from datetime import date

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.store import Store
from kpi.marts import load_marts
from tests.marts.compare import all_differences, shown_by_product, submissions_in
from tests.marts.oracle_calendar import WINDOWS
from tests.support import submit_rows, withdraw_quickly


def assert_agrees(store: Store, catalog: Catalog, as_of: int | None = None) -> None:
    marts = load_marts(store, catalog, as_of=as_of, scope=EVERYTHING)
    found = all_differences(store, catalog, marts)
    assert not found, f"{len(found)} cells differ at version {marts.version}, the first:\n" + "\n".join(found[:20])


def test_sample_portfolio_agrees_with_the_count(sample_store, catalog) -> None:
    assert_agrees(sample_store, catalog)


def test_random_portfolio_agrees_with_the_count(random_store, catalog) -> None:
    assert_agrees(random_store, catalog)


def test_random_portfolio_agrees_as_of_earlier_versions(random_store, catalog) -> None:
    last = load_marts(random_store, catalog, scope=EVERYTHING).version
    for version in (last // 3, last - 3):
        assert_agrees(random_store, catalog, as_of=version)


def test_random_portfolio_has_the_edges(random_store) -> None:
    """The drawing would be of little use if it never came near them."""
    submissions = submissions_in(random_store)
    rows = [row for submission in submissions for row in submission.rows]
    assert any(submission.withdrawn_by for submission in submissions)
    assert any(submission.month_from < submission.month_to for submission in submissions)
    assert any(date(2024, 2, 29) in row.values() for row in rows)
    assert {"EUR", "USD"} <= {row.get("currency") for row in rows}
    assert any(row["restates"] for row in rows)


def test_a_narrow_scope_gives_the_same_figures_for_its_partners(random_store, catalog) -> None:
    """A partner that stopped reporting has stopped for its own readers too: the portfolio's months are everybody's."""
    everything = load_marts(random_store, catalog, scope=EVERYTHING)
    cells = shown_by_product(everything, window=12).items()
    for partners in (["STOPPED"], ["GAPS", "ONE_MONTH"]):
        narrow = load_marts(random_store, catalog, scope=Scope.of(partners))
        assert shown_by_product(narrow, window=12) == {key: cell for key, cell in cells if key[2] in partners}


def test_an_earlier_version_still_shows_what_it_showed_then(empty_store, catalog) -> None:
    """Three submissions and a withdrawal: each version's figures, kept at the time, come back unchanged."""
    store, month, next_month = empty_store, date(2024, 3, 1), date(2024, 4, 1)

    def line(number: int, delivered: date | None, promised: date = date(2024, 3, 20)) -> dict:
        return {
            "partner_id": "P",
            "site_id": "S",
            "delivery_id": f"L{number}",
            "product": "X",
            "promised_date": promised,
            "ordered_quantity": 10.0,
            "delivered_date": delivered,
        }

    in_time, late = date(2024, 3, 19), date(2024, 4, 2)
    steps = [
        lambda: submit_rows(store, "deliveries", [line(1, in_time), line(2, None)], month),
        lambda: submit_rows(store, "deliveries", [line(2, late), line(3, in_time)], month),
        lambda: submit_rows(store, "deliveries", [line(1, late), line(4, late, late)], next_month),
        lambda: withdraw_quickly(store, "S000002"),
    ]
    then = []
    for version, step in enumerate(steps, start=1):
        step()
        marts = load_marts(store, catalog, scope=EVERYTHING)
        assert marts.version == version
        then.append({window: shown_by_product(marts, window) for window in WINDOWS})
        assert_agrees(store, catalog)
    on_time = ("on_time_delivery", "partner", "P", "", "", "", month)
    counts = [(cells[1][on_time].figure.numerator, cells[1][on_time].figure.denominator) for cells in then]
    assert counts == [(1, 2), (2, 3), (1, 3), (0, 2)]
    for version, shown in enumerate(then, start=1):
        marts = load_marts(store, catalog, as_of=version, scope=EVERYTHING)
        assert {window: shown_by_product(marts, window) for window in WINDOWS} == shown
