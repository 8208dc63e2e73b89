"""What was found, to hand back to whoever sent the file: their own cells as a workbook, the bad ones marked."""

from __future__ import annotations

import io
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

import polars as pl

from kpi.intake.findings import SEVERITIES, Findings
from kpi.intake.report_cells import CELLS_SHEET, Shown, shown_of, write_cells
from kpi.intake.report_styles import MARKS, styles_of
from kpi.intake.visible import visible

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from kpi.intake.validate import Checked

# Writing is what costs, and what opening costs: LibreOffice needs about a minute for 20,000 comments. A spreadsheet
# program takes 65,530 links in a sheet. What is left out is said, and errors are kept before warnings and notices.
MOST_FINDINGS = 20_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FINDINGS_SHEET, KINDS_SHEET = "Findings", "By kind"
GROUP_HEADS = ("Severity", "Rows", "Column", "How often", "Problem", "Allowed", "What to do")
GROUP_WIDTHS = (12, 18, 22, 12, 56, 40, 60)
FINDING_HEADS = ("Severity", "Row", "Column", "Value", "Problem", "Allowed", "What to do")
LINE_HEIGHT = 15.0  # points
FINDING_WIDTHS = (12, 10, 22, 24, 56, 40, 60)
HEAD_ROW = 3  # of the list, counted from 0; above it stand a title and how the file was read


def annotated_workbook(checked: Checked) -> bytes:
    """An XLSX: "Findings" one by one, each linked to its cell, "By kind", and "Your file" with the bad cells marked.

    Every cell is written as text, so that nothing in it begins a formula. Memory stays constant in the file's length:
    of a large file only the rows with findings are shown.
    """
    import xlsxwriter

    findings = chosen(checked.findings)
    table = checked.table  # read anew from the file
    shown = shown_of(table, findings) if table is not None else None
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        styles = styles_of(workbook)
        _write_findings(workbook, checked, findings, shown, styles)
        _write_kinds(workbook, checked.findings, styles)
        if shown is not None:
            write_cells(workbook.add_worksheet(CELLS_SHEET), shown, styles)
    return content.getvalue()


def chosen(findings: Findings, most: int | None = None) -> Findings:
    """The findings that are listed one by one: all, or so many of them, errors first; in the order of the rows."""
    most = MOST_FINDINGS if most is None else most
    if len(findings) <= most:
        return findings
    order = pl.col("severity").replace_strict(list(SEVERITIES), range(len(SEVERITIES)), return_dtype=pl.Int8)
    kept = findings.frame.with_row_index("place").sort(order, maintain_order=True).head(most).sort("place")
    return Findings(kept.drop("place"), findings.file_name)


@dataclass
class _Page:
    """A sheet being written from top to bottom."""

    sheet: Worksheet
    styles: dict[str, Format]
    widths: tuple[int, ...]

    def set_up(self, title: str, head_row: int) -> None:
        """Widths, printing and the frozen head of the table."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(head_row)
        self.sheet.set_footer("&L&A&RPage &P of &N")
        self.sheet.freeze_panes(head_row + 1, 0)
        for position, width in enumerate(self.widths):
            self.sheet.set_column(position, position, width)
        self.sheet.write_string(0, 0, title, self.styles["title"])

    def write_heads(self, row: int, heads: tuple[str, ...]) -> None:
        for position, head in enumerate(heads):
            self.sheet.write_string(row, position, head, self.styles["head"])

    def write_row(self, row: int, cells: tuple[str | int | None, ...]) -> None:
        """The first cell is a severity."""
        severity = str(cells[0])
        self.sheet.set_row(row, LINE_HEIGHT * max(map(_lines, cells, self.widths)))
        self.sheet.write_string(row, 0, MARKS[severity], self.styles[severity])
        for position, value in enumerate(cells[1:], start=1):
            if isinstance(value, int):
                self.sheet.write_number(row, position, value, self.styles["plain"])
            elif value:
                self.sheet.write_string(row, position, value, self.styles["plain"])


def _lines(text: str | int | None, width: int) -> int:
    """How many lines a cell needs; not every program works that out when it opens the file."""
    return max(1, len(wrap(str(text), max(width - 4, 1)))) if text else 1


def _write_findings(
    workbook: Workbook, checked: Checked, findings: Findings, shown: Shown | None, styles: dict[str, Format]
) -> None:
    page = _Page(workbook.add_worksheet(FINDINGS_SHEET), styles, FINDING_WIDTHS)
    name = visible(checked.file_name)
    title = f"{name} as {checked.dataset}: {counted(checked.findings)}"
    page.set_up(title, HEAD_ROW)
    page.sheet.write_string(1, 0, checked.reading.sentence() if checked.reading else "The file could not be read.")
    page.sheet.write_string(2, 0, _left_out(checked.findings, findings))
    page.write_heads(HEAD_ROW, FINDING_HEADS)
    listed = findings.frame.select("severity", "row", "column", "value", "problem", "allowed", "action")
    last = HEAD_ROW + max(listed.height, 1)
    page.sheet.autofilter(HEAD_ROW, 0, last, len(FINDING_HEADS) - 1)
    for row, cells in enumerate(listed.iter_rows(), start=HEAD_ROW + 1):
        page.write_row(row, cells)
        place = shown.place(cells[1], cells[2]) if shown is not None else None
        if place is not None:
            # The link is written first, then the number over its text, so that the column still sorts as numbers.
            page.sheet.write_url(row, 1, f"internal:'{CELLS_SHEET}'!{place}", styles["link"], str(cells[1]))
            page.sheet.write_number(row, 1, cells[1], styles["link"])


def _left_out(findings: Findings, listed: Findings) -> str:
    left = len(findings) - len(listed)
    if not len(findings):
        return ""
    links = "A row number leads to the cell in the sheet Your file."
    if not left:
        return links
    return (
        f"The first {len(listed):,} are listed, errors first; {left:,} more are only counted, in the sheet "
        f"{KINDS_SHEET}: more would take minutes to open. {links}"
    )


def _write_kinds(workbook: Workbook, findings: Findings, styles: dict[str, Format]) -> None:
    page = _Page(workbook.add_worksheet(KINDS_SHEET), styles, GROUP_WIDTHS)
    page.set_up("The findings by kind, the most frequent first", 2)
    page.write_heads(2, GROUP_HEADS)
    groups = findings.grouped().select("severity", "first_rows", "column", "rows", "problem", "allowed", "action")
    for row, cells in enumerate(groups.iter_rows(), start=3):
        page.write_row(row, cells)


def counted(findings: Findings) -> str:
    """ "2 errors, 1 warning", or "nothing found"."""
    counts = ((findings.errors, "error"), (findings.warnings, "warning"), (findings.notices, "notice"))
    said = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    return ", ".join(said) or "nothing found"
