"""What a person reads when no picture can be drawn; the pictures themselves are in tests/browser/test_images.py."""

from __future__ import annotations

from pathlib import Path

import plotly.graph_objects as go
import pytest

from kpi.errors import ImageUnavailable, UsageError
from kpi.present.image_browser import ImageBrowser
from kpi.present.images import image_of, printed


@pytest.fixture
def drawing():
    browser = ImageBrowser()
    yield lambda: browser.draw(printed(go.Figure().add_scatter(y=[1, 2])), {"format": "svg"})
    browser.close()


def test_without_a_browser_it_says_what_to_install(drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    for _ in range(2):  # not only the first time
        with pytest.raises(ImageUnavailable) as raised:
            drawing()
        assert "needs Chromium or Google Chrome" in str(raised.value)
        assert "take the figures as csv or json" in str(raised.value)
        assert raised.value.exit_code == 2


def test_a_browser_that_does_not_start_is_said_and_not_waited_for(
    drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    stub.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(stub))
    with pytest.raises(ImageUnavailable, match="check that Chromium starts"):
        drawing()


def test_other_kinds_of_pictures_are_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="Choose png or svg"):
        image_of(go.Figure(), "gif")


def test_a_printed_figure_is_a_copy() -> None:
    figure = go.Figure().add_scatter(y=[1, 2])
    figure.update_layout(paper_bgcolor="black", margin={"t": 88})
    paper = printed(figure)
    assert (paper["layout"]["paper_bgcolor"], figure.layout.paper_bgcolor) == ("#ffffff", "black")
    assert paper["layout"]["margin"]["t"] == 88
