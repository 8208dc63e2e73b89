"""The pack of marked partners, built once for a run; whoever writes takes a copy."""

from __future__ import annotations

import pytest

from tests.matrix.pack import Pack, build


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return build(tmp_path_factory.mktemp("marked"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that share the pack run in one worker: another would build one of its own."""
    for item in items:
        if "pack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("marked"))
