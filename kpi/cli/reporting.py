"""The command that shows which file was due when, and when it came."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError

MONTHS_SHOWN = 12
# What fits a terminal; CSV and JSON have every column.
SHOWN_IN_TABLE = ("partner_id", "dataset", "month", "state", "due_on", "received_on", "restated", "submissions")
SHOWN_WHEN_DUE = ("partner_id", "dataset", "month", "state", "due_on", "days_left", "withdrawn")


@click.command()
@click.option("--partner", metavar="ID", help="Only this partner.")
@click.option(
    "--from", "month_from", type=Month(), help=f"First month. Default: {MONTHS_SHOWN} months up to the last one."
)
@click.option("--to", "month_to", type=Month(), help="Last month. Default: the month that ended last.")
@click.option("--due", is_flag=True, help="Only what has to be sent now, what is overdue first, of every month.")
@click.option("--as-of", metavar="VERSION|DATE", help="As it stood at a ledger version or date, and on its day.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def calendar(
    context: click.Context,
    partner: str | None,
    month_from: date | None,
    month_to: date | None,
    due: bool,
    as_of: str | None,
    layout: str | None,
) -> None:
    """List by partner, dataset and month what was due and when it came.

    Fewer than 0 days left is overdue. Restated: a later submission for the same month changed records.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.evaluation import day_asked
    from kpi.ledger.offers import offers
    from kpi.ledger.reads import history
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known
    from kpi.present.calendar_board import summary
    from kpi.present.reporting_calendar import calendar_frame, last_month, reporting_calendar
    from kpi.present.rows import labels_of, months_before

    if month_from and month_to and month_from > month_to:
        raise UsageError(f"{month_from:%Y-%m} is after {month_to:%Y-%m}. Write the earlier month after --from.")
    settings = settings_of(context)
    store, catalog = settings.open_store(), load_catalog()
    marts = load_asked(store, catalog, as_of=as_of, scope=settings.scope_for(Right.READ))
    require_known("partner", [partner] if partner else [], set(marts.register["partner_id"]))
    day = day_asked(store, marts.version, as_of, datetime.now(UTC).date())
    if not due:
        month_to = month_to or last_month(day)
        month_from = month_from or months_before(month_to, MONTHS_SHOWN - 1)
    sent = history(store, scope=settings.scope_for(Right.READ), as_of=marts.version)
    waiting = offers(store, scope=settings.scope_for(Right.READ), as_of=marts.version)
    found = reporting_calendar(marts, sent, catalog.calendar, day, month_from, month_to, waiting)
    mine = [cell for cell in found.cells if partner in (None, cell.partner_id)]
    chosen = [cell for cell in found.due if partner in (None, cell.partner_id)] if due else None
    frame = calendar_frame(found, chosen)
    if partner and chosen is None:
        frame = frame[frame["partner_id"] == partner]
    write_frame(frame if layout in (CSV, JSON) else frame[list(SHOWN_WHEN_DUE if due else SHOWN_IN_TABLE)], layout)
    say(f"{summary(found, mine, labels_of(marts))} Ledger version {marts.version}.")
