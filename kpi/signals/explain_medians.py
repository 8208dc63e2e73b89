"""The parts of a change of a median: from the single values of both periods' records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from kpi.signals.explained import BREAKDOWNS, ONE, REST, SMALLER, Part
from kpi.signals.medians_apart import MOST_PARTS, median_contributions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class _Group:
    """The values of one part before and after; ``entities``: how many sites or products are in it."""

    entity: str
    kind: str
    values: tuple[list[int], list[int]]
    entities: int = 1

    @property
    def n(self) -> tuple[int, int]:
        return len(self.values[0]), len(self.values[1])


def parts_of_medians(
    values: pd.DataFrame, by: str, before: Collection[int], after: Collection[int]
) -> tuple[list[Part], tuple[Fraction, Fraction]]:
    """The parts, and the medians of the whole before and after. ``before``, ``after``: the months that count in each.

    ``values`` as kpi.marts.values gives them. Of many sites or products the small ones are put together.
    """
    groups = _grouped(_by_entity(values, by, before), _by_entity(values, by, after))
    sides = [[np.array(group.values[side], dtype=np.int64) for group in groups] for side in (0, 1)]
    records = [sum(group.n[side] for group in groups) for side in (0, 1)]
    parts = [
        Part(
            entity=group.entity,
            kind=group.kind,
            n=group.n,
            value=(_median(group.values[0]), _median(group.values[1])),
            share=(Fraction(group.n[0], records[0]), Fraction(group.n[1], records[1])),
            own=contribution.own,
            mix=contribution.mix,
            entities=group.entities,
        )
        for group, contribution in zip(groups, median_contributions(*sides), strict=True)
    ]
    ends = [Fraction(median(np.concatenate(side).tolist())) for side in sides]
    return parts, (ends[0], ends[1])


def _median(values: list[int]) -> float | None:
    return float(median(values)) if values else None


def _by_entity(values: pd.DataFrame, by: str, months: Collection[int]) -> dict[str, list[int]]:
    inside = values[values["month"].isin(list(months))]
    return {str(entity): sorted(map(int, days)) for entity, days in inside.groupby(BREAKDOWNS[by])["days"]}


def _grouped(before: dict[str, list[int]], after: dict[str, list[int]]) -> list[_Group]:
    every = [_Group(e, ONE if e else REST, (before.get(e, []), after.get(e, []))) for e in {*before, *after}]
    by_size = sorted(every, key=lambda group: (-sum(group.n), group.entity))
    if len(by_size) <= MOST_PARTS:
        return by_size
    return [*by_size[: MOST_PARTS - 1], _together(by_size[MOST_PARTS - 1 :])]


def _together(small: list[_Group]) -> _Group:
    def pooled(side: int) -> Iterator[int]:
        for group in small:
            yield from group.values[side]

    return _Group("", SMALLER, (sorted(pooled(0)), sorted(pooled(1))), len(small))
