"""Tables to take away as CSV: the one way in which a screen's table leaves it.

The grid's own download is switched off (.streamlit/config.toml): it writes cells as they are, and a text that begins
with = would run as a formula in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.file_names import download_name
from kpi.present.safe_csv import safe_csv

if TYPE_CHECKING:
    import pandas as pd


def table_download(frame: pd.DataFrame | Callable[[], pd.DataFrame], name: str, label: str = "Download as CSV") -> None:
    """A button that saves ``frame`` (or what it makes, when pressed) as ``name``.csv; no cell begins a formula."""
    st.download_button(
        label,
        lambda: safe_csv(frame() if callable(frame) else frame),
        file_name=download_name(f"{name}.csv"),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"download {name}",
    )
