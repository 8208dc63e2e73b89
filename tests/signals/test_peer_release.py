"""Which version others are shown from, and that one read gives nothing but what may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE, Grant, Person, load_roles
from kpi.catalog import load_catalog
from kpi.errors import InputRefused
from kpi.ledger.moved import first_file
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.signals.peer_release import release_day, released
from tests.support import order_lines, submit_rows, unchecked_rows, withdraw_quickly

CATALOG = load_catalog()
ON_TIME = CATALOG.indicators["on_time_delivery"]
MARCH = date(2025, 3, 1)
PARTNERS = ("ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT", "GOLF")
ROLES = load_roles()


def somebody(
    *partners: str, roles: tuple[str, ...] = ("viewer", "peer_comparison"), side: str = PARTNER_SIDE
) -> Person:
    return Person("Tom", "tom", side, tuple(Grant(ROLES[role], frozenset(partners)) for role in roles))


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Seven partners' March: between 40 and 100 order lines each, some late; two of them reported after the day."""
    for place, partner in enumerate(PARTNERS):
        rows = order_lines(partner, MARCH, late=place * 3 + 1, count=40 + 10 * place)
        late = partner in ("FOXTROT", "GOLF")
        submit_rows(
            empty_store,
            "deliveries",
            unchecked_rows("deliveries", rows),
            MARCH,
            received_on=date(2025, 4, 20 if late else 9),
        )
    return empty_store


def shown(store: Store, person: Person, today: date, window: int = 1, month: date = MARCH):
    read: list[int] = []

    def everything(version: int, day: date) -> Marts:
        read.append(version)
        return load_marts(store, CATALOG, as_of=version, day=day, scope=EVERYTHING)

    found = released(store, CATALOG, ON_TIME, month, window, person=person, today=today, everything=everything)
    return found, read


@pytest.mark.parametrize(
    ("month", "began", "day"),
    [
        (date(2025, 3, 1), None, date(2025, 4, 15)),
        (date(2025, 12, 1), date(2020, 1, 1), date(2026, 1, 15)),
        (date(2025, 3, 1), date(2025, 4, 15), date(2025, 4, 15)),
        (date(2025, 3, 1), date(2025, 4, 16), date(2025, 5, 15)),
        (date(2023, 1, 1), date(2026, 11, 25), date(2026, 12, 15)),
    ],
)
def test_a_month_is_handed_out_five_days_after_its_reporting_day_or_after_the_ledger_began(
    month: date, began: date | None, day: date
) -> None:
    assert release_day(month, began, reporting_day=10, days_after=5) == day


def test_a_day_beyond_the_months_end_goes_on_in_the_next() -> None:
    assert release_day(date(2025, 1, 1), None, reporting_day=28, days_after=5) == date(2025, 3, 5)


def test_the_ledger_began_with_its_first_file(empty_store: Store, store: Store) -> None:
    assert first_file(store) == date(2025, 4, 9)


def test_an_empty_ledger_never_began(empty_store: Store) -> None:
    assert first_file(empty_store) is None


def test_nothing_before_the_day_has_passed(store: Store) -> None:
    found, read = shown(store, somebody("GOLF"), date(2025, 4, 15))
    assert (found.day, found.passed, found.peers, read) == (date(2025, 4, 15), False, None, [])
    found, _ = shown(store, somebody("GOLF"), date(2025, 4, 16))
    assert found.passed


def test_only_who_had_reported_by_then_and_nobody_that_the_reader_sees(store: Store) -> None:
    """Five had, Foxtrot and Golf had not: who is one of the five has four others."""
    golf, read = shown(store, somebody("GOLF"), date(2025, 6, 1))
    assert golf.peers is not None
    assert len(golf.peers.points) == 5
    assert read == [5]
    assert shown(store, somebody("ALFA"), date(2025, 6, 1))[0].peers is None
    assert shown(store, somebody("GOLF", "ALFA", side=SPONSOR_SIDE), date(2025, 6, 1))[0].peers is None


def test_later_submissions_and_withdrawals_change_nothing_that_was_handed_out(store: Store) -> None:
    """Two versions that differ by one partner's file would tell that file's figures."""
    before, _ = shown(store, somebody("GOLF"), date(2025, 6, 1))
    submit_rows(store, "deliveries", order_lines("ALFA", MARCH, late=30, count=40), MARCH, received_on=date(2025, 7, 1))
    withdraw_quickly(store, "S000002", on=date(2025, 7, 2))
    after, read = shown(store, somebody("GOLF"), date(2025, 8, 1))
    assert after == before
    assert read == [5]


def test_without_the_right_nothing_is_read(store: Store) -> None:
    for person in (somebody("GOLF", roles=("viewer", "committee_member", "quality_lead", "alliance_manager")),):
        with pytest.raises(InputRefused, match="not even without their names"):
            shown(store, person, date(2025, 6, 1))


def test_nothing_that_is_handed_out_names_anybody(store: Store) -> None:
    found, _ = shown(store, somebody("GOLF"), date(2025, 6, 1))
    said = repr(found)
    assert "Peer(" in said
    assert not [partner for partner in PARTNERS if partner in said]


def test_who_sees_everybody_has_nobody_left(store: Store) -> None:
    everybody = replace(somebody("GOLF"), grants=(Grant(ROLES["viewer"], None), Grant(ROLES["peer_comparison"], None)))
    assert shown(store, everybody, date(2025, 6, 1))[0].peers is None


def test_medians_have_no_funnel(store: Store) -> None:
    found = released(
        store,
        CATALOG,
        CATALOG.indicators["disposition_lead_time"],
        MARCH,
        1,
        person=somebody("GOLF"),
        today=date(2025, 6, 1),
        everything=lambda version, day: pytest.fail("nothing need be read"),
    )
    assert found.peers is None
