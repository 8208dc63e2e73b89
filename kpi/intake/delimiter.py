"""What separates the cells of a text file, found in its first rows or refused as unclear."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from kpi.intake.header import Row, find_header
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.table import DELIMITER_NAMES, FileHints

SAMPLE_BYTES = 2_000_000  # more than the longest line that is allowed
SAMPLE_ROWS = 500


@dataclass(frozen=True)
class Head:
    """The first rows of a text file, read with one delimiter.

    header: position in ``rows``. data_start: the byte after the header row.
    """

    delimiter: str
    rows: tuple[Row, ...]
    header: int
    data_start: int

    @property
    def header_row(self) -> int:
        return self.rows[self.header][0]

    @property
    def header_cells(self) -> list[str]:
        return list(self.rows[self.header][1])

    @property
    def fitting(self) -> float:
        """The share of the filled rows after the header that have as many cells as it has."""
        width = len(self.header_cells)
        after = [cells for _, cells in self.rows[self.header + 1 :] if any(cells)]
        return sum(len(cells) == width for cells in after) / len(after) if after else 1.0


def read_head(body: bytes, hints: FileHints, file_name: str) -> Head:
    """The delimiter and the header row of UTF-8 text. Raises FileRefused where either is unclear.

    Of the candidates that part the header into several cells, the one wins under which most rows have as many
    cells as the header, then the one whose header comes first. Two that fit equally well are refused: the mapping
    has to say.
    """
    if hints.delimiter is not None:
        _check_given(hints.delimiter, file_name)
        return _read_with(body, hints.delimiter, hints, file_name)
    heads = []
    broken = []
    for delimiter in DELIMITER_NAMES:
        try:
            heads.append(_read_with(body, delimiter, hints, file_name))
        except BrokenQuotes as error:
            broken.append(error)
    if not heads:
        raise broken[0]
    several = [head for head in heads if len(head.header_cells) > 1]
    return _clearest(several, file_name) if several else _one_column(body, heads)


def _check_given(delimiter: str, file_name: str) -> None:
    if len(delimiter) == 1 and delimiter not in '"\r\n\x00':
        return
    raise FileRefused(
        file_name,
        Problem(
            "delimiter_unusable",
            "cannot separate cells",
            "one character, for example ; or , or a tab",
            "Correct delimiter in the mapping",
            value=delimiter,
        ),
    )


def _clearest(heads: list[Head], file_name: str) -> Head:
    best = max(_clarity(head) for head in heads)
    winners = [head for head in heads if _clarity(head) == best]
    if len(winners) == 1:
        return winners[0]
    names = " or ".join(DELIMITER_NAMES[head.delimiter] for head in winners)
    raise FileRefused(
        file_name,
        Problem(
            "delimiter_unclear",
            f"the cells could be separated by {names}, and the rows do not tell which",
            "one delimiter that fits better than any other, or one that is named",
            f'Name it in the mapping, for example: delimiter = "{winners[-1].delimiter}"',
            row=winners[0].header_row,
        ),
    )


def _clarity(head: Head) -> tuple[float, int]:
    """A list inside the cells ("a;b") fits as well as the true delimiter, but only from a later row on."""
    return head.fitting, -head.header


def _one_column(body: bytes, heads: list[Head]) -> Head:
    """One column needs no delimiter: one that never occurs leaves every row whole."""
    absent = [head for head in heads if head.delimiter.encode() not in body]
    whole = [head for head in heads if head.fitting == 1.0]
    return [*absent, *whole, *heads][0]


def _read_with(body: bytes, delimiter: str, hints: FileHints, file_name: str) -> Head:
    lines = _first_lines(body)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    ends: list[int] = []
    wanted = max(SAMPLE_ROWS, (hints.header_row or 0) + 1)
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append((number, cells))
            ends.append(reader.line_num)
            if number >= wanted:
                break
    except csv.Error as error:
        if len(rows) < (hints.header_row or 1):
            raise BrokenQuotes(file_name, len(rows) + 1, error) from None
        # Behind the header: reading the whole file reports it.
    header = find_header(rows, hints.header_row, file_name)
    return Head(delimiter, tuple(rows), header, len("".join(lines[: ends[header]]).encode("utf-8")))


def _first_lines(body: bytes) -> list[str]:
    sample = body[:SAMPLE_BYTES]
    if len(sample) < len(body):
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1]
    return list(io.StringIO(sample.decode("utf-8"), newline=""))


class BrokenQuotes(FileRefused):
    """A row whose quotes do not add up. ``error`` is what the csv module said of it."""

    def __init__(self, file_name: str, row: int, error: csv.Error) -> None:
        said = str(error)
        if "unexpected end of data" in said or "field larger than" in said:
            problem = "a quoted cell begins in this row and its closing quote never comes"
            action = "Close the quote or remove it"
        else:
            problem = "there is text after a closing quote"
            action = "Put the whole cell into quotes and double every quote inside it"
        allowed = 'cells with quotes around the whole cell, and quotes inside doubled, like "12 ""large"" boxes"'
        super().__init__(file_name, Problem("quotes_broken", problem, allowed, action, row=row))
