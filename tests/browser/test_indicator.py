"""The indicator's chart in a real browser: what a pointer reads, what a click chooses, limits that start anew."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.rebaselines import rebaselines
from kpi.ledger.store import open_store
from kpi.marts import load_marts
from kpi.present.signals import rule_words
from kpi.signals.series import read_signals
from tests.browser.conftest import Dashboard
from tests.browser.waiting import opened, say_nothing_of_incidents, settled

KPI = "right_first_time"
POINTS = "[data-testid=stPlotlyChart] .scatterlayer .trace .points path.point"


@pytest.fixture(scope="module")
def flagged(dashboard: Dashboard) -> Any:
    """A point of the sample that breaks a rule when its own month is looked at."""
    catalog = load_catalog()
    marts = load_marts(open_store(dashboard.store_url), catalog, scope=EVERYTHING)
    points = read_signals(marts, catalog, kpis=[KPI]).points
    for month in sorted(points["month"].unique(), reverse=True):
        then = read_signals(marts, catalog, kpis=[KPI], month=month.date()).points
        broken = then[(then["month"] == month) & (then["rule"] != "")]
        if not broken.empty:
            return next(broken.itertuples(index=False))
    raise AssertionError("the sample has no special cause")


def open_chart(page: Page, dashboard: Dashboard, point: Any) -> None:
    link = dashboard.url("indicator", partner=point.partner_id, kpi=KPI, month=f"{point.month:%Y-%m}")
    opened(page, link, "Flagged months")
    page.locator(POINTS).first.wait_for()


def test_a_flagged_point_says_its_rule_and_a_click_chooses_a_month(
    page: Page, dashboard: Dashboard, flagged: Any
) -> None:
    open_chart(page, dashboard, flagged)
    words = rule_words(flagged.rule, int(flagged.side))
    expect(page.get_by_text(re.compile(f"Special cause.*{re.escape(words)}")).first).to_be_visible()
    months = page.locator(".scatterlayer .trace").filter(has=page.locator("path.js-line")).last
    box = months.locator("path.point").nth(1).bounding_box()  # the first may be the month looked at
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hoverlayer .hovertext").first).to_contain_text("95 % interval")
    before = page.url
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("before => location.href !== before", arg=before)
    settled(page)
    say_nothing_of_incidents(page)


def test_limits_start_anew_and_come_back(page: Page, dashboard: Dashboard, flagged: Any) -> None:
    store = open_store(dashboard.store_url)
    open_chart(page, dashboard, flagged)
    page.get_by_text("Start the limits anew (rebaseline)").click()
    page.get_by_role("combobox", name=re.compile("First month of the new limits")).fill("June 2025")
    page.get_by_role("option", name="June 2025").click()
    page.get_by_role("textbox", name="Reason").last.fill("New line qualified")
    page.get_by_role("button", name="Start anew").click()
    expect(page.get_by_text("The limits start anew in June 2025.")).to_be_visible()
    settled(page)
    assert [(found.month, found.reason) for found in rebaselines(store, scope=EVERYTHING)] == [
        (date(2025, 6, 1), "New line qualified")
    ]
    expect(page.get_by_text("New limits: New line qualified")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("textbox", name="Reason").last.fill("Recorded on the wrong partner")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The limits of June 2025 are taken back.")).to_be_visible()
    settled(page)
    assert not rebaselines(store, scope=EVERYTHING)
    say_nothing_of_incidents(page)
