"""The headers in a real browser: every other browser test fails as well where the policy blocks what it needs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard
from tests.browser.waiting import opened

INJECTED = """() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.appendChild(script);
    const image = document.createElement("img");
    image.setAttribute("onerror", "window.injected = true");
    image.src = "data:image/png;base64,AA==";
    document.body.appendChild(image);
    const elsewhere = document.createElement("img");
    elsewhere.src = "http://127.0.0.1:9/pixel.png?stolen";
    document.body.appendChild(elsewhere);
    setTimeout("window.injected = true", 0);
}"""


@pytest.mark.parametrize(
    ("screen", "text"), [("look_ahead", "Look-ahead"), ("definitions", "Definitions"), ("", "Portfolio")]
)
def test_screens_that_no_other_test_opens_draw_themselves(
    page: Page, dashboard: Dashboard, screen: str, text: str
) -> None:
    opened(page, dashboard.url(screen), text)
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_a_script_that_got_into_the_page_does_not_run_and_sends_nothing(
    page: Page, dashboard: Dashboard, blocked: list[str]
) -> None:
    opened(page, dashboard.url(), "Portfolio")
    page.evaluate(INJECTED)
    page.wait_for_timeout(500)
    assert page.evaluate("window.injected") is None
    directives = {line.split(": ", 1)[1].split()[0] for line in blocked}
    assert directives == {"script-src-elem", "script-src-attr", "img-src", "script-src"}
    blocked.clear()


def test_no_other_page_can_show_the_dashboard_in_a_frame(page: Page, dashboard: Dashboard) -> None:
    page.set_content(f"<iframe src='{dashboard.url()}'></iframe>")
    page.wait_for_timeout(1000)
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
