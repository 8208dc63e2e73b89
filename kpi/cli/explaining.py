"""The command that takes a change of a figure apart by site or product."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, plain, write_frame
from kpi.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.marts import Marts
    from kpi.signals.explained import Explained


@click.command()
@click.option("--kpi", metavar="ID", required=True, help="The indicator.")
@click.option("--partner", metavar="ID", required=True, help="The partner.")
@click.option("--from", "month_from", type=Month(), required=True, help="The earlier month.")
@click.option("--to", "month_to", type=Month(), required=True, help="The later month.")
@click.option("--window", type=click.Choice(("1", "3", "12")), default="1", show_default=True, help="Months in each.")
@click.option("--by", type=click.Choice(("site", "product")), help="Default: site.")
@click.option("--currency", metavar="CODE", default="", help="For indicators of money, where there are several.")
@click.option("--as-of", metavar="VERSION|DATE", help="As the figures stood at a ledger version or date.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def explain(
    context: click.Context,
    kpi: str,
    partner: str,
    month_from: date,
    month_to: date,
    window: str,
    by: str | None,
    currency: str,
    as_of: str | None,
    layout: str | None,
) -> None:
    """Explain a change: what each site or product adds to it.

    Own is what a part changed itself, mix what its larger or smaller share changed. They add up to the change. All
    numbers are in the unit of the indicator's value: 0.01 of a proportion is one point.
    """
    from kpi.catalog import load_catalog
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known
    from kpi.marts.values import values_behind
    from kpi.present.explain import explanation, not_comparable
    from kpi.present.sites import names_of_sites
    from kpi.signals.explain import explain as explain_change
    from kpi.signals.explained import NotComparable

    settings = settings_of(context)
    catalog, store = load_catalog(), settings.open_store()
    require_known("indicator", [kpi], catalog.indicators)
    indicator = catalog.indicators[kpi]
    marts = load_asked(store, catalog, as_of=as_of, scope=settings.scope_for(Right.READ))
    require_known("partner", [partner], set(marts.register["partner_id"]))
    values = None
    if indicator.values is not None:
        values = values_behind(
            store, catalog, version=marts.version, kpi_id=kpi, partner_id=partner, scope=settings.scope_for(Right.READ)
        )
    found = explain_change(
        marts,
        indicator,
        partner=partner,
        by=by or "site",
        month_from=month_from,
        month_to=month_to,
        window=int(window),
        currency=_currency(marts, indicator, partner, currency),
        values=values,
    )
    if isinstance(found, NotComparable):
        raise UsageError(f"{not_comparable(found)} Choose other months.")
    sentence = explanation(indicator, found, names_of_sites(marts))
    if layout == JSON:
        click.echo(json.dumps(_whole(found, sentence), ensure_ascii=False, indent=1))
    else:
        write_frame(parts_frame(found), layout)
    say(f"{sentence} Ledger version {marts.version}.")


def parts_frame(found: Explained) -> pd.DataFrame:
    """One row per part, the largest contribution first; ``entity`` is empty for a part that is no single one."""
    import pandas as pd

    rows = [
        {
            found.by: part.entity,
            "part": part.kind,
            "n_before": part.n[0],
            "n_after": part.n[1],
            "value_before": part.value[0],
            "value_after": part.value[1],
            "share_before": float(part.share[0]) if part.share else None,
            "share_after": float(part.share[1]) if part.share else None,
            "own": float(part.own),
            "mix": float(part.mix),
            "change": float(part.total),
        }
        for part in found.parts
    ]
    columns = ["n_before", "n_after", "value_before", "value_after", "share_before", "share_after", "own", "mix"]
    return pd.DataFrame(rows, columns=[found.by, "part", *columns, "change"])


def _whole(found: Explained, sentence: str) -> dict[str, Any]:
    parts = parts_frame(found)
    return {
        "kpi_id": found.kpi_id,
        "partner_id": found.partner_id,
        "currency": found.currency,
        "by": found.by,
        "window": found.before.window,
        "from": f"{found.before.month:%Y-%m}",
        "to": f"{found.after.month:%Y-%m}",
        "before": float(found.before.value),
        "after": float(found.after.value),
        "change": float(found.change),
        "sentence": sentence,
        "parts": [{str(name): plain(value) for name, value in row.items()} for row in parts.to_dict("records")],
    }


def _currency(marts: Marts, indicator: Indicator, partner: str, asked: str) -> str:
    from kpi.present.subject import currencies

    known = currencies(marts, indicator, partner)
    if asked in known:
        return asked
    if asked:
        raise UsageError(f"There are no figures in {asked}. Known: {', '.join(filter(None, known)) or 'none'}.")
    if len(known) > 1:
        raise UsageError(f"There are figures in several currencies. Name one: --currency {' or '.join(known)}.")
    return known[0]
