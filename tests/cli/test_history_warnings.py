"""The command line beside a partner's past: what needs consent, what is only told, and that a dry run says it too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.cli.test_submitting import LATE, MONTH, ON_TIME, written


@pytest.fixture
def moved(command: Command, tmp_path: Path) -> Path:
    """A file that moves a promised date of a delivery that was reported before."""
    first = written(tmp_path / "first.csv", ON_TIME, LATE)
    assert command("submit", "deliveries", first, *MONTH).code == 0
    return written(tmp_path / "moved.csv", ON_TIME, (*LATE[:4], "2026-03-15", *LATE[5:]))


@pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["for good", "dry run"])
def test_a_moved_date_needs_consent(command: Command, moved: Path, words: tuple[str, ...]) -> None:
    ended = command("submit", "deliveries", moved, *MONTH, *words)
    assert ended.code == 1
    said = 'warning: moved.csv, row 3, column "promised_date": "2026-03-15" is not the original date: 2026-03-12 was'
    assert said in ended.err
    assert "To accept them: --accept-warnings." in ended.err
    accepted = command("submit", "deliveries", moved, *MONTH, *words, "--accept-warnings")
    assert accepted.code == 0
    assert "0 new records, 1 changed, 1 unchanged" in accepted.err


def test_a_restatement_is_told_and_needs_no_consent(command: Command, tmp_path: Path) -> None:
    first = written(tmp_path / "first.csv", ON_TIME, LATE)
    assert command("submit", "deliveries", first, *MONTH).code == 0
    again = written(tmp_path / "again.csv", ON_TIME, (*LATE[:7], "99"))
    ended = command("submit", "deliveries", again, *MONTH)
    assert ended.code == 0
    assert "notice: again.csv: HELIX already has deliveries for 2026-03: S000001 by " in ended.err


def test_the_report_holds_what_the_past_says(command: Command, moved: Path, tmp_path: Path) -> None:
    import openpyxl

    report = tmp_path / "report.xlsx"
    assert command("submit", "deliveries", moved, *MONTH, "--report", report).code == 1
    cell = openpyxl.load_workbook(report)["Your file"]["F4"]
    assert cell.value == "2026-03-15"
    assert "is not the original date" in cell.comment.text
