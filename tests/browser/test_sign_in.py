"""Sign-in with a real provider in a real browser: in, out, a second tab, forged cookies, expiry, a provider down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.reads import events
from kpi.ledger.store import open_store
from pages.shared.navigation import PORTFOLIO, SECTIONS
from tests.browser.conftest import PATIENCE_MS, free_port
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
SCREENS = [Path(file).stem for entries in SECTIONS.values() for file, *_ in entries if file != PORTFOLIO]
COOKIE = "_streamlit_user"


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignInDashboard]:
    folder = tmp_path_factory.mktemp("sign_in")
    with (
        provider(folder, free_port(), ADMINISTRATOR, STRANGER) as address,
        asking(two_partners(folder), folder, address) as dashboard,
    ):
        yield dashboard


def at_the_door(page: Page) -> None:
    expect(page.get_by_test_id("stMain").get_by_role("button", name="Sign in")).to_be_visible()
    settled(page)


def in_the_portfolio(page: Page) -> None:
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()
    settled(page)


def test_no_link_shows_anything_before_sign_in(context: BrowserContext, served: SignInDashboard) -> None:
    for screen in ["", *SCREENS]:
        page, received = context.new_page(), Received()
        received.watch(page)
        answer = page.goto(f"{served.address}/{screen}?partner=P1&month=2025-03&as_of=2&submission=S000002")
        assert answer is not None
        received.frames.append(answer.body())
        at_the_door(page)
        assert len(received.frames) > 1, "nothing came over the websocket: the test would see nothing"
        for secret in (*MARKERS, "Examplumab", "S000002", "Ledger version", "stSidebarNav"):
            assert not received.holds(secret), f"/{screen} sent {secret!r}"
        assert not any(marker in page.content() for marker in MARKERS)
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)
        expect(page.get_by_text("Page not found")).to_have_count(0)
        page.close()


def test_the_watch_for_markers_sees_them_once_somebody_is_in(page: Page, served: SignInDashboard) -> None:
    received = Received()
    received.watch(page)
    page.goto(served.address)
    sign_in_as(page, ANN)
    in_the_portfolio(page)
    assert all(received.holds(marker) for marker in MARKERS)


def test_in_by_a_link_an_act_in_the_audit_trail_and_out(page: Page, served: SignInDashboard) -> None:
    page.goto(f"{served.address}/submissions?submission=S000002")
    at_the_door(page)
    sign_in_as(page, ANN)
    expect(page).to_have_url(re.compile(r"/submissions\?.*submission=S000002"))
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Ann Berg")
    page.get_by_text("Withdraw this submission").click()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("textbox", name="Reason").fill("sent to the wrong desk")
    page.get_by_text("Yes, withdraw S000002").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text(re.compile("S000002.*withdrawn|withdrawn.*S000002", re.IGNORECASE)).first).to_be_visible()
    newest = events(open_store(served.store_url), scope=EVERYTHING).sort_values("version").iloc[-1]
    assert (newest["kind"], newest["actor"]) == ("withdrawal", "ann@sponsor.example")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    at_the_door(page)
    page.goto(f"{served.address}/submissions?submission=S000002")
    at_the_door(page)


def test_a_second_tab_is_out_as_well(context: BrowserContext, served: SignInDashboard) -> None:
    first, second, untouched = context.new_page(), context.new_page(), context.new_page()
    first.goto(served.address)
    sign_in_as(first, ANN)
    for tab in (second, untouched):
        tab.goto(served.address)
        in_the_portfolio(tab)
    first.get_by_role("button", name="Sign out").click()
    first.get_by_role("button", name="End session").wait_for()
    click_unless_gone(second.get_by_role("link", name="Definitions"))
    expect(second.get_by_text("You signed out, here or in another tab")).to_be_visible()
    expect(untouched.get_by_text("You signed out, here or in another tab")).to_be_visible()
    for tab in (second, untouched):
        assert MARKERS[0] not in tab.get_by_test_id("stMain").inner_text()
        tab.reload()
        at_the_door(tab)
        expect(tab.get_by_test_id("stSidebar")).to_have_count(0)
        assert MARKERS[0] not in tab.locator("body").inner_text()


def test_a_copied_cookie_is_worth_nothing_after_sign_out(browser: Browser, served: SignInDashboard) -> None:
    context, thief = browser.new_context(), browser.new_context()
    for one in (context, thief):
        one.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(served.address)
    sign_in_as(page, ANN)
    thief.add_cookies(context.cookies(served.address))  # type: ignore[arg-type]
    copied = thief.new_page()
    copied.goto(served.address)
    in_the_portfolio(copied)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").wait_for()
    copied.goto(served.address)
    at_the_door(copied)
    context.close()
    thief.close()


@pytest.mark.parametrize("how", ["changed", "foreign", "rubbish"])
def test_a_forged_cookie_is_nobody(context: BrowserContext, served: SignInDashboard, how: str) -> None:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    page = context.new_page()
    page.goto(served.address)
    at_the_door(page)
    if how == "changed":
        sign_in_as(page, ANN)
        value = next(one["value"] for one in context.cookies(served.address) if one["name"] == COOKIE)
        middle = len(value) // 3
        value = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    elif how == "foreign":
        claims = '{"sub": "u-ann", "email": "ann@sponsor.example", "is_logged_in": true, "iat": 4000000000, '
        claims += f'"exp": 4100000000, "origin": "{served.address}"}}'
        value = create_signed_value("another secret, just as long as it ought to be", COOKIE, claims).decode()
    else:
        value = "chunks-9"
    context.add_cookies([{"name": COOKIE, "value": value, "url": served.address}])
    page.goto(f"{served.address}/submissions")
    at_the_door(page)
    assert MARKERS[0] not in page.locator("body").inner_text()


def test_whoever_is_not_the_administrator_has_no_access(page: Page, served: SignInDashboard) -> None:
    received = Received()
    received.watch(page)
    page.goto(f"{served.address}/submissions")
    sign_in_as(page, TOM)
    expect(page.get_by_text("You have no access yet")).to_contain_text("tom@partner.example")
    settled(page)
    assert not any(received.holds(marker) for marker in MARKERS)


def test_a_sign_in_ends_with_its_token(browser: Browser, context: BrowserContext, tmp_path: Path) -> None:
    with (
        provider(tmp_path, free_port(), ADMINISTRATOR, token_seconds=25) as address,
        asking(two_partners(tmp_path), tmp_path, address) as dashboard,
    ):
        page = context.new_page()
        page.goto(dashboard.address)
        sign_in_as(page, ANN)
        in_the_portfolio(page)
        expect(page.get_by_text(re.compile("Your sign-in ended at .* Please sign in again"))).to_be_visible()
        assert MARKERS[0] not in page.locator("body").inner_text()
        page.reload()
        expect(page.get_by_text(re.compile("Your sign-in ended at"))).to_be_visible()


def test_a_restart_asks_everybody_anew_and_a_provider_that_is_down_is_said(
    context: BrowserContext, tmp_path: Path
) -> None:
    store, port = two_partners(tmp_path), free_port()
    with provider(tmp_path, port, ADMINISTRATOR) as address, asking(store, tmp_path, address) as dashboard:
        page = context.new_page()
        page.goto(dashboard.address)
        at_the_door(page)
    with asking(store, tmp_path, address) as dashboard:
        page.goto(dashboard.address)
        at_the_door(page)
        press_sign_in(page)
        expect(page.get_by_text("does not answer, so nobody can sign in at the moment")).to_be_visible()
        assert "Traceback" not in dashboard.log.read_text(errors="replace")
