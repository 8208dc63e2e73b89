"""``chart --format png|svg``: the picture that the indicator screen shows, through a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.ledger.store import Store
from tests.cli.command import command_on

WORDS = ("chart", "--kpi", "right_first_time", "--partner", "VESS", "--format")


def test_it_draws_a_picture_to_a_file(sample_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = command_on(sample_store, capsys)
    assert command(*WORDS, "svg", "--to-file", tmp_path / "chart.svg").out == ""
    drawn = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "Right first time" in drawn
    assert "Ledger version" in drawn
    assert command(*WORDS, "png", "--to-file", tmp_path / "chart.png").code == 0
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
