"""The command that reads a control chart from any plain file of numbers."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi.cli.chart_output import deliver, written
from kpi.cli.options import existing_file, format_option
from kpi.cli.plain_series import read_series
from kpi.cli.tables import CSV, JSON
from kpi.errors import InputRefused, UsageError
from kpi.signals.limits import CHARTS

if TYPE_CHECKING:
    import pandas as pd

    from kpi.signals.chart import Chart

FRACTIONS = ("p", "p_prime")


@click.command()
@click.argument("file", type=existing_file())
@click.option("--chart", type=click.Choice(CHARTS), required=True, help="xmr reads value; the others count and n.")
@click.option(
    "--screen/--no-screen", default=True, show_default=True, help="Leave the largest moving ranges out (xmr only)."
)
@click.option("--baseline", type=click.IntRange(min=2), metavar="N", help="Take the limits from the first N points.")
@click.option(
    "--phase", "phases", type=click.IntRange(min=2), multiple=True, metavar="N", help="A new phase begins at point N."
)
@click.option("--target", type=float, help="What every point should reach, in the unit of the value.")
@click.option("--better", type=click.Choice(("higher", "lower")), help="Which way is good.")
@click.option("--scale", type=float, default=1.0, show_default=True, help="Counts per how many, for example 100.")
@click.option("--clip/--no-clip", default=True, show_default=True, help="Keep limits within what is possible.")
@format_option(CSV, JSON)
def spc(
    file: Path,
    chart: str,
    screen: bool,
    baseline: int | None,
    phases: tuple[int, ...],
    target: float | None,
    better: str | None,
    scale: float,
    clip: bool,
    layout: str | None,
) -> None:
    """Read a control chart from a plain CSV file.

    One line per point in the order of time, columns value, or count and n. An empty cell is no point, and so is n = 0:
    the points around it are neighbours.
    """
    import numpy as np

    from kpi.signals.chart import read_chart

    if target is not None and better is None:
        raise UsageError("--target needs --better higher or --better lower.")
    if not (np.isfinite(scale) and scale > 0) or (target is not None and not np.isfinite(target)):
        raise UsageError("--scale must be a number above 0, and --target a number.")
    columns = ("value",) if chart == "xmr" else ("count", "n")
    series = read_series(file, columns, lambda row: _count_problem(row, chart) if "n" in row else "")
    parts = [series.get(name) for name in ("value", "count", "n")]
    length = len(next(iter(series.values())))
    _require_points(length, baseline, phases)
    starts = np.isin(np.arange(1, length + 1), phases)
    if "n" in series and not any(n > 0 for n in series["n"]):
        raise InputRefused(f"{file.name} has no row with n above 0, so there is no point.")
    read = read_chart(chart, *parts, scale=scale, screen=screen, baseline=baseline, phase_starts=starts, clip=clip)
    frame, verdict = _points(read, better or ""), _verdict(read, target, better or "")
    frame.insert(0, "point", np.arange(1, length + 1))
    frame.insert(2, "n", series["n"] if "n" in series else np.full(length, np.nan))
    deliver(written(frame, verdict, layout), None)


def _count_problem(row: dict[str, float], chart: str) -> str:
    """What no count can be; "" for a count that can, and for a row without a point."""
    count, n = row["count"], row["n"]
    if isnan(count) != isnan(n):
        return "count without n, or n without count. Fill both, 0 for none; or leave both empty: no point."
    if count < 0 or n < 0:
        return f"count {count:g} of n {n:g} is below zero. Counts are 0 or more."
    if n == 0 and count > 0:
        return f"count {count:g} of n 0 cannot be. Where n is 0, count is 0 or empty."
    if chart in FRACTIONS and count > n:
        return f"count {count:g} is more than n {n:g}, which no proportion can be. For events per unit take --chart u."
    return ""


def _require_points(length: int, baseline: int | None, phases: tuple[int, ...]) -> None:
    for name, wanted in (("--baseline", baseline or 0), ("--phase", max(phases, default=0))):
        if wanted > length:
            raise UsageError(f"{name} {wanted} is more than the {length} points of the file.")


def _points(chart: Chart, better: str) -> pd.DataFrame:
    import pandas as pd

    from kpi.signals.chart import RULES
    from kpi.signals.verdicts import READINGS, chart_readings

    return pd.DataFrame(
        {
            "value": chart.value,
            "centre": chart.centre,
            "lower_limit": chart.lower,
            "upper_limit": chart.upper,
            "rule": [RULES[code] for code in chart.rule],
            "reading": [READINGS[code] for code in chart_readings(chart, better)],
            "near_lower": chart.near_lower,
            "near_upper": chart.near_upper,
            "phase": chart.phase + 1,
        }
    )


def _verdict(chart: Chart, target: float | None, better: str) -> dict[str, Any]:
    """The verdicts on the whole series: its last row's reading, and the last point's limits beside the target."""
    from kpi.signals.chart import last_places
    from kpi.signals.verdicts import ASSURANCES, READINGS, assurance, chart_readings

    place = int(last_places(chart.value)[0])
    mark = float("nan") if target is None or not chart.points else target
    return {
        "variation": READINGS[chart_readings(chart, better)[-1]],
        "assurance": ASSURANCES[int(assurance(chart.lower[place], chart.upper[place], mark, better))],
        "sigma_z": float(chart.sigma_z),
        "points_in_phase": int(chart.points),
        "trial": bool(chart.trial),
    }
