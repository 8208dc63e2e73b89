"""How much one reader may ask of the server. The limits of what a file may hold are the intake's (kpi/intake/table.py).

Each number stands here once; docs/operating.md names them from here.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime, exists

from pages.serving.readers import subject_of
from pages.shared import measures

MB = 1_000_000
UPLOAD = "/_stcore/upload_file/"
SIGN_IN = ("/auth/login", "/oauth2callback")

LARGEST_OTHER_BODY = 1 * MB  # bytes of a request that is no upload
FIRST_SECONDS, SLOWEST = 60.0, 20_000  # a body has 60 s, and a second more for every 20 kB of it that came
WINDOW_SECONDS = 600.0
FILES_OF_A_SESSION = 600  # in a window; the desk takes 500 parts of one upload
BYTES_OF_A_SESSION = 2_000 * MB  # in a window
BYTES_HELD = 4_000 * MB  # of all sessions together, in memory until they are confirmed or the tab is closed
HELD_OF_A_PERSON = 2_000 * MB  # of those, of one person's sessions
SIGN_INS_OF_AN_ADDRESS = 60  # in a window; people of one company may share an address
SECONDS_BETWEEN_LINES = 10.0  # of the log
MOST_KEYS = 10_000  # sessions or addresses remembered; beyond, those go that asked the longest ago

LOG = logging.getLogger("kpi.limits")


class TooSlowError(Exception):
    """The body did not come in time."""


class TooLargeError(Exception):
    """The body is larger than any such request needs."""


class Window:
    """Sums amounts by key over the last ``seconds``. Safe for threads."""

    def __init__(self, most: float, seconds: float = WINDOW_SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._taken: OrderedDict[str, deque[tuple[float, float]]] = OrderedDict()

    def take(self, key: str, amount: float = 1, now: float | None = None) -> bool:
        """Whether ``key`` may have ``amount`` more; what is refused is not counted."""
        now = time.monotonic() if now is None else now
        with self._lock:
            taken = self._taken.setdefault(key, deque())
            self._taken.move_to_end(key)
            while len(self._taken) > MOST_KEYS:
                self._taken.popitem(last=False)
            while taken and taken[0][0] <= now - self._seconds:
                taken.popleft()
            if sum(part for _, part in taken) + amount > self._most:
                return False
            taken.append((now, amount))
            return True


@dataclass(frozen=True)
class Refusal:
    """``limit``: its name in the metrics and the log."""

    limit: str
    status: int
    text: str


class Limits:
    """Refuses what goes beyond, before anything of it is kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._files = Window(FILES_OF_A_SESSION)
        self._bytes = Window(BYTES_OF_A_SESSION)
        self._sign_ins = Window(SIGN_INS_OF_AN_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await refuse(refused, scope, receive, send)
            return
        body = _Body(receive, is_upload(scope))
        answering = False

        async def watched(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self.app(scope, body.receive, watched)
        except TooSlowError:
            found = Refusal("slow_body", 408, "The request did not come in time.")
        except TooLargeError:
            found = Refusal("large_body", 413, "The request is too large.")
        else:
            return
        if answering:
            raise ConnectionAbortedError(found.text)
        await refuse(found, scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        if is_upload(scope):
            return self._refused_upload(scope)
        if scope["path"].endswith(SIGN_IN) and not self._sign_ins.take(_address(scope)):
            return Refusal("sign_ins", 429, "Too many attempts to sign in. Try again in ten minutes.")
        return None

    def _refused_upload(self, scope: Scope) -> Refusal | None:
        session = scope["path"].partition(UPLOAD)[2].partition("/")[0]
        whose = subject_of(session) or session  # one person may have many tabs
        size = _announced(scope)
        if held_bytes() + size > BYTES_HELD:
            return Refusal("held_bytes", 503, "Too many files wait to be confirmed. Try again later.")
        if held_of(whose) + size > HELD_OF_A_PERSON:
            return Refusal("held_bytes", 429, "Too many files of yours wait to be confirmed. Confirm or remove some.")
        if not (self._files.take(whose) and self._bytes.take(whose, size)):
            return Refusal("uploads", 429, "Too many uploads in a short time. Try again in ten minutes.")
        return None


class _Body:
    """The body of one request as it comes: no slower, and where it is no upload no larger, than it may be."""

    def __init__(self, receive: Receive, upload: bool) -> None:
        self._receive = receive
        self._largest = None if upload else LARGEST_OTHER_BODY  # an upload's is Streamlit's: server.maxUploadSize
        self._began = time.monotonic()
        self._came = 0
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()  # waits for the end of the connection
        left = self._began + FIRST_SECONDS + self._came / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.001))
        except TimeoutError as error:
            raise TooSlowError from error
        self._came += len(message.get("body", b""))
        if self._largest is not None and self._came > self._largest:
            raise TooLargeError
        self._whole = not message.get("more_body", False)
        return message


def is_upload(scope: Scope) -> bool:
    """Under whatever path the dashboard is served (server.baseUrlPath)."""
    return bool(scope["method"] == "PUT" and UPLOAD in scope["path"])


def held_bytes() -> int:
    """Bytes of uploaded files that the process holds in memory now."""
    if not exists():
        return 0
    return Runtime.instance()._uploaded_file_mgr._total_bytes  # type: ignore[attr-defined]


def held_of(whose: str) -> int:
    """Bytes of ``held_bytes`` in the sessions of one person (their subject), or of one session."""
    if not exists():
        return 0
    files = Runtime.instance()._uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    mine = [one for session, one in list(files.items()) if (subject_of(session) or session) == whose]
    return sum(len(file.data) for one in mine for file in list(one.values()))


def _announced(scope: Scope) -> int:
    """What the request says of its size. One that does not say counts as the largest that Streamlit takes."""
    from streamlit import config

    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else config.get_option("server.maxUploadSize") * 2**20


def _address(scope: Scope) -> str:
    client: Any = scope.get("client")
    return client[0] if client else ""


_told: dict[str, float] = {}


def tell(limit: str) -> None:
    """Notes in the log that a limit was met, at most once in ``SECONDS_BETWEEN_LINES`` for each of them.

    Whoever is refused must not fill the log.
    """
    now = time.monotonic()
    if now - _told.get(limit, -SECONDS_BETWEEN_LINES) >= SECONDS_BETWEEN_LINES:
        _told[limit] = now
        LOG.warning("refused: %s; cdmo_requests_limited_total counts them all", limit)


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers for a request that goes no further; counted, and told in the log."""
    measures.LIMITED.labels(refusal.limit).inc()
    tell(refusal.limit)
    headers = {"Connection": "close"}
    if refusal.status in (429, 503):
        headers["Retry-After"] = str(int(WINDOW_SECONDS))
    await PlainTextResponse(f"{refusal.text}\n", refusal.status, headers)(scope, receive, send)
