"""Viewers of mixed scopes at the same time on the real server: nothing of another's scope ever reaches anybody."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.ledger.access import grant_access
from kpi.ledger.store import Store, open_store
from pages.shared.crowd import OPENING, PORTFOLIO_RERUN, Seen, Viewer, forms, gather, headers_for, report
from tests.browser.conftest import ROOT, START_SECONDS, free_port, wait_until_healthy
from tests.browser.provider import write_secrets
from tests.support import submit_rows

PARTNERS = {
    "PQA": "Zephyrmark Biologics",
    "PQB": "Quillmark Sterile",
    "PQC": "Ospreymark Fill",
    "PQD": "Häddmark Kraft",
}
MONTHS = [date(2025, month, 1) for month in range(1, 7)]
SCOPES: list[tuple[str, ...] | None] = [None, *((one,) for one in PARTNERS), ("PQA", "PQB"), ("PQC", "PQD")]
SCOPES += [("PQA",), ("PQB", "PQC", "PQD"), None, ("PQD",), ("PQB",)]
PLAN = {"arrive": 0.0, "seconds": 6.0, "think": (0.0, 0.5), "seed": 7}


@dataclass(frozen=True)
class Served:
    port: int
    secret: str
    log: Path


def words_of(partner: str) -> list[str]:
    return [partner, PARTNERS[partner], f"{partner}-site-1", f"{partner}-LOT-", f"{partner}-mab", f"{partner} plant"]


def filled(folder: Path) -> Store:
    store = open_store(f"duckdb:///{folder / 'store.duckdb'}")
    sites = [
        {"partner_id": one, "partner_name": name, "site_id": f"{one}-site-1", "site_name": f"{one} plant"}
        for one, name in PARTNERS.items()
    ]
    submit_rows(store, "partners", sites, MONTHS[0])
    for partner in PARTNERS:
        lines: list[dict[str, Any]] = [
            {
                "delivery_id": f"{partner}-LOT-{month.month}{day}",
                "partner_id": partner,
                "site_id": f"{partner}-site-1",
                "product": f"{partner}-mab",
                "promised_date": month.replace(day=day),
                "delivered_date": month.replace(day=day + day % 4),
                "ordered_quantity": 100,
            }
            for month in MONTHS
            for day in range(2, 20)
        ]
        submit_rows(store, "deliveries", lines, MONTHS[0], MONTHS[-1])
    return store


def email(place: int) -> str:
    return f"viewer-{place:02}@crowd.example"


def viewers() -> list[Viewer]:
    found = []
    for place, scope in enumerate(SCOPES):
        allowed = set(PARTNERS if scope is None else scope)
        foreign = [word for partner in PARTNERS if partner not in allowed for word in words_of(partner)]
        foreign += [email(other) for other in range(len(SCOPES)) if other != place]
        found.append(Viewer(email(place), (email(place), *(PARTNERS[one] for one in sorted(allowed))), tuple(foreign)))
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("crowd")
    store, port, secret, log = filled(folder), free_port(), secrets.token_hex(32), folder / "server.log"
    for place, (scope, role) in enumerate([(None, "administrator"), *((scope, "viewer") for scope in SCOPES)]):
        grant_access(
            store,
            holder="admin@crowd.example" if role == "administrator" else email(place - 1),
            role=role,
            side=PARTNER_SIDE if scope is not None and place % 2 else SPONSOR_SIDE,
            partners=scope,
            reason="set up",
            actor="set up",
            now=datetime(2025, 7, 1),
            scope=EVERYTHING,
        )
    where = write_secrets(folder / "secrets.toml", "http://127.0.0.1:1", port, cookie_secret=secret)
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]
    settings = {
        "KPI_STORE": f"duckdb:///{store.path}",
        "KPI_LOG": str(folder / "kpi.log"),
        "STREAMLIT_SECRETS_FILES": str(where),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.address=127.0.0.1", f"--server.port={port}"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
        first = [sys.executable, "-m", "pages.shared.viewer", str(port)]  # as make run does
        subprocess.run(first, cwd=ROOT, check=True, timeout=START_SECONDS)
        yield Served(port, secret, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def watched(served: Served, crowd: list[Viewer], **changes: Any) -> list[Seen]:
    plan = {**PLAN, "port": served.port, "secret": served.secret, **changes}
    with ThreadPoolExecutor(1) as elsewhere:  # the browser of other tests has a loop in this thread
        return elsewhere.submit(asyncio.run, gather(crowd, plan)).result()


def test_viewers_of_mixed_scopes_never_see_a_word_of_another_scope(served: Served) -> None:
    crowd = viewers()
    assert len(crowd) == 12
    found = report(crowd, watched(served, crowd))
    assert found["foreign"] == []
    assert found["missing"] == [], "nothing came, so nothing could be found either"
    assert found["errors"] == []
    assert len(found["runs"][OPENING]) == 12
    assert len(found["runs"][PORTFOLIO_RERUN]) > 12
    log = served.log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert not any(word in log for partner in PARTNERS for word in words_of(partner))


def test_the_watch_sees_a_word_that_came(served: Served) -> None:
    """Had a viewer of everything been one of one partner, every one of these words would have been found."""
    everything = Viewer(email(0), foreign=tuple(words_of("PQD")[:2]))
    found = report([everything], watched(served, [everything], seconds=0.0))
    assert {word for _, word in found["foreign"]} == {"PQD", "Häddmark Kraft"}
    assert forms("Häddmark") == {"Häddmark".encode(), b"H\\u00e4ddmark"}


@pytest.mark.parametrize("how", ["nobody", "another secret", "no grant"])
def test_who_is_not_let_in_sees_no_word_at_all(served: Served, how: str) -> None:
    words = tuple(word for partner in PARTNERS for word in words_of(partner))
    stranger = Viewer({"nobody": "", "another secret": email(0), "no grant": "tom@crowd.example"}[how], foreign=words)
    changes = {"secret": secrets.token_hex(32)} if how == "another secret" else {}
    seen = watched(served, [stranger], seconds=1.0, **changes)
    assert report([stranger], seen)["foreign"] == []
    assert seen[0].frames


def test_a_sign_in_is_the_viewers_own() -> None:
    first, second = (headers_for(Viewer(email(place)), "http://a", "x" * 40, 0.0)[0]["Cookie"] for place in (1, 2))
    assert first != second
