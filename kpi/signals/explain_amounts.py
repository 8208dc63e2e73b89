"""The parts of a change of a rate, proportion, ratio or state: from both periods' rows of figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.signals.decomposition import Amounts, Contribution, count_contributions, rate_contributions
from kpi.signals.explained import BREAKDOWNS, ONE, REST, Part

if TYPE_CHECKING:
    from kpi.catalog import Indicator

Row = dict[str, Any]

DECIMALS = 6  # of summed amounts, as the ledger sums them
ROUNDING = Fraction(1, 10**9)  # a rest smaller than this share of the whole is the adding of floats, not records
NOTHING = Amounts(Fraction(0), Fraction(0))


@dataclass(frozen=True)
class _Measured:
    """A part before its contributions are known: what both periods hold of it."""

    entity: str
    kind: str
    n: tuple[int, int]
    amounts: tuple[Amounts, Amounts]


def parts_of_amounts(
    indicator: Indicator, by: str, whole: Sequence[Row], split: Sequence[list[Row]]
) -> tuple[list[Part], tuple[Fraction, Fraction]]:
    """The parts, and the values of the whole before and after, both periods' denominators being above zero.

    ``whole``: the partner's row of each period; ``split``: its sites' or products' rows of each.
    """
    named = [{str(row[BREAKDOWNS[by]]): row for row in rows} for rows in split]
    measured = [_measured(entity, ONE, [rows.get(entity) for rows in named]) for entity in sorted(set().union(*named))]
    measured += _rest(measured, _measured("", REST, whole))
    measured = [part for part in measured if any(part.n) or part.amounts != (NOTHING, NOTHING)]
    sides = [[part.amounts[side] for part in measured] for side in (0, 1)]
    if indicator.kind == "snapshot":
        counts = [[amounts.numerator for amounts in side] for side in sides]
        return (
            _parts(measured, count_contributions(*counts), Fraction(1), lambda a: float(a.numerator), shares=False),
            (sum(counts[0], Fraction(0)), sum(counts[1], Fraction(0))),
        )
    scale = Fraction(str(indicator.scale))
    ends = [sum(a.numerator for a in side) / sum((a.denominator for a in side), Fraction(0)) * scale for side in sides]
    found = _parts(measured, rate_contributions(*sides), scale, lambda a: _float(a.rate, scale), shares=True)
    return found, (ends[0], ends[1])


def _measured(entity: str, kind: str, rows: Sequence[Row | None]) -> _Measured:
    amounts = [
        Amounts(_exact(row["numerator"]), _exact(row["denominator"])) if row is not None else NOTHING for row in rows
    ]
    n = [int(row["n"]) if row is not None else 0 for row in rows]
    return _Measured(entity, kind, (n[0], n[1]), (amounts[0], amounts[1]))


def _exact(amount: float) -> Fraction:
    """A count, or a sum of decimals, as the exact number that it stands for; a state has no denominator."""
    return Fraction(0) if np.isnan(amount) else Fraction(str(round(float(amount), DECIMALS)))


def _rest(measured: Sequence[_Measured], whole: _Measured) -> list[_Measured]:
    """What the whole holds beyond its parts: records of no product, less what counts at several sites."""
    sides = [_beyond([part.amounts[side] for part in measured], whole.amounts[side]) for side in (0, 1)]
    if sides == [NOTHING, NOTHING]:
        return []
    n = [whole.n[side] - sum(part.n[side] for part in measured) for side in (0, 1)]
    return [_Measured("", REST, (n[0], n[1]), (sides[0], sides[1]))]


def _beyond(parts: Sequence[Amounts], whole: Amounts) -> Amounts:
    return Amounts(
        _difference(whole.numerator, [part.numerator for part in parts]),
        _difference(whole.denominator, [part.denominator for part in parts]),
    )


def _difference(whole: Fraction, parts: Sequence[Fraction]) -> Fraction:
    rest = whole - sum(parts, Fraction(0))
    return rest if abs(rest) > abs(whole) * ROUNDING else Fraction(0)


def _parts(
    measured: Sequence[_Measured],
    contributions: Sequence[Contribution],
    scale: Fraction,
    value: Callable[[Amounts], float | None],
    *,
    shares: bool,
) -> list[Part]:
    wholes = [sum((part.amounts[side].denominator for part in measured), Fraction(0)) for side in (0, 1)]
    return [
        Part(
            entity=part.entity,
            kind=part.kind,
            n=part.n,
            value=(value(part.amounts[0]), value(part.amounts[1])),
            share=(part.amounts[0].denominator / wholes[0], part.amounts[1].denominator / wholes[1])
            if shares
            else None,
            own=found.own * scale,
            mix=found.mix * scale,
        )
        for part, found in zip(measured, contributions, strict=True)
    ]


def _float(rate: Fraction | None, scale: Fraction) -> float | None:
    return None if rate is None else float(rate * scale)
