"""Commands about escalations: which there are, and the evidence of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import format_option, new_file, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame, write_whole
from kpi.errors import UsageError
from kpi.present.wording import day_name, plural

if TYPE_CHECKING:
    from kpi.signals.escalation import Escalation
    from kpi.signals.review import Review

AS_OF = click.option(
    "--as-of", metavar="VERSION|DATE", help="As they stood at a ledger version, or at the end of a day (UTC)."
)
ON = click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day that clocks and reporting days are read on. Default: today; with --as-of the version's own day.",
)


@click.command()
@click.option("--open", "only_open", is_flag=True, help="Only those that are open.")
@click.option("--partner", "partner_id", metavar="ID", help="Only this partner.")
@click.option("--tier", type=click.IntRange(min=1), help="Only those that stand in this tier now.")
@AS_OF
@ON
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def escalations(
    context: click.Context,
    only_open: bool,
    partner_id: str | None,
    tier: int | None,
    as_of: str | None,
    day: datetime | None,
    layout: str | None,
) -> None:
    """List the escalations.

    One row per escalation, the highest tier first: pending, open and closed ones. JSON has their history too. They are
    made from the figures, the rules and what people recorded, so a past version gives what it gave then.
    """
    import pandas as pd

    from kpi.catalog import load_catalog
    from kpi.marts.select import require_known
    from kpi.present.escalation_rows import ROW_COLUMNS, rows
    from kpi.signals.load import load_review

    settings = settings_of(context)
    catalog = load_catalog()
    marts, review = load_review(
        settings.open_store(),
        catalog,
        as_of=as_of,
        scope=settings.scope_for(Right.READ),
        today=datetime.now(UTC).date(),
        day=day.date() if day else None,
    )
    if partner_id is not None:
        require_known("partner", [partner_id], set(marts.register["partner_id"]))
    known = [number.tier for number in catalog.escalation.tiers]
    if tier is not None and tier not in known:
        raise UsageError(f"There is no tier {tier}. Allowed: {', '.join(map(str, known))}.")
    chosen = [
        escalation
        for escalation in review.escalations
        if (escalation.open or not only_open)
        and partner_id in (None, escalation.partner_id)
        and tier in (None, escalation.tier)
    ]
    made = rows(chosen, review.panel, catalog, details=layout == JSON)
    write_frame(pd.DataFrame(made) if made else pd.DataFrame(columns=list(ROW_COLUMNS)), layout)
    say(_tally(chosen, review, marts.version))


def _tally(chosen: list[Escalation], review: Review, version: int) -> str:
    listed = [escalation for escalation in chosen if escalation.open]
    covered = sum(1 for escalation in listed if escalation.covered_by)
    lost = (
        f" {plural(len(review.orphans), 'act')} on escalations that the figures no longer show."
        if review.orphans
        else ""
    )
    beside = f", {covered} of them covered by another" if covered else ""
    return (
        f"{plural(len(chosen), 'escalation')}: {len(listed)} open{beside}. "
        f"Judged on {day_name(review.day)}, ledger version {version}.{lost}"
    )


@click.command()
@click.argument("escalation_id", metavar="ESCALATION")
@click.option("--to", "to_file", type=new_file(), metavar="FILE.zip", required=True, help="Write the bundle here.")
@AS_OF
@store_and_actor
@click.pass_context
def evidence(context: click.Context, escalation_id: str, to_file: Path, as_of: str | None) -> None:
    """Write the evidence of one escalation as a zip.

    It holds the rule, the figures and records behind it, the points of its chart, its states, and what people did
    about it. The same escalation at the same version gives the same bytes.
    """
    from kpi.catalog import load_catalog
    from kpi.present.evidence import bundle
    from kpi.present.rows import names_of
    from kpi.signals.evidence import gather
    from kpi.signals.load import load_review
    from kpi.signals.review import find

    if to_file.suffix.lower() != ".zip":
        raise UsageError(f"The evidence is a zip. Name {to_file.stem}.zip.")
    settings = settings_of(context)
    catalog, store, scope = load_catalog(), settings.open_store(), settings.scope_for(Right.EXPORT)
    today: date = datetime.now(UTC).date()
    marts, review = load_review(store, catalog, as_of=as_of, scope=scope, today=today)
    escalation = find(review, escalation_id)
    gathered = gather(store, catalog, marts, review, escalation, scope=scope)
    write_whole(to_file, bundle(gathered, catalog, names_of(marts)))
    say(f"Wrote {to_file}: escalation {escalation.id} at ledger version {marts.version}.")
