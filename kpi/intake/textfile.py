"""CSV and its relatives: UTF-8 bytes to text cells, strictly, in blocks.

Python's csv module in strict mode decides what a cell is and says what is wrong, in which row. Blocks that have only
one possible reading are split faster (see split.py), with the same result.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kpi.intake.delimiter import BrokenQuotes, Head, read_head
from kpi.intake.encoding import row_at, to_utf8
from kpi.intake.header import (
    NamedColumns,
    column_names,
    filled_rows,
    only_headers,
    too_many_columns,
    too_many_rows,
)
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.source import whole
from kpi.intake.split import split_block, split_lines
from kpi.intake.table import FileHints, Limits, Reading, TextTable
from kpi.intake.text_guard import guard_text, notes_on_characters

BLOCK_BYTES = 16_000_000
PARSED_LINES = 200_000  # at once, by the csv module: a block of nothing but line ends is millions of rows
MOST_PROBLEMS = 1_000  # then the rest of the file is not looked at any more


def read_text(content: bytes, file_name: str, hints: FileHints, limits: Limits) -> TextTable:
    """The table in a text file. Raises FileRefused, with every ragged row named, where it is not one."""
    return whole(open_text(content, file_name, hints, limits))


def open_text(content: bytes, file_name: str, hints: FileHints, limits: Limits) -> TextFile:
    """The head of a text file, its rows to come. Raises FileRefused where it is not a table."""
    body, encoding, encoding_detected, notes = to_utf8(content, file_name, hints)
    _check_lines(body, limits, file_name)
    body, left_out = guard_text(body, limits, file_name)
    head = read_head(body, hints, file_name)
    if len(head.header_cells) > limits.columns:
        raise too_many_columns(len(head.header_cells), limits, file_name)
    names = column_names(head.header_cells, head.header_row, limits, file_name)
    notes += left_out + notes_on_characters(body)
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
    return TextFile(body, head, names, limits, file_name, reading)


@dataclass(frozen=True)
class _Block:
    """Where a block lies that has been read: after which row, its bytes, and its line ends where it was split fast.

    trimmed: whether it is known that no cell has outer blanks.
    """

    row: int
    start: int
    end: int
    line_ends: np.ndarray | None
    trimmed: bool


@dataclass
class TextFile:
    """A text file whose rows are read block by block (a Source)."""

    body: bytes = field(repr=False)
    head: Head = field(repr=False)
    names: list[str]
    limits: Limits
    file_name: str
    reading: Reading
    blocks: list[_Block] = field(default_factory=list, repr=False)

    @property
    def headers(self) -> list[str]:
        return [name for name in self.names if name]

    def pieces(self) -> Iterator[tuple[TextTable, float]]:
        self.blocks = []
        named = NamedColumns(self.names, len(self.head.header_cells))
        for frame, rows, block in _blocks(self.body, self.head, len(self.names), self.limits, self.file_name):
            self.blocks.append(block)
            if frame.height:
                table = TextTable(named.take(frame, rows), rows, self.reading, trimmed=block.trimmed)
                yield table, block.end / len(self.body)
        named.refuse_unnamed(self.file_name)

    def cells(self, header: str, rows: pl.Series) -> pl.Series:
        return self._again(rows, [header])[header]

    def lines(self, rows: pl.Series) -> pl.DataFrame:
        return self._again(rows, self.headers)

    def _again(self, rows: pl.Series, headers: list[str]) -> pl.DataFrame:
        wanted = [pl.col(str(self.names.index(header))).alias(header) for header in headers]
        found, numbers = [], rows.to_numpy()
        for block, after in zip(self.blocks, [*self.blocks[1:], None], strict=True):
            first = np.searchsorted(numbers, block.row, side="right")
            last = np.searchsorted(numbers, after.row, side="right") if after is not None else len(numbers)
            if last > first:
                found.append(self._lines(block, numbers[first:last] - block.row - 1).select(wanted))
        return pl.concat(found) if found else pl.DataFrame(schema=dict.fromkeys(headers, pl.String))

    def _lines(self, block: _Block, wanted: np.ndarray) -> pl.DataFrame:
        """These lines of a block, counted from 0, read once more."""
        width = len(self.head.header_cells)
        if block.line_ends is not None:
            starts = np.concatenate(([0], block.line_ends[:-1]))[wanted] + block.start
            ends = block.line_ends[wanted] + block.start
            places, of_line = np.unique(starts, return_inverse=True)
            until = dict(zip(starts.tolist(), ends.tolist(), strict=True))
            lines = b"".join(self.body[start : until[start]] for start in places.tolist())
            split = split_block(lines, self.head.delimiter, width, last=True)
            if split is not None:
                return split[0][of_line.astype(np.uint32)]
        whole_block = self.body[block.start : block.end]
        parsed, _ = _parse_block(whole_block, self.head.delimiter, block.row, True, self.file_name)
        rows = [(parsed[at] + [""] * width)[:width] for at in wanted.tolist()]
        return _as_frame(rows, width)


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
    filled: int = 0
    problems: list[Problem] = field(default_factory=list)

    def take(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """The rows of ``frame`` that hold anything, and their numbers."""
        numbers = pl.arange(self.row + 1, self.row + 1 + frame.height, dtype=pl.Int64, eager=True).rename("row")
        self.row += frame.height
        filled = filled_rows(frame)
        if not filled.all():
            frame, numbers = frame.filter(filled), numbers.filter(filled)
        self.filled += frame.height
        return frame, numbers

    def fitted(self, rows: Sequence[list[str]]) -> pl.DataFrame:
        if any(len(cells) != self.width for cells in rows):
            rows = [self._fitted(cells, number) for number, cells in enumerate(rows, start=self.row + 1)]
        return _as_frame(rows, self.width)

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
        if len(self.problems) >= MOST_PROBLEMS:
            return
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


def _as_frame(rows: Sequence[list[str]], width: int) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * width
    return pl.DataFrame([pl.Series(str(i), c, dtype=pl.String) for i, c in enumerate(columns)])


def _blocks(
    body: bytes, head: Head, needed: int, limits: Limits, file_name: str
) -> Iterator[tuple[pl.DataFrame, pl.Series, _Block]]:
    """The filled rows block by block; nothing more once a row does not fit, for then the file is refused."""
    records = _Records(width=len(head.header_cells), needed=needed, row=head.header_row)
    position, reach = head.data_start, BLOCK_BYTES
    while position < len(body):
        end = _block_end(body, position, reach)
        block = body[position:end]
        last = end == len(body)
        before = records.row
        split = split_lines(block, head.delimiter, records.width, last=last)
        if split is not None:
            frame, used, line_ends, trimmed = split
        else:
            rows, used = _parse_block(block, head.delimiter, records.row, last, file_name)
            if not used:  # one record, longer than the block
                reach *= 2
                continue
            frame, line_ends, trimmed = records.fitted(rows), None, False
        reach = BLOCK_BYTES
        frame, numbers = records.take(frame)
        _check_fields(frame, numbers, limits, file_name)
        if records.row > limits.rows:
            raise too_many_rows(limits, file_name)
        if len(records.problems) >= MOST_PROBLEMS:
            break
        if not records.problems:
            yield frame, numbers, _Block(before, position, position + used, line_ends, trimmed)
        position += used
    if records.problems:
        raise FileRefused(file_name, *_shortened(records.problems))
    if not records.filled:
        raise only_headers(file_name, head.header_row)


def _block_end(body: bytes, position: int, reach: int) -> int:
    """After the last line end within reach, or farther away where there is none: no line is cut."""
    while (stop := position + reach) < len(body):
        end = body.rfind(b"\n", position, stop)
        if end < 0:
            end = body.rfind(b"\r", position, stop)
        if end >= 0:
            return end + 1
        reach *= 2
    return len(body)


def _parse_block(block: bytes, delimiter: str, row: int, last: bool, file_name: str) -> tuple[list[list[str]], int]:
    """The complete records at the block's start, and how many bytes they took.

    A quoted cell may go on behind the block: its record is left for the next one. ``row`` is the last row before.
    Nothing was taken where not one record ends in the block.
    """
    most = PARSED_LINES
    while True:
        lines = _fewer_lines(block, most)
        text = lines.decode("utf-8")
        rows: list[list[str]] = []
        try:
            rows.extend(_reader(text, delimiter))
        except csv.Error as error:
            complete = len(lines) == len(block)
            if (last and complete) or "unexpected end" not in str(error):
                raise BrokenQuotes(file_name, row + len(rows) + 1, error) from None
            if rows or complete:
                return rows, _length_of(text, delimiter, len(rows))
            most *= 2
        else:
            return rows, len(lines)


def _fewer_lines(block: bytes, most: int) -> bytes:
    """The block's beginning, up to a line end, with at most so many lines."""
    end = b"\n" if block.count(b"\n") >= block.count(b"\r") else b"\r"
    while (lines := block.count(end)) > most:
        shorter = block[: max(len(block) * most // lines, 1)]
        block = block[: shorter.rfind(end) + 1] or block[: block.index(end) + 1]
    return block


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


def _check_fields(frame: pl.DataFrame, numbers: pl.Series, limits: Limits, file_name: str) -> None:
    """Refuse a cell beyond the limit in what was read last."""
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
