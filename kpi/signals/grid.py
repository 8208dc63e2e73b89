"""Rows of ``kpi_monthly`` laid out as series × months, so that all series are read at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kpi.signals.limits import Flags, Floats

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog, Indicator
    from kpi.ledger.rebaselines import Rebaseline

SERIES_KEY = ("kpi_id", "grain", "partner_id", "site_id", "product", "currency")
Ints = npt.NDArray[np.int64]
Months = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Grid:
    """``rows`` of one or more series; ``keys`` names each series, ``months`` (months, numpy unit M) each column.

    ``place`` (series × months) is the place of that month's row in ``rows``, −1 where there is none. Series stand in
    the catalogue's order, then partner, site, product, currency, whatever the order of the rows was.
    """

    rows: pd.DataFrame
    keys: list[tuple[str, ...]]
    months: Months
    place: Ints

    @property
    def there(self) -> Flags:
        """Whether a series has a row for a month."""
        return self.place >= 0

    def figures(self, column: str) -> Floats:
        """A column of numbers as series × months; NaN where there is no row."""
        values = self.rows[column].to_numpy(dtype=np.float64)
        return np.where(self.there, values[self.place], np.nan) if len(values) else np.full(self.place.shape, np.nan)

    def holds(self, column: str, value: str) -> Flags:
        """Whether a column of names holds ``value``, as series × months; False where there is no row."""
        same = (self.rows[column] == value).to_numpy()
        return self.there & same[self.place] if len(same) else np.zeros(self.place.shape, dtype=np.bool_)

    def alike(self, catalog: Catalog, trait: Callable[[Indicator], Any]) -> Iterator[tuple[Any, Ints]]:
        """The series whose indicators share a trait, so that they can be read in one go."""
        found: dict[Any, list[int]] = {}
        for at, key in enumerate(self.keys):
            found.setdefault(trait(catalog.indicators[key[0]]), []).append(at)
        for shared, places in found.items():
            yield shared, np.array(places, dtype=np.int64)


def grid_of(rows: pd.DataFrame, catalog: Catalog, first: date, last: date) -> Grid:
    """The series of ``rows`` over the months from ``first`` to ``last``, both inclusive; rows outside them stay out."""
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)
    found, series_of_row = _series(rows)
    order = {kpi: number for number, kpi in enumerate(catalog.indicators)}
    ranked = sorted(range(len(found)), key=lambda at: (order.get(found[at][0], len(order)), found[at]))
    row_of = np.argsort(np.array(ranked, dtype=np.int64))
    place = np.full((len(found), len(months)), -1, dtype=np.int64)
    column = (rows["month"].to_numpy().astype("datetime64[M]") - months[0]).astype(np.int64)
    inside = np.flatnonzero((column >= 0) & (column < len(months)))
    place[row_of[series_of_row[inside]], column[inside]] = inside
    return Grid(rows, [found[at] for at in ranked], months, place)


def _series(rows: pd.DataFrame) -> tuple[list[tuple[str, ...]], Ints]:
    """The distinct series that rows name, and which of them each row belongs to."""
    columns = [rows[name].cat for name in SERIES_KEY]
    sizes = [max(len(column.categories), 1) for column in columns]
    number = np.zeros(len(rows), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        number = number * size + column.codes.to_numpy()
    distinct, series_of_row = np.unique(number, return_inverse=True)
    codes = np.unravel_index(distinct, sizes)
    names = [[str(column.categories[at]) for at in part] for column, part in zip(columns, codes, strict=True)]
    return list(zip(*names, strict=True)), series_of_row


def phase_starts(rebaselines: Iterable[Rebaseline], keys: list[tuple[str, ...]], months: Months) -> Flags:
    """Where a recorded rebaseline begins a new phase, as series × months. One before the first month has no effect."""
    starts = np.zeros((len(keys), len(months)), dtype=np.bool_)
    number = {key: at for at, key in enumerate(keys)}
    for rebaseline in rebaselines:
        series = number.get(tuple(getattr(rebaseline, name) for name in SERIES_KEY))
        column = int((np.datetime64(rebaseline.month, "M") - months[0]).astype(int)) if len(months) else -1
        if series is not None and 0 <= column < len(months):
            starts[series, column] = True
    return starts
