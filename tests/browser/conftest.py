"""A real Chromium against the real dashboard, on a store of its own.

Without a browser on the machine these tests are left out at collection, and the last lines of the run say so; with
CDMO_REQUIRE_BROWSER=1 (as in continuous integration) a missing browser ends the run instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kpi.ledger.store import Store
from tests.browser.waiting import watched

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
START_SECONDS = 300  # on a machine that is busy with other tests
PATIENCE_MS = 60_000  # for one thing to appear, on a machine that is busy with other tests
TELL_WHAT_IS_BLOCKED = """document.addEventListener("securitypolicyviolation", (event) =>
    window.__blocked(`${event.effectiveDirective} ${event.blockedURI}`));"""
LEFT_OUT: list[str] = []


@cache
def browser_path() -> str | None:
    """The first browser that can say its version: Ubuntu's may be a stub that cannot start in a container."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0:
            return path
    return None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
    if not ours or browser_path():
        return
    if os.environ.get("CDMO_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"the browser tests need one of {', '.join(BROWSERS)}, and none is installed")
    LEFT_OUT.extend(item.nodeid for item in ours)
    items[:] = [item for item in items if item not in ours]
    config.hook.pytest_deselected(items=ours)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LEFT_OUT:
        terminalreporter.write_line(
            f"{len(LEFT_OUT)} browser tests left out: none of {', '.join(BROWSERS)} is installed."
        )


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: where it listens, and the store behind it."""

    address: str
    store_url: str
    process: subprocess.Popen[bytes]

    def url(self, page: str = "", **query: str) -> str:
        return f"{self.address}/{page}" + (f"?{urlencode(query)}" if query else "")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the dashboard did not start:\n{log.read_text(errors='replace')[-2000:]}")


def warm_up(browser: Browser, address: str) -> None:
    """Open the first page once: only then does a server know its other pages by their addresses."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("heading", name="Portfolio").wait_for(timeout=START_SECONDS * 1000)
    page.close()


@contextmanager
def serving(browser: Browser, store: Store, folder: Path, actor: str = "qa.lead") -> Iterator[Dashboard]:
    """A dashboard over a copy of ``store`` in ``folder``, until the end of the block; ``actor`` is who sits at it."""
    store_path = shutil.copy(store.path, folder / "governance.duckdb")
    store_url = f"duckdb:///{store_path}"
    port = free_port()
    log = folder / "dashboard.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "KPI_STORE": store_url, "KPI_LOG": str(folder / "kpi.log"), "KPI_ACTOR": actor},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(address, process, log)
            warm_up(browser, address)
            yield Dashboard(address, store_url, process)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def dashboard(browser: Browser, sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard over a copy of the sample portfolio, shared by the tests of a run."""
    with serving(browser, sample_store, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=BROWSER_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def blocked() -> list[str]:
    """What the Content-Security-Policy has kept from happening in this test; a test that provokes it empties this."""
    return []


@pytest.fixture
def context(browser: Browser, blocked: list[str]) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1400}, timezone_id="Europe/Berlin", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    context.expose_binding("__blocked", lambda source, what: blocked.append(f"{source['page'].url}: {what}"))
    context.add_init_script(TELL_WHAT_IS_BLOCKED)
    context.on("page", watched)
    yield context
    context.close()
    assert blocked == [], "the Content-Security-Policy forbids what a screen needs"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
