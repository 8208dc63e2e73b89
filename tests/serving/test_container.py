"""What can be said of the image without building it: it copies what is there, and nothing runs as root."""

from __future__ import annotations

import re

from pages.serving.parts import routes
from tests.serving.served import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
FINAL = DOCKERFILE.rpartition("\nFROM ")[2]


def copied() -> list[str]:
    found = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
    return [name for line in found for name in line.split()[:-1]]


def test_everything_copied_is_there_and_let_through() -> None:
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    assert copied()
    for name in copied():
        assert (ROOT / name).exists(), name
        assert name in let_through


def test_what_the_dashboard_needs_is_copied() -> None:
    assert {"requirements.txt", "kpi", "pages", "dashboard.py", ".streamlit/config.toml"} <= set(copied())


def test_it_runs_as_nobody_in_particular_and_writes_to_its_volume_only() -> None:
    user = re.findall(r"^USER (.+)$", FINAL, re.M)
    assert user == ["10001:10001"]
    assert FINAL.index("USER ") < FINAL.index("CMD [")
    assert "duckdb:////data/" in FINAL
    assert "KPI_LOG=/data/" in FINAL
    for guard in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "internal: true"):
        assert guard in COMPOSE
    dashboard = COMPOSE[: COMPOSE.index("  proxy:")]
    assert "ports:" not in dashboard


def test_its_health_check_asks_an_address_that_the_server_has() -> None:
    asked = re.search(r"http://127\.0\.0\.1:8501(/\w+)", FINAL)
    assert asked is not None
    assert asked[1] in {getattr(route, "path", "") for route in routes()}


def test_no_secret_stands_in_what_is_sent_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*", "all is left out but what is named"
    assert ".streamlit/secrets.toml" in ignored
    assert not re.search(r"(?i)(password|secret|token)\s*[:=]\s*[\"']?[\w-]{8,}", DOCKERFILE + COMPOSE)


def test_the_proxy_keeps_what_is_for_operators_to_itself() -> None:
    proxy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    for path in ("/metrics", "/readyz", "/_stcore/metrics", "/_stcore/agent"):
        assert path in proxy
