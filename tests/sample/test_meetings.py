"""The sample's meetings: what they froze, what came of them, and that their minutes are those that were signed."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.ledger.links import ESCALATION, INDICATOR, Link
from kpi.ledger.meeting_book import MeetingBook
from kpi.ledger.meetings import book_at
from kpi.ledger.store import Store
from kpi.meeting.composing import minutes_of_meeting, source_of_meeting
from kpi.meeting.frozen import changed_since
from kpi.qbr.closed_on_time import closed_on_time
from kpi.sample.meetings import sample_meetings
from kpi.signals.load import load_review


@pytest.fixture(scope="module")
def book(sample_store: Store) -> MeetingBook:
    return book_at(sample_store, scope=EVERYTHING)


def test_every_event_of_the_file_is_in_the_ledger(book: MeetingBook) -> None:
    kept = sum(len(entries) for entries in book.touched.values())
    assert kept == len(sample_meetings())
    assert {one.partner_id for one in book.meetings.values()} == {"TARN"}


def test_one_meeting_is_past_and_confirmed_one_is_coming_up(book: MeetingBook) -> None:
    july, december = book.meetings.values()
    assert (july.state, july.day, december.state, december.day) == (
        "minutes confirmed", date(2026, 7, 16), "open", date(2026, 12, 3),
    )  # fmt: skip
    assert december.judged_on == date(2026, 11, 16)
    assert len(december.agenda) > 8
    first, second = book.editions[july.version]
    assert (first.state, first.superseded_by, second.state) == ("objected to", second.version, "confirmed")


def test_actions_are_on_time_late_overdue_and_cancelled(book: MeetingBook) -> None:
    figure = closed_on_time(book.actions.values(), date(2026, 11, 16))
    assert (figure.numerator, figure.denominator, figure.overdue, figure.dropped, figure.extended) == (2, 4, 1, 1, 1)


def test_the_minutes_put_together_again_are_those_that_were_signed(sample_store: Store, book: MeetingBook) -> None:
    july = next(iter(book.meetings.values()))
    catalog = load_catalog()
    for scope in (EVERYTHING, Scope.of(["TARN"])):
        source = source_of_meeting(sample_store, catalog, july, scope=scope)
        made = [minutes_of_meeting(source, july, edition) for edition in book.editions[july.version]]
        assert [(one.as_issued, one.confirmed) for one in made] == [(True, False), (True, True)]
        assert len(made[1].decisions) == 2
        assert {row.state for row in made[1].actions} == {"open"}, "as they stood when the minutes were issued"


def test_links_lead_somewhere(sample_store: Store, book: MeetingBook) -> None:
    catalog = load_catalog()
    _, review = load_review(sample_store, catalog, scope=EVERYTHING, today=date(2026, 11, 16))
    ids = {one.id for one in review.escalations}
    links: list[Link] = [item.link for meeting in book.meetings.values() for item in meeting.agenda]
    links += [one.link for one in (*book.decisions.values(), *book.actions.values())]
    assert {link.escalation_id for link in links if link.kind == ESCALATION} <= ids
    assert {link.kpi_id for link in links if link.kind == INDICATOR} <= set(catalog.indicators)


def test_files_after_the_july_meeting_have_changed_some_of_its_figures(sample_store: Store, book: MeetingBook) -> None:
    july = next(iter(book.meetings.values()))
    since = changed_since(sample_store, load_catalog(), july, scope=Scope.of(["TARN"]), quick=True)
    assert since.short == f"{len(since.figures)} figures have changed since"
    assert {one.name for one in since.figures} >= {"Yield attainment"}
    assert all(one.month == july.month and one.restated for one in since.figures)
    assert not since.definitions_changed
