"""Error cells of an XLS: its reader hands them over as empty, so they are looked for in its records first.

An XLS is a small file system (a compound file) with the workbook as one stream of records (BIFF 8). Layout as in
Microsoft's open specifications MS-CFB and MS-XLS; only what is needed for finding the errors is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from kpi.intake.sheet_scan import MOST_PROBLEMS, CellProblem, SheetFacts

END_OF_CHAIN = 0xFFFFFFFA  # this and everything above it is no sector
HEADER_BYTES = 512
ENTRY_BYTES = 128
STREAM_NAMES = ("Workbook", "Book")

SHEET, BEGIN, FORMULA, BOOLEAN_OR_ERROR = 0x0085, 0x0809, 0x0006, 0x0205
ROW, COLUMNS, FILTERED, MERGED = 0x0208, 0x007D, 0x009B, 0x00E5
ROW_HIDDEN, COLUMNS_HIDDEN = 0x20, 0x01
MOST_COLUMNS = 256
ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def scan_xls(content: bytes) -> dict[str, SheetFacts]:
    """The error cells of each sheet, by its name. Empty where the file is damaged: its reader says so then."""
    try:
        return _errors_by_sheet(_workbook_stream(content))
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


def _workbook_stream(content: bytes) -> bytes:
    sector = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
    small_sector = 1 << min(struct.unpack_from("<H", content, 32)[0], 16)
    directory, _, small_limit, small_table = struct.unpack_from("<4I", content, 48)
    table = _allocation(content, sector)
    entries = _chain(content, table, directory, sector)
    root = entries[:ENTRY_BYTES]
    for at in range(0, len(entries) - ENTRY_BYTES + 1, ENTRY_BYTES):
        entry = entries[at : at + ENTRY_BYTES]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le")
        if name in STREAM_NAMES:
            start, size = struct.unpack_from("<II", entry, 116)
            if size >= small_limit:
                return _chain(content, table, start, sector)[:size]
            inner = _chain(content, table, struct.unpack_from("<I", root, 116)[0], sector)
            numbers = _chain(content, table, small_table, sector)
            small = struct.unpack(f"<{len(numbers) // 4}I", numbers)
            return _chain(inner, small, start, small_sector, header=0)[:size]
    return b""


def _allocation(content: bytes, sector: int) -> tuple[int, ...]:
    """Sector → the next one of its chain."""
    size = sector // 4
    needed = len(content) // sector // size + 1  # no honest file has more sectors of this table
    listed = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    while more < END_OF_CHAIN and len(listed) < needed:
        *numbers, more = struct.unpack_from(f"<{size}I", content, HEADER_BYTES + more * sector)
        listed += numbers
    table: list[int] = []
    for number in [number for number in listed if number < END_OF_CHAIN][:needed]:
        table += struct.unpack_from(f"<{size}I", content, HEADER_BYTES + number * sector)
    return tuple(table)


def _chain(content: bytes, table: tuple[int, ...], start: int, sector: int, header: int = HEADER_BYTES) -> bytes:
    parts: list[bytes] = []
    while start < END_OF_CHAIN and len(parts) <= len(content) // sector:  # longer only if it bites its own tail
        parts.append(content[header + start * sector : header + (start + 1) * sector])
        start = table[start]
    return b"".join(parts)


def _errors_by_sheet(stream: bytes) -> dict[str, SheetFacts]:
    starts: dict[int, str] = {}
    sheets: dict[str, SheetFacts] = {}
    facts = SheetFacts()
    for at, kind, body in _records(stream):
        if kind == SHEET:
            name = _name(body)
            starts[struct.unpack_from("<I", body)[0]] = name
            sheets[name] = SheetFacts()
        elif kind == BEGIN:
            facts = sheets.get(starts.get(at, ""), SheetFacts())
        elif kind == FORMULA:
            facts.formulas += 1
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                _note(facts, body, body[8])
        elif kind == ROW and len(body) >= 16 and body[12] & ROW_HIDDEN and body[2:4] != body[4:6]:
            facts.hidden_rows += 1  # the columns of its first and last cell differ: it has cells
        elif kind == COLUMNS and len(body) >= 10 and body[8] & COLUMNS_HIDDEN:
            first, last = struct.unpack_from("<HH", body)
            facts.hidden_columns += max(min(last, MOST_COLUMNS - 1) - first + 1, 0)
        elif kind == FILTERED:
            facts.filtered = True
        elif kind == MERGED and len(body) >= 2:
            facts.merged += struct.unpack_from("<H", body)[0]
        elif kind == BOOLEAN_OR_ERROR and body[7] == 1:
            _note(facts, body, body[6])
    return sheets


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _note(facts: SheetFacts, body: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", body)
    if len(facts.problems) < MOST_PROBLEMS:
        facts.problems.append(CellProblem(row + 1, column + 1, "error", ERROR_NAMES.get(code, "")))
