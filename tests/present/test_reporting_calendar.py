"""The reporting calendar: tables that a person can read, and agreement with the indicator on the sample portfolio."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.ledger.reads import history
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.asked import load_asked
from kpi.present.calendar_board import calendar_board, due_board, summary, upload_of, worst_first
from kpi.present.reporting_calendar import (
    Expected,
    ReportingCalendar,
    calendar_frame,
    counts,
    reporting_calendar,
)
from tests.support import submit_rows, withdraw_quickly

CATALOG = load_catalog()
TITLES = {name: name.replace("_", " ").capitalize() for name in CATALOG.calendar.datasets}
JANUARY, FEBRUARY, MARCH = (date(2025, month, 1) for month in (1, 2, 3))


def site(partner: str, **about: Any) -> dict[str, Any]:
    return {"partner_id": partner, "partner_name": partner.title(), "site_id": f"{partner}-1", "site_name": "x"} | about


def line(partner: str, number: int, **about: Any) -> dict[str, Any]:
    return {
        "partner_id": partner,
        "site_id": f"{partner}-1",
        "delivery_id": f"{partner}-{number}",
        "product": "AX",
        "promised_date": date(2025, 1, 10),
        "ordered_quantity": 100,
    } | about


def sent(store: Store, partner: str, month: date, on: date, month_to: date | None = None, **about: Any) -> str:
    return submit_rows(store, "deliveries", [line(partner, 1, **about)], month, month_to, received_on=on).submission_id


def calendar_of(
    store: Store, day: date, *, as_of: int | None = None, scope: Scope = EVERYTHING, **span: date
) -> ReportingCalendar:
    marts = load_marts(store, CATALOG, as_of=as_of, scope=scope, day=day)
    past = history(store, scope=scope, as_of=marts.version)
    return reporting_calendar(marts, past, CATALOG.calendar, day, **span)


def row(found: ReportingCalendar, partner: str, dataset: str = "deliveries") -> list[str]:
    """One row of the calendar as a person writes it: "01 on time"."""
    mine = [cell for cell in found.cells if (cell.partner_id, cell.dataset) == (partner, dataset)]
    return [f"{cell.month:%m} {cell.state}{', restated' if cell.restated else ''}" for cell in mine]


def cell(found: ReportingCalendar, partner: str, month: date, dataset: str = "deliveries") -> Expected:
    return next(c for c in found.cells if (c.partner_id, c.dataset, c.month) == (partner, dataset, month))


@pytest.fixture
def store(empty_store: Store) -> Store:
    submit_rows(empty_store, "partners", [site("ALFA"), site("BETA"), site("MUTE")], JANUARY, received_on=JANUARY)
    return empty_store


def test_in_time_late_missing_and_due(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 10))
    sent(store, "ALFA", FEBRUARY, date(2025, 3, 12), product="B")
    assert row(calendar_of(store, date(2025, 4, 10)), "ALFA") == ["01 on time", "02 late", "03 due"]
    found = calendar_of(store, date(2025, 4, 11))
    assert row(found, "ALFA") == ["01 on time", "02 late", "03 missing"]
    assert row(found, "ALFA", "deviations") == ["01 missing", "02 missing", "03 missing"]
    late = cell(found, "ALFA", FEBRUARY)
    assert (late.due_on, late.received_on, late.days_late) == (date(2025, 3, 10), date(2025, 3, 12), 2)
    assert counts(c for c in found.cells if c.dataset == "deliveries") == {"on time": 1, "late": 1, "missing": 1}


def test_a_month_that_nobody_reported_is_missing_all_the_same(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    assert row(calendar_of(store, date(2025, 6, 1)), "ALFA") == [
        "01 on time", "02 missing", "03 missing", "04 missing", "05 due",
    ]  # fmt: skip


def test_a_month_that_still_runs_is_shown_only_once_something_came_for_it(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    sent(store, "BETA", MARCH, date(2025, 3, 20))
    found = calendar_of(store, date(2025, 3, 20))
    assert row(found, "BETA") == ["01 not expected", "02 not expected", "03 on time"]
    assert row(found, "ALFA") == ["01 on time", "02 missing", "03 not expected"]


def test_a_restatement_is_a_later_standing_file_that_changed_records(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    same = sent(store, "ALFA", JANUARY, date(2025, 2, 6), site_id="ALFA-1", product="AX", unit=None)
    changed = sent(store, "ALFA", JANUARY, date(2025, 2, 20), product="CHANGED")
    found = calendar_of(store, date(2025, 2, 25))
    january = cell(found, "ALFA", JANUARY)
    assert row(found, "ALFA") == ["01 on time, restated"]
    assert january.received_on == date(2025, 2, 5), "the first that stands decides"
    assert [one.submission_id for one in january.sent] == sorted({"S000002", same, changed})
    assert january.newest is not None
    assert january.newest.submission_id == changed
    withdraw_quickly(store, changed, date(2025, 2, 26))
    assert row(calendar_of(store, date(2025, 2, 26)), "ALFA") == ["01 on time"]


def test_a_later_month_that_corrects_an_earlier_record_restates_nothing(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    sent(store, "ALFA", FEBRUARY, date(2025, 3, 5), delivered_date=date(2025, 1, 12))
    assert row(calendar_of(store, date(2025, 3, 6)), "ALFA") == ["01 on time", "02 on time"]


def test_what_was_withdrawn_is_gone_and_counts_as_missing(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    gone = sent(store, "ALFA", FEBRUARY, date(2025, 3, 5), product="B")
    withdraw_quickly(store, gone, date(2025, 3, 8))
    ahead, over = calendar_of(store, date(2025, 3, 9)), calendar_of(store, date(2025, 3, 11))
    assert row(ahead, "ALFA") == row(over, "ALFA") == ["01 on time", "02 withdrawn"]
    assert cell(ahead, "ALFA", FEBRUARY).counts_as == ""
    assert cell(over, "ALFA", FEBRUARY).counts_as == "missing"
    assert cell(over, "ALFA", FEBRUARY) in over.due
    assert cell(over, "ALFA", FEBRUARY).newest is not None
    again = sent(store, "ALFA", FEBRUARY, date(2025, 3, 20), product="B")
    back = cell(calendar_of(store, date(2025, 3, 21)), "ALFA", FEBRUARY)
    assert (back.state, back.received_on) == ("late", date(2025, 3, 20))
    assert [(one.submission_id, one.stands) for one in back.sent] == [(gone, False), (again, True)]


def test_a_partner_whose_only_file_was_withdrawn_owes_nothing_yet(store: Store) -> None:
    withdraw_quickly(store, sent(store, "BETA", JANUARY, date(2025, 2, 5)), date(2025, 2, 6))
    sent(store, "ALFA", JANUARY, date(2025, 2, 6))
    found = calendar_of(store, date(2025, 3, 1))
    assert row(found, "BETA") == ["01 withdrawn", "02 not expected"]
    assert not [c for c in found.due if c.partner_id == "BETA"]
    assert found.silent == ("MUTE",)


def test_a_history_load_is_not_judged_and_an_ended_partner_owes_nothing(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 4, 5), MARCH)
    ended = [site("BETA", active_to=date(2025, 2, 15))]
    submit_rows(store, "partners", ended, JANUARY, received_on=date(2025, 4, 5))
    sent(store, "BETA", JANUARY, date(2025, 4, 6))
    found = calendar_of(store, date(2025, 5, 20))
    assert row(found, "ALFA") == ["01 history load", "02 history load", "03 history load", "04 missing"]
    assert row(found, "BETA") == ["01 late", "02 missing", "03 not expected", "04 not expected"]


def test_as_of_an_earlier_version_only_what_was_known_then(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    then = history(store, scope=EVERYTHING)["version"].max()
    sent(store, "ALFA", JANUARY, date(2025, 2, 9), product="CHANGED")
    assert row(calendar_of(store, date(2025, 2, 5), as_of=int(then)), "ALFA") == ["01 on time"]
    assert len(cell(calendar_of(store, date(2025, 2, 5), as_of=int(then)), "ALFA", JANUARY).sent) == 1


def test_a_reader_of_one_partner_learns_nothing_of_another(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    sent(store, "BETA", JANUARY, date(2025, 2, 5))
    found = calendar_of(store, date(2025, 3, 1), scope=Scope.of(["BETA"]))
    assert {c.partner_id for c in found.cells} == {"BETA"}
    assert found.silent == ()


def test_an_empty_ledger_has_an_empty_calendar(empty_store: Store) -> None:
    found = calendar_of(empty_store, date(2025, 3, 1))
    assert (found.months, found.cells, found.due) == ((), (), [])
    assert calendar_frame(found).empty
    assert calendar_board(found, [], TITLES, {}, TITLES) == due_board(found, [], {}, TITLES) == ""


def test_the_boards_say_it_in_words_and_lead_to_the_file_or_the_upload(store: Store) -> None:
    first = sent(store, "ALFA", JANUARY, date(2025, 2, 12))
    found = calendar_of(store, date(2025, 4, 1))
    board = json.loads(calendar_board(found, ["ALFA", "MUTE"], ["deliveries"], {"ALFA": "Alfa"}, TITLES))
    headings = [each["heading"] for each in board["rows"] if "heading" in each]
    assert headings == [
        "Alfa: 0 on time, 1 late, 1 missing",
        "MUTE: nothing received yet, nothing expected",
    ]
    assert [column["name"] for column in board["columns"]] == ["Mar", "Feb", "Jan"]
    march, february, january = board["rows"][1]["cells"]
    assert (march["v"], march["n"]) == ("due", "in 9 days")
    assert (february["v"], february["o"]["page"]) == ("missing", "monthly_upload")
    assert february["o"] == {"page": "monthly_upload", "dataset": "Deliveries", "for": "2025-02"}
    assert (january["v"], january["n"]) == ("12 Feb", "2 d late")
    assert january["o"] == {"page": "submissions", "submission": first}
    assert f"{first}, 12 February 2025, by tests" in january["t"]
    assert all(each["o"] == {} for each in board["rows"][3]["cells"]), "nothing to open where nothing is expected"
    shapes = [look[0] for look in board["looks"].values()]
    assert len(set(shapes)) == len(shapes), "no state rests on colour alone"
    waiting = json.loads(due_board(found, found.due, {"ALFA": "Alfa"}, TITLES))
    assert {each["opens"]["page"] for each in waiting["rows"]} == {"monthly_upload"}
    assert len(waiting["rows"]) == 3 * 3 + 2, "three datasets for three months, deliveries for two"
    said = summary(found, found.cells, {"ALFA": "Alfa"})
    assert said.startswith("On 1 April 2025, 7 files of Alfa are overdue and 4 files fall due. In the 3 months to")


def test_the_worst_stand_first(store: Store) -> None:
    sent(store, "ALFA", JANUARY, date(2025, 2, 5))
    sent(store, "BETA", JANUARY, date(2025, 2, 15))
    found = calendar_of(store, date(2025, 2, 20))
    assert worst_first(found.by_partner, {}) == ["BETA", "ALFA", "MUTE"]


@pytest.fixture(scope="module")
def of_sample(sample_store: Store) -> ReportingCalendar:
    marts = load_asked(sample_store, CATALOG, scope=EVERYTHING)
    past = history(sample_store, scope=EVERYTHING)
    return reporting_calendar(marts, past, CATALOG.calendar, date(2026, 11, 16))


def test_it_counts_what_submission_timeliness_counts(of_sample: ReportingCalendar, sample_store: Store) -> None:
    marts = load_asked(sample_store, CATALOG, scope=EVERYTHING)
    table = marts.kpi_monthly
    figures = table[(table["kpi_id"] == "submission_timeliness") & (table["grain"] == "partner")]
    judged = figures[figures["denominator"] > 0]
    meant = {
        (str(each.partner_id), each.month.date()): (each.numerator, each.denominator)  # type: ignore[attr-defined]
        for each in judged.itertuples()
    }
    found: dict[tuple[str, date], list[Expected]] = {}
    for one in of_sample.cells:
        if one.counts_as:
            found.setdefault((one.partner_id, one.month), []).append(one)
    told = {key: (counts(cells)["on time"], len(cells)) for key, cells in found.items()}
    assert told == meant
    assert sum(total for _, total in meant.values()) > 300


def test_it_says_what_the_marts_say_of_every_cell(of_sample: ReportingCalendar, sample_store: Store) -> None:
    coverage = load_asked(sample_store, CATALOG, scope=EVERYTHING).coverage
    meant = {
        (each.partner_id, each.dataset, each.month.date()): (each.state, each.received_on.date())
        if each.received_on is not pd.NaT
        else (each.state, None)
        for each in coverage.itertuples()
    }
    told = {
        (c.partner_id, c.dataset, c.month): (c.state if c.state != "withdrawn" else c.counts_as, c.received_on)
        for c in of_sample.cells
        if c.state != "not expected"
    }
    assert told == meant


def test_two_hundred_partners_are_quick(of_sample: ReportingCalendar, sample_store: Store) -> None:
    marts = load_asked(sample_store, CATALOG, scope=EVERYTHING)
    past = history(sample_store, scope=EVERYTHING)
    many = range(25)
    coverage = pd.concat([marts.coverage.assign(partner_id=marts.coverage["partner_id"] + f"-{n}") for n in many])
    register = pd.concat([marts.register.assign(partner_id=marts.register["partner_id"] + f"-{n}") for n in many])
    started = time.monotonic()
    found = reporting_calendar(
        replace(marts, coverage=coverage, register=register),
        past,
        CATALOG.calendar,
        date(2026, 11, 16),
        date(2025, 11, 1),
    )
    board = calendar_board(found, worst_first(found.by_partner, {})[:25], TITLES, {}, TITLES)
    assert len(found.by_partner) == 200
    assert board.count('"heading"') == 25
    assert time.monotonic() - started < 60


def test_the_frame_has_every_column_and_keeps_numbers(of_sample: ReportingCalendar) -> None:
    frame = calendar_frame(of_sample)
    assert set(frame["state"]) <= {"on time", "late", "missing", "history load", "withdrawn"}
    late = frame[frame["state"] == "late"]
    assert (late["days_late"] == (late["received_on"] - late["due_on"]).dt.days).all()
    due = calendar_frame(of_sample, of_sample.due)
    assert (due["days_left"] < 0).all()
    assert list(due["month"].dt.strftime("%Y-%m")) == ["2026-10", "2026-09", "2026-03"]
    assert upload_of(of_sample.due[0], TITLES)["for"] == "2026-10"
