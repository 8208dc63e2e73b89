"""Charts as pictures, drawn by a real browser that asks no network for anything."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import plotly.graph_objects as go
import pytest

from kpi.present.images import image_of

ROOT = Path(__file__).resolve().parents[2]
ASKING = ("DNS_TRANSACTION", "HOST_RESOLVER_DNS_TASK", "HOST_RESOLVER_SYSTEM_TASK", "UDP_BYTES_SENT")
ONE_PICTURE = """
import sys
import plotly.graph_objects as go
from kpi.present import image_browser
from kpi.present.images import image_of
kept = image_browser.NO_NETWORK if sys.argv[2] == "kept" else ()
image_browser.NO_NETWORK = (*kept, "--log-net-log=" + sys.argv[1])
sys.stdout.buffer.write(image_of(go.Figure().add_scatter(y=[1, 3, 2]), "svg"))
"""


def figure() -> go.Figure:
    drawn = go.Figure().add_scatter(x=[1, 2, 3], y=[90, 95, 88], name="Muster &amp; Co")
    drawn.add_bar(x=[1, 2, 3], y=[10, 12, 9], name="n")
    drawn.update_layout(title="Right first time, %", template="plotly_dark")
    return drawn


@pytest.fixture(scope="module")
def svg() -> bytes:
    return image_of(figure(), "svg")


def test_an_svg_holds_the_texts_and_a_png_its_pixels(svg: bytes) -> None:
    assert b"Right first time, %" in svg
    assert b"Muster &amp; Co" in svg
    png = image_of(figure(), "png", 400, 300, 2)
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (800, 600)


def test_the_same_chart_is_the_same_svg(svg: bytes) -> None:
    assert image_of(figure(), "svg") == svg


def test_a_picture_is_on_white_paper_whatever_the_theme_and_leaves_the_figure_alone(svg: bytes) -> None:
    shown = figure()
    before = shown.to_json()
    assert image_of(shown, "svg") == svg
    assert shown.to_json() == before
    assert b"fill: rgb(255, 255, 255)" in svg
    assert b"rgb(17, 17, 17)" not in svg  # the dark theme's paper


@pytest.fixture(scope="module", params=["kept", "free"])
def net_log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, set[str]]:
    """("kept" or "free", the kinds of events in the network log of a fresh process that drew one picture)."""
    path = tmp_path_factory.mktemp("net") / "log.json"
    command = [sys.executable, "-c", ONE_PICTURE, str(path), request.param]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180)
    assert run.returncode == 0, run.stderr.decode()
    assert run.stdout.startswith(b"<svg")
    log = json.loads(path.read_text(encoding="utf-8"))
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    return request.param, {names[event["type"]] for event in log["events"]}


def test_drawing_asks_the_network_for_nothing(net_log: tuple[str, set[str]]) -> None:
    """Without our arguments the same browser does ask, so the log would show it."""
    how, events = net_log
    assert events
    assert bool(events.intersection(ASKING)) == (how == "free")
