"""The minutes as documents to take away: for Word, and as PDF."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from pages.shared import downloads, problems
from pages.shared.person import still_in
from pages.shared.shelf import MB, Shelf

if TYPE_CHECKING:
    from kpi.meeting.minutes import Minutes

KEPT = 500  # documents
WRITERS = (  # (module, function, label, ending, MIME type)
    (
        "kpi.meeting.minutes_docx",
        "write_minutes_docx",
        "Minutes for Word",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("kpi.meeting.minutes_pdf", "write_minutes_pdf", "Minutes as PDF", "pdf", "application/pdf"),
)

_files: Shelf[bytes] = Shelf(KEPT, 32 * MB, len)


@st.fragment
def show(minutes: Minutes, partner_id: str) -> None:
    """A button each; the file is written when it is pressed, once, and what goes wrong is said in place."""
    still_in()
    pressed = []
    with st.container(horizontal=True):
        for module, function, label, ending, mime in WRITERS:
            if downloads.download(
                label,
                partial(written, module, function, minutes),
                file_name=file_name(minutes, ending),
                mime=mime,
                of=Scope.of([partner_id]),
                runs_again=True,
                key=f"{function} {minutes.edition}",
            ):
                pressed.append((module, function))
    for module, function in pressed:
        with problems.shown("minutes as a document"), st.spinner("Writing the document"):
            written(module, function, minutes)


def file_name(minutes: Minutes, ending: str) -> str:
    return f"{minutes.meeting_id}_minutes_edition_{minutes.edition}.{ending}"


def written(module: str, function: str, minutes: Minutes) -> bytes:
    """The file, written once for all who ask for just these minutes with just these signatures."""
    key = (function, minutes)
    found: bytes = _files.get(key, lambda: getattr(import_module(module), function)(minutes))
    return found
