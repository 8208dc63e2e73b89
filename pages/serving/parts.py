"""The parts that dashboard.py gives to Streamlit's server."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from kpi.errors import KpiError
from kpi.ledger.gate import close_all
from pages.serving import logs
from pages.serving.access_log import AccessLog
from pages.serving.headers import SecurityHeaders
from pages.serving.health import healthz, readyz
from pages.serving.limits import Limits
from pages.serving.logs import told
from pages.serving.metrics import CountExports, GuardMetrics, metrics
from pages.serving.own_files import GuardFiles, keep_files_apart
from pages.serving.tabs import LimitTabs
from pages.serving.typed_text import keep_what_was_typed
from pages.serving.warm import warm_up
from pages.shared import loopback
from pages.shared import marts as cached

__all__ = ["lifespan", "middleware", "refuse_to_serve_elsewhere", "routes", "told"]
LAST_SECONDS = 30.0  # for a submission that is being written when the process is told to end
LOG = logging.getLogger("kpi.server")


def refuse_to_serve_elsewhere() -> None:
    """Ends the process before it listens, where others would reach a dashboard that asks nobody to sign in."""
    code = loopback.main(st.get_option("server.address") or "")
    if code:
        sys.exit(code)


def routes() -> list[BaseRoute]:
    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def middleware() -> list[Middleware]:
    """The outermost first."""
    return [
        Middleware(one)
        for one in (AccessLog, SecurityHeaders, GuardFiles, Limits, LimitTabs, GuardMetrics, CountExports)
    ]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Opens the store, or makes an empty one, before anybody asks; at the end lets what is being written become whole.

    A store that cannot be opened is told by /readyz.
    """
    logs.set_up()
    keep_files_apart()
    keep_what_was_typed()
    try:
        await run_in_threadpool(cached.store)
    except KpiError as error:
        LOG.warning("%s", error)
    Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield
    LOG.info("stopping: what is being written to the ledger is finished first")
    if not await run_in_threadpool(close_all, LAST_SECONDS):
        LOG.warning("stopped in the middle of a submission: nothing of it is in the ledger")
