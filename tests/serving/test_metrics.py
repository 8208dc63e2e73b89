"""/metrics: who may read it, and that what happens is counted where it happens."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from kpi import incidents
from kpi.ledger.store import Store
from pages.serving.metrics import TOKEN, may_read
from pages.shared import measures
from pages.shared.navigation import MONTHLY_UPLOAD
from tests.serving.served import MARKER, ROOT, SITE, Served, delivery
from tests.support import csv_of, submit_rows


def values(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values…) -> value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def now() -> dict[tuple[str, ...], float]:
    return values(measures.as_text(0).decode())


def request(client: str | None, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "client": (client, 1) if client else None, "headers": raw})


@pytest.mark.parametrize(
    ("client", "headers", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.1.2.3", {}, False),
        ("not an address", {}, False),
        (None, {}, False),
        ("127.0.0.1", {"x_forwarded_for": "10.1.2.3"}, False),
        ("127.0.0.1", {"forwarded": "for=10.1.2.3"}, False),
        ("10.1.2.3", {"authorization": "Bearer "}, False),
    ],
)
def test_without_a_token_only_programs_of_this_machine_may_read(
    client: str | None, headers: dict[str, str], allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert may_read(request(client, **headers)) is allowed


@pytest.mark.parametrize(
    ("given", "allowed"),
    [("Bearer s3cret", True), ("bearer s3cret", True), ("Bearer wrong", False), ("Basic s3cret", False), ("", False)],
)
def test_with_a_token_only_who_sends_it(given: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "s3cret")
    assert may_read(request("10.1.2.3", authorization=given)) is allowed
    assert may_read(request("127.0.0.1")) is False


def test_what_prometheus_reads(served: Served) -> None:
    answer = served.ask("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = values(answer.text)
    for name in ("cdmo_viewers", "cdmo_incidents_total", "cdmo_upload_rows_total", "cdmo_marts_build_seconds_count"):
        assert (name,) in found
    assert found["cdmo_uploads_total", "accepted"] == 0


def test_through_a_proxy_it_is_refused(served: Served) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    assert served.ask("/metrics", headers=forwarded).status == 403
    assert served.ask("/_stcore/metrics", headers=forwarded).status == 403
    assert served.ask("/_stcore/metrics").status == 200, "Streamlit's own, to whom ours is open"


@pytest.fixture
def screen(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    submit_rows(empty_store, "partners", [SITE], date(2025, 3, 1))
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.run().switch_page(MONTHLY_UPLOAD)
    return app


def uploaded(app: AppTest, content: bytes) -> AppTest:
    app.query_params["dataset"] = "Deliveries"
    app.run()
    app.file_uploader[0].upload("lines.csv", content, "text/csv").run()
    assert not app.exception
    return app


def test_an_accepted_upload_counts_with_its_rows_and_the_figures_it_made(screen: AppTest) -> None:
    before = now()
    app = uploaded(screen, csv_of([delivery(1), delivery(2)]))
    next(button for button in app.button if button.label.startswith("Confirm 2 records")).click().run()
    after = now()
    assert after["cdmo_uploads_total", "accepted"] == before["cdmo_uploads_total", "accepted"] + 1
    assert after["cdmo_upload_rows_total",] == before["cdmo_upload_rows_total",] + 2
    assert after["cdmo_marts_build_seconds_count",] > before["cdmo_marts_build_seconds_count",]


def test_a_refused_file_counts_once_under_its_rules_and_names_nothing(screen: AppTest) -> None:
    before = now()
    app = uploaded(screen, csv_of([delivery(n, promised_date="31.02.2026") for n in range(3)]))
    app.run()  # reruns must not count it again
    after = now()
    assert after["cdmo_uploads_total", "refused"] == before["cdmo_uploads_total", "refused"] + 1
    grown = {key for key in after if after[key] > before.get(key, 0) and key[0] == "cdmo_upload_refusals_total"}
    assert len(grown) == 1
    assert MARKER not in measures.as_text(0).decode()
    assert "31.02" not in measures.as_text(0).decode()


def test_an_incident_counts_wherever_it_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    before = now()["cdmo_incidents_total",]
    incidents.record(ValueError("secret"), "here")
    assert now()["cdmo_incidents_total",] == before + 1


def test_a_file_that_breaks_every_rule_makes_few_lines() -> None:
    before = now()
    measures.refused(f"rule_{number}" for number in range(1000))
    assert len(now()) - len(before) <= measures.MOST_REFUSALS_OF_A_FILE


@pytest.mark.parametrize(
    ("disposition", "ending"),
    [
        ('attachment; filename="Deliveries March.csv"', "csv"),
        ("attachment; filename*=utf-8''B%C3%A4r.PDF", "pdf"),
        (f'attachment; filename="x.{MARKER}"', "other"),
        ('attachment; filename="none"', "other"),
    ],
)
def test_an_export_counts_by_its_ending(disposition: str, ending: str) -> None:
    before = now()
    measures.exported(disposition)
    assert now()["cdmo_exports_total", ending] == before.get(("cdmo_exports_total", ending), 0) + 1
    assert MARKER not in measures.as_text(0).decode()
