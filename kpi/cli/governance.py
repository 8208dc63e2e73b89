"""Commands about decisions: act on an escalation, begin a control chart anew, list and take back rebaselines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from kpi.access import Right, right_to_act
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError
from kpi.ledger.act_names import ACTIONS, DONE, SIDES, SIDES_OF

if TYPE_CHECKING:
    from kpi.marts import Marts

REBASELINE_COLUMNS = (
    "version", "kpi_id", "grain", "partner_id", "site_id", "product", "currency", "month", "reason", "actor", "at",
)  # fmt: skip
# "withdraw-objection" needs no quotes in a shell.
ACTION_OF_WORD = {name.replace(" ", "-"): name for name in ACTIONS}


@click.command()
@click.argument("escalation_id", metavar="ESCALATION")
@click.argument("word", metavar="ACTION", type=click.Choice(list(ACTION_OF_WORD)))
@click.option("--text", default="", help="The comment, reply, objection or reason; it is kept for good.")
@click.option("--owner", default="", metavar="NAME", help="With assign: the person or role who answers for it.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="With shelve: the last day of the shelf."
)
@click.option("--side", type=click.Choice(SIDES), help="For whom you act. Default: whose act it is; comment: sponsor.")
@store_and_actor
@click.pass_context
def respond(
    context: click.Context,
    escalation_id: str,
    word: str,
    text: str,
    owner: str,
    until: datetime | None,
    side: str | None,
) -> None:
    """Act on an escalation.

    ACTION is acknowledge, comment, assign, shelve or unshelve for the sponsor; reply, object or withdraw-objection for
    the partner, who may comment too. Everything is appended: no act changes an earlier one.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.actions import record_action
    from kpi.signals.load import load_review
    from kpi.signals.review import find

    settings = settings_of(context)
    store = settings.open_store()
    action, now = ACTION_OF_WORD[word], datetime.now(UTC)
    chosen = side or SIDES_OF[action][0]
    scope = settings.scope_for(right_to_act(chosen), chosen)
    marts, review = load_review(store, load_catalog(), scope=settings.scope_for(Right.READ), today=now.date())
    escalation = find(review, escalation_id)
    done = record_action(
        store,
        escalation_id=escalation.id,
        rule_id=escalation.rule.id,
        partner_id=escalation.partner_id,
        kpi_id=escalation.kpi_id,
        currency=escalation.currency,
        month=escalation.active_from or escalation.since,
        action=action,
        side=chosen,
        text=text,
        owner=owner,
        until=until.date() if until else None,
        actor=settings.actor,
        now=now,
        scope=scope,
        after_version=marts.version,
    )
    more = f" to {done.owner}" if done.owner else f" until {done.until}" if done.until else ""
    say(f"{done.actor} {DONE[action]} {escalation.id}{more}. The ledger is at version {done.version}.")


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
    from kpi.catalog import load_catalog
    from kpi.ledger.rebaselines import record_rebaseline
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known

    settings = settings_of(context)
    catalog = load_catalog()
    require_known("indicator", [kpi_id], catalog.indicators)
    if site_id and product:
        raise UsageError("There is a chart of a site or one of a product, none of both. Leave out --site or --product.")
    grain = "site" if site_id else "product" if product else "partner"
    store, scope = settings.open_store(), settings.scope_for(Right.REBASELINE)
    marts = load_asked(store, catalog, scope=scope)
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
        scope=scope,
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
    found = standing(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
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
    from kpi.ledger.rebaselines import withdraw_rebaseline as take_back

    settings = settings_of(context)
    newest = take_back(
        settings.open_store(),
        version,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.REBASELINE),
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
