"""One line for every request, without what it asked about: no query, no id, no name of a file.

Off unless ``KPI_ACCESS_LOG`` names a file, or ``-`` for standard output. An address is told as the kind of thing that
was asked for, from a closed list, so nothing that somebody typed or was given as a link lands in the log.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.log_lines import as_json, json_line, moment
from pages.shared.navigation import SECTIONS

WHERE = "KPI_ACCESS_LOG"
STANDARD_OUTPUT = "-"
OURS = ("/healthz", "/readyz", "/metrics")
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
OF_STREAMLIT = re.compile(r"(?:/[^/]+)?/_stcore/(health|host-config|stream|metrics|script-health-check)")
BEGINNINGS = ("/static/", "/media/", "/component/", "/_stcore/upload_file/", "/_stcore/", "/auth/", "/oauth2callback")

_lock = threading.Lock()


class AccessLog:
    """Writes a line when an answer or a connection is over. Never fails a request: a full disk costs the line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not os.environ.get(WHERE):
            await self.app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 0, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            size += len(message.get("body", b"") or message.get("bytes", b"") or b"")
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            write(line(scope, status, size, time.perf_counter() - began, datetime.now(UTC)))


def line(scope: Scope, status: int, size: int, seconds: float, at: datetime) -> str:
    """``status`` is 0 where the connection ended without an answer, 101 for a websocket."""
    client = scope.get("client")
    method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
    facts = {
        "client": client[0] if client else "",
        "method": method if method in (*METHODS, "WEBSOCKET") else "OTHER",
        "route": route_of(scope["path"]),
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000),
    }
    if as_json():
        return json_line(at, "info", "request", **facts)
    return f"{moment(at)} request " + " ".join(f"{name}={value}" for name, value in facts.items())


def route_of(path: str) -> str:
    """The kind of thing asked for: ``/partner``, ``/media/*``, ``/_stcore/stream``; ``/*`` for everything unknown."""
    if path in OURS or path in _screens():
        return path
    found = OF_STREAMLIT.fullmatch(path)
    if found:
        return f"/_stcore/{found[1]}"
    return next((f"{start.rstrip('/')}/*" for start in BEGINNINGS if path.startswith(start)), "/*")


@cache
def _screens() -> frozenset[str]:
    return frozenset({"/", *(f"/{Path(file).stem}" for entries in SECTIONS.values() for file, *_ in entries)})


def write(text: str) -> None:
    where = os.environ.get(WHERE, "")
    try:
        with _lock:
            if where == STANDARD_OUTPUT:
                print(text, file=sys.stdout, flush=True)
            elif where:
                with Path(where).open("a", encoding="utf-8") as log:
                    log.write(text + "\n")
    except OSError:
        return
