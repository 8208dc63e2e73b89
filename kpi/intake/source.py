"""A file as a source of rows: piece by piece, so that its text cells are never all in memory at once.

What a person's cell said is needed again only where something is wrong with it; a source looks it up then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from kpi.intake.table import Reading, TextTable

ROWS_AT_ONCE = 100_000


class Source(Protocol):
    """One table in a file. ``headers``: as in the file, in its order."""

    @property
    def headers(self) -> list[str]: ...
    @property
    def reading(self) -> Reading: ...

    def pieces(self) -> Iterator[tuple[TextTable, float]]:
        """The table in pieces of consecutive rows, each with the share of the file that has been read then.

        Raises FileRefused where the file turns out not to be a table.
        """
        ...

    def cells(self, header: str, rows: pl.Series) -> pl.Series:
        """The cells of one column in these rows (row numbers, ascending), as they stand in the file."""
        ...

    def lines(self, rows: pl.Series) -> pl.DataFrame:
        """The cells of every column in these rows, as ``cells``."""
        ...


@dataclass(frozen=True)
class TableSource:
    """A table that is in memory already, such as a workbook's."""

    table: TextTable

    @property
    def headers(self) -> list[str]:
        return self.table.cells.columns

    @property
    def reading(self) -> Reading:
        return self.table.reading

    def pieces(self) -> Iterator[tuple[TextTable, float]]:
        height = self.table.cells.height
        for start in range(0, max(height, 1), ROWS_AT_ONCE):
            piece = TextTable(
                cells=self.table.cells.slice(start, ROWS_AT_ONCE).rechunk(),
                rows=self.table.rows.slice(start, ROWS_AT_ONCE).rechunk(),
                reading=self.table.reading,
                typed={name: kinds.slice(start, ROWS_AT_ONCE).rechunk() for name, kinds in self.table.typed.items()},
                merged=self.table.merged,
                otherwise=self.table.otherwise,
                trimmed=self.table.trimmed,
            )
            yield piece, min(1.0, (start + ROWS_AT_ONCE) / max(height, 1))

    def cells(self, header: str, rows: pl.Series) -> pl.Series:
        return self.table.cells[header].gather(self.table.rows.search_sorted(rows, side="left"))

    def lines(self, rows: pl.Series) -> pl.DataFrame:
        return self.table.cells[self.table.rows.search_sorted(rows, side="left")]


def whole(source: Source) -> TextTable:
    """All of it as one table."""
    if isinstance(source, TableSource):
        return source.table
    pieces = [piece for piece, _ in source.pieces()]
    cells = pl.concat([piece.cells for piece in pieces])
    trimmed = all(piece.trimmed for piece in pieces)
    return replace(pieces[0], cells=cells, rows=pl.concat([piece.rows for piece in pieces]), trimmed=trimmed)
