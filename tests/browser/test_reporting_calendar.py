"""The reporting calendar in a real browser: a cell opens the submission behind it, with the pointer and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard
from tests.browser.waiting import opened, say_nothing_of_incidents, settled


def test_a_cell_opens_its_submission(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("reporting_calendar"), "By month")
    board = page.get_by_role("table", name="Reporting calendar")
    expect(board).to_be_visible()
    missing = board.get_by_role("link", name=re.compile("missing , not received")).nth(1)
    expect(missing).to_have_attribute("href", re.compile(r"monthly_upload\?.*dataset=Deliveries&for=2026-10"))
    cell = board.get_by_role("link", name=re.compile("16 Nov .*6 d late")).first
    asked = re.search(r"submission=(S\d+)", cell.get_attribute("href") or "")
    assert asked
    cell.click()
    page.wait_for_url(re.compile(r"/submissions\?.*submission="))
    expect(page.get_by_role("heading", name="Submissions")).to_be_visible()
    expect(page.locator("[data-testid=stTable]")).to_contain_text("LMCC_batch_records_2026-10.csv")
    settled(page)
    assert asked[1] in page.url
    say_nothing_of_incidents(page)


def test_by_keyboard_alone(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("reporting_calendar"), "By month")
    board = page.get_by_role("table", name="Reporting calendar")
    board.locator(".box[tabindex='0']").focus()  # the one stop of the table that Tab reaches
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/submissions\?.*submission=S\d+"))
    settled(page)
    say_nothing_of_incidents(page)


def test_what_is_due_opens_the_upload_with_dataset_and_month(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("reporting_calendar"), "Due now")
    page.get_by_role("table", name="What is due now").get_by_text("Upload ›").first.click()
    page.wait_for_url(re.compile(r"/monthly_upload\?.*"))
    expect(page.get_by_role("heading", name="Monthly upload")).to_be_visible()
    settled(page)
    expect(page.get_by_role("combobox", name="Dataset").first).to_have_value("Deliveries")
    say_nothing_of_incidents(page)


def test_the_grids_offer_no_download_that_could_run_a_formula(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("submissions"), "Newest first")
    page.locator("[data-testid=stDataFrame]").first.hover()
    expect(page.get_by_label("Search").first).to_be_attached()
    expect(page.get_by_label("Download as CSV", exact=True)).to_have_count(0)
