"""The meeting screen as it runs for people: the list, one meeting on its frozen figures, what has changed since."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.intake.validate import check_file
from kpi.ledger.links import escalation_link, indicator_link, record_link
from kpi.ledger.meeting_model import AgendaItem, Meeting
from kpi.ledger.meetings import change_meeting, meetings
from kpi.ledger.reads import history, known_records, version_now
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import submit
from kpi.meeting.composing import source_of_meeting
from kpi.meeting.frozen import changed_since
from kpi.present.frozen_board import beside
from kpi.qbr.choices import Choices
from kpi.qbr.gather import pack_of
from kpi.signals.load import load_review
from pages.shared.navigation import MEETING_PAGE, PARTNER_PAGE
from tests.pages.boards import board_texts
from tests.pages.committee import DAY, MONTH, PARTNER, TITLE, corrected_lots, held
from tests.pages.test_escalations import press, served
from tests.pages.test_upload import ROOT, said
from tests.support import somebody_for

CATALOG = load_catalog()


@pytest.fixture
def own(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of the sample portfolio, to hold meetings in."""
    copy = tmp_path / "sample.duckdb"
    shutil.copyfile(sample_store.path, copy)
    return served(open_store(f"duckdb:///{copy}"), tmp_path, monkeypatch)


def open_screen(page: str = MEETING_PAGE, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    app.run().switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def text_of(screen: AppTest) -> str:
    headings = [found.value for found in (*screen.title, *screen.subheader)]
    return "\n".join([*headings, said(screen)]).replace("\\", "")


def boards(screen: AppTest) -> str:
    """What the screen's boards are given, as text."""
    return "".join(board_texts(screen))


def restate(store: Store) -> None:
    """The partner sends its lots again, as the command line would take them."""
    name, content = corrected_lots(store)
    now = datetime.now(UTC)
    known = known_records(store, {}, scope=EVERYTHING)
    checked = check_file("batch_records", content, name, known=known, today=now.date())
    assert checked.accepted
    submit(
        store,
        checked,
        month_from=MONTH,
        month_to=MONTH,
        actor="tom.lee",
        reason="Three lots were rejected",
        now=now,
        accept_warnings=True,
        scope=EVERYTHING,
    )


def figures_of(store: Store, meeting: Meeting) -> dict[str, tuple[object, ...]]:
    """The scorecard of the pack that is exported for the meeting."""
    source = source_of_meeting(store, CATALOG, meeting, scope=EVERYTHING)
    (page,) = pack_of(source, Choices(PARTNER, MONTH, pages=("scorecard",))).pages
    return {one.key: (one.value, one.n, one.status, one.value_text) for one in page.figures}  # type: ignore[attr-defined]


def test_without_meetings_the_screen_says_what_to_do(own: Store) -> None:
    screen = open_screen()
    screen.selectbox(key="partner").set_value(PARTNER).run()
    text = text_of(screen)
    assert "No meeting of Cobrook Harbor Fill-Finish Inc. is recorded" in text
    assert "No action was ever agreed" in text


def test_an_empty_ledger_says_what_to_do_first(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    assert "Figures appear here as soon as the first file is accepted" in said(open_screen())


def test_upcoming_meetings_come_before_past_ones(own: Store) -> None:
    held(own, (), title="Coming committee")
    held(own, (), title="Past committee", day=date(2026, 11, 2))
    screen = open_screen()
    screen.selectbox(key="partner").set_value(PARTNER).run()
    text = text_of(screen)
    assert text.index("Upcoming") < text.index("Past and cancelled")
    upcoming, past = board_texts(screen)[:2]
    assert "Coming committee" in upcoming
    assert "Planned" in upcoming
    assert "Past committee" in past
    assert "Minutes due" in past


def test_planning_freezes_the_version_on_the_screen(own: Store) -> None:
    before = version_now(own)
    screen = open_screen()
    press(screen, "Plan a meeting")
    screen.selectbox(key="meeting_field plan partner").set_value(PARTNER).run()
    assert f"freezes **ledger version {before}**" in text_of(screen)
    press(screen, f"Freeze version {before} and open the meeting")
    (meeting,) = meetings(own, scope=EVERYTHING, partner=PARTNER)
    assert (meeting.partner_id, meeting.frozen_version, meeting.actor) == (PARTNER, before, "anna.berg")
    assert meeting.agenda
    assert screen.query_params["held"] == meeting.id
    assert f"Ledger version {before}" in text_of(screen)


def test_a_restatement_leaves_the_frozen_figures_and_is_told_beside_them(own: Store) -> None:
    meeting = held(own)
    shown = boards(open_screen(held=meeting.id, shown="Frozen figures"))
    exported = figures_of(own, meeting)
    assert "changed" not in shown
    restate(own)
    since = changed_since(own, CATALOG, meeting, scope=EVERYTHING)
    assert len(since.figures) == 3
    screen = open_screen(held=meeting.id, shown="Frozen figures")
    text = text_of(screen)
    assert "3 figures have changed since" in text
    assert "S000396" in text
    again = boards(screen)
    for one in since.figures:
        assert one.was in again
        assert one.now in again
    assert again.count("≠ changed") == len(since.figures)
    assert figures_of(own, meeting) == exported


def test_the_board_marks_exactly_the_figures_that_are_counted(own: Store) -> None:
    """Both are computed apart: one in memory from two views, one step by step from the ledger."""
    meeting = held(own, (), month=date(2026, 7, 1), window=3, frozen_version=300)
    then, _ = load_review(own, CATALOG, as_of=300, scope=EVERYTHING, today=DAY)
    now, _ = load_review(own, CATALOG, as_of=None, scope=EVERYTHING, today=DAY)
    both = beside(then, now, PARTNER, meeting.month, meeting.window)
    marked = {":".join(part for part in key if part) for key, one in both.items() if one.differs}
    assert marked
    assert marked == {one.key for one in changed_since(own, CATALOG, meeting, scope=EVERYTHING).figures}


def test_files_of_other_partners_change_nothing(own: Store) -> None:
    meeting = held(own, (), partner_id="VESS")
    restate(own)
    assert "Nothing has changed since" in text_of(open_screen(held=meeting.id))


def test_the_sidebar_does_not_move_a_meeting(own: Store) -> None:
    meeting = held(own)
    screen = open_screen(held=meeting.id, shown="Frozen figures")
    plain = boards(screen)
    screen.selectbox(key="partner").set_value("VESS").run()
    screen.selectbox(key="month").set_value("2026-03").run()
    assert not screen.exception
    assert boards(screen) == plain


def test_nobody_writes_in_the_past(own: Store) -> None:
    meeting = held(own)
    screen = open_screen(held=meeting.id)
    assert screen.text_area
    screen.text_input(key="as_of").set_value(str(version_now(own))).run()
    assert "This is the ledger as it was" in said(screen)
    assert not screen.text_area
    screen.text_input(key="as_of").set_value(str(meeting.frozen_version)).run()
    assert "There is no meeting" in text_of(screen)


def test_a_reader_of_another_partner_finds_no_meeting(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = held(own)
    monkeypatch.setattr("pages.shared.session.person_of_reader", lambda store: somebody_for("VESS"))
    text = text_of(open_screen(held=meeting.id))
    assert f"There is no meeting {meeting.id}" in text
    assert TITLE not in text


def test_each_item_stands_beside_its_evidence(own: Store) -> None:
    _, review = load_review(own, CATALOG, scope=EVERYTHING, today=DAY)
    raised = next(one for one in review.escalations if one.partner_id == PARTNER and one.open and one.kpi_id)
    items = (
        AgendaItem("An escalation", "escalation", escalation_link(raised.id)),
        AgendaItem("A figure", "concern", indicator_link("right_first_time")),
        AgendaItem("A record", "due", record_link("deviations", "DEV-2026-0034")),
        AgendaItem("No such record", "due", record_link("deviations", "DEV-NONE")),
        AgendaItem("A target", "topic", record_link("targets", "T-1")),
        AgendaItem("An indicator of long ago", "topic", indicator_link("no_such_indicator")),
        AgendaItem("Any other business"),
    )
    meeting = held(own, items)
    wanted = (
        "The same now", "target", "all of them are still open", "It was not there", "Targets T-1",
        "no indicator no_such_indicator any more", "This item is linked to nothing",
    )  # fmt: skip
    for number, words in enumerate(wanted, 1):
        text = text_of(open_screen(held=meeting.id, item=str(number)))
        assert items[number - 1].title in text
        assert words in text
        assert "incident" not in text
    assert items[0].title in text_of(open_screen(held=meeting.id, item="no number"))


def test_an_agenda_of_forty_items_and_a_second_look_are_quick(own: Store) -> None:
    meeting = held(own, tuple(AgendaItem(f"Topic {n}") for n in range(40)))
    screen = open_screen(held=meeting.id, item="33")
    assert "Item **33** of 40" in said(screen)
    spent = []
    for _ in range(3):
        start = time.process_time()
        screen.run()
        spent.append(time.process_time() - start)
    assert min(spent) < 1


def test_another_version_frozen_is_what_the_meeting_shows(own: Store) -> None:
    meeting = held(own)
    restate(own)
    screen = open_screen(held=meeting.id, shown="Settings")
    newest = version_now(own)
    press(screen, f"Freeze version {newest} instead")
    (again,) = meetings(own, scope=EVERYTHING, partner=PARTNER)
    assert again.frozen_version == newest
    assert "Nothing has changed since" in text_of(screen)


def test_the_month_and_the_months_counted_can_be_changed_until_minutes_are_issued(own: Store) -> None:
    meeting = held(own)
    screen = open_screen(held=meeting.id, shown="Settings")
    field = f"meeting_field 0 change {meeting.id}"
    month = screen.selectbox(key=f"{field} month")
    assert month.value == f"{meeting.month:%Y-%m}"
    month.set_value("2026-08")
    screen.segmented_control(key=f"{field} window").set_value(12)
    press(screen, "Save the changes")
    (changed,) = meetings(own, scope=EVERYTHING, partner=PARTNER)
    assert (changed.month, changed.window) == (date(2026, 8, 1), 12)
    assert (changed.frozen_version, changed.agenda) == (meeting.frozen_version, meeting.agenda)
    assert "figures of the 12 months to August 2026" in text_of(screen)


def test_who_changed_the_meeting_meanwhile_is_told(own: Store) -> None:
    meeting = held(own)
    screen = open_screen(held=meeting.id, shown="Settings")
    change_meeting(own, meeting.id, title="Moved", actor="ben", now=datetime.now(UTC), scope=EVERYTHING)
    screen.text_input(key="meeting_field 0 change " + meeting.id).set_value("Mine")
    press(screen, "Save the changes")
    assert any("ben changed it" in error.value.replace("\\", "") for error in screen.error)
    assert "ben changed this meeting since you began" in text_of(screen)
    assert meetings(own, scope=EVERYTHING, partner=PARTNER)[0].title == "Moved"


def test_partner_screen_is_quiet_without_overdue_actions(own: Store) -> None:
    assert "overdue:" not in text_of(open_screen(PARTNER_PAGE, partner=PARTNER))
    assert history(own, scope=EVERYTHING).shape[0] > 0
