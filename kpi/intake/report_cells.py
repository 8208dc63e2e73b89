"""The sheet "Your file" of the annotated workbook: the sender's own cells, the bad ones coloured, each with a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from kpi.intake.findings import SEVERITIES, Findings
from kpi.intake.report_styles import MARKS
from kpi.intake.visible import visible

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kpi.intake.table import TextTable

CELLS_SHEET = "Your file"
MOST_CELLS = 200_000  # of the file; writing takes about a second for 40,000. Larger files show only rows with findings
HEAD_ROW = 1  # counted from 0
NOTE_SIZE = {"x_scale": 2, "y_scale": 1.5}

Mark = tuple[str, str]  # severity, words


@dataclass(frozen=True)
class Shown:
    """cells: the rows to show, their number in the file first. marks: row number and header → severity and words.

    note: a sentence that says which rows these are. at: row number → its row in the sheet, counted from 0.
    """

    cells: pl.DataFrame
    marks: Mapping[tuple[int, str], Mark]
    note: str
    at: Mapping[int, int]
    columns: Mapping[str, int]

    def place(self, row: int | None, column: str | None) -> str | None:
        """Where a finding's cell, or at least its row, stands in the sheet: C5; None where it is not shown."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        if row is None or row not in self.at:
            return None
        return str(xl_rowcol_to_cell(self.at[row], self.columns.get(column or "", 0)))


def shown_of(table: TextTable, findings: Findings) -> Shown:
    """``findings``: those that are listed one by one; only their cells are marked."""
    cells, note = _rows(table, findings)
    if table.reading.sheet is not None:
        note = f'Sheet "{visible(table.reading.sheet)}". {note}'
    numbers = cells.to_series(0).to_list()
    marks = _marks(findings)
    return Shown(
        cells,
        marks,
        note,
        at={number: place for place, number in enumerate(numbers, start=HEAD_ROW + 1)},
        columns={name: place for place, name in enumerate(table.cells.columns, start=1)},
    )


def _rows(table: TextTable, findings: Findings) -> tuple[pl.DataFrame, str]:
    cells = table.cells.select(table.rows.alias(_free_name(table.cells.columns)), pl.all())
    if cells.height * cells.width <= MOST_CELLS:
        return cells, "Cells with findings are coloured and carry a note."
    most = max(1, MOST_CELLS // cells.width)
    wanted = findings.frame.filter(pl.col("row").is_not_null())
    order = pl.col("severity").replace_strict(list(SEVERITIES), range(len(SEVERITIES)), return_dtype=pl.Int8)
    rows = wanted.sort(order, maintain_order=True)["row"].unique(maintain_order=True)
    found = cells.filter(table.rows.is_in(rows.head(most).to_list()))
    said = f"Only rows with findings are shown, {found.height:,} of {cells.height:,}: the whole file would be too large"
    left = len(rows) - found.height
    return found, f"{said}; {left:,} more have findings, errors were shown first." if left > 0 else f"{said}."


def _free_name(taken: list[str]) -> str:
    name = "Row"
    while name in taken:
        name += "_"
    return name


def _marks(findings: Findings) -> dict[tuple[int, str], Mark]:
    """Per bad cell its worst severity and the words of its note."""
    marks: dict[tuple[int, str], Mark] = {}
    about_cells = findings.frame.filter(pl.col("row").is_not_null() & pl.col("column").is_not_null())
    for row, column, severity, problem, action in about_cells.select(
        "row", "column", "severity", "problem", "action"
    ).iter_rows():
        words = ". ".join(part for part in (f"{MARKS[severity]}: {problem}", action) if part)
        if (row, column) in marks:
            earlier, said = marks[row, column]
            marks[row, column] = (min(earlier, severity, key=SEVERITIES.index), f"{said}\n{words}")
        else:
            marks[row, column] = (severity, words)
    return marks


def write_cells(sheet: Worksheet, shown: Shown, styles: dict[str, Format]) -> None:
    """The first column is the row number in the user's file."""
    columns = list(shown.columns)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_column(1, len(columns), 18)
    sheet.write_string(0, 0, shown.note)
    for position, head in enumerate(("Row", *columns)):
        sheet.write_string(HEAD_ROW, position, head, styles["head"])
    marked_rows = {row for row, _ in shown.marks}
    for at, values in enumerate(shown.cells.iter_rows(), start=HEAD_ROW + 1):
        number = values[0]
        sheet.write_number(at, 0, number)
        for position, value in enumerate(values[1:], start=1):
            mark = shown.marks.get((number, columns[position - 1])) if number in marked_rows else None
            if mark is not None:
                severity, words = mark
                sheet.write_string(at, position, value or "", styles[severity])
                sheet.write_comment(at, position, words, NOTE_SIZE)
            elif value:
                sheet.write_string(at, position, value)
