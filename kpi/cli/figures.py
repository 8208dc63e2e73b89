"""Commands about figures: the indicators of a store, and the dictionary that says what each of them means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, new_file, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, PARQUET, TABLE, write_frame
from kpi.errors import UsageError
from kpi.present.wording import plural

GRAINS = ("partner", "site", "product")
WINDOWS = ("1", "3", "12")


@click.command()
@click.option("--kpi", "kpis", metavar="ID", multiple=True, help="Only this indicator; may be repeated.")
@click.option("--partner", "partners", metavar="ID", multiple=True, help="Only this partner; may be repeated.")
@click.option("--grain", type=click.Choice(GRAINS), default="partner", show_default=True, help="One row is about.")
@click.option("--window", type=click.Choice(WINDOWS), default="1", show_default=True, help="Months in one figure.")
@click.option("--from", "month_from", type=Month(), help="First month.")
@click.option("--to", "month_to", type=Month(), help="Last month.")
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As the figures stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON, PARQUET)
@click.option("--to-file", type=new_file(), metavar="FILE", help="Write here instead of to standard output.")
@store_and_actor
@click.pass_context
def indicators(
    context: click.Context,
    kpis: tuple[str, ...],
    partners: tuple[str, ...],
    grain: str,
    window: str,
    month_from: date | None,
    month_to: date | None,
    as_of: str | None,
    layout: str | None,
    to_file: Path | None,
) -> None:
    """Print the indicators.

    One row per indicator, partner (site, product) and month. Proportions and ratios are fractions: 0.95 is 95 %.
    A figure that does not exist is empty, never 0.
    """
    from kpi.catalog import load_catalog
    from kpi.marts.asked import load_asked
    from kpi.marts.select import figures, require_known

    if month_from and month_to and month_from > month_to:
        raise UsageError("--from is later than --to. Swap them.")
    settings = settings_of(context)
    catalog = load_catalog()
    require_known("indicator", kpis, catalog.indicators)
    marts = load_asked(settings.open_store(), catalog, as_of=as_of, scope=settings.scope_for(Right.READ))
    chosen = figures(
        marts,
        kpis=kpis,
        partners=partners,
        grain=grain,
        window=int(window),
        month_from=month_from,
        month_to=month_to,
    )
    write_frame(chosen, layout, to_file)
    say(f"{plural(len(chosen), 'row')}, ledger version {marts.version}.")


@click.command()
@format_option("markdown", JSON)
def definitions(layout: str | None) -> None:
    """Print the KPI dictionary.

    It says what every indicator means, how it is computed and where that comes from.
    """
    from kpi.catalog import load_catalog
    from kpi.cli.dictionary import as_json, as_markdown

    catalog = load_catalog()
    click.echo(as_json(catalog) if layout == JSON else as_markdown(catalog), nl=False)
