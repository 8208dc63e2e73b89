"""A narrow window: wide tables scroll within their frame, and the page beside them does not move."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Dashboard
from tests.browser.waiting import opened


@pytest.mark.parametrize(
    ("screen", "text"),
    [("", "Needs attention first"), ("escalations", "Tier 3"), ("reporting_calendar", "By month")],
    ids=["portfolio", "escalations", "reporting calendar"],
)
def test_only_the_table_scrolls_sideways(page: Page, dashboard: Dashboard, screen: str, text: str) -> None:
    page.set_viewport_size({"width": 800, "height": 1000})
    opened(page, dashboard.url(screen), text)
    page.locator(".scroll tbody tr").first.wait_for()
    wider = "element => element.scrollWidth - element.clientWidth"
    assert page.locator(".scroll").last.evaluate(wider) > 0, "else this shows nothing"
    assert page.locator("[data-testid=stMain]").evaluate(wider) == 0
