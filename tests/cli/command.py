"""Runs one command in this process, as ``python -m kpi`` would, and keeps what it printed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi.cli.run import main
from kpi.ledger.store import Store


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """Standard output, read as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


Command = Callable[..., Ended]


def command_on(store: Store | None, capsys: pytest.CaptureFixture[str]) -> Command:
    """``command("submissions")`` runs on ``store``; paths may be given as they are."""

    def command(*words: str | Path) -> Ended:
        where = [] if store is None else ["--store", f"duckdb:///{store.path}"]
        capsys.readouterr()
        code = main([*where, *map(str, words)])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return command
