"""From the bytes of a file to one table of text, or a refusal that says what is wrong and where.

What the file is, is read from its bytes; its name is only used in messages.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import PurePath

from kpi.intake.filekind import file_kind
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.source import Source, TableSource, whole
from kpi.intake.table import FORMAT_NAMES, LIMITS, FileHints, Limits, Reading, TextTable

NAMED_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
}


def read_table(
    content: bytes,
    file_name: str,
    hints: FileHints = FileHints(),  # noqa: B008 - frozen, so that one instance serves all
    *,
    preferred_sheet: str | None = None,
    limits: Limits = LIMITS,
) -> TextTable:
    """The table in a CSV, XLSX, XLS or ODS file.

    preferred_sheet: read this visible sheet if the workbook has it and ``hints`` name none (the template's data sheet
    bears the dataset's name). Raises FileRefused (an InputRefused) with findings where the file is not one clear table.
    """
    return whole(open_source(content, file_name, hints, preferred_sheet=preferred_sheet, limits=limits))


def open_source(
    content: bytes,
    file_name: str,
    hints: FileHints,
    *,
    preferred_sheet: str | None = None,
    limits: Limits = LIMITS,
) -> Source:
    """The same as a source of rows, of which a text file's are still to be read. Raises as ``read_table``."""
    check_size(len(content), file_name, limits)
    kind = file_kind(content, file_name)
    if kind == "text":
        from kpi.intake.textfile import open_text

        text = open_text(content, file_name, hints, limits)
        return replace(text, reading=_with_note_on_name(text.reading, file_name))
    from kpi.intake.workbook import read_workbook

    table = read_workbook(content, kind, file_name, hints, preferred_sheet, limits)
    return TableSource(replace(table, reading=_with_note_on_name(table.reading, file_name)))


def check_size(size: int, file_name: str, limits: Limits = LIMITS) -> None:
    """Refuse a file that is too large, by its size in bytes, so that it need not even be read."""
    if size <= limits.file_bytes:
        return
    raise FileRefused(
        file_name,
        Problem(
            "file_too_large",
            f"the file has {math.ceil(size / 1_000_000):,} MB",
            f"files of at most {limits.file_bytes / 1_000_000:,.0f} MB",
            "Split it, for example by year, and upload the parts one after the other",
        ),
    )


def _with_note_on_name(reading: Reading, file_name: str) -> Reading:
    """Say so where the file is something else than its name says."""
    suffix = PurePath(file_name).suffix.lower()
    named = NAMED_FORMATS.get(suffix)
    real = reading.format
    if named is None or named == real:
        return reading
    note = f"The name ends in {suffix}, but the content is {FORMAT_NAMES[real]} and was read as that."
    return replace(reading, notes=(*reading.notes, note))
