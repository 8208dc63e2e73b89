"""Exit codes, streams, and what a person sees when something breaks; through real processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi.cli import figures
from kpi.cli.run import main

ROOT = Path(__file__).resolve().parents[2]
QUICK_SECONDS = 1.0  # of processor time; it takes a tenth of it when nothing heavy is imported


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpi", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_is_quick_and_lists_the_commands() -> None:
    before = os.times()
    ended = run("--help")
    after = os.times()
    assert ended.returncode == 0
    assert "submissions" in ended.stdout
    assert after.children_user + after.children_system - before.children_user - before.children_system < QUICK_SECONDS


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("indicators", "--window", "6"),
        ("indicators", "--from", "2026-13"),
        ("indicators", "--from", "2026-04", "--to", "2026-03"),
        ("submit", "deliveries"),
        ("submit", "lots", "README.md", "--month", "2026-03"),
        ("submit", "deliveries", "no-such-file.csv", "--month", "2026-03"),
        ("withdraw", "S000001"),
        ("--as", " ", "submissions"),
        ("--store", "postgres://somewhere", "submissions"),
    ],
)
def test_a_request_that_makes_no_sense_ends_with_2(words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr


def test_a_store_that_is_no_store_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "notes.duckdb").write_text("not a database, but long enough to look at" * 200, encoding="utf-8")
    ended = run("submissions", "--store", f"duckdb:///{tmp_path / 'notes.duckdb'}")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "is not a ledger" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_store_where_nothing_can_be_created_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ended = run("submissions", KPI_STORE=f"duckdb:///{tmp_path / 'file' / 'store.duckdb'}")
    assert (ended.returncode, ended.stdout) == (3, "")


def test_a_defect_shows_an_incident_and_logs_the_place_but_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("patient file 4711")

    log = tmp_path / "logs" / "kpi.log"
    monkeypatch.setenv("KPI_LOG", str(log))
    monkeypatch.setattr(figures, "write_frame", broken)
    code = main(["--store", f"duckdb:///{tmp_path / 'store.duckdb'}", "indicators"])
    printed = capsys.readouterr()
    assert (code, printed.out) == (70, "")
    incident = re.search(r"Incident ([0-9a-f]{8})\.", printed.err)
    assert incident is not None
    assert "patient" not in printed.err
    line = log.read_text(encoding="utf-8")
    assert f"incident {incident[1]} in python -m kpi indicators: builtins.RuntimeError at " in line
    assert "kpi/cli/figures.py:" in line
    assert "patient" not in line


def test_a_log_that_cannot_be_written_does_not_hide_the_incident(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "file" / "kpi.log"))
    monkeypatch.setattr(figures, "write_frame", broken)
    assert main(["indicators"]) == 70
    assert "The log file could not be written." in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kpi", "definitions"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    complaint = process.stderr.read()
    assert (process.wait(timeout=60), complaint) == (0, b"")


def test_an_interruption_ends_with_130(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kpi", "demo", "--store", f"duckdb:///{tmp_path / 'store.duckdb'}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "store.duckdb").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(2)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in err
