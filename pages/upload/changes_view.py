"""What confirming would do to the records: how many are new, changed and the same, and every changed cell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.shared.text import literal, shortened
from pages.upload.changed_cells import changed_cells
from pages.upload.working import Worked


def show(ready: Sequence[Worked]) -> None:
    """The counts of all files together, then the changed cells of each file that has any."""
    previews = [(worked, worked.outcome.preview) for worked in ready if worked.outcome and worked.outcome.preview]
    new, changed, unchanged = (
        sum(getattr(preview, name) for _, preview in previews) for name in ("new", "changed", "unchanged")
    )
    with st.grid(3, min_column_width=140):
        st.metric("New records", f"{new:,}", border=True)
        st.metric("Changed records", f"{changed:,}", border=True)
        st.metric("Unchanged records", f"{unchanged:,}", border=True)
    if new == 0 and changed == 0:
        st.caption("Every record is in the ledger already, just like this. Only the months covered would be added.")
    if changed:
        st.caption("What changes, cell by cell. The earlier values stay in the ledger and come back on withdrawal.")
    for worked, preview in previews:
        if not len(preview.changes):
            continue
        if len(previews) > 1:
            st.markdown(f"**{literal(shortened(worked.name, 70))}**")
        changed_cells(preview.changes)
