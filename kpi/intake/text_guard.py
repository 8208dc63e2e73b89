"""What is looked for in a text file before its rows are: joined files, too many lines, an old end-of-file mark."""

from __future__ import annotations

import codecs
import re

from kpi.intake.encoding import row_at
from kpi.intake.header import too_many_rows
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.table import Limits

MARK = codecs.BOM_UTF8
MARK_AFTER_LINE = re.compile(rb"[\r\n]" + MARK)
END_OF_FILE = b"\x1a"  # Ctrl+Z, with which programs of the DOS kind end a text
END_NOTE = "The file ends with an old end-of-file mark (Ctrl+Z), which was left out."


def guard_text(body: bytes, limits: Limits, file_name: str) -> tuple[bytes, tuple[str, ...]]:
    """The UTF-8 text to read, and sentences about what was left out. Raises FileRefused."""
    if body.startswith(MARK):
        body = body.removeprefix(MARK)  # marked twice: nothing else is wrong with it
    notes: tuple[str, ...] = ()
    if body.endswith(END_OF_FILE):
        body = body.rstrip(END_OF_FILE)
        notes = (END_NOTE,)
    if (
        b'"' not in body and max(body.count(b"\n"), body.count(b"\r")) > limits.rows + 1
    ):  # inside quotes a line end begins no row
        raise too_many_rows(limits, file_name)
    _refuse_joined(body, file_name)
    return body, notes


def _refuse_joined(body: bytes, file_name: str) -> None:
    joined = MARK_AFTER_LINE.search(body) if not body.isascii() and MARK in body else None
    if joined is None:
        return
    raise FileRefused(
        file_name,
        Problem(
            "mark_inside",
            "a byte-order mark stands here, as where two files are put one behind the other",
            "one table with its headers once",
            "Upload the files one after the other; if it is one file, remove the invisible mark (U+FEFF)",
            row=row_at(body, joined.start() + 1),
        ),
    )
