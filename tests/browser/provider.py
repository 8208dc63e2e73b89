"""A real OpenID provider on loopback, the dashboard that trusts it, and what a browser received from there."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import Page, WebSocket, expect

from kpi.access import EVERYTHING, SPONSOR_SIDE
from kpi.ledger.access import grant_access
from kpi.ledger.store import Store, open_store
from tests.browser.conftest import ROOT, START_SECONDS, free_port, wait_until_healthy
from tests.support import submit_rows

MARKERS = ("Zephyrmark Biologics AG", "Quillmark Sterile Ltd")
ADMINISTRATOR = {"sub": "u-ann", "email": "ann@sponsor.example", "email_verified": True, "name": "Ann Berg"}
STRANGER = {"sub": "u-tom", "email": "tom@partner.example", "name": "Tom Lee"}


@dataclass(frozen=True)
class SignInDashboard:
    """A dashboard that asks its readers to sign in, its store, its logs and the address of its provider."""

    address: str
    store_url: str
    log: Path
    provider: str
    secrets: Path


@dataclass
class Received:
    """Everything that the browser got from the dashboard over its websockets."""

    frames: list[bytes] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda frame: self.frames.append(frame.encode() if isinstance(frame, str) else frame)
        )

    def holds(self, text: str) -> bool:
        return any(text.encode() in frame for frame in self.frames)


def two_partners(folder: Path) -> Store:
    """A store in which two partners of unmistakable names have one submission each, and the register."""
    store = open_store(f"duckdb:///{folder / 'store.duckdb'}")
    register = [
        {"partner_id": f"P{number}", "partner_name": name, "site_id": f"S{number}", "site_name": f"{name} plant"}
        for number, name in enumerate(MARKERS, 1)
    ]
    submit_rows(store, "partners", register, date(2025, 3, 1))
    for number in (1, 2):
        rows = [
            {
                "delivery_id": f"D-{number}-{day}",
                "partner_id": f"P{number}",
                "site_id": f"S{number}",
                "promised_date": date(2025, 3, day),
                "delivered_date": date(2025, 3, day),
                "product": "Examplumab",
                "ordered_quantity": 100,
            }
            for day in (3, 4)
        ]
        submit_rows(store, "deliveries", rows, date(2025, 3, 1))
    return store


def let_ann_in(store: Store) -> None:
    """Ann grants access and runs the relationships; nobody else has any."""
    for role in ("administrator", "alliance_manager"):
        grant_access(
            store,
            holder=str(ADMINISTRATOR["email"]),
            role=role,
            side=SPONSOR_SIDE,
            partners=None,
            reason="set up",
            actor="set up",
            now=datetime(2025, 4, 1),
            scope=EVERYTHING,
        )


@contextmanager
def provider(folder: Path, port: int, *users: dict[str, object], token_seconds: int = 3600) -> Iterator[str]:
    """oidc-provider-mock in a process of its own, until the end of the block; its address."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-e", str(token_seconds)]
    for user in users:
        command += ["--user-claims", json.dumps(user)]
    with (folder / "provider.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/.well-known/openid-configuration", process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"nothing answers at {url}")


def write_secrets(path: Path, provider_address: str, port: int, **others: str) -> Path:
    values = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": secrets.token_hex(32),
        "client_id": "cdmo-governance",
        "client_secret": "only-for-this-run",
        "server_metadata_url": f"{provider_address}/.well-known/openid-configuration",
    } | others
    path.write_text("[auth]\n" + "".join(f"{name} = {json.dumps(text)}\n" for name, text in values.items()))
    return path


@contextmanager
def asking(store: Store, folder: Path, provider_address: str, **environment: str) -> Iterator[SignInDashboard]:
    """A dashboard over ``store`` that trusts the provider, until the end of the block."""
    let_ann_in(store)
    port = free_port()
    where = write_secrets(folder / "secrets.toml", provider_address, port)
    address, log = f"http://127.0.0.1:{port}", folder / "dashboard.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    settings = {
        "KPI_STORE": f"duckdb:///{store.path}",
        "KPI_LOG": str(folder / "kpi.log"),
        "STREAMLIT_SECRETS_FILES": str(where),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_healthy(address, process, log)
            warm_up = [sys.executable, "-m", "pages.shared.viewer", str(port)]  # as make run does, for links
            subprocess.run(warm_up, cwd=ROOT, check=True, timeout=START_SECONDS)
            yield SignInDashboard(address, settings["KPI_STORE"], log, provider_address, where)
        finally:
            process.terminate()
            process.wait(timeout=20)


def press_sign_in(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Sign in").click()


def sign_in_as(page: Page, subject: str) -> None:
    """From the sign-in screen, through the provider, back to the dashboard."""
    press_sign_in(page)
    page.get_by_role("button", name=subject, exact=True).first.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
