"""CSV and its relatives: UTF-8 bytes to text cells, strictly, in blocks.

Python's csv module in strict mode decides what a cell is and says what is wrong, in which row. Blocks that have only
one possible reading are split faster (see split.py), with the same result.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from kpi.intake.delimiter import BrokenQuotes, Head, read_head
from kpi.intake.encoding import row_at, to_utf8
from kpi.intake.header import (
    column_names,
    filled_rows,
    name_columns,
    only_headers,
    too_many_columns,
    too_many_rows,
)
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.split import split_block
from kpi.intake.table import FileHints, Limits, Reading, TextTable

BLOCK_BYTES = 8_000_000
LOST_CHARACTER = "\ufffd".encode()
MOST_PROBLEMS = 1_000  # then the rest of the file is not looked at any more


def read_text(content: bytes, file_name: str, hints: FileHints, limits: Limits) -> TextTable:
    """The table in a text file. Raises FileRefused, with every ragged row named, where it is not one."""
    body, encoding, encoding_detected, notes = to_utf8(content, file_name, hints)
    _check_lines(body, limits, file_name)
    head = read_head(body, hints, file_name)
    if len(head.header_cells) > limits.columns:
        raise too_many_columns(len(head.header_cells), limits, file_name)
    names = column_names(head.header_cells, head.header_row, limits, file_name)
    cells, rows = _read_records(body, head, len(names), limits, file_name)
    cells = name_columns(cells, rows, names, file_name)
    notes += _note_on_lost_characters(body)
    several = len(head.header_cells) > 1
    detected = [
        fact
        for fact, found in (
            ("encoding", encoding_detected),
            ("delimiter", several and hints.delimiter is None),
            ("header_row", hints.header_row is None),
        )
        if found
    ]
    reading = Reading(
        format="csv",
        encoding=encoding,
        delimiter=head.delimiter if several else None,
        header_row=head.header_row,
        detected=tuple(detected),
        notes=notes,
    )
    return TextTable(cells=cells, rows=rows, reading=reading)


def _note_on_lost_characters(body: bytes) -> tuple[str, ...]:
    position = body.find(LOST_CHARACTER)
    if position < 0:
        return ()
    return (f"Row {row_at(body, position)} holds the character \ufffd: another program lost a character there.",)


def _check_lines(body: bytes, limits: Limits, file_name: str) -> None:
    """Refuse a line beyond the limit by hopping from line end to line end, without reading what is between."""
    start = 0
    while len(body) - start > limits.line_characters:
        stop = start + limits.line_characters
        end = max(body.rfind(b"\n", start, stop), body.rfind(b"\r", start, stop))
        if end < 0:
            raise FileRefused(
                file_name,
                Problem(
                    "line_too_long",
                    f"there is no line end within {limits.line_characters:,} characters",
                    f"lines of at most {limits.line_characters:,} characters",
                    "Check that the file is a table with one record in a line",
                    row=row_at(body, start),
                ),
            )
        start = end + 1


@dataclass
class _Records:
    """What has been read so far. ``row`` is the number of the last row read."""

    width: int
    needed: int
    row: int
    frames: list[pl.DataFrame] = field(default_factory=list)
    numbers: list[pl.Series] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        numbers = pl.arange(self.row + 1, self.row + 1 + frame.height, dtype=pl.Int64, eager=True)
        self.row += frame.height
        filled = filled_rows(frame)
        if not filled.all():
            frame, numbers = frame.filter(filled), numbers.filter(filled)
        self.frames.append(frame)
        self.numbers.append(numbers)

    def add_rows(self, rows: Sequence[list[str]]) -> None:
        if any(len(cells) != self.width for cells in rows):
            rows = [self._fitted(cells, number) for number, cells in enumerate(rows, start=self.row + 1)]
        columns = zip(*rows, strict=True) if rows else [()] * self.width
        self.add(pl.DataFrame([pl.Series(str(i), c, dtype=pl.String) for i, c in enumerate(columns)]))

    def _fitted(self, cells: list[str], number: int) -> list[str]:
        """The row at its full width; a row that misses cells, or has filled ones too many, becomes a problem."""
        count = len(cells)
        if count > self.width and any(cell.strip() for cell in cells[self.width :]):
            extra = next(cell for cell in cells[self.width :] if cell.strip())
            self._ragged(number, count, "row_too_long", "Check for a delimiter that belongs into a quoted cell", extra)
        elif count < self.needed and any(cell.strip() for cell in cells):
            self._ragged(number, count, "row_too_short", "Add the missing cells, empty ones too", None)
        return (cells + [""] * (self.width - count))[: self.width]

    def _ragged(self, number: int, count: int, code: str, action: str, value: str | None) -> None:
        noun = "cell" if count == 1 else "cells"
        begin = f"is beyond the last header: the row has {count} {noun}" if value else f"the row has {count} {noun}"
        self.problems.append(
            Problem(
                code,
                f"{begin} and the header has {self.needed}",
                f"as many cells in every row as in the header, {self.needed}",
                action,
                row=number,
                value=value,
            )
        )


def _read_records(
    body: bytes, head: Head, needed: int, limits: Limits, file_name: str
) -> tuple[pl.DataFrame, pl.Series]:
    records = _Records(width=len(head.header_cells), needed=needed, row=head.header_row)
    position = head.data_start
    while position < len(body):
        end = _block_end(body, position)
        block = body[position:end]
        last = end == len(body)
        split = split_block(block, head.delimiter, records.width, last=last)
        if split is not None:
            frame, used = split
            records.add(frame)
        else:
            rows, used = _parse_block(block, head.delimiter, records.row, last, file_name)
            records.add_rows(rows)
        _check_fields(records, limits, file_name)
        if records.row > limits.rows:
            raise too_many_rows(limits, file_name)
        if len(records.problems) >= MOST_PROBLEMS:
            break
        position += used
    if records.problems:
        raise FileRefused(file_name, *_shortened(records.problems))
    if not sum(frame.height for frame in records.frames):
        raise only_headers(file_name, head.header_row)
    return pl.concat(records.frames), pl.concat(records.numbers).rename("row")


def _block_end(body: bytes, position: int) -> int:
    """After the last line end within reach; lines are short enough that there is one."""
    stop = position + BLOCK_BYTES
    if stop >= len(body):
        return len(body)
    end = body.rfind(b"\n", position, stop)
    if end < 0:
        end = body.rfind(b"\r", position, stop)
    return end + 1 if end >= 0 else stop


def _parse_block(block: bytes, delimiter: str, row: int, last: bool, file_name: str) -> tuple[list[list[str]], int]:
    """The complete records at the block's start, and how many bytes they took.

    A quoted cell may go on behind the block: its record is left for the next one. ``row`` is the last row before.
    """
    text = block.decode("utf-8")
    rows: list[list[str]] = []
    try:
        rows.extend(_reader(text, delimiter))
    except csv.Error as error:
        if last or not rows or "unexpected end" not in str(error):
            raise BrokenQuotes(file_name, row + len(rows) + 1, error) from None
        return rows, _length_of(text, delimiter, len(rows))
    return rows, len(block)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _length_of(text: str, delimiter: str, count: int) -> int:
    """The bytes that the first ``count`` records take."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    for _ in range(count):
        next(reader)
    lines.seek(0)
    return sum(len(lines.readline().encode("utf-8")) for _ in range(reader.line_num))


def _check_fields(records: _Records, limits: Limits, file_name: str) -> None:
    """Refuse a cell beyond the limit in what was read last."""
    frame, numbers = records.frames[-1], records.numbers[-1]
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    if all(length is None or length <= limits.field_characters for length in longest):
        return
    for column in frame.iter_columns():
        if not (column.str.len_bytes() > limits.field_characters).any():
            continue
        long = column.str.len_chars() > limits.field_characters
        if long.any():
            value = column.filter(long)[0]
            raise FileRefused(
                file_name,
                Problem(
                    "cell_too_long",
                    f"is the start of a cell with {len(value):,} characters",
                    f"at most {limits.field_characters:,} characters in a cell, as in a workbook",
                    "Check the quotes in this row, or shorten the text",
                    row=int(numbers.filter(long)[0]),
                    value=value,
                ),
            )


def _shortened(problems: list[Problem]) -> list[Problem]:
    if len(problems) < MOST_PROBLEMS:
        return problems
    note = Problem(
        "rows_ragged",
        f"reading stopped after {MOST_PROBLEMS:,} rows whose cells do not fit the header",
        "as many cells in every row as in the header",
        "Check the delimiter and the row of the header; both can be named in the mapping",
    )
    return [note, *problems[:MOST_PROBLEMS]]
