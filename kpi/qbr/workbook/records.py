"""The records behind the figures, a sheet for each dataset: which indicator counts which row of which file, as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.present.wording import is_missing
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


Cells = dict[str, list[Value]]  # by column


@dataclass(frozen=True)
class Listed:
    """How many records a figure counts, and how many of them are in the workbook."""

    figure: Figure
    records: int
    listed: int


Part = tuple["Figure", Cells]


def write(book: Book, records: Mapping[str, pd.DataFrame]) -> tuple[Listed, ...]:
    """A sheet for each dataset that any figure counts, as far as MOST_ROWS go."""
    figures = [figure for figure in figures_in(book.pack) if figure.key in records]
    listed = dict.fromkeys((figure.key for figure in figures), 0)
    parts: dict[str, list[Part]] = {name: [] for name in (*DATASET_NAMES, REPORTING)}
    for figure in figures:
        for name, part in _by_dataset(records[figure.key]):
            parts[name].append((figure, part))
    for name, mine in parts.items():
        for key, rows in _write_dataset(book, name, mine) if mine else ():
            listed[key] += rows
    return tuple(Listed(figure, len(records[figure.key]), listed[figure.key]) for figure in figures)


def _by_dataset(records: pd.DataFrame) -> list[tuple[str, Cells]]:
    """The cells of each dataset in a frame, which rarely has more than one."""
    if not len(records):
        return []
    names = list(dict.fromkeys(records["dataset"]))
    frames = [records] if len(names) == 1 else [records[records["dataset"] == name] for name in names]
    return [
        (str(name), {str(column): [_cell(value) for value in frame[column].tolist()] for column in frame.columns})
        for name, frame in zip(names, frames, strict=True)
    ]


def _write_dataset(book: Book, name: str, parts: list[Part]) -> list[tuple[str, int]]:
    """Writes the sheet; how many rows of each figure are in it, by its key."""
    title = "Reporting days" if name == REPORTING else dataset(name).title
    columns = _columns(name, parts)
    total, sheet_name = sum(len(part["counts_as"]) for _, part in parts), f"Records, {title.lower()}"
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
        count = len(part["counts_as"])
        rows = min(count, MOST_ROWS - (table.row - table.first))
        cells = [part.get(column) or [None] * count for column in ("counts_as", *columns)]
        for values in islice(zip(*cells, strict=True), rows):
            table.add(figure.name, *values, figure.key)
        written.append((figure.key, rows))
    table.close()
    return written


def _columns(name: str, parts: list[Part]) -> dict[str, Column]:
    """The columns that any of the parts has: file and row first, then those of the contract in its order."""
    there = {column for _, part in parts for column, cells in part.items() if any(cell is not None for cell in cells)}
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
    return {name: column for name, column in known.items() if name in there} | {name: Column(name) for name in others}


def _column(kind: str, title: str) -> Column:
    """A text or an id stays clear of the number before it."""
    if kind in ("number", "integer"):
        return Column(title, 14, COUNT_OR_PART if kind == "number" else COUNT, align="right")
    return Column(title, {"text": 24, "choice": 18}.get(kind, 14), align="" if kind == "date" else "indent")


def _cell(value: Any) -> Value:
    """A text, number, day, yes or no; None for what is missing."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if is_missing(value):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value if isinstance(value, int | float | date) else str(value)
