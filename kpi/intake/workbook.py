"""XLSX, XLS and ODS: guard the file, read one sheet in a process of its own, turn its grid into a table of text."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

import kpi
from kpi.intake.filekind import not_a_table
from kpi.intake.header import (
    cell_too_long,
    column_letters,
    column_names,
    filled_rows,
    find_header,
    name_columns,
    only_headers,
    too_many_columns,
    too_many_rows,
)
from kpi.intake.number_formats import shown_otherwise
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.sheet_scan import CellProblem, SheetFacts
from kpi.intake.table import MEGABYTE, FileHints, Limits, Reading, TextTable
from kpi.intake.workbook_guard import Inspected, damaged, inspect_zip, password_protected
from kpi.intake.workbook_notes import merged_cells, notes_on
from kpi.intake.xls_scan import scan_xls

HEAD_ROWS = 200
MOST_MERGED = 10_000  # areas of merged cells; more is a drawing, or made to keep its reader busy
ROOT = Path(kpi.__file__).resolve().parent.parent
OLE_DOCUMENTS = (("WordDocument", "a Word document"), ("PowerPoint Document", "a PowerPoint presentation"))

Answer = dict[str, Any]


def read_workbook(
    content: bytes, kind: str, file_name: str, hints: FileHints, preferred_sheet: str | None, limits: Limits
) -> TextTable:
    """The table on one sheet of a workbook; ``kind`` is "zip" or "ole". Raises FileRefused where there is not one."""
    inspected = inspect_zip(content, file_name, limits) if kind == "zip" else _inspect_ole(content, file_name)
    _check_reach(inspected, file_name, limits)
    answer, grid = _read_in_process(content, inspected.format, file_name, hints, preferred_sheet, limits)
    _check_length(grid, file_name, limits)
    return _to_table(answer, grid, inspected, file_name, hints, limits)


def _check_length(grid: pl.DataFrame, file_name: str, limits: Limits) -> None:
    """No spreadsheet program writes a longer text into a cell than it can hold itself."""
    for name in grid.columns:
        longest = 0 if name.startswith("t") else grid[name].str.len_bytes().max()
        if isinstance(longest, int) and longest > limits.field_characters:
            letters = grid[name].str.len_chars()
            row = letters.arg_max()
            if row is not None and letters[row] > limits.field_characters:
                raise cell_too_long(grid[name][row], row + 1, limits, file_name)


def _inspect_ole(content: bytes, file_name: str) -> Inspected:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise password_protected(file_name)
    for stream, name in OLE_DOCUMENTS:
        if stream.encode("utf-16-le") in content:
            raise not_a_table(file_name, name)
    return Inspected("xls", scan_xls(content), macros="_VBA_PROJECT".encode("utf-16-le") in content)


def _check_reach(inspected: Inspected, file_name: str, limits: Limits) -> None:
    for name, facts in inspected.sheets.items():
        if facts.merged > MOST_MERGED:
            raise FileRefused(
                file_name,
                Problem(
                    "too_many_merged",
                    f'sheet "{name}" has {facts.merged:,} areas of merged cells',
                    f"at most {MOST_MERGED:,} of them, and none where records are",
                    "Unmerge them (in Excel: select all, Home, Merge & Center), fill in every row and upload again",
                ),
            )
        corner = facts.beyond(limits)
        if corner:
            raise FileRefused(
                file_name,
                Problem(
                    "cell_too_far",
                    f'sheet "{name}" has cells in use as far as {corner}, far beyond any table',
                    f"at most {limits.columns:,} columns, {limits.rows:,} rows and {limits.workbook_cells:,} cells",
                    "Delete what stands far outside the table (in Excel, Ctrl+End jumps there), save and upload again",
                ),
            )


def sheet_beginnings(content: bytes, kind: str, file_name: str, limits: Limits) -> dict[str, list[list[str]]]:
    """The first rows of every visible sheet with content, as text, by the sheets' names in their order.

    Nothing for a workbook of a single sheet: there is nothing to choose. Raises FileRefused as ``read_workbook`` does
    for a workbook that cannot be opened at all.
    """
    inspected = inspect_zip(content, file_name, limits) if kind == "zip" else _inspect_ole(content, file_name)
    _check_reach(inspected, file_name, limits)
    if len(inspected.sheets) < 2:
        return {}
    answer, _ = _ask_worker(content, inspected.format, file_name, FileHints(), {"head_rows": HEAD_ROWS}, limits)
    return {sheet["name"]: sheet["head"] for sheet in answer["sheets"]}


def _read_in_process(
    content: bytes, suffix: str, file_name: str, hints: FileHints, preferred_sheet: str | None, limits: Limits
) -> tuple[Answer, pl.DataFrame]:
    request = {
        "sheet": hints.sheet,
        "preferred_sheet": preferred_sheet,
        "rows": limits.rows,
        "columns": limits.columns,
    }
    answer, grid = _ask_worker(content, suffix, file_name, hints, request, limits)
    assert grid is not None
    return answer, grid


def _ask_worker(
    content: bytes, suffix: str, file_name: str, hints: FileHints, asked: Answer, limits: Limits
) -> tuple[Answer, pl.DataFrame | None]:
    """The worker's answer, and the cells if it was asked for them. Raises FileRefused for any other answer."""
    request = asked | {
        "memory_bytes": limits.worker_memory_bytes,
        "seconds": limits.worker_seconds,
        "text_bytes": limits.workbook_text_bytes,
    }
    with tempfile.TemporaryDirectory(prefix="kpi-workbook-") as folder:
        source = Path(folder) / f"workbook.{suffix}"
        source.write_bytes(content)
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "kpi.intake.workbook_worker", str(source), folder, json.dumps(request)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=limits.worker_wait_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _gave_up(f"reading it took more than {limits.worker_wait_seconds} seconds", file_name) from None
        answered = Path(folder) / "answer.json"
        if ended.returncode != 0 or not answered.exists():
            raise _gave_up("reading it failed: it is damaged, or needs more memory than is allowed", file_name)
        answer = json.loads(answered.read_text(encoding="utf-8"))
        if answer["status"] != "ok":
            raise _refusal(answer, file_name, hints, limits)
        written = Path(folder) / "cells.jsonl"
        return answer, _load_grid(written) if written.exists() else None


def _load_grid(source: Path) -> pl.DataFrame:
    """Columns "0", "1", … of text and, for those with other cells, "t0", "t1", … with what the cells were."""
    frames = []
    with source.open(encoding="utf-8") as lines:
        for line in lines:
            texts, kinds = json.loads(line)
            columns = [pl.Series(str(place), text, dtype=pl.String) for place, text in enumerate(texts)]
            typed = [pl.Series(f"t{place}", kind, dtype=pl.String) for place, kind in kinds.items()]
            frames.append(pl.DataFrame([*columns, *typed]))
    grid = pl.concat(frames, how="diagonal")
    return grid.drop([name for name in grid.columns if name.startswith("t") and grid[name].null_count() == len(grid)])


def _gave_up(said: str, file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "workbook_unreadable",
            said,
            "an ordinary workbook",
            "Save only the sheet with the records as a new workbook or as CSV UTF-8 and upload that",
        ),
    )


def _refusal(answer: Answer, file_name: str, hints: FileHints, limits: Limits) -> FileRefused:
    status = answer["status"]
    if status == "password":
        return password_protected(file_name)
    if status == "too_much_text":
        most = limits.workbook_text_bytes // MEGABYTE
        return _gave_up(f"its cells hold more than {most:,} MB of text", file_name)
    if status == "memory":
        return _gave_up("reading it needs more memory than is allowed", file_name)
    if status == "too_many_columns":
        return too_many_columns(answer["count"], limits, file_name)
    if status == "too_many_rows":
        return too_many_rows(limits, file_name)
    if status == "several_sheets":
        problem = Problem(
            "several_sheets",
            f"the workbook has {len(answer['sheets'])} sheets with content: {_quoted(answer['sheets'])}",
            "one sheet with records, or one that is named",
            f'Name it in the mapping, for example: sheet = "{answer["sheets"][0]}"',
        )
    elif status == "sheet_missing":
        problem = Problem(
            "sheet_missing",
            "is not a sheet of this workbook",
            f"one of {_quoted(answer['sheets'])}",
            "Correct sheet in the mapping",
            value=hints.sheet,
        )
    elif status in ("empty", "all_empty"):
        hidden = answer.get("hidden_sheets")
        also = f"; hidden, and not read unless named: {_quoted(hidden)}" if hidden else ""
        what = f'sheet "{answer["sheet"]}" is empty' if status == "empty" else "every visible sheet is empty"
        problem = Problem(
            "file_empty",
            f"{what}{also}",
            "a row of headers and at least one record",
            "Fill in the sheet and upload the file again",
        )
    else:
        return damaged(file_name)
    return FileRefused(file_name, problem)


def _to_table(
    answer: Answer, grid: pl.DataFrame, inspected: Inspected, file_name: str, hints: FileHints, limits: Limits
) -> TextTable:
    texts = grid.select([name for name in grid.columns if not name.startswith("t")])
    first = max(HEAD_ROWS, hints.header_row or 0)
    head = [(number, list(cells)) for number, cells in enumerate(texts.head(first).iter_rows(), start=1)]
    if not any(cell.strip() for _, cells in head for cell in cells):
        head = [(number, list(cells)) for number, cells in enumerate(texts.iter_rows(), start=1)]
    header_row, header = head[find_header(head, hints.header_row, file_name)]
    names = column_names(header, header_row, limits, file_name)
    _check_cells(inspected.sheets.get(answer["sheet"]), header_row, names, answer["sheet"], file_name)
    body = texts.slice(header_row)
    filled = filled_rows(body)
    if not filled.any():
        raise only_headers(file_name, header_row)
    rows = pl.arange(header_row + 1, header_row + 1 + body.height, dtype=pl.Int64, eager=True).filter(filled)
    rows = rows.rename("row")
    cells = name_columns(body.filter(filled), rows, names, file_name)
    typed = {
        name: grid[f"t{place}"].slice(header_row).filter(filled).rename(name)
        for place, name in enumerate(names)
        if name and f"t{place}" in grid.columns
    }
    reading = Reading(
        format=inspected.format,
        sheet=answer["sheet"],
        header_row=header_row,
        hidden_sheets=tuple(answer["hidden_sheets"]),
        detected=tuple(f for f, hint in (("sheet", hints.sheet), ("header_row", hints.header_row)) if hint is None),
        notes=notes_on(inspected, answer["sheet"], answer["hidden_sheets"], answer["merged"], header_row, names),
    )
    merged = merged_cells(answer["merged"], header_row, names)
    facts = inspected.sheets.get(answer["sheet"], SheetFacts())
    otherwise = {
        name: found
        for place, name in enumerate(names, start=1)
        if name in typed and place in facts.widths
        if (found := shown_otherwise(cells[name], typed[name], rows, facts.widths[place]))
    }
    return TextTable(cells=cells, rows=rows, reading=reading, typed=typed, merged=merged, otherwise=otherwise)


def _check_cells(facts: SheetFacts | None, header_row: int, names: Sequence[str], sheet: str, file_name: str) -> None:
    """Refuse cells that would have been read as empty though the sheet shows something in them."""
    if facts is None:
        return
    if facts.unplaced:
        raise FileRefused(
            file_name,
            Problem(
                "cell_error",
                f'sheet "{sheet}" has errors or formulas that were never calculated, in cells that do not say where '
                f"they stand ({facts.unplaced:,} in all)",
                "a value, or an empty cell",
                "Open the workbook in Excel or LibreOffice, correct these cells, save it and upload it again",
            ),
        )
    inside = [problem for problem in facts.problems if problem.row > header_row]
    if inside:
        raise FileRefused(file_name, *(_cell_problem(problem, names, sheet) for problem in inside))


def _cell_problem(problem: CellProblem, names: Sequence[str], sheet: str) -> Problem:
    cell = f'cell {column_letters(problem.column)}{problem.row} of sheet "{sheet}"'
    column = names[problem.column - 1] if problem.column <= len(names) else None
    if problem.kind == "error":
        return Problem(
            "cell_error",
            f"in {cell} is an error" if problem.text else f"{cell} holds an error",
            "a value, or an empty cell",
            "Correct the formula, or empty the cell",
            row=problem.row,
            column=column,
            value=problem.text or None,
        )
    return Problem(
        "formula_without_value",
        f"in {cell} is a formula that was never calculated",
        "a value, or a formula whose result is stored",
        "Open the workbook in Excel or LibreOffice, let it calculate, save it and upload it again",
        row=problem.row,
        column=column,
        value=problem.text,
    )


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
