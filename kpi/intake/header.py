"""Which row holds the headers, what the columns are called, and which rows are records.

The same rules for text files and for sheets. Nothing is renamed, padded or dropped in silence: what does not fit is
refused with its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.table import Limits

if TYPE_CHECKING:
    import polars as pl

LETTER = re.compile(r"[^\W\d_]")

Row = tuple[int, Sequence[str]]  # the row number as a person sees it, the cells


def find_header(rows: Sequence[Row], given: int | None, file_name: str) -> int:
    """The position in ``rows`` (the first rows of the file) of the row with the headers.

    Given: that row. Otherwise the first row that is not empty, unless everything before a complete row of headings is a
    title (a single cell in a row) and everything after it fits under that row. Raises FileRefused where there is none.
    """
    filled = [position for position, (_, cells) in enumerate(rows) if any(cell.strip() for cell in cells)]
    if not filled:
        raise FileRefused(
            file_name,
            Problem(
                "file_empty",
                "there is nothing in it but empty cells",
                "a row of headers and at least one record",
                "Fill in the file and upload it again",
            ),
        )
    if given is not None:
        for position in filled:
            if rows[position][0] == given:
                return position
        raise FileRefused(
            file_name,
            Problem(
                "header_row_empty",
                "this row should hold the headers, but it is empty or not there",
                "the number of a row with headers",
                "Correct header_row in the mapping",
                row=given,
            ),
        )
    return _after_titles(rows, filled)


def _after_titles(rows: Sequence[Row], filled: Sequence[int]) -> int:
    """Past the title rows if what follows them is unmistakably a table, else the first filled row."""
    first = filled[0]
    for order, position in enumerate(filled):
        cells = _trimmed(rows[position][1])
        if sum(bool(cell.strip()) for cell in cells) == 1:
            continue
        after = [rows[later][1] for later in filled[order + 1 :]]
        headings = all(LETTER.search(cell) for cell in cells)
        unique = len({cell.strip() for cell in cells}) == len(cells)
        fits = bool(after) and all(len(_trimmed(cells_after)) <= len(cells) for cells_after in after)
        tabular = bool(after) and sum(bool(cell.strip()) for cell in after[0]) > 1
        return position if headings and unique and fits and tabular else first
    return first


def column_names(cells: Sequence[str], row: int, limits: Limits, file_name: str) -> list[str]:
    """The headers without outer blanks, line breaks inside them turned into a space; "" for blank ones.

    Trailing blank headers are cut off. Raises FileRefused where two are the same or there are more than the limit.
    """
    names = [re.sub(r"\s*[\t\n\r\x0b\x0c]\s*", " ", cell.strip()) for cell in _trimmed(cells)]
    if len(names) > limits.columns:
        raise too_many_columns(len(names), limits, file_name)
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names, start=1):
        if name:
            places[name].append(place)
    twice = [
        Problem(
            "header_twice",
            f"stands over {len(found)} columns, {_listed([column_letters(place) for place in found])}",
            "every header once",
            "Rename or remove the repeated columns",
            row=row,
            column=name,
        )
        for name, found in places.items()
        if len(found) > 1
    ]
    if twice:
        raise FileRefused(file_name, *twice)
    return names


def too_many_columns(count: int, limits: Limits, file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "too_many_columns",
            f"it has {count:,} columns",
            f"at most {limits.columns:,} columns",
            "Remove the columns that are not needed",
        ),
    )


def too_many_rows(limits: Limits, file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "too_many_rows",
            f"it has more than {limits.rows:,} rows",
            f"at most {limits.rows:,} rows in one file",
            "Split the file and upload the parts one after the other",
        ),
    )


def cell_too_long(value: str, row: int, limits: Limits, file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "cell_too_long",
            f"is the start of a cell with {len(value):,} characters",
            f"at most {limits.field_characters:,} characters in a cell, as in a workbook",
            "Check the quotes in this row, or shorten the text",
            row=row,
            value=value,
        ),
    )


def only_headers(file_name: str, row: int) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "only_headers",
            f"there are only headers (row {row}) and no record under them",
            "a row of headers and at least one record",
            "Fill in the file and upload it again; if there was nothing to report, say so to the team instead",
        ),
    )


def filled_rows(cells: pl.DataFrame) -> pl.Series:
    """Which rows hold anything but blanks. A later column is only looked at for rows that were blank so far."""
    import polars as pl

    undecided = pl.Series(range(cells.height), dtype=pl.UInt32)
    for column in cells.iter_columns():
        undecided = undecided.filter(column.gather(undecided).str.strip_chars() == "")
        if undecided.is_empty():
            break
    blank = pl.Series([False]).new_from_index(0, cells.height)
    return ~blank.scatter(undecided, True)


def name_columns(cells: pl.DataFrame, rows: pl.Series, names: Sequence[str], file_name: str) -> pl.DataFrame:
    """``cells`` with its headers as names, without the empty columns that have none.

    Raises FileRefused where a column holds values and has no header, naming the first of them.
    """
    named = NamedColumns(names, cells.width)
    kept = named.take(cells, rows)
    named.refuse_unnamed(file_name)
    return kept


class NamedColumns:
    """Names the columns of a table that comes in pieces, and remembers the values that stand under no header."""

    def __init__(self, names: Sequence[str], width: int) -> None:
        self._named = {place: name for place, name in enumerate(names) if name}
        self._unnamed = [place for place in range(width) if place not in self._named]
        self._first: dict[int, tuple[int, str]] = {}  # place -> row number and value
        self._count: dict[int, int] = defaultdict(int)

    def take(self, cells: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
        """``cells`` with its headers as names, without the columns that have none."""
        for place in self._unnamed:
            column = cells.to_series(place)
            used = column.str.strip_chars() != ""
            if used.any():
                self._first.setdefault(place, (int(rows.filter(used)[0]), column.filter(used)[0]))
                self._count[place] += int(used.sum())
        kept = cells.select([cells.columns[place] for place in self._named])
        kept.columns = list(self._named.values())
        return kept

    def refuse_unnamed(self, file_name: str) -> None:
        """Raises FileRefused where a column holds values and has no header, naming the first of them."""
        problems = [
            Problem(
                "header_missing",
                f"stands in column {column_letters(place + 1)}, which has no header"
                + (f" ({self._count[place]:,} rows in all)" if self._count[place] > 1 else ""),
                "a header over every column with values",
                "Write a header over the column or empty it",
                row=row,
                value=value,
            )
            for place, (row, value) in sorted(self._first.items())
        ]
        if problems:
            raise FileRefused(file_name, *problems)


def column_letters(place: int) -> str:
    """1 → A, 26 → Z, 27 → AA, as a spreadsheet names its columns."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
