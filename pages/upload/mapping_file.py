"""A mapping from a file instead of by hand: for who has one from a colleague or writes them in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.errors import InputRefused
from kpi.intake.mapping_data import Mapping
from pages.shared.text import literal
from pages.upload.files import Item

if TYPE_CHECKING:
    from kpi.intake.contracts import Dataset


def field(item: Item, contract: Dataset) -> Mapping | None:
    """The mapping in an uploaded TOML file; None where there is none or it has mistakes, which are said."""
    with st.popover("Use a mapping file", icon=":material/description:"):
        uploaded = st.file_uploader(
            "Mapping file (TOML)",
            type=["toml"],
            max_upload_size=1,
            key=f"upload_mapping_{item.key}",
            help="Takes the place of the choices below. Its form is described in the documentation on uploading.",
        )
    if uploaded is None:
        return None
    try:
        return parsed(uploaded.getvalue(), uploaded.name, contract)
    except InputRefused as error:
        st.error(literal(str(error)).replace("\n", "  \n"), title="The mapping can't be used")
        return None


def parsed(content: bytes, file_name: str, contract: Dataset) -> Mapping:
    """The mapping in these bytes. Raises InputRefused with a line per mistake."""
    from kpi.intake.mapping import parse_mapping

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused(f"{file_name} is not UTF-8 text. Save the mapping as UTF-8 and choose it again.") from None
    return parse_mapping(text, contract, file_name)
