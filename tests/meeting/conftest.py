from __future__ import annotations

import pytest

from kpi.catalog import Catalog, load_catalog
from kpi.ledger.store import Store
from tests.meeting.held import FEBRUARY, JANUARY, deliver


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """1 HELIX January, 2 HELIX February, 3 NOVA February."""
    deliver(empty_store, "HELIX", JANUARY, late=1)
    deliver(empty_store, "HELIX", FEBRUARY, late=2)
    deliver(empty_store, "NOVA", FEBRUARY, late=2)
    return empty_store
