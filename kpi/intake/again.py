"""A file that was checked before, as a source of its cells: opened again only when one is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from kpi.intake.read import open_source
from kpi.intake.source import Source, TableSource

if TYPE_CHECKING:
    import polars as pl

    from kpi.intake.table import Reading, TextTable
    from kpi.intake.validate import Checked


class ReadAgainSource:
    """Most files get no warning about a cell: then reading them once more, a second for a workbook, is saved."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    @property
    def headers(self) -> list[str]:
        return self._opened.headers

    @property
    def reading(self) -> Reading:
        return self._opened.reading

    def pieces(self) -> Iterator[tuple[TextTable, float]]:
        return self._opened.pieces()

    def cells(self, header: str, rows: pl.Series) -> pl.Series:
        """As ``Source.cells``."""
        return self._opened.cells(header, rows)

    def lines(self, rows: pl.Series) -> pl.DataFrame:
        """As ``Source.lines``."""
        return self._opened.lines(rows)

    @cached_property
    def _opened(self) -> Source:
        checked = self._checked
        assert checked.read_again is not None
        hints, limits = checked.read_again.hints, checked.read_again.limits
        source = open_source(checked.content, checked.file_name, hints, preferred_sheet=checked.dataset, limits=limits)
        if not isinstance(source, TableSource):
            deque(source.pieces(), maxlen=0)  # a text file knows where its lines are once it has been read
        return source
