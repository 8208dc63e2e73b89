"""Charts as PNG or SVG, for files that leave the screen: evidence, slides, mails."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from kpi.errors import UsageError

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.present.image_browser import ImageBrowser

FORMATS = ("png", "svg")
WIDTH, HEIGHT = 1100, 560  # pixels of the layout; a PNG has ``scale`` times as many
SCALE = 2.0
INK, PAPER, GRID = "#1c2733", "#ffffff", "#e1e6eb"
FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
EDGE = 20  # pixels between the paper's edge and the title
MARGINS = {"l": 64, "r": 24, "b": 16}
# Plotly names the parts of a drawing by chance; without this no two files of one chart would be equal.
_CHANCE = re.compile(rb'id="(?:top)?defs-([0-9a-f]{6})"')

_browser: ImageBrowser | None = None
_first = threading.Lock()


def image_of(
    figure: go.Figure, image_format: str, width: int = WIDTH, height: int = HEIGHT, scale: float = SCALE
) -> bytes:
    """``figure`` as a picture on white paper. The same figure gives the same SVG.

    ``image_format``: one of FORMATS. Raises UsageError for another one, ImageUnavailable when no browser can draw.
    """
    if image_format not in FORMATS:
        raise UsageError(f"There are no pictures of the kind “{image_format}”. Choose {' or '.join(FORMATS)}.")
    options = {"format": image_format, "width": width, "height": height, "scale": scale if image_format == "png" else 1}
    drawn = _shared_browser().draw(printed(figure), options)
    return _without_chance(drawn) if image_format == "svg" else drawn


def printed(figure: go.Figure) -> dict[str, Any]:
    """A copy of ``figure`` in the colours of paper: on screens the page's theme brings them."""
    copy: dict[str, Any] = figure.to_dict()
    for number, trace in enumerate(copy["data"]):
        trace["uid"] = f"trace{number}"
    layout = copy["layout"]
    layout.pop("template", None)
    layout |= {"paper_bgcolor": PAPER, "plot_bgcolor": PAPER, "autosize": False}
    layout["font"] = {"family": FONT, "color": INK, "size": 13}
    layout["margin"] = {**layout.get("margin", {}), **MARGINS}
    layout["title"] = {**layout.get("title", {}), "pad": {"l": EDGE}}
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            axis |= {"gridcolor": GRID, "linecolor": GRID, "automargin": True}
    return copy


def _shared_browser() -> ImageBrowser:
    global _browser
    with _first:
        if _browser is None:
            from kpi.present.image_browser import ImageBrowser  # only now: it takes most of a second to import

            _browser = ImageBrowser()
        return _browser


def _without_chance(drawn: bytes) -> bytes:
    found = _CHANCE.search(drawn)
    return drawn.replace(found[1], b"chart0") if found else drawn
