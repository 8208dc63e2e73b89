"""An administrator lets somebody in and out again, in two browsers at once: what the other one sees follows at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.access import grant_access, policy_at, withdraw_access
from kpi.ledger.store import open_store
from pages.shared import refusals
from tests.browser.conftest import free_port
from tests.browser.provider import (
    ADMINISTRATOR,
    MARKERS,
    STRANGER,
    Received,
    SignInDashboard,
    asking,
    press_sign_in,
    provider,
    sign_in_as,
    two_partners,
)
from tests.browser.waiting import click_unless_gone, settled

ANN, TOM = str(ADMINISTRATOR["sub"]), str(STRANGER["sub"])
TOMS_NAME = str(STRANGER["email"])
MINE, OTHER = MARKERS


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInDashboard]:
    folder = tmp_path_factory.mktemp("access")
    with (
        provider(folder, free_port(), ADMINISTRATOR, STRANGER) as address,
        asking(two_partners(folder), folder, address) as dashboard,
    ):
        yield dashboard


@pytest.fixture
def toms(browser: Browser) -> Iterator[Page]:
    """Another person's browser."""
    context = browser.new_context(viewport={"width": 1440, "height": 1400}, accept_downloads=True)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def signed_in_without_access(page: Page, address: str) -> None:
    page.goto(address)
    press_sign_in(page)
    page.get_by_role("button", name=TOM, exact=True).first.click()
    expect(page.get_by_text("You have no access yet")).to_be_visible()


def test_let_in_and_out_again(context: BrowserContext, toms: Page, served: SignInDashboard) -> None:
    received = Received()
    received.watch(toms)
    signed_in_without_access(toms, served.address)

    anns = context.new_page()
    anns.goto(f"{served.address}/access?access=Grant+access")
    sign_in_as(anns, ANN)
    anns.get_by_role("textbox", name="Identity").wait_for()
    settled(anns)
    anns.get_by_role("textbox", name="Identity").fill(TOMS_NAME)
    anns.get_by_role("textbox", name="Identity").press("Enter")
    anns.get_by_role("radio", name="Partner", exact=True).or_(
        anns.get_by_role("button", name="Partner", exact=True)
    ).first.click()
    chosen = anns.get_by_role("combobox", name="Partners")
    chosen.fill("Zephyrmark")
    anns.get_by_role("option", name="Zephyrmark").first.click()
    expect(anns.get_by_text("With it")).to_contain_text(MINE)
    chosen.press("Escape")
    anns.get_by_role("textbox", name="Reason").fill("Joins the committee")
    settled(anns)
    anns.get_by_text("Yes, give").click()
    settled(anns)
    anns.get_by_role("button", name="Grant access", exact=True).last.click()
    expect(anns.get_by_text("is viewer now")).to_be_visible()

    toms.goto(served.address)
    expect(toms.get_by_role("heading", name="Portfolio")).to_be_visible()
    settled(toms)
    expect(toms.get_by_test_id("stSidebarNav")).to_contain_text("Submissions")
    expect(toms.get_by_test_id("stSidebarNav")).not_to_contain_text("Access")
    expect(toms.get_by_test_id("stSidebarNav")).not_to_contain_text("Monthly upload")
    assert received.holds(MINE)
    assert not received.holds(OTHER)
    assert not received.holds("All partners")

    version = next(one.version for one in policy_at(open_store(served.store_url)).grants if one.holder == TOMS_NAME)
    anns.goto(f"{served.address}/access?grant={TOMS_NAME}, viewer (version {version})")
    anns.get_by_text("Withdraw this access").wait_for()
    settled(anns)
    anns.get_by_text("Withdraw this access").click()
    anns.get_by_role("textbox", name="Reason").fill("Left the committee")
    anns.get_by_text("Yes, withdraw it").click()
    settled(anns)
    anns.get_by_role("button", name="Withdraw", exact=True).click()
    expect(anns.get_by_text("is withdrawn. This is ledger version")).to_be_visible()

    click_unless_gone(toms.get_by_role("link", name="Submissions"))
    expect(toms.get_by_text("You have no access yet")).to_be_visible()
    toms.reload()
    expect(toms.get_by_text("You have no access yet")).to_be_visible()
    expect(toms.get_by_test_id("stSidebar")).to_have_count(0)
    assert not received.holds(OTHER)


def test_a_file_is_handed_out_only_while_its_reader_may_have_it(toms: Page, served: SignInDashboard) -> None:
    """Pressed in the page of before the withdrawal, the button gives nothing, and the log has a line of it."""
    store = open_store(served.store_url)
    usual = {"actor": str(ADMINISTRATOR["email"]), "now": datetime.now(UTC), "scope": EVERYTHING}
    made = grant_access(store, holder=TOMS_NAME, role="viewer", side="partner", partners=["P1"], reason="back", **usual)  # type: ignore[arg-type]
    toms.goto(served.address)
    sign_in_as(toms, TOM)
    toms.goto(f"{served.address}/submissions?submission=S000002")
    button = toms.get_by_role("button", name="Original file")
    with toms.expect_download() as download:
        button.click()
    assert "D-1-3" in Path(download.value.path()).read_text()
    settled(toms)
    left: list[object] = []
    toms.on("download", lambda found: left.append(found))
    withdraw_access(store, made.version, reason="left", **usual)  # type: ignore[arg-type]
    button.click()
    line = f"refused in a file: export, for {refusals.digest(TOMS_NAME)}"
    log = served.log.parent / "kpi.log"
    for _ in range(200):
        if log.exists() and line in log.read_text():
            break
        toms.wait_for_timeout(100)
    assert line in log.read_text()
    assert not left
    assert "D-1-3" not in log.read_text()
