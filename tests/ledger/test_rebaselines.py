"""Rebaselines: a reason, a month that the partner reported, once; taken back once, and visible at earlier versions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.reads import version_now
from kpi.ledger.rebaselines import Rebaseline, rebaselines, withdraw_rebaseline
from kpi.ledger.store import Store
from kpi.ledger.submissions import withdraw
from kpi.ledger.verify import verify
from tests.ledger.acts import THEN, begin_anew
from tests.ledger.files import EVERYTHING, deliveries, put, targets

HELIX, NOVA = Scope.of(["HELIX"]), Scope.of(["NOVA"])
MARCH = date(2025, 3, 1)


@pytest.fixture
def reported(store: Store) -> Store:
    """HELIX and NOVA from January to June 2025; version 3 is a target that speaks of later months."""
    for partner in ("HELIX", "NOVA"):
        put(
            store,
            deliveries({"delivery_id": "D1", "partner_id": partner}),
            month_from=date(2025, 1, 1),
            month_to=date(2025, 6, 1),
        )
    put(store, targets({"partner_id": "HELIX"}))
    return store


def take_back(store: Store, version: int, **changed: Any) -> int:
    usual: dict[str, Any] = {
        "reason": "The line was not new",
        "actor": "ben",
        "now": THEN + timedelta(days=1),
        "scope": EVERYTHING,
    }
    return withdraw_rebaseline(store, version, **{**usual, **changed})


def test_what_is_recorded_is_read_back(reported: Store) -> None:
    recorded = begin_anew(reported, MARCH, grain="product", product="Aspiran 10 mg", currency="EUR")
    assert recorded == Rebaseline(
        kpi_id="on_time_delivery",
        grain="product",
        partner_id="HELIX",
        site_id="",
        product="Aspiran 10 mg",
        currency="EUR",
        month=MARCH,
        reason="New packaging line",
        actor="ana",
        at=THEN,
        version=4,
    )
    assert rebaselines(reported, scope=EVERYTHING) == [recorded]
    assert verify(reported).problems == ()


REFUSED: list[tuple[date, dict[str, Any], str]] = [
    (date(2025, 7, 1), {}, r"cannot begin anew in 2025-07\. Allowed: a month after 2025-01, .* not later than 2025-06"),
    (date(2026, 1, 1), {}, "cannot begin anew in 2026-01"),  # a target's month is none of a chart
    (date(2025, 1, 1), {}, "cannot begin anew in 2025-01"),
    (date(2024, 12, 1), {}, "cannot begin anew in 2024-12"),
    (date(1, 1, 1), {}, "cannot begin anew in 0001-01"),
    (date(2025, 3, 2), {}, "Months are given by their first day"),
    (datetime(2025, 3, 1), {}, "Months are given by their first day"),
    (MARCH, {"reason": " \n"}, "A rebaseline needs a text"),
    (MARCH, {"reason": "x" * 4_001}, "4,001"),
    (MARCH, {"partner_id": "TARN"}, '"TARN" has reported no month yet'),
    (MARCH, {"grain": "country"}, "Allowed: partner, site, product"),
    (MARCH, {"grain": "site"}, "one of a site its site"),
    (MARCH, {"site_id": "HELIX-1"}, "neither site nor product"),
    (MARCH, {"grain": "product", "product": "A", "site_id": "HELIX-1"}, "one of a product its product"),
    (MARCH, {"kpi_id": ""}, "Say which indicator"),
    (MARCH, {"actor": ""}, "Say who is acting"),
]


@pytest.mark.parametrize(("month", "unusual", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(reported: Store, month: date, unusual: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        begin_anew(reported, month, **unusual)
    assert version_now(reported) == 3


@pytest.mark.parametrize("month", [date(2025, 2, 1), date(2025, 6, 1)])
def test_the_second_month_and_the_last_are_allowed(reported: Store, month: date) -> None:
    assert begin_anew(reported, month).month == month


def test_only_months_count_that_still_stand(reported: Store) -> None:
    withdraw(reported, "S000001", reason="Wrong", actor="ben", now=THEN, scope=EVERYTHING)
    with pytest.raises(UsageError, match="has reported no month"):
        begin_anew(reported, MARCH)


def test_the_same_again_is_refused_and_says_who_was_first(reported: Store) -> None:
    begin_anew(reported, MARCH)
    with pytest.raises(UsageError, match=r"in 2025-03 already, recorded on 2026-02-06 by ana: New packaging line"):
        begin_anew(reported, MARCH, reason="Another reason", actor="ben")
    for other in ({"partner_id": "NOVA"}, {"grain": "site", "site_id": "HELIX-1"}, {"kpi_id": "in_full"}):
        begin_anew(reported, MARCH, **other)
    assert len(rebaselines(reported, scope=EVERYTHING)) == 4


def test_taking_one_back_leaves_earlier_versions_as_they_were(reported: Store) -> None:
    first, second = begin_anew(reported, MARCH), begin_anew(reported, date(2025, 5, 1))
    assert take_back(reported, first.version) == 6
    standing = [rebaselines(reported, scope=EVERYTHING, as_of=version) for version in (3, 4, 5, 6)]
    assert standing == [[], [first], [first, second], [second]]
    assert verify(reported).problems == ()


def test_after_it_was_taken_back_the_same_month_may_be_recorded_again(reported: Store) -> None:
    take_back(reported, begin_anew(reported, MARCH).version)
    again = begin_anew(reported, MARCH, reason="It was new after all")
    assert rebaselines(reported, scope=EVERYTHING) == [again]


def test_taken_back_twice_is_refused_and_says_who_did_it_first(reported: Store) -> None:
    version = begin_anew(reported, MARCH).version
    take_back(reported, version)
    with pytest.raises(InputRefused, match="taken back already, on 2026-02-07 by ben: The line was not new"):
        take_back(reported, version)
    assert version_now(reported) == version + 1


def test_taking_back_needs_a_reason(reported: Store) -> None:
    version = begin_anew(reported, MARCH).version
    with pytest.raises(UsageError, match="needs a text"):
        take_back(reported, version, reason="")


def test_unknown_and_invisible_are_the_same_to_a_reader(reported: Store) -> None:
    """A version that is a submission, one that is not there, one about another's partner."""
    theirs = begin_anew(reported, MARCH).version
    said = set()
    for version in (1, 99, theirs, -1):
        with pytest.raises(UsageError) as refused:
            take_back(reported, version, scope=NOVA)
        said.add(str(refused.value).replace(str(version), "…"))
    assert len(said) == 1
    assert rebaselines(reported, scope=NOVA) == []
    assert len(rebaselines(reported, scope=HELIX)) == 1


@pytest.mark.parametrize("partner", ["HELIX", "*", ""])
def test_nobody_begins_anothers_chart_anew(reported: Store, partner: str) -> None:
    with pytest.raises(InputRefused, match="You may not record anything about"):
        begin_anew(reported, MARCH, partner_id=partner, scope=NOVA)
    assert version_now(reported) == 3
