"""Charts taken away as pictures from the screens that show them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import PATIENCE_MS, Dashboard
from tests.browser.waiting import opened, say_nothing_of_incidents, settled


def saved(page: Page, image_format: str) -> Download:
    with page.expect_download(timeout=2 * PATIENCE_MS) as waiting:
        page.get_by_role("button", name=f"Picture, {image_format}").click()
    settled(page)
    return waiting.value


@pytest.mark.parametrize(
    ("query", "text", "name", "kind"),
    [
        ({"partner": "VESS"}, "Flagged months", "Right first time, Vessandra Biologics, p chart, 2026-10", "p chart"),
        (
            {"breakdown": "Funnel of sites", "window": "12"},
            "lies outside the 99.8 % limits",
            "Right first time, funnel of sites, 12 months to 2026-10",
            "Sites, the 12 months to October 2026",
        ),
    ],
    ids=["control chart", "funnel"],
)
def test_a_chart_is_saved_as_png_and_svg(
    page: Page, dashboard: Dashboard, query: dict[str, str], text: str, name: str, kind: str
) -> None:
    opened(page, dashboard.url("indicator", kpi="right_first_time", month="2026-10", **query), text)
    version = page.get_by_text("Ledger version").first.inner_text().split(",")[0].removeprefix("Ledger version ")
    svg = saved(page, "SVG")
    assert svg.suggested_filename == f"{name}, version {version}.svg"
    drawn = Path(svg.path()).read_text(encoding="utf-8")
    for said in (
        "Right first time, %",
        kind,
        ">n ",
        f"Ledger version {version}, definition v",
        "Synthetic sample data",
    ):
        assert said in drawn
    png = saved(page, "PNG")
    assert png.suggested_filename == f"{name}, version {version}.png"
    assert Path(png.path()).read_bytes().startswith(b"\x89PNG")
    expect(page.get_by_test_id("stDownloadButtonError")).to_have_count(0)
    say_nothing_of_incidents(page)
