"""The first rows of a file: enough to see which dataset it is and how it is to be read, whatever its size."""

from __future__ import annotations

from kpi.intake.filekind import file_kind
from kpi.intake.read import read_table
from kpi.intake.refusal import FileRefused
from kpi.intake.table import FileHints, TextTable

HEAD_BYTES = 2_000_000  # some ten thousand rows; smaller files are read whole


def head_table(content: bytes, file_name: str, hints: FileHints, preferred_sheet: str | None = None) -> TextTable:
    """The table in the file's first two megabytes; workbooks, which have no beginning, are read whole.

    Raises FileRefused where it can't be read. What stands further down may still refuse the file.
    """
    if len(content) > HEAD_BYTES and file_kind(content, file_name) == "text":
        beginning = _whole_lines(content)
        try:
            return read_table(beginning, file_name, hints)
        except FileRefused:
            pass  # the cut may go through a quoted cell or a wide character: only the whole file can tell
    return read_table(content, file_name, hints, preferred_sheet=preferred_sheet)


def _whole_lines(content: bytes) -> bytes:
    end = max(content.rfind(b"\n", 0, HEAD_BYTES), content.rfind(b"\r", 0, HEAD_BYTES))
    return content[: end + 1] if end > 0 else content[:HEAD_BYTES]
