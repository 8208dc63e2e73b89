"""The buttons under a chart on a machine where no picture can be drawn; drawn ones are in tests/browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.present import images


def screen() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    from pages.shared import pictures

    pictures.buttons(go.Figure().add_scatter(y=[1, 3, 2]), 'A/B: "x" of 工厂, 2026-10, version 7', "chart")
    st.markdown("The rest of the page.")


@pytest.fixture
def browser_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where a browser is looked for, and nothing is."""
    path = tmp_path / "chromium"
    monkeypatch.setenv("BROWSER_PATH", str(path))
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setattr(images, "_browser", None)
    return path


def test_nothing_is_drawn_until_somebody_asks(browser_path: Path) -> None:
    app = AppTest.from_function(screen, default_timeout=60).run()
    assert not app.exception
    assert not app.error
    assert [button.label for button in app.download_button] == ["Picture, PNG", "Picture, SVG"]
    assert images._browser is None


@pytest.mark.parametrize("place", [0, 1])
def test_without_a_browser_the_page_says_what_to_install_and_goes_on(browser_path: Path, place: int) -> None:
    app = AppTest.from_function(screen, default_timeout=60).run()
    app.download_button[place].click().run()
    assert not app.exception
    (error,) = app.error
    assert "none was found" in error.value
    assert "apt\\-get install chromium" in error.value or "apt-get install chromium" in error.value
    assert "Google Chrome" in error.value
    assert app.markdown[-1].value == "The rest of the page."
    app.run()
    assert not app.error


def test_a_browser_that_cannot_start_is_said_in_place(browser_path: Path) -> None:
    browser_path.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    browser_path.chmod(0o755)
    app = AppTest.from_function(screen, default_timeout=120).run()
    app.download_button[0].click().run()
    assert "check that Chromium starts" in app.error[0].value
