"""Dates that a spreadsheet has swapped: opened under another order of day and month, 01/02/2024 becomes 2 January.

13/02/2024 stays a text there, as no month is the 13th. A column whose real dates all have days up to 12, while its
texts all have days above 12, is what such a spreadsheet leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

LAST_MONTH = 12
DAY_OF_REAL = r"^[0-9]{4}-[0-9]{2}-([0-9]{2})"
NUMBERS_OF_TEXT = r"^([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ](?:[0-9]{4}|[0-9]{2})(?: |$)"


@dataclass(frozen=True)
class Orders:
    """A column of dates of a workbook, or a piece of it. Real dates and texts, and those of them that fit the pattern.

    row, real: the first real date; text: the first text.
    """

    real: int = 0
    early: int = 0  # real dates with a day up to 12
    texts: int = 0
    late: int = 0  # texts with a day above 12
    row: int = 0
    first_real: str = ""
    first_text: str = ""

    def then(self, later: Orders) -> Orders:
        """Both, where ``later`` comes behind this piece."""
        first = self if self.real else later
        return Orders(
            self.real + later.real,
            self.early + later.early,
            self.texts + later.texts,
            self.late + later.late,
            first.row,
            first.first_real,
            self.first_text or later.first_text,
        )

    @property
    def swapped(self) -> bool:
        """Whether the column looks as a spreadsheet with another order leaves it."""
        return bool(self.real and self.texts) and self.real == self.early and self.texts == self.late


def orders_in(cells: pl.Series, typed: pl.Series | None, rows: pl.Series) -> Orders:
    """The real dates and the texts of a column; nothing for text files, which have no real dates."""
    import polars as pl

    if typed is None or not (is_real := (typed == "date").fill_null(False)).any():
        return Orders()
    real, texts = cells.filter(is_real), cells.filter(~is_real & cells.is_not_null())
    days = real.str.extract(DAY_OF_REAL, 1).cast(pl.Int32)
    numbers = [texts.str.extract(NUMBERS_OF_TEXT, place).cast(pl.Int32) for place in (1, 2)]
    late = ((numbers[0] > LAST_MONTH) | (numbers[1] > LAST_MONTH)).fill_null(False)
    return Orders(
        real=len(real),
        early=int((days <= LAST_MONTH).sum()),
        texts=len(texts),
        late=int(late.sum()),
        row=int(rows.filter(is_real)[0]),
        first_real=real[0],
        first_text=texts[0] if len(texts) else "",
    )


def swapped_dates(found: Iterable[tuple[str, Orders]]) -> list[dict[str, Any]]:
    """A warning, as a plain dict, per column (by its header) that looks swapped."""
    return [_warning(header, orders) for header, orders in found if orders.swapped]


def _warning(header: str, orders: Orders) -> dict[str, Any]:
    cells = "1 cell" if orders.real == 1 else f"{orders.real:,} cells"
    return {
        "severity": "warning",
        "code": "swapped_dates",
        "row": orders.row,
        "column": header,
        "value": orders.first_real,
        "problem": f"may have day and month swapped: all real dates of the column have days up to 12 ({cells}), and "
        f'all later days stand as texts such as "{orders.first_text}", as where a spreadsheet expects another order',
        "allowed": "dates that are all real dates, or all texts",
        "action": "compare these cells with the partner's original; accept the warning if they are right",
    }
