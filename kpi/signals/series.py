"""From ``kpi_monthly`` to control charts: every month's point with its lines, and every series' two verdicts.

Only the figures of single months come here: rolling figures share records from month to month, so their points would
follow each other on any chart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.signals.chart import RULES, Chart, blank_chart, last_places, read_chart
from kpi.signals.grid import SERIES_KEY, Grid, Ints, grid_of, phase_starts
from kpi.signals.limits import Floats
from kpi.signals.rules import Int8
from kpi.signals.verdicts import ASSURANCES, NO_READING, NOT_KNOWN, READINGS, assurance, readings

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts

PRIMES = {"p": "p_prime", "u": "u_prime"}
# Columns of the frames by the lines of a chart that fill them.
LINES = {
    "centre": "centre",
    "lower_limit": "lower",
    "upper_limit": "upper",
    "near_lower": "near_lower",
    "near_upper": "near_upper",
}
POINT_COLUMNS = (
    *(*SERIES_KEY, "month", "value", "n", "numerator", "denominator", "centre", "lower_limit", "upper_limit"),
    *("near_lower", "near_upper", "rule", "side", "reading", "phase"),
)
SERIES_COLUMNS = (
    *(*SERIES_KEY, "variation", "variation_rule", "variation_side", "assurance", "points", "trial", "sigma_z"),
    *("last_month", "centre", "lower_limit", "upper_limit", "target"),
)


@dataclass(frozen=True)
class Signals:
    """What the charts say of one grain, read at one month. Never change a frame in it.

    ``points``: one row per series and month of ``kpi_monthly``, columns POINT_COLUMNS; a month without a value has no
    lines and no reading. ``series``: one row per series, columns SERIES_COLUMNS, in the catalogue's order, then
    partner, site, product, currency. ``variation`` is the reading of the month's own point, "" when it has none, so
    that a silent partner never keeps an old verdict. ``assurance`` compares the last point's limits with the target in
    force in the month, and is "not known" when the month is not reported. ``points``, ``trial``, ``sigma_z`` are of the
    last phase, and so are ``centre`` and the limits, those of its last point; ``last_month`` is the last point's, of
    whatever phase (NaT for none).
    """

    points: pd.DataFrame
    series: pd.DataFrame


def read_signals(
    marts: Marts,
    catalog: Catalog,
    *,
    month: date | None = None,
    grain: str = "partner",
    partner: str | None = None,
    kpis: Collection[str] | None = None,
    rebaselines: Iterable[Rebaseline] = (),
    prime: bool = False,
) -> Signals:
    """Read every chart as it stood at the end of ``month`` (default: the marts' last); later months do not exist.

    ``partner`` and ``kpis`` choose series, None takes all. ``rebaselines`` begin phases. ``prime`` draws p′ and u′
    charts instead of p and u.
    """
    table = marts.kpi_monthly
    chosen = table["grain"] == grain
    if partner is not None:
        chosen &= table["partner_id"] == partner
    if kpis is not None:
        chosen &= table["kpi_id"].isin(list(kpis))
    rows = table[chosen]
    last = month or marts.last_month
    if last is None or not len(rows):
        grid = Grid(rows.iloc[:0], [], np.zeros(0, "datetime64[M]"), np.zeros((0, 0), dtype=np.int64))
    else:
        grid = grid_of(rows, catalog, min(last, rows["month"].min().date()), last)
    charts = charts_of(grid, catalog, rebaselines, prime=prime)
    judged = _judged(grid, catalog, charts)
    return Signals(_points(grid, charts, judged), _series(grid, charts, judged))


def charts_of(grid: Grid, catalog: Catalog, rebaselines: Iterable[Rebaseline], *, prime: bool = False) -> Chart:
    """The charts of all series of a grid, arrays of series × months."""
    starts = phase_starts(rebaselines, grid.keys, grid.months)
    value, numerator, denominator = (grid.figures(name) for name in ("value", "numerator", "denominator"))
    parts = []
    for (chart, scale), at in grid.alike(catalog, lambda i: (i.chart, i.scale)):
        drawn = PRIMES.get(chart, chart) if prime else chart
        parts.append(
            (at, read_chart(drawn, value[at], numerator[at], denominator[at], scale=scale, phase_starts=starts[at]))
        )
    return _together(parts, starts.shape)


@dataclass(frozen=True)
class _Judged:
    """``reading`` of every point (series × months); ``target`` in force at the end, and ``assurance`` by it."""

    reading: Int8
    target: Floats
    assurance: Int8


def _judged(grid: Grid, catalog: Catalog, charts: Chart) -> _Judged:
    series = len(grid.keys)
    reading, verdict = np.zeros(charts.rule.shape, dtype=np.int8), np.zeros(series, dtype=np.int8)
    target = _last(grid.figures("target"))
    lower, upper = _of_last_phase(charts, charts.lower), _of_last_phase(charts, charts.upper)
    for (better, centre), at in grid.alike(catalog, lambda i: (i.better, i.centre)):
        reading[at] = readings(charts.rule[at], charts.side[at], better)
        verdict[at] = assurance(lower[at], upper[at], target[at], better, centre)
    reading[np.isnan(charts.lower)] = NO_READING
    reported = grid.there & ~grid.holds("status", "no data")
    verdict[~reported[:, -1:].any(axis=1)] = NOT_KNOWN
    return _Judged(reading, target, verdict)


def _together(parts: list[tuple[Ints, Chart]], shape: tuple[int, ...]) -> Chart:
    """Charts of different kinds in one, each at its own series."""
    whole = blank_chart(np.zeros(shape, dtype=np.int64))
    for at, chart in parts:
        for part in fields(Chart):
            getattr(whole, part.name)[at] = getattr(chart, part.name)
    return whole


def _last(lines: Floats) -> Floats:
    """Each series' last number on the last axis; NaN where there is none."""
    if not lines.shape[-1]:
        return np.full(lines.shape[:-1], np.nan)
    return np.take_along_axis(lines, last_places(lines), axis=-1)[..., 0]


def _of_last_phase(charts: Chart, lines: Floats) -> Floats:
    """The line at each series' last point; NaN where a new phase has begun and has no point yet."""
    return np.where(charts.points > 0, _last(lines), np.nan)


def _points(grid: Grid, charts: Chart, judged: _Judged) -> pd.DataFrame:
    there = grid.there
    rows = grid.rows.iloc[grid.place[there]]
    copied = ("month", "value", "n", "numerator", "denominator")
    columns: dict[str, Any] = {name: rows[name].to_numpy() for name in copied}
    columns |= {name: getattr(charts, line)[there] for name, line in LINES.items()}
    columns |= {"rule": _named(charts.rule[there], RULES), "side": charts.side[there]}
    columns |= {"reading": _named(judged.reading[there], READINGS), "phase": charts.phase[there]}
    keys = {name: rows[name].array for name in SERIES_KEY}
    return _frame(keys | columns, POINT_COLUMNS)


def _series(grid: Grid, charts: Chart, judged: _Judged) -> pd.DataFrame:
    if not grid.keys:
        rule = side = reading = np.zeros(0, dtype=np.int8)
        last_month = np.zeros(0, dtype="datetime64[s]")
    else:
        rule, side, reading = charts.rule[:, -1], charts.side[:, -1], judged.reading[:, -1]
        last_month = grid.months[last_places(charts.value)[:, 0]].astype("datetime64[s]")
        last_month[np.isnan(charts.value).all(axis=1)] = np.datetime64("NaT")
    columns: dict[str, Any] = dict(zip(SERIES_KEY, _columns(grid.keys), strict=True))
    columns |= {"variation": _named(reading, READINGS), "variation_rule": _named(rule, RULES), "variation_side": side}
    columns |= {"assurance": _named(judged.assurance, ASSURANCES), "points": charts.points, "trial": charts.trial}
    columns |= {"sigma_z": charts.sigma_z, "last_month": last_month, "target": judged.target}
    for name in ("centre", "lower_limit", "upper_limit"):
        columns[name] = _of_last_phase(charts, getattr(charts, LINES[name]))
    return _frame(columns, SERIES_COLUMNS)


def _columns(keys: list[tuple[str, ...]]) -> list[Any]:
    import pandas as pd

    names = zip(*keys, strict=True) if keys else [()] * len(SERIES_KEY)
    return [pd.Categorical(list(column), categories=sorted(set(column))) for column in names]


def _named(codes: Int8, names: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=list(names))  # type: ignore[call-overload]


def _frame(columns: dict[str, Any], order: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)[list(order)]
