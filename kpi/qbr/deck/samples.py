"""Takes out what a company's template shows as samples, and tries whether slides can be made from it."""

from __future__ import annotations

import io
from typing import Any

SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"  # PowerPoint's name of the extension that lists them


def without_samples(content: bytes) -> bytes:
    """The presentation without slides, and without the sections and shows that name them."""
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(content))
    for shows in presentation.part._element.findall("{*}custShowLst"):
        shows.getparent().remove(shows)
    listed = presentation.slides._sldIdLst
    for slide in list(listed):
        presentation.part.drop_rel(slide.rId)
        listed.remove(slide)
    for extension in presentation.part._element.findall(".//{*}extLst/{*}ext"):
        if extension.get("uri") == SECTIONS:
            extension.getparent().remove(extension)
    return _saved(presentation)


def try_out(content: bytes, layouts: set[int]) -> None:
    """Makes a slide with notes of each layout and forgets it; raises whatever stands against that."""
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(content))
    every = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    for place in sorted(layouts):
        slide = presentation.slides.add_slide(every[place])
        slide.shapes.title.text = "x"
        slide.notes_slide.notes_text_frame.text = "x"
    Presentation(io.BytesIO(_saved(presentation)))


def _saved(presentation: Any) -> bytes:
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()
