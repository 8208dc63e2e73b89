"""When a screen has finished drawing, and what its grids hold."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from playwright.sync_api import Locator, Page, TimeoutError, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

RUN_SECONDS = 60
ENOUGH_TO_SEND = 60  # milliseconds in which a browser has sent what a click asks for


@dataclass
class Asked:
    """Whether a page waits for the end of a run that it asked for: of the whole script, or of a part of it."""

    whole: bool = False
    part: bool = False

    def sent(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        message = BackMsg.FromString(frame)
        if message.WhichOneof("type") == "rerun_script":
            self.part |= bool(message.rerun_script.fragment_id)
            self.whole |= not message.rerun_script.fragment_id

    def received(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        message = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") != "script_finished":
            return
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        self.part = False
        if message.script_finished != ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            self.whole = False


_asked: WeakKeyDictionary[Page, Asked] = WeakKeyDictionary()


def watched(page: Page) -> Page:
    """Follow what the page asks of its server from now on; before it is opened, for ``settled`` to be sure of it."""
    if page not in _asked:
        _asked[page] = Asked()
        page.on("websocket", lambda socket: _follow(page, socket))
    return page


def settled(page: Page) -> None:
    """Wait until the script has ended, the browser is connected and nothing on the screen is left from before.

    The screen alone does not tell: where a part of it draws itself anew at that moment, its end looks like that of the
    run that a click has asked for. So the runs that the page asked for are waited for, too.
    """
    page.wait_for_timeout(ENOUGH_TO_SEND)
    deadline = time.monotonic() + RUN_SECONDS
    asked = _asked.get(page)
    while asked is not None and (asked.whole or asked.part) and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    state = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    page.locator(state).wait_for(timeout=RUN_SECONDS * 1000)
    # A locator, for the product's Content-Security-Policy forbids the eval by which Playwright waits for a function.
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=RUN_SECONDS * 1000)


def opened(page: Page, url: str, text: str) -> None:
    """Go to ``url`` and wait for ``text`` and for the end of the run."""
    watched(page).goto(url)
    page.get_by_text(text).first.wait_for(timeout=RUN_SECONDS * 1000)
    settled(page)


def click_unless_gone(link: Locator) -> None:
    """Click what a page may take away by itself at any moment, as one does that has noticed a sign-out."""
    with suppress(TimeoutError):
        link.click(timeout=2000)


def cell(page: Page, text: str) -> Locator:
    """The first cell with this text in any grid. Grids are drawn on a canvas; their cells are in its fallback table."""
    return page.locator("[data-testid=stDataFrame] [role=gridcell]").filter(has_text=text).first


def say_nothing_of_incidents(page: Page) -> None:
    assert "quote incident" not in page.locator("[data-testid=stMain]").inner_text()


def _follow(page: Page, socket: WebSocket) -> None:
    if "/_stcore/stream" not in socket.url:
        return
    asked = _asked[page]
    asked.whole = asked.part = False
    socket.on("framesent", asked.sent)
    socket.on("framereceived", asked.received)
