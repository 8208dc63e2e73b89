"""Records as a table, each with the file and the row it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from kpi.present.wording import plural
from pages.shared import downloads, navigation

if TYPE_CHECKING:
    import pandas as pd

LEADING = {
    "dataset": "Dataset",
    "counts_as": "Counts as",
    "submission_id": "Submission",
    "file_name": "File",
    "row_number": "Row",
}
KNOWN_ANYWAY = ("dataset", "partner_id")  # shown only when they differ from row to row


def table(records: pd.DataFrame, name: str, of: Scope | None = None) -> None:
    """Show ``records``; says so when there are none. ``name`` is read to people who can't see the table.

    ``of``: whose they are, where no column says so; None: anybody's whom the reader may see.
    """
    if records.empty:
        st.markdown("There are no such records.")
        return
    columns = {
        column: st.column_config.Column(LEADING.get(column) or column.replace("_", " ").capitalize())
        for column in records.columns
        if records[column].dtype.kind != "M"
    }
    columns |= {
        column: st.column_config.DateColumn(column.replace("_", " ").capitalize(), format="YYYY-MM-DD")
        for column in records.columns
        if records[column].dtype.kind == "M"
    }
    told = [c for c in records.columns if c not in KNOWN_ANYWAY or records[c].nunique() > 1]
    st.dataframe(records, hide_index=True, column_config=columns, column_order=told, placeholder="", alt=name)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"{plural(len(records), 'record')}; file and row are where each record was last submitted.")
        downloads.table_download(records, name, of=_whose(records) or of)
        navigation.link_if_there(navigation.SUBMISSIONS, "Submissions and their files")


def _whose(records: pd.DataFrame) -> Scope | None:
    return Scope.of(map(str, records["partner_id"].unique())) if "partner_id" in records.columns else None
