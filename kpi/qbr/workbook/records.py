"""The records behind the figures, a sheet for each dataset: which indicator counts which row of which file, as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.qbr.workbook.behind import figures_in
from kpi.qbr.workbook.cells import COUNT, COUNT_OR_PART, DAY, Column, Value, numbers
from kpi.qbr.workbook.sheet import Book, Table

if TYPE_CHECKING:
    import pandas as pd

    from kpi.qbr.pack import Figure

MOST_ROWS = 50_000  # of a sheet: more would take minutes to write and to open
REPORTING = "reporting"  # what was expected and when it came; made from the calendar, no file's rows
LEADING = {
    "submission_id": Column("Submission", 13),
    "file_name": Column("File", 40),
    "row_number": numbers("Row in the file", 9),
}
REST = "The rest is on the screen of the indicator, under “Records behind”."


@dataclass(frozen=True)
class Listed:
    """How many records a figure counts, and how many of them are in the workbook."""

    figure: Figure
    records: int
    listed: int


def write(book: Book, records: Mapping[str, pd.DataFrame]) -> tuple[Listed, ...]:
    """A sheet for each dataset that any figure counts; a figure with one dataset too many is cut in its own rows."""
    figures = [figure for figure in figures_in(book.pack) if figure.key in records]
    listed = dict.fromkeys((figure.key for figure in figures), 0)
    for name in (*DATASET_NAMES, REPORTING):
        parts = [(figure, _of(records[figure.key], name)) for figure in figures]
        parts = [(figure, part) for figure, part in parts if len(part)]
        if parts:
            for figure, rows in _write_dataset(book, name, parts):
                listed[figure.key] += rows
    return tuple(Listed(figure, len(records[figure.key]), listed[figure.key]) for figure in figures)


def _of(records: pd.DataFrame, name: str) -> pd.DataFrame:
    return records[records["dataset"] == name] if "dataset" in records else records.iloc[:0]


def _write_dataset(book: Book, name: str, parts: list[tuple[Figure, pd.DataFrame]]) -> list[tuple[Figure, int]]:
    title = "Reporting days" if name == REPORTING else dataset(name).title
    columns = _columns(name, parts)
    total, sheet_name = sum(len(part) for _, part in parts), f"Records, {title.lower()}"
    lines = ["A record that several indicators count stands here once for each: filter by the indicator."]
    if total > MOST_ROWS:
        lines.append(f"Cut: the first {MOST_ROWS:,} of {total:,} rows are here. {REST}")
    table = Table(
        book,
        sheet_name,
        f"{title} that the figures count, with file and row; a row for each indicator that counts it",
        (Column("Indicator", 34), Column("Counts as", 25), *columns.values(), Column("Key", 30)),
        title=f"Records behind the figures of {book.pack.period}: {title.lower()}",
        lines=lines,
        frozen=1,
    )
    written = []
    for figure, part in parts:
        rows = part.head(max(MOST_ROWS - (table.row - table.first), 0))
        cells = [_cells(rows, column) for column in columns]
        for counts_as, *values in zip(rows["counts_as"], *cells, strict=True):
            table.add(figure.name, counts_as, *values, figure.key)
        written.append((figure, len(rows)))
    table.close()
    return written


def _columns(name: str, parts: list[tuple[Figure, pd.DataFrame]]) -> dict[str, Column]:
    """The columns that any of the parts has: file and row first, then those of the contract in its order."""
    there = {column for _, part in parts for column in part.columns if part[column].notna().any()}
    if name == REPORTING:
        own = {
            "partner_id": Column("Partner", 14),
            "expected": Column("Dataset expected", 18),
            "month": Column("Month", 12, DAY),
            "due_on": Column("Due", 12, DAY),
            "received_on": Column("Received", 12, DAY),
        }
    else:
        own = {column.name: _column(column.kind, column.title) for column in dataset(name).columns}
    known = {**LEADING, **own}
    others = sorted(there - set(known) - {"dataset", "counts_as"})
    return {column: known[column] for column in known if column in there} | {
        column: Column(column) for column in others
    }


def _column(kind: str, title: str) -> Column:
    """A text or an id stays clear of the number before it."""
    if kind in ("number", "integer"):
        return Column(title, 14, COUNT_OR_PART if kind == "number" else COUNT, align="right")
    return Column(title, {"text": 24, "choice": 18}.get(kind, 14), align="" if kind == "date" else "indent")


def _cells(rows: pd.DataFrame, name: str) -> list[Value]:
    """A column as what its cells are: texts, numbers, days, yes and no; None for what is missing."""
    if name not in rows:
        return [None] * len(rows)
    return [_cell(value) for value in rows[name].astype(object).where(rows[name].notna(), None)]


def _cell(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return value if isinstance(value, int | float) else str(value)
