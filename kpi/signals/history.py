"""What charts said when each month came: the label of every point with only the months before it to judge it by.

A chart redrawn later moves its centre and limits, and with them old labels; an escalation must rest on what could be
known in its month, and must be found again whenever the past is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from kpi.signals.chart import Ints, read_chart
from kpi.signals.grid import grid_of, phase_starts
from kpi.signals.limits import Flags
from kpi.signals.rules import NONE, Int8
from kpi.signals.verdicts import CONCERN, readings

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts


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


def concern_history(
    marts: Marts,
    catalog: Catalog,
    rebaselines: Iterable[Rebaseline],
    *,
    partners: Sequence[str],
    series: Sequence[tuple[str, str]],
    months: Sequence[date],
) -> tuple[Int8, Ints]:
    """``concerns_as_they_came`` of every partner's charts, both arrays partners × series × months.

    ``series`` are pairs of indicator and currency, ``months`` consecutive first days; what the marts lack has no point.
    """
    shape = (len(partners), len(series), len(months))
    rule, points = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int64)
    table = marts.kpi_monthly
    rows = table[table["grain"] == "partner"]
    if not months or not len(rows):
        return rule, points
    first = min(months[0], rows["month"].min().date())  # a chart remembers months that the caller does not ask for
    grid = grid_of(rows, catalog, first, months[-1])
    figures = [grid.figures(name) for name in ("value", "numerator", "denominator")]
    starts = phase_starts(rebaselines, grid.keys, grid.months)
    partner_place = {partner: at for at, partner in enumerate(partners)}
    series_place = {pair: at for at, pair in enumerate(series)}
    for (chart, scale, better), alike in grid.alike(catalog, lambda i: (i.chart, i.scale, i.better)):
        asked = [at for at in alike if grid.keys[at][2] in partner_place and _pair(grid.keys[at]) in series_place]
        parts = (part[asked] for part in figures)
        found = concerns_as_they_came(chart, *parts, better=better, scale=scale, starts=starts[asked])
        where = (
            [partner_place[grid.keys[at][2]] for at in asked],
            [series_place[_pair(grid.keys[at])] for at in asked],
        )
        rule[where], points[where] = (part[:, -len(months) :] for part in found)
    return rule, points


def _pair(key: tuple[str, ...]) -> tuple[str, str]:
    return key[0], key[5]
