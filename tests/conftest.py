"""Stores that tests share: the sample portfolio, loaded once for the whole run, and empty ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kpi.ledger.store import Store, open_store

# A busy machine is no fault of an example.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The synthetic sample portfolio. Everybody reads it, so nobody writes to it: copy the file to change it."""
    from kpi.sample import load

    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('sample') / 'sample.duckdb'}")
    load(store)
    return store


@pytest.fixture
def empty_store(tmp_path: Path) -> Store:
    """A store of the test's own, with nothing in it."""
    return open_store(f"duckdb:///{tmp_path / 'store.duckdb'}")
