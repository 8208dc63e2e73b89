"""Commands about what was said of figures: object, comment, answer; and the list."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from kpi.access import SIDES, Right, right_to_act
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError
from kpi.ledger.figure_names import FIGURE_ACTS, FIGURE_DONE, SIDES_OF_ACT

COLUMNS = (
    "version", "at", "actor", "side", "action", "partner_id", "kpi_id", "currency", "month", "seen_version",
    "objection_version", "text",
)  # fmt: skip
# "turn-down" needs no quotes in a shell.
ACT_OF_WORD = {name.replace(" ", "-"): name for name in FIGURE_ACTS}


@click.command("note-figure")
@click.argument("word", metavar="ACTION", type=click.Choice(list(ACT_OF_WORD)))
@click.option("--kpi", "kpi_id", metavar="ID", required=True, help="The indicator.")
@click.option("--partner", "partner_id", metavar="ID", required=True, help="The partner.")
@click.option("--month", type=Month(), required=True, help="The month of the figure.")
@click.option("--currency", metavar="CODE", default="", help="Of an indicator of money.")
@click.option("--text", required=True, help="The objection, comment or answer; it is kept for good.")
@click.option("--side", type=click.Choice(SIDES), help="For whom you act. Default: whose act it is; comment: sponsor.")
@store_and_actor
@click.pass_context
def note_figure(
    context: click.Context,
    word: str,
    kpi_id: str,
    partner_id: str,
    month: date,
    currency: str,
    text: str,
    side: str | None,
) -> None:
    """Object to a figure, comment on it, or answer an objection.

    ACTION is object or withdraw-objection for the partner, uphold or turn-down for the sponsor; both may comment. The
    figure does not change: a corrected file changes it.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.figure_notes import record_figure_note
    from kpi.marts.asked import load_asked
    from kpi.marts.select import figures, require_known

    settings = settings_of(context)
    store, catalog = settings.open_store(), load_catalog()
    act = ACT_OF_WORD[word]
    chosen = side or SIDES_OF_ACT[act][0]
    scope = settings.scope_for(right_to_act(chosen), chosen)
    require_known("indicator", [kpi_id], catalog.indicators)
    marts = load_asked(store, catalog, scope=settings.scope_for(Right.READ))
    rows = figures(marts, kpis=[kpi_id], partners=[partner_id], month_from=month, month_to=month)
    if currency not in set(rows["currency"]):
        raise UsageError(f"{partner_id} has no such figure in {month:%Y-%m}. Nothing was written.")
    note = record_figure_note(
        store,
        partner_id=partner_id,
        kpi_id=kpi_id,
        currency=currency,
        month=month,
        action=act,
        side=chosen,
        text=text,
        seen_version=marts.version,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=scope,
    )
    say(f"{note.actor} {FIGURE_DONE[act]}. The ledger is at version {note.version}.")


@click.command("figure-notes")
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As they stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def figure_notes(context: click.Context, as_of: str | None, layout: str | None) -> None:
    """List what was said about figures, oldest first."""
    from dataclasses import asdict

    import pandas as pd

    from kpi.ledger.figure_notes import figure_notes as said

    settings = settings_of(context)
    found = said(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
    table = pd.DataFrame([asdict(one) for one in found], columns=list(COLUMNS))
    write_frame(table.astype({"objection_version": "Int64"}), layout)
