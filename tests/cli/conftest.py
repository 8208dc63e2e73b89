"""The command line on an empty store of the test's own, and on the shared sample portfolio."""

from __future__ import annotations

import pytest

from kpi.ledger.store import Store
from tests.cli.command import Command, command_on


@pytest.fixture
def command(empty_store: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(empty_store, capsys)


@pytest.fixture
def on_sample(sample_store: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    """For commands that only read."""
    return command_on(sample_store, capsys)
