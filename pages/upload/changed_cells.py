"""A table of changed cells: before confirming an upload, and afterwards in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd


def changed_cells(changes: pd.DataFrame, old: str = "In the ledger before", new: str = "In this file") -> None:
    """``changes`` has row_number, key, column, old and new, as the ledger gives them; ``old``, ``new``: heads."""
    st.dataframe(
        changes,
        hide_index=True,
        column_config={
            "row_number": st.column_config.NumberColumn("Row", format="%d", width="small"),
            "key": "Record",
            "column": "Column",
            "old": old,
            "new": new,
        },
        alt="Changed cells with the value before and after",
    )
