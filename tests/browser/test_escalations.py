"""A committee works through one escalation in a real browser: acknowledge, assign, shelve, the partner's reply."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.actions import actions
from kpi.ledger.store import open_store
from kpi.signals.load import load_review
from tests.browser.conftest import Dashboard
from tests.browser.waiting import opened, say_nothing_of_incidents, settled


def press(page: Page, action: str, button: str, text: str = "") -> None:
    page.get_by_role("radio", name=action, exact=True).or_(
        page.get_by_role("button", name=action, exact=True)
    ).first.click()
    settled(page)
    if text:
        page.get_by_role("textbox").last.fill(text)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name=button).click()
    settled(page)


def test_one_escalation_is_worked_through_and_everything_is_kept(page: Page, dashboard: Dashboard) -> None:
    store = open_store(dashboard.store_url)
    _, review = load_review(store, load_catalog(), as_of=None, scope=EVERYTHING, today=datetime.now(UTC).date())
    chosen = next(e for e in review.escalations if e.open and not e.covered_by and e.kpi_id and not e.acknowledged)
    opened(page, dashboard.url("escalations"), "escalations open")
    page.get_by_text(chosen.id).first.click()
    expect(page.get_by_text("Why it was raised")).to_be_visible()
    settled(page)
    assert chosen.id in page.url
    press(page, "Acknowledge", "Acknowledge", "The site looks into it")
    expect(page.get_by_text("Acknowledged. It is in the ledger, under your name.")).to_be_visible()
    press(page, "Shelve", "Shelve", "The new line starts next month")
    expect(page.get_by_text("Shelved. It is in the ledger, under your name.")).to_be_visible()
    expect(page.get_by_text(re.compile("Shelved until"))).to_be_visible()
    press(page, "Take off the shelf", "Take off the shelf")
    expect(page.get_by_text("Taken off the shelf. It is in the ledger, under your name.")).to_be_visible()
    page.get_by_role("radio", name="Partner").or_(page.get_by_role("button", name="Partner", exact=True)).first.click()
    settled(page)
    press(page, "Reply", "Reply", "We agree and hire two people")
    # The words themselves also stand in the form before they are in the ledger: only this says that they are kept.
    expect(page.get_by_text("Replied. It is in the ledger, under your name.")).to_be_visible()
    expect(page.get_by_text("We agree and hire two people").first).to_be_visible()
    kept = [(a.action, a.side, a.actor) for a in actions(store, scope=EVERYTHING) if a.escalation_id == chosen.id]
    assert kept == [
        ("acknowledge", "sponsor", "qa.lead"),
        ("shelve", "sponsor", "qa.lead"),
        ("unshelve", "sponsor", "qa.lead"),
        ("reply", "partner", "qa.lead"),
    ]
    with page.expect_download() as download:
        page.get_by_role("button", name="Evidence bundle").click()
    assert download.value.suggested_filename.startswith(chosen.id)
    say_nothing_of_incidents(page)
