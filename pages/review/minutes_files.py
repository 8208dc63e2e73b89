"""The minutes as documents to take away; the buttons stand once the writers are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.file_names import download_name

if TYPE_CHECKING:
    from kpi.meeting.minutes import Minutes

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


def show(minutes: Minutes) -> None:
    """A button each; the file is written when it is pressed."""
    with st.container(horizontal=True):
        for module, function, label, ending, mime in WRITERS:
            if find_spec(module) is not None:
                st.download_button(
                    label,
                    _writer(module, function, minutes),
                    file_name=file_name(minutes, ending),
                    mime=mime,
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"{function} {minutes.edition}",
                )


def file_name(minutes: Minutes, ending: str) -> str:
    return download_name(f"{minutes.meeting_id}_minutes_edition_{minutes.edition}.{ending}")


def _writer(module: str, function: str, minutes: Minutes) -> Callable[[], bytes]:
    def write() -> bytes:
        written: bytes = getattr(import_module(module), function)(minutes)
        return written

    return write
