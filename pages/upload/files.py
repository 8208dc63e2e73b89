"""The file field, and the parts that the files come apart into: a zip's files, a workbook's sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.session import UPLOAD_FILE, UPLOAD_PARTS
from pages.upload.memory import this_round

if TYPE_CHECKING:
    from kpi.intake.bundle import Part


@dataclass(frozen=True)
class Item:
    """One part of what was uploaded. ``key`` is unique per upload, so bytes need never be compared."""

    key: str
    part: Part


def the_files() -> tuple[Item, ...]:
    """The file field; empty until there is a file. Files come apart once, not at every rerun."""
    from kpi.intake.bundle import unpack

    uploaded = st.file_uploader(
        "Files: CSV, workbooks (XLSX, XLS, ODS), or a zip of them",
        accept_multiple_files=True,
        key=this_round(UPLOAD_FILE),
        help="Several at once are welcome. They are checked first; nothing is written before you confirm.",
    )
    earlier: dict[str, tuple[Item, ...]] = st.session_state.get(UPLOAD_PARTS, {})
    by_file: dict[str, tuple[Item, ...]] = {}
    for file in uploaded:
        parts = earlier.get(file.file_id)
        if parts is None:
            with st.spinner("Taking the files apart"):
                unpacked = unpack([(file.name, file.getvalue())])
            parts = tuple(Item(f"{file.file_id}.{place}", part) for place, part in enumerate(unpacked))
        by_file[file.file_id] = parts
    st.session_state[UPLOAD_PARTS] = by_file
    return tuple(item for parts in by_file.values() for item in parts)
