"""Decisions and agreed actions as rows of a pack: as of a version, within scope, in the order of people."""

from __future__ import annotations

from datetime import date, datetime

from kpi.access import Scope
from kpi.catalog import Catalog, load_catalog
from kpi.ledger.decisions import withdraw_decision
from kpi.ledger.links import Link, escalation_link, indicator_link, record_link
from kpi.ledger.store import Store
from kpi.qbr.decisions import about_words, decisions_page_of
from kpi.qbr.pack import DecisionsPage
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import USUAL, agree, change, decide, open_one

DAY = date(2026, 3, 10)


def page(
    store: Store, version: int, day: date = DAY, partner: str = "HELIX", scope: Scope = EVERYTHING
) -> DecisionsPage:
    return decisions_page_of(store, version, day, partner, scope, load_catalog())


def test_rows_say_meeting_link_owner_and_state(empty_store: Store) -> None:
    open_one(empty_store)
    decide(empty_store, link=indicator_link("right_first_time"))
    agree(empty_store, link=record_link("deviations", "DEV-1"))
    change(empty_store, "A-3", due_on=date(2026, 4, 1), note="Later")
    found = page(empty_store, 4)
    [decision], [action] = found.decisions, found.actions
    assert (decision.id, decision.meeting, decision.day) == (
        "D-2",
        "Steering committee of 10 February 2026",
        date(2026, 2, 10),
    )
    assert (decision.about, decision.decided_by) == ("Right first time", "Both sides")
    assert (action.id, action.about, action.owner, action.side) == ("A-3", "deviations DEV-1", "Ben Low", "partner")
    assert (action.due_on, action.extended_to, action.overdue) == (date(2026, 3, 1), date(2026, 4, 1), True)
    assert found.title == "Decisions and actions: 1 decision, 1 action open, 1 overdue"
    assert found.closed_on_time.startswith("Closed on time: 0 of 1 agreed action")
    assert "D-2, 10 February 2026: We audit the site" in found.notes


def test_a_version_has_what_stood_then(empty_store: Store) -> None:
    open_one(empty_store)
    decide(empty_store)
    withdraw_decision(empty_store, "D-2", **USUAL, reason="Twice")
    agree(empty_store)
    change(empty_store, "A-4", "done")
    assert [row.id for row in page(empty_store, 2).decisions] == ["D-2"]
    assert page(empty_store, 3).decisions == ()
    assert [(row.state, row.overdue) for row in page(empty_store, 4).actions] == [("open", True)]
    assert [(row.state, row.closed_on) for row in page(empty_store, 5).actions] == [("done", date(2026, 2, 6))]
    assert page(empty_store, 1).title == "Decisions and actions: none recorded"


def test_decisions_come_newest_first_and_actions_by_the_date_first_agreed(empty_store: Store) -> None:
    open_one(empty_store, day=date(2026, 2, 20))
    decide(empty_store)
    decide(empty_store, "", partner_id="HELIX", now=datetime(2026, 2, 7))
    for due in (date(2026, 5, 1), date(2026, 3, 1)):
        agree(empty_store, due_on=due)
    change(empty_store, "A-5", due_on=date(2026, 9, 1), note="Later")
    found = page(empty_store, 6)
    assert [(row.id, row.meeting == "") for row in found.decisions] == [("D-2", False), ("D-3", True)]
    assert [row.id for row in found.actions] == ["A-5", "A-4"]


def test_what_is_older_than_a_year_is_left_out_but_open_actions_stay(empty_store: Store) -> None:
    decide(empty_store, "", partner_id="HELIX")
    agree(empty_store, "", partner_id="HELIX")
    agree(empty_store, "", partner_id="HELIX")
    change(empty_store, "A-2", "done")
    later = page(empty_store, 4, date(2027, 2, 6))
    assert (later.decisions, [row.id for row in later.actions]) == ((), ["A-3"])


def test_a_page_holds_its_own_partner_alone(empty_store: Store) -> None:
    open_one(empty_store, partner_id="NOVA")
    decide(empty_store)
    agree(empty_store)
    mine = page(empty_store, 3)
    assert (mine.decisions, mine.actions) == ((), ())
    assert page(empty_store, 3, partner="NOVA", scope=Scope.of(["HELIX"])).decisions == ()
    assert len(page(empty_store, 3, partner="NOVA").decisions) == 1


def test_links_in_words() -> None:
    catalog: Catalog = load_catalog()
    names = {"E-0123abcd": "Right first time: Past the limit"}
    cases = [
        (Link(), ""),
        (
            indicator_link("cost_per_released_batch", "EUR"),
            f"{catalog.indicators['cost_per_released_batch'].name}, EUR",
        ),
        (indicator_link("no_longer_there"), "no_longer_there"),
        (escalation_link("E-0123abcd"), "E-0123abcd, Right first time: Past the limit"),
        (escalation_link("E-99999999"), "E-99999999"),
        (record_link("batch_records", "a/b"), "batch records a/b"),
    ]
    assert [about_words(link, catalog, names) for link, _ in cases] == [words for _, words in cases]
