"""Who the figures are about: partners, their sites and products, and the months each of them has rows for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kpi.marts.staging import RECORD_DATASETS, staging_sql

if TYPE_CHECKING:
    import duckdb

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """The portfolio's months as consecutive indexes (year × 12 + month − 1), ``first`` to ``last`` inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def starts(self) -> npt.NDArray[np.datetime64]:
        """First day of every month."""
        return (np.arange(self.first, self.last + 1) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")


@dataclass(frozen=True)
class Entities:
    """The rows of one grain. ``of_cell`` maps each cell to its entity, −1 where it belongs to none of this grain."""

    grain: str
    partner: Ints
    site_id: tuple[str, ...]
    product: tuple[str, ...]
    of_cell: Ints

    @property
    def count(self) -> int:
        return len(self.partner)


@dataclass(frozen=True)
class Portfolio:
    """Partners in order of their id; entities per grain; months per partner as indexes into ``axis``."""

    partners: tuple[str, ...]
    grains: dict[str, Entities]
    axis: Axis
    covered: dict[str, Flags]  # dataset → partners × months
    last_covered: dict[str, Ints]  # dataset → per partner, index into the axis, −1 for never


def read_portfolio(connection: duckdb.DuckDBPyConnection, first_event: int | None) -> Portfolio | None:
    """Who and when, from the staged tables; None when no record file was ever accepted.

    ``first_event`` is the earliest month (index) with a record, which may lie before anything covered.
    """
    receipts: dict[str, Any] = connection.execute(staging_sql("receipt_months")).fetchnumpy()
    latest = connection.execute(staging_sql("last_month")).fetchone()
    if latest is None or latest[0] is None:
        return None
    cells = connection.execute(staging_sql("entities")).fetchall()
    register = connection.execute(staging_sql("sites")).fetchall()
    recorded = np.isin(receipts["dataset"].astype(str), RECORD_DATASETS)
    months = receipts["month"].astype(np.int64)
    earliest = [int(latest[0]), *months[recorded].tolist(), *([first_event] if first_event is not None else [])]
    axis = Axis(min(earliest), int(latest[0]))
    partners = tuple(sorted({row[0] for row in cells} | {row[0] for row in register}))
    number = {partner_id: place for place, partner_id in enumerate(partners)}
    covered = _covered(receipts, months, number, axis)
    return Portfolio(
        partners=partners,
        grains={
            "partner": _partner_entities(cells, number),
            "site": _entities("site", cells, 1, number, [(partner, site, "") for partner, site in register]),
            "product": _entities("product", cells, 2, number, []),
        },
        axis=axis,
        covered=covered,
        last_covered={
            name: np.where(flags.any(axis=1), axis.length - 1 - flags[:, ::-1].argmax(axis=1), -1)
            for name, flags in covered.items()
        },
    )


def _covered(receipts: dict[str, Any], months: Ints, number: dict[str, int], axis: Axis) -> dict[str, Flags]:
    datasets = receipts["dataset"].astype(str)
    who = np.array([number[partner_id] for partner_id in receipts["partner_id"]], dtype=np.int64)
    covered: dict[str, Flags] = {}
    for name in RECORD_DATASETS:
        flags = np.zeros((len(number), axis.length), dtype=bool)
        mine = datasets == name
        flags[who[mine], months[mine] - axis.first] = True
        covered[name] = flags
    return covered


def _partner_entities(cells: list[tuple[str, str, str]], number: dict[str, int]) -> Entities:
    of_cell = np.array([number[cell[0]] for cell in cells], dtype=np.int64)
    blank = ("",) * len(number)
    return Entities("partner", np.arange(len(number)), blank, blank, of_cell)


def _entities(
    grain: str,
    cells: list[tuple[str, str, str]],
    place: int,
    number: dict[str, int],
    registered: list[tuple[str, str, str]],
) -> Entities:
    """Sites (``place`` 1) or products (``place`` 2): every one that a record or the register names."""
    named = sorted({(row[0], row[place]) for row in [*cells, *registered] if row[place]})
    order = {key: index for index, key in enumerate(named)}
    of_cell = np.array([order.get((cell[0], cell[place]), -1) for cell in cells], dtype=np.int64)
    partner = np.array([number[key[0]] for key in named], dtype=np.int64)
    names = tuple(key[1] for key in named)
    blank = ("",) * len(named)
    return Entities(grain, partner, names if place == 1 else blank, names if place == 2 else blank, of_cell)
