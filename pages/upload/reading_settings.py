"""How a file is read, where detection needs a hand: delimiter, encoding, header row."""

from __future__ import annotations

import streamlit as st

from kpi.intake.table import DELIMITER_NAMES, ENCODING_NAMES, FileHints
from pages.upload import memory
from pages.upload.files import Item

DELIMITERS = {sign: name.capitalize() for sign, name in DELIMITER_NAMES.items()}
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Western European (cp1252)",
    "cp1250": "Central European (cp1250)",
    "iso-8859-2": "Central European (ISO 8859-2)",
    "iso-8859-7": "Greek (ISO 8859-7)",
    "cp850": "Western European, DOS (cp850)",
    **{name: title for name, title in ENCODING_NAMES.items() if name.startswith("utf-16")},
}
LAST_HEADER_ROW = 10_000


def show(item: Item, hints: FileHints, *, is_text: bool) -> None:
    """Fields for what detection found, or could not find; every change reads the file again."""
    with st.expander("Reading settings", icon=":material/tune:"), st.container(horizontal=True):
        if is_text:
            _choice(item, "delimiter", "Cells are separated by", DELIMITERS, hints.delimiter)
            _choice(item, "encoding", "Encoding", ENCODINGS, hints.encoding)
        key = f"upload_header_row_{item.key}"
        st.number_input(
            "Headers are in row",
            min_value=1,
            max_value=LAST_HEADER_ROW,
            value=hints.header_row,
            key=key,
            placeholder="Detect",
            width=180,
            on_change=lambda: memory.say_about_reading(item.key, header_row=st.session_state[key]),
        )


def _choice(item: Item, name: str, label: str, options: dict[str, str], chosen: str | None) -> None:
    key = f"upload_{name}_setting_{item.key}"
    known = list(options) if chosen is None or chosen in options else [chosen, *options]
    st.selectbox(
        label,
        known,
        index=None if chosen is None else known.index(chosen),
        format_func=lambda value: options.get(value, value),
        placeholder="Detect",
        key=key,
        width=240,
        on_change=lambda: memory.say_about_reading(item.key, **{name: st.session_state[key]}),
    )
