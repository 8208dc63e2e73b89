"""The pages of constants that the portfolio is measured beside: they run, and show what the portfolio shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.bench import screens
from kpi.ledger.store import Store, open_store


@pytest.fixture
def folder(sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the benchmark makes of a copy of the sample; the scripts import their constants from beside them."""
    store = tmp_path / screens.SAMPLE
    shutil.copy(sample_store.path, store)
    screens.scripts_of_constants(open_store(f"duckdb:///{store}"), tmp_path)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{store}")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("script", [screens.BARE, screens.FRAMED])
def test_a_page_of_constants_has_the_portfolios_title_and_table(folder: Path, script: str) -> None:
    app = AppTest.from_file(str(folder / script), default_timeout=60).run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Portfolio"]
    assert not app.error
    assert (script == screens.FRAMED) == bool(app.sidebar.selectbox), "only one of them has the dashboard's frame"


def test_a_rerun_of_a_page_is_measured_on_the_real_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "RERUNS", 10)
    monkeypatch.setattr(screens, "WARM_UP", 2)
    assert 0 < screens.processor_per_rerun(folder / screens.FRAMED, folder / screens.SAMPLE, folder) < 60
