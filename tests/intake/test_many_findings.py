"""Five thousand bad cells in one file: all found in one pass, each in the row that a person sees, all marked."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from kpi.intake.report import annotated_workbook
from kpi.intake.validate import Checked, check_file
from tests.intake.offered import DELIVERY, KNOWN, TODAY

BAD = 5_000
ROWS = 8_000
# Of every eight rows five are bad, each in another column: what is written there.
SPOILT = ("promised_date", "delivered_date", "ordered_quantity", "site_id", "delivery_id")
WRONG = {
    "promised_date": "soon",
    "delivered_date": "31/12/2024",
    "ordered_quantity": "-1",
    "site_id": "NOWHERE",
    "delivery_id": "",
}


def table() -> tuple[list[list[str] | None], set[tuple[int, str]]]:
    """The rows below the header (None is a blank one) and where the bad cells are: by row of the sheet and header.

    The row is counted here, as a person would: the header is row 1, every record and every blank row is one more.
    """
    rows: list[list[str] | None] = []
    bad = set()
    for number in range(ROWS):
        if number % 97 == 50:
            rows.append(None)
        record = {**DELIVERY, "delivery_id": f"L-{number}"}
        if number % 11 == 3:
            record["product"] = "AX-101\nvial, 10 mg"
        if number % 8 < len(SPOILT):
            column = SPOILT[number % 8]
            record[column] = WRONG[column]
            bad.add((len(rows) + 2, column))
        rows.append(list(record.values()))
    return rows, bad


def as_csv(rows: list[list[str] | None]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(DELIVERY)
    for row in rows:
        if row is None:
            text.write("\r\n")
        else:
            writer.writerow(row)
    return text.getvalue().encode()


def as_xlsx(rows: list[list[str] | None]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("deliveries")
        for at, row in enumerate([list(DELIVERY), *rows]):
            for position, value in enumerate(row or []):
                sheet.write_string(at, position, value)
    return content.getvalue()


@pytest.fixture(scope="module", params=["csv", "xlsx"])
def checked(request: pytest.FixtureRequest) -> tuple[Checked, set[tuple[int, str]]]:
    rows, bad = table()
    content = as_csv(rows) if request.param == "csv" else as_xlsx(rows)
    return check_file("deliveries", content, f"many.{request.param}", known=KNOWN, today=TODAY), bad


def test_every_bad_cell_is_found_in_its_row(checked: tuple[Checked, set[tuple[int, str]]]) -> None:
    found, bad = checked
    assert len(bad) == BAD
    assert found.findings.errors == BAD
    assert found.records is None
    errors = found.findings.frame.filter(pl.col("severity") == "error")
    assert set(errors.select("row", "column").rows()) == bad
    assert sorted(found.findings.grouped()["rows"].to_list()) == [BAD // len(SPOILT)] * len(SPOILT)


def marked_in(content: bytes | Path) -> tuple[set[tuple[int, str]], set[tuple[int, str]], list[Any]]:
    """The coloured cells and those with a comment, by row number of the file and header; the rows that are listed."""
    book = openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)
    own, coloured, noted = book["Your file"], set(), set()
    heads = [cell.value for cell in own[2]]
    for row in own.iter_rows(min_row=3):
        for cell, head in zip(row, heads, strict=True):
            if cell.fill.fill_type == "solid":
                coloured.add((row[0].value, head))
            if cell.comment is not None:
                noted.add((row[0].value, head))
    listed = [(row[1].value, row[2].value) for row in book["Findings"].iter_rows(min_row=5)]
    return coloured, noted, listed


def test_every_bad_cell_is_listed_marked_and_explained(checked: tuple[Checked, set[tuple[int, str]]]) -> None:
    found, bad = checked
    coloured, noted, listed = marked_in(annotated_workbook(found))
    assert coloured == noted == bad
    assert len(listed) == BAD
    assert set(listed) == bad


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_the_marks(tmp_path: Path) -> None:
    """Opened by a program that did not write it, and saved again."""
    rows, bad = table()
    found = check_file("deliveries", as_csv(rows), "many.csv", known=KNOWN, today=TODAY)
    made, folder = tmp_path / "report.xlsx", tmp_path / "out"
    made.write_bytes(annotated_workbook(found))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            "soffice",
            "--headless",
            profile,
            "--convert-to",
            "xlsx",
            "--outdir",
            tmp_path / "out",
            tmp_path / "report.xlsx",
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    coloured, noted, listed = marked_in(folder / "report.xlsx")
    assert coloured == noted == bad
    assert set(listed) == bad
