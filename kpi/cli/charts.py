"""Commands about control charts: of any plain file of numbers, and of one indicator of the store."""

from __future__ import annotations

import json
from datetime import date
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi.cli.messages import say
from kpi.cli.options import Month, existing_file, format_option, settings_of, store_and_actor
from kpi.cli.plain_series import read_series
from kpi.cli.tables import CSV, JSON, plain, rendered, tidy
from kpi.errors import InputRefused, UsageError
from kpi.present.wording import joined, plural
from kpi.signals.limits import CHARTS

if TYPE_CHECKING:
    import pandas as pd

    from kpi.signals.chart import Chart

GRAINS = ("partner", "site", "product")
FRACTIONS = ("p", "p_prime")
NAMING = ("site_id", "product", "currency")
CHART_COLUMNS = (
    "value", "n", "centre", "lower_limit", "upper_limit", "rule", "reading", "near_lower", "near_upper",
)  # fmt: skip
VERDICTS = ("variation", "assurance", "target", "sigma_z", "points", "trial")


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
    _write(frame, verdict, layout)


@click.command("chart")
@click.option("--kpi", "kpi_id", metavar="ID", required=True, help="The indicator.")
@click.option("--partner", "partner_id", metavar="ID", required=True, help="The partner.")
@click.option("--grain", type=click.Choice(GRAINS), help="What the chart is of. Default: what is named.")
@click.option("--site", "site_id", metavar="ID", default="", help="The chart of this site.")
@click.option("--product", metavar="NAME", default="", help="The chart of this product.")
@click.option("--currency", metavar="CODE", help="Needed where the partner reports in several.")
@click.option("--month", type=Month(), help="As the chart stood at the end of this month. Default: the last.")
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As the figures stood at a ledger version, or at the end of a day (UTC)."
)
@click.option("--prime", is_flag=True, help="Limits that allow for overdispersion: p′ for p, u′ for u.")
@format_option(CSV, JSON)
@store_and_actor
@click.pass_context
def indicator_chart(
    context: click.Context,
    kpi_id: str,
    partner_id: str,
    grain: str | None,
    site_id: str,
    product: str,
    currency: str | None,
    month: date | None,
    as_of: str | None,
    prime: bool,
    layout: str | None,
) -> None:
    """Print the control chart of an indicator.

    One row per month. rule is outside, trend, two_of_three, run or empty. variation is the last month's reading,
    assurance says whether the target will be met if the process stays as it is.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.rebaselines import rebaselines
    from kpi.marts import load_marts
    from kpi.marts.select import require_known
    from kpi.signals.series import read_signals

    settings, catalog = settings_of(context), load_catalog()
    require_known("indicator", [kpi_id], catalog.indicators)
    grain = _grain(grain, site_id, product)
    store = settings.open_store()
    marts = load_marts(store, catalog, as_of=as_of, scope=settings.scope)
    require_known("partner", [partner_id], set(marts.register["partner_id"]))
    phases = rebaselines(store, scope=settings.scope, as_of=marts.version)
    signals = read_signals(
        marts,
        catalog,
        month=month,
        grain=grain,
        partner=partner_id,
        kpis=[kpi_id],
        rebaselines=phases,
        prime=prime,
    )
    named = {"site_id": site_id, "product": product, "currency": currency}
    series = _one_series(signals.series, named)
    points = signals.points
    for name in NAMING:
        points = points[points[name] == series[name]]
    frame = points[["month", *CHART_COLUMNS]].assign(phase=points["phase"] + 1)
    _write(tidy(frame), {"points_in_phase" if name == "points" else name: series[name] for name in VERDICTS}, layout)
    say(f"{catalog.indicators[kpi_id].name}, {plural(len(frame), 'month')}, ledger version {marts.version}.")


def _grain(grain: str | None, site_id: str, product: str) -> str:
    """The grain meant. Raises UsageError where what is named does not fit it."""
    if site_id and product:
        raise UsageError("There is a chart of a site or one of a product, none of both. Leave out --site or --product.")
    meant = "site" if site_id else "product" if product else "partner"
    if grain is None or grain == meant:
        return meant
    if meant == "partner":
        raise UsageError(f"--grain {grain} needs --{grain}, which names it.")
    raise UsageError(f"--{meant} names a {meant}, --grain says {grain}. Leave out one of them.")


def _one_series(series: pd.DataFrame, named: dict[str, str | None]) -> pd.Series:
    """The only series of that name. Raises UsageError where there is none, or one in each of several currencies."""
    from kpi.marts.select import require_known

    for column, noun in (("site_id", "site"), ("product", "product"), ("currency", "currency")):
        wanted = named[column]
        if wanted:
            require_known(noun, [wanted], set(series[column]))
        if wanted is not None:
            series = series[series[column] == wanted]
    if len(series) > 1:
        raise UsageError(f"The partner reports in {joined(list(series['currency']))}. Name one: --currency.")
    if series.empty:
        raise UsageError("There are no figures of this indicator here. Choose another, or another --grain.")
    return series.iloc[0]


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


def _write(frame: pd.DataFrame, verdict: dict[str, Any], layout: str | None) -> None:
    """CSV has the verdicts on every row, JSON once beside the list of points. Every digit is kept."""
    if layout == JSON:
        points = [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
        said = {name: plain(value) for name, value in verdict.items()}
        click.echo(json.dumps({"points": points, **said}, ensure_ascii=False, indent=1))
    else:
        click.echo(rendered(frame.assign(**verdict), CSV).decode(), nl=False)
