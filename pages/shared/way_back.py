"""Where somebody wanted to go before they signed in: the provider sends everybody back to the start page.

Kept in memory for minutes, by the browser's own token against forged requests (a random cookie that every browser has
from its first visit). It holds a screen's address and its query, nothing of the ledger.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

TOKEN = "_streamlit_xsrf"
KEPT = timedelta(minutes=15)
MOST = 1000  # browsers; the oldest give way
LONGEST = 4000  # characters of a query; links of ours have some hundred


@dataclass(frozen=True)
class Way:
    """A screen's address within the dashboard ("" for the start page), its query, and when they left for it."""

    screen: str
    query: Mapping[str, str]
    at: datetime


class Ways:
    """Ways by browser, for many threads."""

    def __init__(self) -> None:
        self._ways: dict[str, Way] = {}
        self._lock = threading.Lock()

    def remember(self, browser: str, way: Way) -> None:
        if not browser or sum(len(name) + len(value) for name, value in way.query.items()) > LONGEST:
            return
        with self._lock:
            self._ways.pop(browser, None)
            self._ways[browser] = way
            while len(self._ways) > MOST:
                del self._ways[next(iter(self._ways))]

    def seen(self, browser: str, now: datetime) -> Way | None:
        with self._lock:
            way = self._ways.get(browser)
        return way if way is not None and now - way.at < KEPT else None

    def taken(self, browser: str, now: datetime) -> Way | None:
        """The browser's way, once."""
        way = self.seen(browser, now)
        with self._lock:
            self._ways.pop(browser, None)
        return way


WAYS = Ways()


def browser() -> str:
    """A name for the reader's browser, or "" where it sent no token."""
    sent = st.context.cookies.get(TOKEN)
    token = decode_xsrf_token_string(sent)[0] if sent else None
    return hashlib.sha256(token).hexdigest() if token else ""


def leaves(screen: str) -> None:
    """The reader goes to the provider from ``screen``. From the bare start page an earlier way stays as it was."""
    query = {name: value for name, value in st.query_params.items() if value}
    now = datetime.now(UTC)
    earlier = WAYS.seen(browser(), now)
    if not screen and not query and earlier is not None:
        screen, query = earlier.screen, dict(earlier.query)
    WAYS.remember(browser(), Way(screen, query, now))


def came_back_without() -> bool:
    """Whether this browser left for the provider some minutes ago; for whoever is still not signed in."""
    return WAYS.seen(browser(), datetime.now(UTC)) is not None
