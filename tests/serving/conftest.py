"""A dashboard over a small store, shared by the tests of a run that only ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving.served import Served, serving, small_store


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    store = small_store(folder)
    with serving(folder, f"duckdb:///{store.path}") as dashboard:
        yield dashboard


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that share the dashboard run in one worker: another would start one of its own."""
    for item in items:
        if "served" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("served"))
