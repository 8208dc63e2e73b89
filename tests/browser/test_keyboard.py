"""The dashboard without a pointer: what is needed can be reached, and an answer does not lose the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.meetings import meetings
from kpi.ledger.reads import history
from kpi.ledger.store import Store, open_store
from tests.browser.conftest import Dashboard, serving
from tests.browser.waiting import opened, say_nothing_of_incidents, settled
from tests.desk.partner_files import german_lots

UPLOAD_FIELD = "[data-testid=stFileUploader] input[type=file]"
FOCUSED = """() => {
    let one = document.activeElement
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
    return one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || ""
}"""
NEAR = 12  # presses of Tab from one answer to the next


@pytest.fixture
def own(browser: Browser, sample_store: Store, tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard on a store of the test's own, in which no mapping was kept."""
    with serving(browser, sample_store, tmp_path) as served:
        yield served


def focused(page: Page) -> str:
    text: str = page.evaluate(FOCUSED)
    return " ".join(text.split())


def tab_to(page: Page, name: str, most: int = NEAR) -> None:
    """Press Tab until what has the focus is called ``name``."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        passed.append(focused(page)[:60])
        if re.search(name, passed[-1]):
            return
    raise AssertionError(f"{name} is not reached; instead: {passed}")


def strike(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_timeout(700)  # the run that a key starts begins a moment later
    settled(page)


def test_a_partners_file_goes_in_without_a_pointer(page: Page, own: Dashboard) -> None:
    opened(page, own.url("monthly_upload", **{"for": "2021-03"}), "1. Choose the month and the files")
    page.locator(".st-key-focus_keeper > *").first.wait_for(state="attached")
    tab_to(page, "^Skip to main content")
    strike(page, "Enter")
    tab_to(page, "^upload Upload$")
    page.locator(UPLOAD_FIELD).set_input_files(  # the dialog that Enter opens here is the browser's own
        {"name": "Chargen März 2021.csv", "mimeType": "text/csv", "buffer": german_lots(3, year=2021)}
    )
    page.get_by_text("Which of these reads right?").wait_for()
    settled(page)
    tab_to(page, "^Western European \\(Windows\\)")
    strike(page, "Space")
    tab_to(page, "^No header says whose file it is")
    page.keyboard.type("0042")
    page.get_by_role("option").first.wait_for()
    strike(page, "Enter")
    tab_to(page, "^rejected")
    strike(page, "Space")
    tab_to(page, "Check the file", most=60)
    strike(page, "Enter")
    expect(page.get_by_text("The file can be accepted")).to_be_visible()
    page.get_by_text(re.compile("figures? moves?|No figure moves")).first.wait_for()
    settled(page)
    tab_to(page, "Confirm 12 records", most=60)
    strike(page, "Enter")
    expect(page.get_by_text("Accepted as S")).to_be_visible()
    assert history(open_store(own.store_url), scope=EVERYTHING).iloc[0]["new"] == 12
    say_nothing_of_incidents(page)


def test_a_table_that_stays_keeps_the_cell_that_was_opened(page: Page, dashboard: Dashboard) -> None:
    planned = next(one for one in meetings(open_store(dashboard.store_url), scope=EVERYTHING) if len(one.agenda) > 3)
    opened(page, dashboard.url("meeting", held=planned.id), "Item 1 of")
    agenda = page.get_by_role("table", name=re.compile("[Aa]genda"))
    agenda.locator(".box[tabindex='0']").focus()  # the one stop of the table that Tab reaches
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert focused(page).startswith("3. ")
    strike(page, "Enter")
    page.get_by_text("Item 3 of").wait_for()
    settled(page)
    assert re.search(r"\b3\. ", focused(page)), "Enter opened it beside the table, and the place in the table is kept"
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("4. ")
    say_nothing_of_incidents(page)
