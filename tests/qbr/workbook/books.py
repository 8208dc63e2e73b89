"""Workbooks read back as anybody would read them: sheets as tables below their heads."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from kpi.qbr.pack import Pack
from kpi.qbr.workbook import write_workbook
from kpi.qbr.workbook.behind import figures_in

FORMULA = re.compile(rb"<f[ >/]")


def read(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")  # openpyxl leaves them out
        return load_workbook(io.BytesIO(content))


def table_of(book: Workbook, name: str) -> list[dict[str, Any]]:
    """The rows below the frozen row of heads, as {head: value}."""
    sheet = book[name]
    head = int(re.sub(r"\D", "", sheet.freeze_panes)) - 1
    names = [cell.value for cell in sheet[head]]
    rows = sheet.iter_rows(min_row=head + 1, max_row=sheet.max_row, values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows if any(value is not None for value in row)]


def texts_of(book: Workbook, name: str) -> list[str]:
    """Every text of a sheet, row by row."""
    return [value for row in book[name].iter_rows(values_only=True) for value in row if isinstance(value, str)]


def parts_with_formulas(content: bytes) -> list[str]:
    """The sheets of the file that hold a formula; a link within the workbook is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets
        return [name for name in sheets if FORMULA.search(without_sparklines(archive.read(name)))]


def without_sparklines(sheet: bytes) -> bytes:
    """Where a sparkline's range stands, <xm:f>, is no cell; left out all the same, to say what is looked for."""
    return re.sub(rb"<extLst>.*</extLst>", b"", sheet, flags=re.S)


def written(pack: Pack, records: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    return write_workbook(pack, records_for(pack) if records is None else records)


def records_for(pack: Pack, each: int = 2, name: str = "batch_records") -> dict[str, pd.DataFrame]:
    """So many records behind every figure, all different, with ids that look like numbers and texts like formulas."""
    found = {}
    for place, figure in enumerate(figures_in(pack)):
        found[figure.key] = pd.DataFrame(
            {
                "dataset": name,
                "counts_as": "numerator and denominator",
                "submission_id": "S000012",
                "file_name": "=cmd|' /C calc'!A0.csv",
                "row_number": [2 + place * each + row for row in range(each)],
                "partner_id": "01234",
                "batch_id": [f"0{place:03}{row:04}" for row in range(each)],
                "product": "-3",
                "disposition_date": pd.to_datetime(["2026-10-05"] * each).astype("datetime64[us]"),
                "completed_date": pd.to_datetime([None] * (each - 1) + ["2026-10-01"]).astype("datetime64[us]"),
                "reworked": [True, False] * (each // 2) + [True] * (each % 2),
                "actual_yield": [0.5 + row for row in range(each)],
                "release_tests": pd.array([None] + [3] * (each - 1), dtype="Int64"),
            }
        )
    return found
