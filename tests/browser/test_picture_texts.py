"""What a picture says by itself, several readers at once, and a browser that dies between two pictures."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import plotly.graph_objects as go
import pytest

from kpi.present import charts, images
from kpi.present.image_browser import ImageBrowser
from kpi.present.images import image_of, printed
from tests.present.charted import HEADING, RATE, charted, marts_of

MARTS = marts_of([96, 95, 97, 94, 96, 95, 97, 96, 94, 95, 96, 97], 100)
READERS = 8


def texts(svg: bytes) -> list[str]:
    """The words that are drawn, element by element."""
    return [unescape(text) for text in re.findall(r">([^<>]+)<", svg.decode())]


@pytest.mark.parametrize(
    ("figure", "kind"),
    [
        (charted(MARTS).figure, "monthly p chart"),
        (charts.rolling_chart(RATE, MARTS.kpi_monthly, HEADING), "rolling 3 and 12 months"),
    ],
    ids=["control", "rolling"],
)
def test_a_picture_says_what_it_shows(figure: go.Figure, kind: str) -> None:
    said = texts(image_of(figure, "svg"))
    assert f"{RATE.name}, %" in said
    assert f"<b>Muster & Co</b>, {kind}, Jan 2024 to Dec 2024" in said
    assert "n 1,200 in 12 months, 100 a month" in said
    assert HEADING.source in said


def test_a_png_has_twice_the_pixels() -> None:
    png = image_of(charted(MARTS).figure, "png")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (2 * images.WIDTH, 2 * images.HEIGHT)


def test_readers_who_ask_at_once_get_their_own_pictures() -> None:
    def drawn(reader: int) -> bytes:
        return image_of(go.Figure().add_scatter(y=[reader, 1]).update_layout(title=f"For reader {reader} only"), "svg")

    with ThreadPoolExecutor(READERS) as readers:
        pictures = list(readers.map(drawn, range(READERS)))
    for reader, picture in enumerate(pictures):
        assert [text for text in texts(picture) if "reader" in text] == [f"For reader {reader} only"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the browser by the processes of Linux")
def test_a_browser_that_died_is_started_again() -> None:
    before = set(descendants(os.getpid()))  # other tests' browsers are not ours to kill
    browser = ImageBrowser()
    figure = printed(go.Figure().add_scatter(y=[1, 2]))
    try:
        assert browser.draw(figure, {"format": "svg"}).startswith(b"<svg")
        commands = {pid: command_of(pid) for pid in descendants(os.getpid()) if pid not in before}
        ours = [pid for pid, said in commands.items() if "MAP * ~NOTFOUND" in said and "--type=" not in said]
        assert ours
        for pid in ours:
            os.kill(pid, signal.SIGKILL)
        assert browser.draw(figure, {"format": "svg"}).startswith(b"<svg")
    finally:
        browser.close()


def descendants(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [(int(line.split()[0]), int(line.split()[1])) for line in found.splitlines()]
    known = {pid}
    while more := {child for child, parent in parents if parent in known} - known:
        known |= more
    return sorted(known - {pid})


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
