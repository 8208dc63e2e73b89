"""The empty upload file of a dataset, as a workbook or CSV, made from its contract.

The workbook's data sheet bears the dataset's name, by which it is found again when the workbook is uploaded.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR, Column, Dataset

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

EXAMPLE_ID = "EXAMPLE-0001"
EXAMPLE_NOTE = "This row is an example. Replace it with your own records: a file that still has it is refused."
COLUMNS_SHEET = "Columns"
LISTS_SHEET = "Lists"
LAST_ROW = 1_048_575
LONGEST_INLINE_LIST = 255  # characters; Excel takes no longer list inside a validation
PLAIN_STRINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
REQUIRED_COLOUR = "#FFE3A3"
OPTIONAL_COLOUR = "#E6E9EE"


def example_cells(dataset: Dataset) -> list[str]:
    """The example row as text. Its key says that it is one, and so does the refusal of a file that still has it."""
    return [_example(column, dataset) for column in dataset.columns]


def _example(column: Column, dataset: Dataset) -> str:
    own_id = column.name in dataset.key and column.kind == "id" and column.name != "kpi_id"
    return EXAMPLE_ID if own_id else column.example


def template_csv(dataset: Dataset) -> bytes:
    """Headers and one example row; UTF-8 with a byte-order mark, so that spreadsheets show every letter."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(dataset.names)
    writer.writerow(example_cells(dataset))
    return text.getvalue().encode("utf-8-sig")


def template_workbook(dataset: Dataset) -> bytes:
    """An XLSX: the data sheet (headers, drop-down lists, formats, one example row) and an explanation of columns."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **PLAIN_STRINGS}) as workbook:
        data = workbook.add_worksheet(dataset.name)
        _explain_columns(workbook, dataset)
        lists = _write_lists(workbook, dataset)
        formats = {column.name: workbook.add_format(_cell_format(column)) for column in dataset.columns}
        _write_headers(workbook, data, dataset)
        _write_example(workbook, data, dataset)
        for position, column in enumerate(dataset.columns):
            data.set_column(position, position, max(14, len(column.name) + 2), formats[column.name])
            _validate(data, position, column, lists)
        data.freeze_panes(1, 0)
        data.activate()
    return content.getvalue()


def _cell_format(column: Column) -> dict[str, Any]:
    """Text stays text: a spreadsheet must turn neither 01234 into 1234 nor 3-4 into a day."""
    formats = {"date": "yyyy-mm-dd", "number": "General", "integer": "0"}
    return {"num_format": formats.get(column.kind, "@")}


def _write_headers(workbook: Workbook, data: Worksheet, dataset: Dataset) -> None:
    required = workbook.add_format({"bold": True, "bg_color": REQUIRED_COLOUR, "border": 1, "num_format": "@"})
    optional = workbook.add_format({"bg_color": OPTIONAL_COLOUR, "border": 1, "num_format": "@"})
    for position, column in enumerate(dataset.columns):
        data.write_string(0, position, column.name, required if column.required else optional)
        need = "Required" if column.required else "May stay empty"
        data.write_comment(0, position, f"{need}. {column.help} Allowed: {column.allows}.", {"x_scale": 2})


def _write_example(workbook: Workbook, data: Worksheet, dataset: Dataset) -> None:
    look = {"italic": True, "font_color": "#6B7280"}
    for position, (column, text) in enumerate(zip(dataset.columns, example_cells(dataset), strict=True)):
        cell = workbook.add_format({**_cell_format(column), **look})
        if not text:
            data.write_blank(1, position, None, cell)
        elif column.kind == "date":
            data.write_datetime(1, position, date.fromisoformat(text), cell)
        elif column.kind in ("number", "integer"):
            data.write_number(1, position, float(text), cell)
        else:
            data.write_string(1, position, text, cell)
    data.write_comment(1, 0, EXAMPLE_NOTE, {"x_scale": 2})


def _validate(data: Worksheet, position: int, column: Column, lists: dict[str, str]) -> None:
    """A drop-down or a check while typing; the upload checks again, so pasted cells are caught as well."""
    rule: dict[str, Any] = {}
    if column.kind == "choice":
        rule = {"validate": "list", "source": lists.get(column.name, list(column.allowed))}
    elif column.kind == "yes_no":
        rule = {"validate": "list", "source": ["yes", "no"]}
    elif column.kind == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(FIRST_PLAUSIBLE_YEAR, 1, 1)}
    elif column.kind in ("number", "integer"):
        rule = {"validate": "decimal" if column.kind == "number" else "integer", "criteria": ">=", "value": 0}
    if rule:
        message = f"Allowed: {column.allows}."
        rule |= {"error_title": column.name[:32], "error_message": message[:255], "ignore_blank": True}
        data.data_validation(1, position, LAST_ROW, position, rule)


def _write_lists(workbook: Workbook, dataset: Dataset) -> dict[str, str]:
    """Lists too long for a validation go onto a sheet of their own: column name -> the range it names."""
    long = [
        column for column in dataset.columns if column.kind == "choice" and _inline_length(column) > LONGEST_INLINE_LIST
    ]
    if not long:
        return {}
    sheet = workbook.add_worksheet(LISTS_SHEET)
    ranges = {}
    for position, column in enumerate(long):
        letter = chr(ord("A") + position)
        sheet.write_string(0, position, column.name)
        for row, value in enumerate(column.allowed, start=1):
            sheet.write_string(row, position, value)
        ranges[column.name] = f"={LISTS_SHEET}!${letter}$2:${letter}${len(column.allowed) + 1}"
    return ranges


def _inline_length(column: Column) -> int:
    return len(",".join(column.allowed))


def _explain_columns(workbook: Workbook, dataset: Dataset) -> None:
    sheet = workbook.add_worksheet(COLUMNS_SHEET)
    bold = workbook.add_format({"bold": True, "bg_color": OPTIONAL_COLOUR, "border": 1})
    required = workbook.add_format({"bold": True, "bg_color": REQUIRED_COLOUR, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    heads = ("Column", "Title", "Required", "What it is", "Allowed", "Unit", "Example")
    for position, (head, width) in enumerate(zip(heads, (24, 20, 10, 60, 50, 28, 22), strict=True)):
        sheet.write_string(0, position, head, bold)
        sheet.set_column(position, position, width)
    for row, column in enumerate(dataset.columns, start=1):
        need = "yes" if column.required else "no"
        cells = (column.name, column.title, need, column.help, column.allows, column.unit, column.example)
        for position, text in enumerate(cells):
            marked = column.required and position == 0
            sheet.write_string(row, position, text, required if marked else wrapped)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    row = len(dataset.columns) + 2
    for offset, sentence in enumerate(_notes(dataset)):
        sheet.write_string(row + offset, 0, sentence)
    sheet.freeze_panes(1, 1)


def _notes(dataset: Dataset) -> list[str]:
    return [
        f"One row is {dataset.one_row_is}. The key is {' with '.join(dataset.key)}: a row sent again with the same key "
        "replaces the earlier one.",
        "Columns with a yellow header are required; all others may stay empty or be left out.",
        "Keep the headers as they are. Columns may stand in any order.",
        "The first row under the headers is an example. Delete it: a file that still has it is refused.",
    ]
