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

LOST_CHARACTER = "\ufffd".encode()
# Ã or Â before a sign that UTF-8 read as cp1252 has there: no language writes Ã¤, Ã¼ or Â°
READ_WRONGLY = re.compile(
    rb"\xc3[\x82\x83](?:\xc2[\xa0-\xbf]|\xe2\x82\xac|\xe2\x80[\x93\x94\x98-\x9a\x9c-\x9e\xa0-\xa2\xa6\xb0\xb9\xba]"
    rb"|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2\x84\xa2)"
)


def notes_on_characters(body: bytes) -> tuple[str, ...]:
    """Sentences about characters that another program lost or read wrongly before the file came here."""
    if body.isascii():
        return ()
    notes = []
    position = body.find(LOST_CHARACTER)
    if position >= 0:
        notes.append(
            f"Row {row_at(body, position)} holds the character \ufffd: another program lost a character there."
        )
    wrongly = READ_WRONGLY.search(body)
    if wrongly:
        notes.append(
            f"Row {row_at(body, wrongly.start())} holds {wrongly[0].decode()}: another program seems to have read "
            f"{wrongly[0].decode().encode('cp1252', 'replace').decode('utf-8', 'replace')} there in a wrong encoding."
        )
    return tuple(notes)


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
