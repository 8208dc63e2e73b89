"""Commands about decisions: act on an escalation, begin a control chart anew, list and take back rebaselines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError

if TYPE_CHECKING:
    from kpi.marts import Marts

REBASELINE_COLUMNS = (
    "version", "kpi_id", "grain", "partner_id", "site_id", "product", "currency", "month", "reason", "actor", "at",
)  # fmt: skip


@click.command()
@click.option("--kpi", "kpi_id", metavar="ID", required=True, help="The indicator.")
@click.option("--partner", "partner_id", metavar="ID", required=True, help="The partner.")
@click.option("--site", "site_id", metavar="ID", default="", help="The chart of this site. Default: of the partner.")
@click.option("--product", metavar="NAME", default="", help="The chart of this product. Default: of the partner.")
@click.option("--currency", metavar="CODE", help="Needed where the partner reports in several.")
@click.option("--month", type=Month(), required=True, help="First month of the new phase.")
@click.option("--reason", required=True, help="What changed the process; it is kept for good.")
@store_and_actor
@click.pass_context
def rebaseline(
    context: click.Context,
    kpi_id: str,
    partner_id: str,
    site_id: str,
    product: str,
    currency: str | None,
    month: date,
    reason: str,
) -> None:
    """Begin a control chart anew.

    From the month on, its limits are made from that month and later ones. That is a decision with a reason; it is never
    made automatically.
    """
    from datetime import UTC, datetime

    from kpi.catalog import load_catalog
    from kpi.ledger.rebaselines import record_rebaseline
    from kpi.marts import load_marts
    from kpi.marts.select import require_known

    settings = settings_of(context)
    catalog = load_catalog()
    require_known("indicator", [kpi_id], catalog.indicators)
    if site_id and product:
        raise UsageError("There is a chart of a site or one of a product, none of both. Leave out --site or --product.")
    grain = "site" if site_id else "product" if product else "partner"
    store = settings.open_store()
    marts = load_marts(store, catalog, scope=settings.scope)
    chosen = record_rebaseline(
        store,
        kpi_id=kpi_id,
        grain=grain,
        partner_id=partner_id,
        site_id=site_id,
        product=product,
        currency=_currency(marts, kpi_id, grain, partner_id, site_id, product, currency),
        month=month,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope,
    )
    say(
        f"From {_month(month)} on this chart has limits of its own. Recorded as ledger version {chosen.version}; to "
        f"take it back: python -m kpi withdraw-rebaseline {chosen.version} --reason TEXT."
    )


@click.command()
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As they stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def rebaselines(context: click.Context, as_of: str | None, layout: str | None) -> None:
    """List the rebaselines that stand, in the order in which they were recorded."""
    from dataclasses import asdict

    import pandas as pd

    from kpi.ledger.rebaselines import rebaselines as standing

    settings = settings_of(context)
    found = standing(settings.open_store(), scope=settings.scope, as_of=as_of)
    write_frame(pd.DataFrame([asdict(one) for one in found], columns=list(REBASELINE_COLUMNS)), layout)


@click.command("withdraw-rebaseline")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def withdraw_rebaseline(context: click.Context, version: int, reason: str) -> None:
    """Take a rebaseline back, by the ledger VERSION it was recorded as.

    The chart's limits are again those of the phase before. Earlier ledger versions still show it.
    """
    from datetime import UTC, datetime

    from kpi.ledger.rebaselines import withdraw_rebaseline as take_back

    settings = settings_of(context)
    newest = take_back(
        settings.open_store(),
        version,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope,
    )
    say(f"The rebaseline of version {version} is taken back. The ledger is at version {newest}.")


def _currency(
    marts: Marts, kpi_id: str, grain: str, partner_id: str, site_id: str, product: str, wanted: str | None
) -> str:
    """The currency of the chart named, "" where it has none. Raises UsageError for a chart that there is not."""
    from kpi.marts.select import figures, require_known

    rows = figures(marts, kpis=[kpi_id], partners=[partner_id], grain=grain)
    if site_id:
        require_known(f"site of {partner_id} with this indicator", [site_id], set(rows["site_id"]))
    if product:
        require_known(f"product of {partner_id} with this indicator", [product], set(rows["product"]))
    rows = rows[(rows["site_id"] == site_id) & (rows["product"] == product)]
    if rows.empty:
        raise UsageError(f"There is no chart of {kpi_id} for {partner_id}: it has no figures.")
    currencies = sorted(set(rows["currency"]))
    if wanted is None and len(currencies) == 1:
        return str(currencies[0])
    if wanted not in currencies:
        listed = ", ".join(name or "none" for name in currencies)
        raise UsageError(f"Say which currency: --currency CODE. This indicator of {partner_id} has: {listed}.")
    return str(wanted)


def _month(month: date) -> str:
    return month.isoformat()[:7]
