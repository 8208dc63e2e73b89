"""What was found, to hand back to whoever sent the file: an annotated workbook, and plain text for an e-mail."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.intake.findings import Findings

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kpi.intake.table import TextTable
    from kpi.intake.validate import Checked

# Writing is what costs: about half a second for 10,000 cells. Larger files show only the rows with findings.
MOST_CELLS = 200_000
MOST_FINDINGS = 20_000
MOST_COMMENTS = 2_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
COLOURS = {"error": "#FBC4BE", "warning": "#FFE3A3", "notice": "#DCE6F7"}
MARKS = {"error": "✕ error", "warning": "▲ warning", "notice": "○ notice"}
GROUP_HEADS = ("Severity", "Rows", "Column", "How often", "Problem", "Allowed", "What to do")
FINDING_HEADS = ("Severity", "Row", "Column", "Value", "Problem", "Allowed", "What to do")


def annotated_workbook(checked: Checked) -> bytes:
    """An XLSX: "Findings" (by kind, then one by one) and "Your file", its own cells with the bad ones marked.

    Every cell is written as text, so that nothing in it begins a formula. Memory stays constant in the file's length.
    """
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        styles = _styles(workbook)
        _write_findings(workbook.add_worksheet("Findings"), checked, styles)
        if checked.table is not None:
            _write_cells(workbook.add_worksheet("Your file"), checked.table, checked.findings, styles)
    return content.getvalue()


def _styles(workbook: Workbook) -> dict[str, Format]:
    wrap = {"text_wrap": True, "valign": "top"}
    marked = {name: workbook.add_format({**wrap, "bg_color": colour}) for name, colour in COLOURS.items()}
    return {
        **marked,
        "head": workbook.add_format({"bold": True, "bg_color": "#E6E9EE", "border": 1}),
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "plain": workbook.add_format(wrap),
    }


def _write_findings(sheet: Worksheet, checked: Checked, styles: dict[str, Any]) -> None:
    findings = checked.findings
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for position, width in enumerate((12, 18, 22, 24, 48, 40, 60)):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, f"{checked.file_name} as {checked.dataset}: {_counted(findings)}", styles["title"])
    sheet.write_string(1, 0, checked.reading.sentence() if checked.reading else "The file could not be read.")
    row = _write_rows(sheet, 3, GROUP_HEADS, _grouped(findings), styles)
    shown = _one_by_one(findings).head(MOST_FINDINGS)
    row = _write_rows(sheet, row + 2, FINDING_HEADS, shown, styles)
    if len(findings) > shown.height:
        sheet.write_string(row, 0, f"… and {len(findings) - shown.height:,} more, counted in the table above.")


def _grouped(findings: Findings) -> pl.DataFrame:
    return findings.grouped().select("severity", "first_rows", "column", "rows", "problem", "allowed", "action")


def _one_by_one(findings: Findings) -> pl.DataFrame:
    return findings.frame.select("severity", "row", "column", "value", "problem", "allowed", "action")


def _write_rows(sheet: Worksheet, row: int, heads: tuple[str, ...], frame: pl.DataFrame, styles: dict[str, Any]) -> int:
    for position, head in enumerate(heads):
        sheet.write_string(row, position, head, styles["head"])
    for cells in frame.iter_rows():
        row += 1
        for position, value in enumerate(cells):
            if position == 0:
                sheet.write_string(row, 0, MARKS[value], styles[value])
            elif isinstance(value, int):
                sheet.write_number(row, position, value, styles["plain"])
            elif value:
                sheet.write_string(row, position, value, styles["plain"])
    return row + 1


def _write_cells(sheet: Worksheet, table: TextTable, findings: Findings, styles: dict[str, Any]) -> None:
    """The first column is the row number in the user's file."""
    cells, note = _shown(table, findings)
    marks = _marks(findings)
    columns = table.cells.columns
    sheet.freeze_panes(2, 1)
    sheet.set_column(1, len(columns), 18)
    sheet.write_string(0, 0, note)
    for position, head in enumerate(("Row", *columns)):
        sheet.write_string(1, position, head, styles["head"])
    commented = 0
    for at, values in enumerate(cells.iter_rows(), start=2):
        row_number = values[0]
        sheet.write_number(at, 0, row_number)
        for position, value in enumerate(values[1:], start=1):
            mark = marks.get((row_number, columns[position - 1]))
            if mark is None:
                if value:
                    sheet.write_string(at, position, value)
                continue
            severity, words = mark
            sheet.write_string(at, position, value or "", styles[severity])
            if commented < MOST_COMMENTS:
                sheet.write_comment(at, position, words, {"x_scale": 2, "y_scale": 1.5})
                commented += 1


def _shown(table: TextTable, findings: Findings) -> tuple[pl.DataFrame, str]:
    """The rows to show, with their numbers first, and a sentence that says which they are."""
    cells = table.cells.select(table.rows.alias(_free_name(table.cells.columns)), pl.all())
    if cells.height * cells.width <= MOST_CELLS:
        return cells, "Your file. Cells with findings are coloured and carry a note."
    rows = findings.frame["row"].drop_nulls().unique()
    most = max(1, MOST_CELLS // cells.width)
    found = cells.filter(table.rows.is_in(rows.to_list()))
    said = f"Only rows with findings are shown, {min(found.height, most):,} of {cells.height:,}"
    left = found.height - most
    return found.head(most), f"{said}; {left:,} more have findings." if left > 0 else f"{said}."


def _free_name(taken: list[str]) -> str:
    name = "Row"
    while name in taken:
        name += "_"
    return name


def _marks(findings: Findings) -> dict[tuple[int, str], tuple[str, str]]:
    """Per bad cell its worst severity and the words of its note; only as many as can be shown."""
    marks: dict[tuple[int, str], tuple[str, str]] = {}
    about_cells = findings.frame.filter(pl.col("row").is_not_null() & pl.col("column").is_not_null())
    order = list(COLOURS)
    for found in about_cells.head(MOST_CELLS).iter_rows(named=True):
        place = (found["row"], found["column"])
        words = ". ".join(part for part in (f"{MARKS[found['severity']]}: {found['problem']}", found["action"]) if part)
        if place in marks:
            severity, earlier = marks[place]
            worst = min(severity, found["severity"], key=order.index)
            marks[place] = (worst, f"{earlier}\n{words}")
        else:
            marks[place] = (found["severity"], words)
    return marks


def _counted(findings: Findings) -> str:
    counts = ((findings.errors, "error"), (findings.warnings, "warning"), (findings.notices, "notice"))
    said = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    return ", ".join(said) or "nothing found"
