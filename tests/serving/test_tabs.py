"""One person's tabs: how many there may be, and that those who ask without end wait and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import InvalidStatus

from kpi.access import PARTNER_SIDE, SPONSOR_SIDE
from pages.serving import limits, tabs
from pages.serving.tabs import TABS_OF_A_PERSON, LimitTabs
from tests.serving.loops import finished
from tests.serving.served import MARKER, Served, small_store
from tests.serving.talk import asking_who, cookie, tab
from tests.serving.test_own_files import granted

ADA, HEL = "ada@sponsor.example", "hel@helix.example"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tabs")
    store = small_store(folder)
    granted(store, ADA, "administrator", SPONSOR_SIDE, None)
    granted(store, HEL, "viewer", PARTNER_SIDE, MARKER)
    with asking_who(folder, store.path) as dashboard:
        yield dashboard


def test_a_person_may_have_so_many_tabs_and_others_come_in_all_the_same(asked: Served) -> None:
    with ExitStack() as opened:
        for number in range(TABS_OF_A_PERSON):  # in as many browsers: each sign-in has a nonce of its own
            last = ExitStack()
            opened.enter_context(last)
            last.enter_context(tab(asked, cookie(asked, HEL, nonce=f"n{number}")))
        with pytest.raises(InvalidStatus) as refused, tab(asked, cookie(asked, HEL)):
            pass
        assert refused.value.response.status_code == 403
        with tab(asked, cookie(asked, ADA)) as ada:
            assert "Ledger version" in ada.run()
        last.close()
        deadline = time.monotonic() + 10
        while True:
            try:
                with tab(asked, cookie(asked, HEL)) as again:
                    assert "Ledger version" in again.run()
                break
            except InvalidStatus:
                assert time.monotonic() < deadline, "a closed tab gives its place back"
                time.sleep(0.1)


def test_whoever_asks_without_end_waits_between_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "MESSAGES_OF_A_PERSON", 3)
    monkeypatch.setattr(tabs, "SECONDS_BETWEEN", 0.2)
    monkeypatch.setattr(tabs, "person_of", lambda scope: scope["person"])
    monkeypatch.setattr(limits, "_told", {})
    server = LimitTabs(reading)
    assert seconds_of(server, "hel", 3) < 0.4
    assert seconds_of(server, "hel", 2) >= 0.4
    assert seconds_of(server, "ada", 3) < 0.4
    assert seconds_of(server, "", 9) < 0.4, "nobody signs in"


@pytest.mark.parametrize("person", ["hel", ""])
def test_a_message_of_text_ends_the_connection(monkeypatch: pytest.MonkeyPatch, person: str) -> None:
    """Streamlit reads bytes only, and would fail on it with a traceback for every one."""
    monkeypatch.setattr(tabs, "person_of", lambda scope: scope["person"])
    sent: list[Message] = [{"type": "websocket.receive", "bytes": b"x"}, {"type": "websocket.receive", "text": "x"}]
    came: list[Message] = []

    async def receive() -> Message:
        return sent.pop(0)

    async def taking(scope: Scope, receive: Receive, send: Send) -> None:
        while not came or came[-1]["type"] != "websocket.disconnect":
            came.append(await receive())

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "websocket", "path": "/_stcore/stream", "person": person}
    finished(LimitTabs(taking)(scope, receive, send))
    assert [one["type"] for one in came] == ["websocket.receive", "websocket.disconnect"]


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the application: takes messages until the connection ends."""
    while (await receive())["type"] != "websocket.disconnect":
        pass


def seconds_of(server: LimitTabs, person: str, messages: int) -> float:
    waiting = [{"type": "websocket.receive", "bytes": b"x"}] * messages

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "websocket.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    began = time.monotonic()
    finished(server({"type": "websocket", "path": "/_stcore/stream", "person": person}, receive, send))
    return time.monotonic() - began
