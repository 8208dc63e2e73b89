"""How many tabs one person may have open, and how fast they may ask: nobody keeps the others out.

Counted by whoever the signed cookie names, in however many browsers. Without sign-in there is one person, who may.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.serving.limits import Window, tell
from pages.serving.readers import claims_in
from pages.shared import measures

STREAM = "/_stcore/stream"
TABS_OF_A_PERSON = 40
MESSAGES_OF_A_PERSON = 6_000  # in ten minutes, from all tabs: clicks, and parts of pages that draw themselves again
SECONDS_BETWEEN = 1.0  # beyond that, from each tab
TRY_AGAIN_LATER, NOT_ACCEPTED = 1013, 1003  # of the websocket protocol


class LimitTabs:
    """Refuses a connection too many before it is one, and lets those wait that ask without end."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: Counter[str] = Counter()
        self._messages = Window(MESSAGES_OF_A_PERSON)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        person = person_of(scope) if scope["path"].endswith(STREAM) else ""
        if not person:
            await self.app(scope, only_bytes(receive), send)
            return
        if self._open[person] >= TABS_OF_A_PERSON:
            measures.LIMITED.labels("tabs").inc()
            tell("tabs")
            await receive()
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return

        async def paced() -> Message:
            message = await only_bytes(receive)()
            if message["type"] == "websocket.receive" and not self._messages.take(person):
                measures.LIMITED.labels("messages").inc()
                tell("messages")
                await asyncio.sleep(SECONDS_BETWEEN)
            return message

        self._open[person] += 1
        try:
            await self.app(scope, paced, send)
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]


def only_bytes(receive: Receive) -> Receive:
    """``receive`` of a websocket; a message of text, which no browser of ours sends, is taken for the end."""

    async def received() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            return {"type": "websocket.disconnect", "code": NOT_ACCEPTED}
        return message

    return received


def person_of(scope: Scope) -> str:
    """The subject in the signed cookie of a sign-in, whether it still counts or not; "" for none."""
    subject = claims_in(HTTPConnection(scope).cookies).get("sub")
    return subject if isinstance(subject, str) else ""
