"""The command that lists what is overdue and what falls due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame

DAYS_AHEAD = 30
# What fits a terminal; CSV and JSON have every column.
SHOWN_IN_TABLE = ("due_on", "days_left", "what", "partner_id", "site_id", "record_id", "severity", "description")


@click.command("look-ahead")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help=f"Due by this day. Default: {DAYS_AHEAD} days after the day of the figures.",
)
@click.option("--partner", metavar="ID", help="Only this partner.")
@click.option("--as-of", metavar="VERSION|DATE", help="As it stood at a ledger version or date, and on its day.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def look_ahead(
    context: click.Context, until: datetime | None, partner: str | None, as_of: str | None, layout: str | None
) -> None:
    """List open commitments: overdue, or due by a day.

    Deviations, CAPAs, audit findings and responses to them, and order lines, the earliest original due date first.
    Fewer than 0 days left is overdue.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.evaluation import evaluation_day
    from kpi.marts.asked import load_asked
    from kpi.marts.look_ahead import look_ahead as read_look_ahead
    from kpi.marts.select import require_known
    from kpi.present.look_ahead import summary

    settings = settings_of(context)
    store, scope = settings.open_store(), settings.scope_for(Right.READ)
    marts = load_asked(store, load_catalog(), as_of=as_of, scope=scope)
    require_known("partner", [partner] if partner else [], set(marts.register["partner_id"]))
    day = evaluation_day(store, marts.version, is_latest=as_of is None, today=datetime.now(UTC).date())
    last = until.date() if until else day + timedelta(days=DAYS_AHEAD)
    found = read_look_ahead(store, version=marts.version, day=day, until=last, scope=scope, partner=partner)
    write_frame(found if layout in (CSV, JSON) else found[list(SHOWN_IN_TABLE)], layout)
    say(f"{summary(found, day, last, {})} Ledger version {marts.version}.")
