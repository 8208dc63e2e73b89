"""The dashboard as its own process, asked over HTTP, without a browser."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kpi.ledger.store import Store, open_store
from tests.support import submit_rows

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
MARCH = date(2025, 3, 1)
MARKER = "MARKERPARTNER"  # no answer for probes may hold it
SITE = {"partner_id": MARKER, "site_id": f"{MARKER}-1", "partner_name": "Marker Biologics", "site_name": "Plant"}


def delivery(number: int, **changes: object) -> dict[str, Any]:
    return {
        "partner_id": MARKER,
        "site_id": f"{MARKER}-1",
        "delivery_id": f"{MARKER}-D{number}",
        "product": "Product",
        "promised_date": date(2025, 3, 10),
        "delivered_date": date(2025, 3, 9),
        "ordered_quantity": 100,
        "delivered_quantity": 100,
        **changes,
    }


def small_store(folder: Path) -> Store:
    """One partner with two deliveries."""
    store = open_store(f"duckdb:///{folder / 'governance.duckdb'}")
    submit_rows(store, "partners", [SITE], MARCH)
    submit_rows(store, "deliveries", [delivery(1), delivery(2)], MARCH)
    return store


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30,
    ) -> Answer:
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(folder: Path, store: str, **environment: str) -> Iterator[Served]:
    """``streamlit run dashboard.py`` over the store at the address ``store``, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KPI_")}
    ours = {"KPI_STORE": store, "KPI_LOG": str(folder / "kpi.log"), "KPI_ACTOR": "tests", **environment}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=kept | ours, stdout=log, stderr=subprocess.STDOUT)
        served = Served(f"http://127.0.0.1:{port}", folder, process)
        try:
            _wait(served)
            yield served
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and served.process.poll() is None:
        try:
            if served.ask("/healthz", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the dashboard did not start:\n{served.log[-2000:]}")
