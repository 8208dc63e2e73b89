"""The indicator's chart in a real browser: what a pointer reads, what a click chooses, limits that start anew."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
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
    page.wait_for_url(lambda url: url != before)
    settled(page)
    say_nothing_of_incidents(page)
