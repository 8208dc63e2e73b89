"""What charts said when each month came: the label of every point with only the months before it to judge it by.

A chart redrawn later moves its centre and limits, and with them old labels; an escalation must rest on what could be
known in its month, and must be found again whenever the past is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from kpi.signals.chart import Ints, read_chart
from kpi.signals.grid import Grid, phase_starts
from kpi.signals.limits import Flags
from kpi.signals.rules import NONE, Int8
from kpi.signals.verdicts import CONCERN, readings

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.rebaselines import Rebaseline


def concerns_as_they_came(
    chart: str,
    value: object,
    numerator: object,
    denominator: object,
    *,
    better: str,
    scale: float = 1.0,
    starts: Flags | None = None,
) -> tuple[Int8, Ints]:
    """The rule that each point broke for the worse when it came, and the points that its phase had then, itself too.

    Both of shape (..., months). The rule is a place in kpi.signals.chart.RULES, 0 where there is no point, no special
    cause, or one that is not for the worse; an indicator whose best lies in a band has none for the worse. Arguments
    as in ``read_chart``.
    """
    needed = (value,) if chart == "xmr" else (numerator, denominator)
    arrays = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in needed))
    shape = arrays[0].shape
    rule, points = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int64)
    for month in range(shape[-1]):
        known = [part[..., : month + 1] for part in arrays]
        parts = (known[0], None, None) if chart == "xmr" else (None, *known)
        begun = None if starts is None else starts[..., : month + 1]
        drawn = read_chart(chart, *parts, scale=scale, phase_starts=begun)
        newest_rule, newest_side = drawn.rule[..., -1], drawn.side[..., -1]
        concern = readings(newest_rule, newest_side, better) == CONCERN
        rule[..., month] = np.where(concern, newest_rule, NONE)
        points[..., month] = drawn.points
    return rule, points


def concern_history(grid: Grid, catalog: Catalog, rebaselines: Iterable[Rebaseline]) -> tuple[Int8, Ints]:
    """``concerns_as_they_came`` of all series of a grid, both arrays series × months.

    A chart remembers only what the grid holds: lay it out from the first month with figures.
    """
    figures = [grid.figures(name) for name in ("value", "numerator", "denominator")]
    starts = phase_starts(rebaselines, grid.keys, grid.months)
    rule, points = np.zeros(starts.shape, dtype=np.int8), np.zeros(starts.shape, dtype=np.int64)
    for (chart, scale, better), at in grid.alike(catalog, lambda i: (i.chart, i.scale, i.better)):
        parts = (part[at] for part in figures)
        rule[at], points[at] = concerns_as_they_came(chart, *parts, better=better, scale=scale, starts=starts[at])
    return rule, points
