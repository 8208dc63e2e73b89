"""The day on which escalations are judged: today for the present, the version's own for the past."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kpi.ledger.evaluation import evaluation_day
from kpi.ledger.marks import mark_synthetic
from kpi.ledger.store import Store
from kpi.ledger.submissions import withdraw
from tests.ledger.acts import act
from tests.ledger.files import EVERYTHING, deliveries, put

TODAY = date(2026, 7, 1)


def tell(store: Store, synthetic: bool) -> None:
    """1: 3 March; 2: 5 March; 3: an act on 9 April; 4: the first withdrawn on 10 April; 5: an act on 2 May."""
    if synthetic:
        mark_synthetic(store, "sample generator", datetime(2026, 3, 1))
    put(store, deliveries({"delivery_id": "D1"}), now=datetime(2026, 3, 3, 23, 59))
    put(store, deliveries({"delivery_id": "D2"}), now=datetime(2026, 3, 5))
    act(store, now=datetime(2026, 4, 9))
    withdraw(store, "S000001", reason="Wrong", actor="ben", now=datetime(2026, 4, 10), scope=EVERYTHING)
    act(store, now=datetime(2026, 5, 2))


@pytest.mark.parametrize(
    ("version", "is_latest", "day"),
    [
        (0, True, TODAY),
        (0, False, TODAY),
        (1, False, date(2026, 3, 3)),
        (2, False, date(2026, 3, 5)),
        (3, False, date(2026, 4, 9)),
        (5, False, date(2026, 5, 2)),
        (5, True, TODAY),
    ],
)
def test_of_a_real_portfolio(store: Store, version: int, is_latest: bool, day: date) -> None:
    tell(store, synthetic=False)
    assert evaluation_day(store, version, is_latest=is_latest, today=TODAY) == day


@pytest.mark.parametrize(
    ("version", "is_latest", "day"),
    [
        (0, True, TODAY),
        (1, False, date(2026, 3, 1)),  # the mark itself
        (2, False, date(2026, 3, 3)),
        (3, False, date(2026, 3, 5)),
        (4, False, date(2026, 3, 5)),  # an act moves nothing
        (5, False, date(2026, 4, 10)),
        (6, False, date(2026, 4, 10)),
        (6, True, date(2026, 4, 10)),
    ],
)
def test_a_generated_portfolio_stands_still(store: Store, version: int, is_latest: bool, day: date) -> None:
    tell(store, synthetic=True)
    assert evaluation_day(store, version, is_latest=is_latest, today=TODAY) == day
