"""The access log: what was asked for in kind, and nothing of what was asked about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pages.serving import access_log
from pages.serving.access_log import line, route_of
from tests.serving.served import MARKER, serving, small_store

AT = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)
SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/partner",
    "query_string": f"partner={MARKER}".encode(),
    "client": ("10.0.0.1", 4711),
}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/partner", "/partner"),
        ("/monthly_upload", "/monthly_upload"),
        ("/readyz", "/readyz"),
        ("/_stcore/stream", "/_stcore/stream"),
        ("/partner/_stcore/health", "/_stcore/health"),
        (f"/{MARKER}/_stcore/host-config", "/_stcore/host-config"),
        (f"/_stcore/upload_file/{MARKER}/file", "/_stcore/upload_file/*"),
        (f"/media/{MARKER}.csv", "/media/*"),
        (f"/_stcore/{MARKER}", "/_stcore/*"),
        (f"/{MARKER}", "/*"),
        (f"/partner/{MARKER}", "/*"),
        ("/static/js/index.js", "/static/*"),
        ("/partner\n2026-03-02 forged", "/*"),
    ],
)
def test_addresses_are_told_as_kinds(path: str, route: str) -> None:
    assert route_of(path) == route


def test_a_line_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KPI_LOG_FORMAT", raising=False)
    assert line(SCOPE, 200, 12, 0.0123, AT) == (
        "2026-03-02T09:12:00Z request client=10.0.0.1 method=GET route=/partner status=200 bytes=12 ms=12"
    )


def test_a_line_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LOG_FORMAT", "json")
    found = json.loads(line({**SCOPE, "method": f"{MARKER}\n"}, 0, 0, 0, AT))
    assert found["at"] == "2026-03-02T09:12:00Z"
    assert (found["event"], found["method"], found["status"]) == ("request", "OTHER", 0)


def test_a_log_that_cannot_be_written_fails_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_ACCESS_LOG", str(tmp_path / "no" / "folder" / "log"))
    access_log.write("lost")


def test_the_running_dashboard_logs_requests_without_what_they_ask_about(tmp_path: Path) -> None:
    store = small_store(tmp_path)
    log = tmp_path / "access.log"
    with serving(tmp_path, f"duckdb:///{store.path}", KPI_ACCESS_LOG=str(log), KPI_LOG_FORMAT="json") as dashboard:
        dashboard.ask(f"/partner?partner={MARKER}&note=%0Aforged")
        dashboard.ask(f"/media/{MARKER}.csv")
        dashboard.ask("/_stcore/upload_file/x/y", method="PUT", body=MARKER.encode())
    lines = [json.loads(text) for text in log.read_text(encoding="utf-8").splitlines()]  # each is written after its end
    told = {(found["method"], found["route"], found["status"]) for found in lines if found["route"] != "/healthz"}
    assert told == {("GET", "/partner", 200), ("GET", "/media/*", 404), ("PUT", "/_stcore/upload_file/*", 403)}
    for text in (log.read_text(encoding="utf-8"), dashboard.log):
        assert MARKER not in text
        assert "forged" not in text
