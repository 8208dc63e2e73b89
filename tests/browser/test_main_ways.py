"""The main ways through the dashboard, as a person walks them, in a real browser over the sample portfolio."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date

import openpyxl
from playwright.sync_api import BrowserContext, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.reads import details, history, original
from kpi.ledger.store import open_store
from tests.browser.conftest import Dashboard
from tests.browser.waiting import cell, opened, say_nothing_of_incidents, settled
from tests.support import csv_of, submit_rows

UPLOAD_FIELD = "[data-testid=stFileUploader] input[type=file]"


def a_site(dashboard: Dashboard) -> dict[str, str]:
    """Partner and site of the sample's newest delivery file: names of its own making, so read from the store."""
    store = open_store(dashboard.store_url)
    found = history(store, scope=EVERYTHING)
    newest = found[(found["dataset"] == "deliveries") & (found["row_count"] > 0)].iloc[0]
    head, first = original(store, newest["submission_id"], EVERYTHING)[1].decode().splitlines()[:2]
    row = dict(zip(head.split(","), first.split(","), strict=True))
    return {"partner_id": row["partner_id"], "site_id": row["site_id"]}


def delivery(site: Mapping[str, str], number: str, **changes: object) -> dict[str, object]:
    return {
        **site,
        "delivery_id": number,
        "product": "Test product",
        "promised_date": date(2025, 3, 10),
        "delivered_date": date(2025, 3, 9),
        "ordered_quantity": 100,
        "delivered_quantity": 100,
        **changes,
    }


def upload(page: Page, dashboard: Dashboard, name: str, content: bytes) -> None:
    opened(page, dashboard.url("monthly_upload", dataset="Deliveries"), "1. Choose the month and the files")
    page.locator(UPLOAD_FIELD).first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_text("2. Read the findings").wait_for()
    settled(page)


def test_a_good_file_goes_in_and_is_seen_in_submissions(page: Page, dashboard: Dashboard) -> None:
    content = csv_of([delivery(a_site(dashboard), "GOOD-1"), delivery(a_site(dashboard), "GOOD-2")])
    upload(page, dashboard, "good lines.csv", content)
    expect(page.get_by_text("The file can be accepted")).to_be_visible()
    page.get_by_role("textbox", name="Reason").fill("Lines that were left out")
    page.get_by_role("button", name="Confirm 2 records").click()
    expect(page.get_by_text("Accepted as S")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Submission S\d+")).click()
    expect(page.get_by_role("heading", name=re.compile(r"^Submission S\d+"))).to_be_visible()
    settled(page)
    submission_id = page.url.split("submission=")[1][:7]
    expect(page.locator("[data-testid=stTable]")).to_contain_text("good lines.csv")
    expect(page.locator("[data-testid=stTable]")).to_contain_text("Lines that were left out")
    with page.expect_download() as download:
        page.get_by_role("button", name="Original file").click()
    assert download.value.path().read_bytes() == content
    assert details(open_store(dashboard.store_url), submission_id, EVERYTHING)["actor"] == "qa.lead"
    say_nothing_of_incidents(page)


def test_a_bad_file_shows_its_findings_and_comes_back_annotated(page: Page, dashboard: Dashboard) -> None:
    rows = [delivery(a_site(dashboard), f"BAD-{n}", promised_date="31.02.2026") for n in range(12)]
    upload(page, dashboard, "bad.csv", csv_of(rows))
    expect(page.get_by_text("The file is refused. Nothing was written.")).to_be_visible()
    expect(page.get_by_text("12 errors").first).to_be_visible()
    expect(cell(page, "31.02.2026")).to_be_attached()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    with page.expect_download() as workbook:
        page.get_by_role("button", name="Workbook with every finding marked").click()
    book = openpyxl.load_workbook(io.BytesIO(workbook.value.path().read_bytes()))
    assert any("31.02.2026" in str(value) for sheet in book for row in sheet.values for value in row)
    with page.expect_download() as text:
        page.get_by_role("button", name="Findings as text").click()
    lines = text.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 12
    assert lines[0].startswith('bad.csv, row 2, column "promised_date": "31.02.2026"')
    say_nothing_of_incidents(page)


def test_from_the_portfolio_down_to_the_records(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url(), "Portfolio")
    partner = page.locator("th[scope=row] a.box").first
    partner_name = partner.locator(".main").inner_text()
    partner.click()
    expect(page.get_by_role("heading", name=partner_name, exact=True)).to_be_visible()
    settled(page)
    indicator = page.locator("a.box").filter(has_text="Lot acceptance rate").first
    indicator.click()
    expect(page.get_by_role("heading", name="Lot acceptance rate", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^Records behind")).first).to_be_visible()
    settled(page)
    expect(page.locator("[data-testid=stPlotlyChart] svg").first).to_be_visible()
    expect(cell(page, "S000")).to_be_attached()
    assert "partner=" in page.url
    assert "kpi=" in page.url
    say_nothing_of_incidents(page)


def test_withdrawing_takes_a_reason_and_brings_back_what_stood_before(page: Page, dashboard: Dashboard) -> None:
    store = open_store(dashboard.store_url)
    receipt = submit_rows(store, "deliveries", [delivery(a_site(dashboard), "GONE-1")], date(2025, 3, 1))
    opened(page, dashboard.url("submissions", submission=receipt.submission_id), "Withdraw this submission")
    page.get_by_text("Withdraw this submission").click()
    expect(page.get_by_text("1 record first sent with it will no longer count")).to_be_visible()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("textbox", name="Reason").fill("Belongs to another partner")
    page.locator("label").filter(has_text=f"Yes, withdraw {receipt.submission_id}").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text(f"{receipt.submission_id} is withdrawn")).to_be_visible()
    settled(page)
    found = details(store, receipt.submission_id, EVERYTHING)
    assert (found["state"], found["withdrawn_reason"]) == ("withdrawn", "Belongs to another partner")
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_have_count(0)
    say_nothing_of_incidents(page)


def test_choosing_a_row_opens_its_details_and_puts_it_into_the_link(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("submissions"), "Newest first")
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.click(position={"x": 20, "y": 55})  # the box before the first row
    expect(page.get_by_role("heading", name=re.compile(r"^Submission S\d+"))).to_be_visible()
    settled(page)
    newest = history(open_store(dashboard.store_url), scope=EVERYTHING)["submission_id"].iloc[0]
    assert f"submission={newest}" in page.url


def test_filters_survive_in_a_link(page: Page, dashboard: Dashboard, context: BrowserContext) -> None:
    link = dashboard.url("partner", partner=a_site(dashboard)["partner_id"], month="2026-03", window="3")
    opened(page, link, "Latest records")
    chosen = page.get_by_role("combobox", name=re.compile("Partner")).first.input_value()
    assert chosen not in ("", "All partners")
    assert page.get_by_role("heading", level=1).inner_text() == chosen
    colleague = context.new_page()
    opened(colleague, page.url, "Latest records")
    assert colleague.get_by_role("combobox", name=re.compile("Partner")).first.input_value() == chosen
    assert colleague.get_by_role("combobox", name=re.compile("Month")).first.input_value() == "March 2026"
    expect(colleague.get_by_role("radio", name="3", exact=True)).to_be_checked()
