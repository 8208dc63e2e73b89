"""The command that prints or draws the control chart of one indicator of the store."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.chart_output import deliver, written
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, new_file, settings_of, store_and_actor
from kpi.cli.pictures import PICTURES, picture_of_chart
from kpi.cli.tables import CSV, JSON, tidy
from kpi.errors import UsageError
from kpi.present.wording import joined, plural

if TYPE_CHECKING:
    import pandas as pd

GRAINS = ("partner", "site", "product")
NAMING = ("site_id", "product", "currency")
CHART_COLUMNS = (
    "value", "n", "centre", "lower_limit", "upper_limit", "rule", "reading", "near_lower", "near_upper",
)  # fmt: skip
VERDICTS = ("variation", "assurance", "target", "sigma_z", "points", "trial")


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
@format_option(CSV, JSON, *PICTURES)
@click.option("--to-file", type=new_file(), metavar="FILE", help="Write here instead of to standard output.")
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
    to_file: Path | None,
) -> None:
    """Print the control chart of an indicator, or draw it (png, svg).

    One row per month. rule is outside, trend, two_of_three, run or empty. variation is the last month's reading,
    assurance says whether the target will be met if the process stays as it is.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.rebaselines import rebaselines
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known
    from kpi.signals.series import read_signals

    settings, catalog = settings_of(context), load_catalog()
    require_known("indicator", [kpi_id], catalog.indicators)
    grain = _grain(grain, site_id, product)
    store, scope = settings.open_store(), settings.scope_for(Right.EXPORT if to_file else Right.READ)
    marts = load_asked(store, catalog, as_of=as_of, scope=scope)
    require_known("partner", [partner_id], set(marts.register["partner_id"]))
    phases = rebaselines(store, scope=scope, as_of=marts.version)
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
    if layout in PICTURES:
        if to_file is None and sys.stdout.isatty():
            raise UsageError("A picture is not for a terminal. Name a file: --to-file FILE.")
        who = (partner_id, series["site_id"], series["product"], series["currency"])
        indicator = catalog.indicators[kpi_id]
        drawn = picture_of_chart(marts, indicator, signals, who, month, phases, prime=prime, layout=layout)
        deliver(drawn, to_file)
        return
    points = signals.points
    for name in NAMING:
        points = points[points[name] == series[name]]
    frame = points[["month", *CHART_COLUMNS]].assign(phase=points["phase"] + 1)
    verdict = {"points_in_phase" if name == "points" else name: series[name] for name in VERDICTS}
    deliver(written(tidy(frame), verdict, layout), to_file)
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
