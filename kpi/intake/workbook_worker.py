"""Reads one sheet of a workbook, in a process of its own.

A workbook of a few kilobytes can make the reader ask for so much memory that its whole process is aborted, with no
exception to catch. So it runs here, under limits, and hands back what it read as JSON. Nothing slow is imported.

    python -m kpi.intake.workbook_worker WORKBOOK FOLDER REQUEST

REQUEST is JSON: sheet, preferred_sheet, rows, columns, text_bytes (at most, in one file written), memory_bytes,
seconds, and head_rows to be told only how every visible sheet begins. Written into FOLDER: ``answer.json`` (status
"ok" or a reason; "sheets" for the beginnings) and
``cells.jsonl``, a line per chunk of rows: [[column of texts, …], {"place of a column": [what its cells were: "date",
"number", "bool" or null]}].
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

CHUNK_ROWS = 10_000
EXACT_WHOLE = 1e15  # whole numbers up to here are exact in a workbook

Answer = dict[str, Any]


class UnreadableError(Exception):
    """The workbook holds no table to hand back; ``answer`` says why."""

    def __init__(self, status: str, **facts: object) -> None:
        super().__init__(status)
        self.answer: Answer = {"status": status, **facts}


def main(arguments: Sequence[str]) -> int:
    source, folder, request_text = arguments
    request = json.loads(request_text)
    set_limits(request["memory_bytes"], request["seconds"], request["text_bytes"])
    try:
        if request.get("head_rows"):
            answer = list_sheets(Path(source), request["head_rows"])
        else:
            answer = read_sheet(Path(source), Path(folder), request)
    except UnreadableError as reason:
        answer = reason.answer
    except MemoryError:
        answer = {"status": "memory"}
    (Path(folder) / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    return 0


def set_limits(memory_bytes: int, seconds: int, file_bytes: int) -> None:
    """Bound this process's memory, processor time and each file that it writes.

    Systems without such limits have the parent's clock.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, file_bytes),
    ):
        _, most = resource.getrlimit(kind)
        wanted = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (wanted, most))


def read_sheet(source: Path, folder: Path, request: Answer) -> Answer:
    """Write the chosen sheet's cells; raises UnreadableError where there is none to choose or to read."""
    from python_calamine import SheetVisibleEnum

    workbook = _open(source)
    hidden = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible]
    name, sheet = choose_sheet(workbook, hidden, request["sheet"], request["preferred_sheet"])
    if sheet.end is None:
        raise UnreadableError("empty", sheet=name)
    last_row, last_column = sheet.end
    if last_column >= request["columns"]:
        raise UnreadableError("too_many_columns", count=last_column + 1)
    if last_row >= request["rows"]:
        raise UnreadableError("too_many_rows")
    _write(sheet, folder / "cells.jsonl")
    return {
        "status": "ok",
        "sheet": name,
        "hidden_sheets": hidden,
        "merged": [list(map(list, area)) for area in sheet.merged_cell_ranges or ()],
    }


def list_sheets(source: Path, head_rows: int) -> Answer:
    """How each visible worksheet with content begins, as rows of text, in the order of the workbook."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    workbook = _open(source)
    sheets = []
    for found in workbook.sheets_metadata:
        if found.visible != SheetVisibleEnum.Visible or found.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = _load(workbook, found.name)
        if sheet.start is not None:
            head = [[as_text(cell)[0] for cell in row] for row in islice(iter(sheet.iter_rows()), head_rows)]
            sheets.append({"name": found.name, "head": head})
    return {"status": "ok", "sheets": sheets}


def _open(source: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(source)
    except PasswordError:
        raise UnreadableError("password") from None
    except CalamineError as error:
        raise UnreadableError("damaged", said=str(error)) from None


def choose_sheet(
    workbook: CalamineWorkbook, hidden: Sequence[str], named: str | None, preferred: str | None
) -> tuple[str, CalamineSheet]:
    """The named sheet, else the preferred visible one, else the only visible one with content."""
    from python_calamine import SheetTypeEnum

    worksheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [name for name in worksheets if name not in hidden]
    if named is not None:
        for name in worksheets:
            if _same(name, named):
                return name, _load(workbook, name)
        raise UnreadableError("sheet_missing", sheets=visible)
    if preferred is not None:
        same = [name for name in visible if _same(name, preferred)]
        if len(same) == 1:
            return same[0], _load(workbook, same[0])
    loaded = {name: _load(workbook, name) for name in visible}
    filled = [name for name, sheet in loaded.items() if sheet.start is not None]
    if len(filled) > 1:
        raise UnreadableError("several_sheets", sheets=filled)
    if not filled:
        raise UnreadableError("all_empty", hidden_sheets=hidden)
    return filled[0], loaded[filled[0]]


def _same(name: str, wanted: str) -> bool:
    return name.strip().casefold() == wanted.strip().casefold()


def _load(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    from python_calamine import CalamineError

    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise UnreadableError("damaged", said=str(error)) from None


def _write(sheet: CalamineSheet, target: Path) -> None:
    """Raises UnreadableError where it is too much: one long text shared by many cells takes little in the workbook."""
    try:
        with target.open("w", encoding="utf-8") as lines:
            for rows in _chunks(sheet):
                json.dump(_columns(rows), lines, ensure_ascii=False, separators=(",", ":"))
                lines.write("\n")
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise UnreadableError("too_much_text") from None


def _chunks(sheet: CalamineSheet) -> Iterator[list[list[Any]]]:
    rows = iter(sheet.iter_rows())  # from cell A1 on, whatever cell is the first used one
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk


def _columns(rows: list[list[Any]]) -> tuple[list[Sequence[str]], dict[int, Sequence[str | None]]]:
    """The rows turned into columns of text, and what their cells really were for the columns that are not all text."""
    texts: list[Sequence[str]] = []
    kinds: dict[int, Sequence[str | None]] = {}
    for place, column in enumerate(zip(*rows, strict=True)):
        if all(type(cell) is str for cell in column):
            texts.append(column)
        else:
            text, kind = zip(*map(as_text, column), strict=True)
            texts.append(text)
            kinds[place] = kind
    return texts, kinds


def as_text(cell: object) -> tuple[str, str | None]:
    """A cell's exact text and what it really was: "date", "number", "bool" or None for text, times and blanks."""
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), "bool"
    if isinstance(cell, int | float):
        return number_text(cell), "number"
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return (cell.date().isoformat() if midnight else cell.isoformat(sep=" ")), "date"
    if isinstance(cell, date):
        return cell.isoformat(), "date"
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}", None
    return ("" if cell is None else str(cell)), None


def number_text(value: float) -> str:
    """The shortest text that is exactly this number: 12, not 12.0; no exponent below 1e15."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < EXACT_WHOLE):
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text and abs(value) < EXACT_WHOLE else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
