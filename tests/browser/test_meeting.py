"""A committee's meeting in a real browser: frozen, restated under its eyes, decided on, minuted, signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.agreed_actions import agreed_actions
from kpi.ledger.decisions import decisions
from kpi.ledger.links import indicator_link
from kpi.ledger.meeting_model import AgendaItem, Meeting
from kpi.ledger.meetings import meetings
from kpi.ledger.minutes import minutes_of
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.browser.conftest import PATIENCE_MS, Dashboard, serving
from tests.browser.waiting import opened, say_nothing_of_incidents, settled
from tests.pages.committee import PARTNER, corrected_lots, held

UPLOAD_FIELD = "[data-testid=stFileUploader] input[type=file]"
PARTNER_NAME = "Cobrook Harbor Fill-Finish Inc."


@pytest.fixture
def own(browser: Browser, sample_store: Store, tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard on a store of the test's own: a restatement would move the figures of others."""
    with serving(browser, sample_store, tmp_path) as served:
        yield served


def main(page: Page) -> Locator:
    return page.locator("[data-testid=stMain]")


def part(page: Page, name: str) -> None:
    main(page).get_by_role("radio", name=name, exact=True).or_(
        main(page).get_by_role("button", name=name, exact=True)
    ).first.click()
    settled(page)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    main(page).get_by_role("button", name=name).first.click()
    settled(page)


def cells(page: Page, indicator: str) -> list[str]:
    """The row of one indicator in the board of frozen figures: its cells as read."""
    row = page.get_by_role("table", name=re.compile("^Frozen figures")).get_by_role("row")
    row = row.filter(has_text=indicator).first
    row.wait_for()
    return [" ".join(text.split()) for text in row.get_by_role("cell").all_inner_texts()]


def upload_correction(page: Page, own: Dashboard) -> None:
    name, content = corrected_lots(open_store(own.store_url))
    opened(page, own.url("monthly_upload", dataset="Batch records"), "1. Choose the month and the files")
    page.locator(UPLOAD_FIELD).first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_text("The file can be accepted").wait_for()
    page.get_by_text(re.compile("figures? moves?")).first.wait_for()
    page.wait_for_timeout(700)
    settled(page)
    page.get_by_role("textbox", name="Reason").fill("Three lots were rejected")
    page.get_by_role("button", name=re.compile(r"^Confirm \d+ record")).click()
    expect(page.get_by_text("Accepted as S")).to_be_visible()


def export(page: Page, own: Dashboard, meeting: Meeting) -> dict[str, bytes]:
    """The meeting's pack, by the way that leads from its screen: the three files."""
    opened(page, own.url("meeting", held=meeting.id), "Record a decision")
    press(page, "Export the pack of these frozen figures")
    page.get_by_text("pages go into the pack").wait_for()
    expect(page.get_by_text(f"Ledger version {meeting.frozen_version} of").first).to_contain_text(meeting.id)
    press(page, "Make the pack")
    files = {}
    for name in ("Deck,", "Workbook,", "PDF,"):
        button = page.get_by_role("button", name=name)
        button.wait_for(timeout=2 * PATIENCE_MS)
        with page.expect_download(timeout=2 * PATIENCE_MS) as download:
            button.click()
        files[name] = download.value.path().read_bytes()
    return files


def test_a_way_leads_to_the_evidence_as_frozen(page: Page, own: Dashboard) -> None:
    """Also to a version at which the meeting was not there yet."""
    meeting = held(open_store(own.store_url), (AgendaItem("Yield", "concern", indicator_link("yield_attainment")),))
    opened(page, own.url("meeting", held=meeting.id), "Record a decision")
    press(page, f"Open the indicator, version {meeting.frozen_version}")
    expect(page.get_by_role("heading", name="Yield attainment").first).to_be_visible()
    expect(page.get_by_text(f"This is ledger version {meeting.frozen_version}")).to_be_visible()
    settled(page)
    assert f"as_of={meeting.frozen_version}" in page.url
    assert "partner=Cobrook" in page.url
    say_nothing_of_incidents(page)


def test_a_meeting_is_planned_and_shows_what_was_frozen_after_a_restatement(page: Page, own: Dashboard) -> None:
    store = open_store(own.store_url)
    opened(page, own.url("meeting", partner=PARTNER_NAME), "No meeting of")
    press(page, "Plan a meeting")
    press(page, re.compile("^Freeze version"))
    expect(page.get_by_text("is frozen for it")).to_be_visible()
    (meeting,) = meetings(store, scope=EVERYTHING, partner=PARTNER)
    assert (meeting.partner_id, meeting.frozen_version) == (PARTNER, meeting.version - 1)
    assert meeting.agenda
    expect(page.get_by_text("Nothing has changed since")).to_be_visible()
    part(page, "Frozen figures")
    before = {name: cells(page, name) for name in ("Lot acceptance rate", "Right first time", "Fill rate")}
    assert before["Lot acceptance rate"][0].startswith("● 100.0 %")

    exported = export(page, own, meeting)

    upload_correction(page, own)

    opened(page, own.url("meeting", held=meeting.id, shown="Frozen figures"), "figures have changed since")
    banner = page.get_by_text(re.compile(r"\d+ figures have changed since")).first.inner_text()
    after = {name: cells(page, name) for name in before}
    assert {name: row[0] for name, row in after.items()} == {name: row[0] for name, row in before.items()}
    assert "changed" in after["Lot acceptance rate"][1]
    assert "80.0 %" in after["Lot acceptance rate"][1]
    assert after["Fill rate"][1] == "the same"
    marks = page.get_by_role("table", name=re.compile("^Frozen figures")).get_by_text("changed", exact=False).count()
    page.get_by_text("What has changed, and through which files").click()
    settled(page)
    listed = page.get_by_role("table", name="Changed figures of October 2026")
    expect(listed).to_be_visible()
    rows = [" ".join(text.split()) for text in listed.get_by_role("row").all_inner_texts()[1:]]
    assert banner.startswith(f"{len(rows)} figures have changed since")
    assert marks == len(rows)
    acceptance = next(row for row in rows if row.startswith("Lot acceptance rate"))
    assert re.search(r"100\.0 %.* 80\.0 %.* S\d{6}", acceptance), acceptance
    assert export(page, own, meeting) == exported
    say_nothing_of_incidents(page)


def test_decide_agree_issue_and_sign_for_the_other_side(page: Page, own: Dashboard) -> None:
    store = open_store(own.store_url)
    meeting = held(store)
    number = next(at for at, item in enumerate(meeting.agenda, 1) if item.link == indicator_link("lot_acceptance_rate"))
    opened(page, own.url("meeting", held=meeting.id, item=str(number)), "Record a decision")
    page.get_by_role("textbox", name="Decision", exact=True).fill("Accept the *new* line")
    press(page, "Record the decision")
    expect(page.get_by_text(re.compile(r"Decision D-\d+ is recorded"))).to_be_visible()
    expect(page.get_by_role("textbox", name="Decision", exact=True)).to_have_value("")
    page.get_by_role("textbox", name="Action", exact=True).fill("Hire two reviewers")
    page.get_by_role("textbox", name="Owner", exact=True).fill("Tom Lee")
    press(page, "Agree the action")
    expect(page.get_by_text(re.compile(r"Action A-\d+ is agreed"))).to_be_visible()
    expect(page.get_by_role("table", name="Decisions of this meeting")).to_contain_text("Accept the *new* line")
    expect(page.get_by_role("table", name="Agreed actions")).to_contain_text("Hire two reviewers")
    (decision,) = decisions(store, scope=EVERYTHING, partner=PARTNER)
    (action,) = agreed_actions(store, scope=EVERYTHING, partner=PARTNER)
    assert decision.link == action.link == indicator_link("lot_acceptance_rate")
    assert (action.owner, action.side, action.actor) == ("Tom Lee", "partner", "qa.lead")

    part(page, "Minutes")
    page.get_by_role("textbox", name="Summary of the meeting").fill("We met.")
    page.get_by_role("textbox", name="Name", exact=True).fill("Anna Berg")
    press(page, "Issue edition 1")
    expect(page.get_by_text("Waiting for the partner’s confirmation")).to_be_visible()
    page.get_by_role("textbox", name="Name", exact=True).first.fill("Tom Lee")
    press(page, re.compile("^Sign$"))
    expect(page.get_by_text("Confirmed by the partner")).to_be_visible()
    expect(page.get_by_text(re.compile(r"UTC \(.*in Europe/Berlin\)")).first).to_be_visible()
    for label, start in (("Minutes for Word", b"PK"), ("Minutes as PDF", b"%PDF-")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename.startswith(f"{meeting.id}_minutes_edition_1.")
        assert download.value.path().read_bytes().startswith(start)
    (edition,) = minutes_of(store, meeting.id, scope=EVERYTHING)
    assert edition.confirmed
    assert [(one.name, one.side, one.meaning) for one in edition.signatures] == [
        ("Tom Lee", "partner", "I confirm that these minutes are right")
    ]
    assert not verify(store).problems
    say_nothing_of_incidents(page)


def test_what_somebody_else_does_is_told_while_the_screen_stands_open(
    page: Page, own: Dashboard, browser: Browser
) -> None:
    store = open_store(own.store_url)
    meeting = held(store)
    opened(page, own.url("meeting", held=meeting.id), "Record a decision")
    page.get_by_role("textbox", name="Decision", exact=True).fill("Half a sentence")
    second = browser.new_page()
    opened(second, own.url("meeting", held=meeting.id), "Record a decision")
    second.get_by_role("textbox", name="Decision", exact=True).fill("Stop the old line")
    press(second, "Record the decision")
    expect(second.get_by_text("It is in the ledger, under your name.")).to_be_visible()
    second.close()
    expect(page.get_by_text("Since you opened this meeting")).to_be_visible()
    expect(page.get_by_text("Stop the old line").first).to_be_visible()
    press(page, "Show it")
    expect(page.get_by_role("textbox", name="Decision", exact=True)).to_have_value("Half a sentence")
    expect(page.get_by_text("Since you opened this meeting")).to_have_count(0)
    say_nothing_of_incidents(page)
