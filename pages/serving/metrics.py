"""``/metrics``: what the dashboard counts, in Prometheus' text format, for whoever may know.

With ``KPI_METRICS_TOKEN`` set: whoever sends it (``Authorization: Bearer …``). Without it: programs of the same machine
that ask directly; a question that came through a proxy is somebody else's.
"""

from __future__ import annotations

import hmac
import os
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime, exists

from pages.serving.health import READINESS
from pages.shared import measures

TOKEN = "KPI_METRICS_TOKEN"
OF_STREAMLIT = "/_stcore/metrics"
REFUSED = "Only with the token of KPI_METRICS_TOKEN, or directly from this machine.\n"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


async def metrics(request: Request) -> Response:
    if not may_read(request):
        return PlainTextResponse(REFUSED, 403)
    await run_in_threadpool(READINESS.answer)
    text = await run_in_threadpool(measures.as_text, viewers())
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def may_read(request: Request) -> bool:
    wanted = os.environ.get(TOKEN, "")
    if wanted:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), wanted.encode())
    return _is_here(request) and not any(name in request.headers for name in FORWARDED)


def viewers() -> int:
    """Browser tabs with a connection now."""
    if not exists():
        return 0
    return Runtime.instance()._session_mgr.num_active_sessions()


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class GuardMetrics:
    """Streamlit tells of its caches and sessions at an address of its own, to anybody: the same rule holds there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(OF_STREAMLIT) and not may_read(Request(scope)):
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class CountExports:
    """Counts the files that leave: every download of Streamlit is an answer below /media/ that says "attachment"."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/media/"):
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                disposition = Headers(scope=message).get("content-disposition", "")
                if disposition.startswith("attachment"):
                    measures.exported(disposition)
            await send(message)

        await self.app(scope, receive, counted)
