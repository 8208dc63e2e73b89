"""The audit trail as a file for somebody else: CSV and a workbook, in which no cell begins a formula."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kpi.present.safe_csv import safe_csv, safe_text

if TYPE_CHECKING:
    import pandas as pd

HEADS = {
    "version": "Ledger version",
    "at": "When (UTC)",
    "at_local": "When (local)",
    "who": "Who",
    "kind": "Kind",
    "what": "What",
    "about": "About",
    "submission_id": "Submission",
    "dataset": "Dataset",
    "partners": "Partners",
    "old": "Old",
    "new": "New",
    "why": "Why",
    "file_name": "File",
    "hash": "Hash",
}
WIDTHS = {"Ledger version": 9, "When (UTC)": 20, "When (local)": 26, "Why": 50, "New": 44, "What": 34, "About": 44}
USUAL_WIDTH = 18
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def audit_csv(trail: pd.DataFrame) -> bytes:
    """``trail`` as kpi.present.audit_table has it; times as ISO text, UTC with its Z."""
    return safe_csv(_shown(trail))


def audit_workbook(trail: pd.DataFrame) -> bytes:
    """The same as XLSX: one sheet with a frozen head and a filter; every text stays text."""
    import xlsxwriter

    shown = _shown(trail)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, PLAIN) as workbook:
        sheet = workbook.add_worksheet("Audit trail")
        bold = workbook.add_format({"bold": True})
        for column, head in enumerate(shown.columns):
            sheet.set_column(column, column, WIDTHS.get(head, USUAL_WIDTH))
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(shown.itertuples(index=False, name=None), start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(shown)), len(shown.columns) - 1)
    return content.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, safe_text(value))
    else:
        sheet.write_number(row, column, int(value))


def _shown(trail: pd.DataFrame) -> pd.DataFrame:
    shown = trail.assign(at=trail["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return shown[list(HEADS)].rename(columns=HEADS)
