"""The first rows of a file as a mapping would have them read, with the cells that it could not read marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.text import literal, shortened

if TYPE_CHECKING:
    import polars as pl

    from kpi.intake.contracts import Dataset
    from kpi.intake.mapping_data import Mapping
    from kpi.intake.suggest_preview import Preview
    from kpi.intake.table import TextTable

MARK = "✕ "
REASONS_SHOWN = 4


def show(table: TextTable, contract: Dataset, mapping: Mapping) -> None:
    """The preview, and in words what can't be read in it."""
    from kpi.intake.suggestion import preview

    found = preview(table, contract, mapping)
    st.markdown("**The first rows as we understand them**")
    st.dataframe(
        marked(found, contract),
        hide_index=True,
        placeholder="",
        alt="The first rows of the file as the mapping reads them; cells that can't be read carry a cross",
    )
    reasons = unreadable(found, contract)
    if reasons:
        st.caption("  \n".join(literal(MARK + reason) for reason in reasons))


def marked(found: Preview, contract: Dataset) -> pl.DataFrame:
    """The preview's cells under our titles; a cell with a problem begins with a cross."""
    import polars as pl

    columns = [found.cells["row"].alias("Row")]
    for name in found.problems.columns:
        frame = pl.DataFrame({"cell": found.cells[name], "problem": found.problems[name]})
        shown = pl.when(pl.col("problem") != "").then(MARK + pl.col("cell")).otherwise(pl.col("cell"))
        columns.append(frame.select(shown).to_series().alias(contract.column(name).title))
    return pl.DataFrame(columns)


def unreadable(found: Preview, contract: Dataset) -> list[str]:
    """One sentence per column with a problem, with its first cell as the example; at most four."""
    said = []
    for name in found.problems.columns:
        places = [place for place, problem in enumerate(found.problems[name]) if problem]
        if places:
            cell, problem = found.cells[name][places[0]], found.problems[name][places[0]]
            said.append(
                f'{contract.column(name).title}: "{shortened(cell, 30)}" {problem}.'
                if cell
                else f"{contract.column(name).title}: {problem}."
            )
    return said[:REASONS_SHOWN]
