"""The template: what is filled in reads back the same, and the example row cannot slip through."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.intake.contracts import DATASET_NAMES, Column, Dataset, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.table import TextTable
from kpi.intake.template import example_cells, template_csv, template_workbook
from kpi.intake.validate import Checked, check_file, check_table
from tests.intake.offered import KNOWN, TODAY

EXAMPLE_LINE = (
    "is the template's example row. Allowed: your own records only. Delete the row and upload the file again."
)


def upload(name: str, content: bytes, file_name: str) -> Checked:
    return check_file(name, content, file_name, known=KnownRecords.empty(KNOWN.kpi_ids), today=TODAY)


@pytest.mark.parametrize("name", DATASET_NAMES)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_untouched_template_is_refused_for_its_example_row_alone(name: str, form: str) -> None:
    content = template_workbook(dataset(name)) if form == "xlsx" else template_csv(dataset(name))
    found = upload(name, content, f"template.{form}")
    assert found.findings.errors == 1
    assert found.findings.lines()[0].endswith(EXAMPLE_LINE)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_workbook_leads_the_hand(name: str) -> None:
    contract = dataset(name)
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(contract)))
    sheet = book[name]
    headers = [cell.value for cell in sheet[1]]
    assert tuple(headers) == contract.names
    assert sheet.freeze_panes == "A2"
    drop_downs = {
        str(rule.sqref).split("1048576")[0].rstrip("0123456789:")[0:1]: rule
        for rule in sheet.data_validations.dataValidation
    }
    assert drop_downs
    for position, column in enumerate(contract.columns, start=1):
        cell = sheet.cell(1, position)
        assert cell.font.bold == column.required
        letter = openpyxl.utils.get_column_letter(position)
        style = sheet.column_dimensions[letter]
        if column.kind in ("id", "text"):
            assert style.number_format == "@"
        if column.kind == "date":
            assert style.number_format == "yyyy-mm-dd"
            assert sheet.cell(2, position).is_date or sheet.cell(2, position).value is None
        if column.kind == "choice":
            assert listed(book, drop_downs[letter].formula1) == column.allowed
        if column.kind == "yes_no":
            assert listed(book, drop_downs[letter].formula1) == ("yes", "no")
    explained = [row[0].value for row in book["Columns"].iter_rows(min_row=2, max_row=1 + len(contract.columns))]
    assert tuple(explained) == contract.names


def listed(book: Any, formula: str) -> tuple[str, ...]:
    """The values that a drop-down shows: written in the rule, or standing on another sheet."""
    if formula.startswith('"'):
        return tuple(formula.strip('"').split(","))
    sheet, area = formula.lstrip("=").split("!")
    return tuple(cell.value for (cell,) in book[sheet][area.replace("$", "")])


def values_of(column: Column) -> st.SearchStrategy[Any]:
    letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
    # Errors (#DIV/0!) and formulas (="12") are what a spreadsheet leaves in place of a text, and refused.
    plain = st.text(letters, min_size=1, max_size=12).filter(lambda text: not text.startswith(("#", '="')))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        # So is an apostrophe before an id, by which it marks a text, and the sign of a lost character.
        "id": plain.filter(lambda text: not text.startswith("'") and "\ufffd" not in text)
        | st.sampled_from(["01234", "1-2", "=1+1", "2024-01-02", "1e5x"]),
        "text": plain | st.sampled_from(["a, b", 'say "so"', "x;y", "=SUM(A1)", "n/a"]),
        "date": st.dates(date(1995, 1, 1), TODAY - timedelta(days=1)),
        "integer": st.integers(0, 10**9),
        "number": st.integers(1, 10**9).map(lambda n: n / 1000),
        "choice": st.sampled_from(column.allowed or ("",)),
        "yes_no": st.booleans(),
        "list": st.lists(st.sampled_from(column.allowed or ("",)), min_size=1, unique=True).map(";".join),
    }
    values = kinds[column.kind]
    return values if column.required else st.none() | values


def records_of(contract: Dataset) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({column.name: values_of(column) for column in contract.columns})
    return st.lists(row, min_size=1, max_size=6)


def filled_csv(contract: Dataset, rows: list[dict[str, Any]]) -> bytes:
    """The CSV template with the example row replaced by records."""
    head = template_csv(contract).decode("utf-8-sig").splitlines()[0]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([as_text(row[column.name]) for column in contract.columns] for row in rows)
    return ("\ufeff" + head + "\r\n" + text.getvalue()).encode()


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def filled_workbook(contract: Dataset, rows: list[dict[str, Any]]) -> bytes:
    """The workbook template, opened, its example row overwritten, saved again."""
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(contract)))
    sheet = book[contract.name]
    sheet.delete_rows(2)
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(contract.columns, start=1):
            value = row[column.name]
            cell = sheet.cell(number, position, ("yes" if value else "no") if isinstance(value, bool) else value)
            if isinstance(value, str):
                cell.data_type = "s"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read_back(contract: Dataset, content: bytes, file_name: str) -> list[dict[str, Any]]:
    """The records as cast, whatever the rules between columns say of random ones."""
    from kpi.intake.read import read_table

    table: TextTable = read_table(content, file_name, preferred_sheet=contract.name)
    checked = check_table(contract, table, file_name, known=KNOWN, today=TODAY)
    unread = checked.findings.frame.filter(
        pl.col("code").is_in(["value_missing", "not_allowed", "not_date", "not_number"])
    )
    assert unread.height == 0, checked.findings.lines()
    return checked.records.drop("row_number").rows(named=True)


@pytest.mark.parametrize("name", DATASET_NAMES)
@settings(max_examples=25)
@given(data=st.data())
def test_a_filled_csv_reads_back_the_same(name: str, data: st.DataObject) -> None:
    contract = dataset(name)
    rows = data.draw(records_of(contract))
    assert read_back(contract, filled_csv(contract, rows), "filled.csv") == rows


@pytest.mark.parametrize("name", DATASET_NAMES)
@settings(max_examples=3)
@given(data=st.data())
def test_a_filled_workbook_reads_back_the_same(name: str, data: st.DataObject) -> None:
    contract = dataset(name)
    rows = data.draw(records_of(contract))
    assert read_back(contract, filled_workbook(contract, rows), "filled.xlsx") == rows


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_example_row_is_right_but_for_its_key(name: str) -> None:
    contract = dataset(name)
    row = dict(zip(contract.names, example_cells(contract), strict=True))
    for key in contract.key:
        row[key] = row[key].replace("EXAMPLE-0001", "REAL-1")
    content = "\n".join([",".join(row), ",".join(row.values())]).replace("QAG-3, clause", "QAG-3 clause").encode()
    found = upload(name, content, "filled.csv")
    assert found.findings.errors == 0, found.findings.lines()
