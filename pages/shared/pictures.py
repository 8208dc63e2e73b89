"""Charts to take away as pictures: two quiet buttons under a chart, PNG and SVG.

A picture is drawn when its button is pressed, by the browser of kpi.present.images. The button's own thread cannot
write on the page, so the run that the press starts waits for the same picture and says what went wrong, in place.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from kpi.present.images import FORMATS, image_of
from pages.shared import downloads, problems
from pages.shared.person import still_in
from pages.shared.shelf import MB, Shelf

if TYPE_CHECKING:
    import plotly.graph_objects as go

MIME = {"png": "image/png", "svg": "image/svg+xml"}
HELP = {
    "png": "For slides and mails, at twice the pixels. Title, period, n, source and ledger version are in it.",
    "svg": "For print and for editing: sharp at any size. Title, period, n, source and ledger version are in it.",
}
KEPT = 1000  # pictures

_pictures: Shelf[bytes] = Shelf(KEPT, 64 * MB, len)


@st.fragment
def buttons(figure: go.Figure, name: str, key: str, of: Scope | None = None) -> None:
    """Two buttons that save ``figure`` as ``name``.png and .svg; only this part of the page runs again for it.

    ``figure`` is drawn as it is and never changed; ``key`` names the chart on its screen. ``of``: the
    partners in it, None for all that the reader may see.
    """
    still_in()
    pressed = []
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        for image_format in FORMATS:
            if downloads.download(
                f"Picture, {image_format.upper()}",
                partial(picture, figure, image_format),
                file_name=f"{name}.{image_format}",
                mime=MIME[image_format],
                icon=":material/image:",
                kind="tertiary",
                help=HELP[image_format],
                key=f"picture {key} {image_format}",
                of=of,
                runs_again=True,
            ):
                pressed.append(image_format)
    for image_format in pressed:
        with problems.shown("a picture of a chart"), st.spinner("Drawing the picture"):
            picture(figure, image_format)


def picture(figure: go.Figure, image_format: str) -> bytes:
    """``figure`` as PNG or SVG, drawn once for all who ask for just this drawing. Raises ImageUnavailable."""
    drawing = hashlib.sha256(figure.to_json().encode()).hexdigest()
    return _pictures.get((drawing, image_format), lambda: image_of(figure, image_format))
