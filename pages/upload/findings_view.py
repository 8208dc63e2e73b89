"""What the check found, on the screen: counts, a line per kind of problem, and every finding with filters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import NOTHING
from kpi.present.wording import plural
from pages.shared import downloads as offered
from pages.shared import problems
from pages.shared.text import literal

if TYPE_CHECKING:
    import polars as pl

    from kpi.desk.checking import Months
    from kpi.intake.findings import Findings
    from kpi.intake.validate import Checked

# Each severity has its own shape, so that nothing rests on colour alone.
MARKS = {"error": "✕ Error", "warning": "▲ Warning", "notice": "○ Notice"}
BADGES = {
    "error": ":red-badge[✕ {}]",
    "warning": ":orange-badge[▲ {}]",
    "notice": ":gray-badge[○ {}]",
}
TWO_LINES = 58  # pixels of a row: from four line heights on, a long sentence goes on in a second line
FEW = 8  # up to here the findings are read one by one, without a summary and filters


def tally(findings: Findings) -> str:
    """The counts as Markdown badges: "✕ 3 errors  ▲ 1 warning"; kinds that did not occur are left out."""
    counts = {"error": findings.errors, "warning": findings.warnings, "notice": findings.notices}
    return " ".join(BADGES[kind].format(plural(count, kind)) for kind, count in counts.items() if count)


def rule_name(code: str) -> str:
    """A rule's id as words: "end_before_start" is "End before start"."""
    return code.replace("_", " ").capitalize()


def grouped_table(findings: Findings) -> pl.DataFrame:
    """One row per kind of problem and column, errors first; for the eye."""
    import polars as pl

    return findings.grouped().select(
        pl.col("severity").replace(MARKS).alias("Kind"),
        pl.col("problem").alias("Problem"),
        pl.col("column").fill_null("").alias("Column"),
        pl.col("rows").alias("Findings"),
        pl.col("first_rows").alias("Rows"),
        pl.col("action").alias("What to do"),
        pl.col("allowed").alias("Allowed"),
    )


def every_finding(findings: Findings, kinds: list[str], columns: list[str], codes: list[str]) -> pl.DataFrame:
    """The findings of these kinds, columns and rules (an empty list is no restriction), in the order of the rows."""
    import polars as pl

    frame = findings.frame
    for name, wanted in (("severity", kinds), ("column", columns), ("code", codes)):
        if wanted:
            frame = frame.filter(pl.col(name).is_in(wanted))
    return frame.select(
        pl.col("severity").replace(MARKS).alias("Kind"),
        pl.col("row").alias("Row"),
        pl.col("column").fill_null("").alias("Column"),
        pl.col("value").fill_null("").alias("Value"),
        pl.col("problem").alias("Problem"),
        pl.col("action").alias("What to do"),
        pl.col("allowed").alias("Allowed"),
    )


def only_about_the_file(findings: Findings) -> bool:
    """True when everything found concerns the file as a whole: then sentences say it better than tables."""
    return len(findings) <= 3 and findings.frame["row"].null_count() == len(findings)


def showing(count: int, findings: Findings) -> str:
    """How many of the findings are listed, and how many cannot be because they were only counted."""
    said = f"Showing {count:,} of {plural(len(findings), 'finding')}."
    return f"{said} … {findings.not_kept:,} more are counted only." if findings.not_kept else said


@st.fragment
def show(findings: Findings) -> None:
    """What was found in one file. A fragment: filtering a long list does not rerun the page."""
    with problems.shown("findings"):
        _show(findings)


def _show(findings: Findings) -> None:
    if only_about_the_file(findings):
        sentences(findings)
        return
    st.markdown(tally(findings))
    if len(findings) <= FEW:
        _list(every_finding(findings, [], [], []))
        return
    groups = grouped_table(findings)
    if groups.height < len(findings):
        _summary(groups)
    shown = every_finding(findings, *_filters(findings))
    st.caption(showing(shown.height, findings))
    _list(shown)


def _summary(groups: pl.DataFrame) -> None:
    st.dataframe(
        groups,
        hide_index=True,
        row_height=TWO_LINES,
        column_config={
            "Kind": st.column_config.TextColumn(width=90),
            "Problem": st.column_config.TextColumn(width=270),
            "Column": st.column_config.TextColumn(width=130),
            "Findings": st.column_config.NumberColumn(format="localized", width=80),
            "Rows": st.column_config.TextColumn(width=130),
            "What to do": st.column_config.TextColumn(width=290),
            "Allowed": st.column_config.TextColumn(width=220),
        },
        alt="Findings by kind of problem and column",
    )


def _list(shown: pl.DataFrame) -> None:
    st.dataframe(
        shown,
        hide_index=True,
        row_height=TWO_LINES,
        column_config={
            "Kind": st.column_config.TextColumn(width=90),
            "Row": st.column_config.NumberColumn(format="%d", width=60),
            "Column": st.column_config.TextColumn(width=130),
            "Value": st.column_config.TextColumn(width=140),
            "Problem": st.column_config.TextColumn(width=270),
            "What to do": st.column_config.TextColumn(width=290),
            "Allowed": st.column_config.TextColumn(width=220),
        },
        placeholder="",
        alt="Every finding with row, column, value, what is allowed and what to do",
    )


def _filters(findings: Findings) -> tuple[list[str], list[str], list[str]]:
    """Three multi-choice filters beside each other; only what occurs can be chosen."""
    frame = findings.frame
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = st.multiselect(
            "Kind",
            frame["severity"].unique(maintain_order=True).to_list(),
            format_func=lambda kind: MARKS.get(kind, kind),
            placeholder="All kinds",
        )
        columns = st.multiselect(
            "Column", frame["column"].drop_nulls().unique(maintain_order=True).to_list(), placeholder="All columns"
        )
        codes = st.multiselect(
            "Rule",
            frame["code"].unique(maintain_order=True).to_list(),
            format_func=rule_name,
            placeholder="All rules",
        )
    return kinds, columns, codes


def sentences(findings: Findings) -> None:
    """Each finding as a box with what is allowed and what to do."""
    for row in findings.frame.iter_rows(named=True):
        box = {"error": st.error, "warning": st.warning}.get(row["severity"], st.info)
        parts = [f"Allowed: {row['allowed']}" if row["allowed"] else "", row["action"]]
        problem = row["problem"][:1].upper() + row["problem"][1:]
        text = " ".join(f"{part.rstrip('.')}." for part in (problem, *parts) if part)
        box(literal(text))


def downloads(checked: Checked, months: Months, names: Mapping[str, str]) -> None:
    """What can be handed back to the partner, made only when somebody asks for it.

    It holds the file that its reader has uploaded just now, and so no more than they have.
    """
    from kpi.intake.report import annotated_workbook

    stem = PurePath(checked.file_name).stem or "file"
    with st.container(horizontal=True):
        offered.download(
            "Workbook with every finding marked",
            lambda: annotated_workbook(checked),
            file_name=f"{stem}-findings.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            of=NOTHING,
        )
        as_text(checked.findings)
    if not checked.findings.errors and not checked.findings.warnings:
        return  # there is nothing to ask the partner for
    box = st.expander("Text for an e-mail to the partner", icon=":material/mail:", on_change="rerun")
    if box.open:
        with box:
            _email(checked, months, names)


def as_text(findings: Findings) -> None:
    """A button for all of them as plain text, a line each."""
    stem = PurePath(findings.file_name).stem or "file"
    offered.download(
        "Findings as text",
        lambda: "\n".join(findings.lines(limit=None)) + "\n",
        file_name=f"{stem}-findings.txt",
        mime="text/plain",
        of=NOTHING,
    )


def _email(checked: Checked, months: Months, names: Mapping[str, str]) -> None:
    from kpi.intake.email_text import email_text

    text = email_text(
        checked,
        month_from=months.first,
        month_to=months.last,
        partners=[names.get(one, one) for one in checked.partners],
    )
    st.code(text, language=None, wrap_lines=True)
