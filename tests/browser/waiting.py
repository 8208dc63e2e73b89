"""When a screen has finished drawing, and what its grids hold."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

RUN_SECONDS = 60


def settled(page: Page) -> None:
    """Wait until the script has ended, the browser is connected and nothing on the screen is left from before."""
    state = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    page.locator(state).wait_for(timeout=RUN_SECONDS * 1000)
    # A locator, for the product's Content-Security-Policy forbids the eval by which Playwright waits for a function.
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=RUN_SECONDS * 1000)


def opened(page: Page, url: str, text: str) -> None:
    """Go to ``url`` and wait for ``text`` and for the end of the run."""
    page.goto(url)
    page.get_by_text(text).first.wait_for(timeout=RUN_SECONDS * 1000)
    settled(page)


def cell(page: Page, text: str) -> Locator:
    """The first cell with this text in any grid. Grids are drawn on a canvas; their cells are in its fallback table."""
    return page.locator("[data-testid=stDataFrame] [role=gridcell]").filter(has_text=text).first


def say_nothing_of_incidents(page: Page) -> None:
    assert "quote incident" not in page.locator("[data-testid=stMain]").inner_text()
