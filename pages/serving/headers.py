"""Headers that tell a browser what this dashboard never does, on every answer.

What Streamlit 1.67 needs, found by trying every screen in a browser: its page has one inline script, which is named by
its hash; components of ours are loaded as scripts from blob addresses; its styles are written into the page as it runs,
so inline styles cannot be forbidden; its reader of messages compiles a little WebAssembly. Nothing is ever fetched from
another machine, no script but those may run, and no text becomes a script (no unsafe-eval).
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
KEPT_BY_BROWSERS = ("/static/", "/favicon.png")  # Streamlit's own files, named by their content

FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)


@cache
def content_policy() -> str:
    """The Content-Security-Policy. The hashes are those of the installed Streamlit's own page."""
    scripts = " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *inline_scripts()])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def inline_scripts() -> list[str]:
    """The scripts that stand in Streamlit's page itself, as the policy names them."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@cache
def fixed() -> dict[str, str]:
    """The headers of every answer."""
    return {
        "Content-Security-Policy": content_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
        "Referrer-Policy": "same-origin",  # links hold ids of partners
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }


class SecurityHeaders:
    """Sets them. Answers with data of ours are kept by no browser and no proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        keep = scope["path"].startswith(KEPT_BY_BROWSERS)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in fixed().items():
                    headers[name] = value
                if not keep:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_headers)
