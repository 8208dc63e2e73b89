"""Commands about what happened: the audit trail, two versions side by side, an original file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi.access import Right
from kpi.cli.messages import progress_bar, say
from kpi.cli.options import format_option, new_file, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame, write_whole
from kpi.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from kpi.access import Scope
    from kpi.ledger.store import Store

# What fits a terminal; CSV and JSON have every column.
SHOWN_IN_TABLE = ("version", "at", "who", "what", "submission_id", "partners", "old", "new", "why")
CHANGES_SHOWN = ("version", "at", "who", "what", "submission_id", "row_number", "key", "column", "old", "new", "why")


@click.command()
@click.option("--from", "since", metavar="WHEN", help="The first version, or the first day (UTC): 12 or 2026-03-01.")
@click.option("--to", "until", metavar="WHEN", help="The last version, or the last day (UTC): 12 or 2026-03-31.")
@click.option("--partner", metavar="PARTNER", help="Only what is about this partner.")
@click.option("--actor", metavar="USER", help="Only what this person did.")
@click.option("--kind", metavar="KIND", help="Only events of this kind, for example submission or withdrawal.")
@click.option("--submission", metavar="SUBMISSION", help="Only this submission and its withdrawal; with --changes.")
@click.option("--changes", is_flag=True, help="The records changed, cell by cell, with the old and the new value.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def audit(
    context: click.Context,
    since: str | None,
    until: str | None,
    partner: str | None,
    actor: str | None,
    kind: str | None,
    submission: str | None,
    changes: bool,
    layout: str | None,
) -> None:
    """The audit trail, newest first: who did what and when, the old and the new state, and why.

    Every event is in it, whoever acted: submissions, withdrawals, acts on escalations, rebaselines. Times are UTC; CSV
    and JSON have the local time too.
    """
    from kpi.ledger.reads import events, first_version_since, resolve_as_of
    from kpi.present.audit_table import audit_table, chosen

    settings = settings_of(context)
    store, scope = settings.open_store(), settings.scope_for(Right.READ)
    trail = audit_table(events(store, scope, administered=settings.person.scope(Right.ADMINISTER)))
    if since is not None:
        trail = trail[trail["version"] >= first_version_since(store, since)]
    if until is not None:
        trail = trail[trail["version"] <= resolve_as_of(store, until)]
    if kind is not None and kind not in set(trail["kind"]):
        listed = ", ".join(sorted(set(trail["kind"]))) or "none"
        raise UsageError(f'There is no event of kind "{kind}" among these. There are: {listed}.')
    trail = chosen(trail, kinds=[kind] if kind else (), who=actor, partner=partner)
    if submission is not None:
        trail = _of_submission(store, trail, submission, scope)
    if changes or submission is not None:
        rows = changed_cells(store, trail, scope, partner)
        write_frame(rows, layout)
    else:
        write_frame(trail if layout in (CSV, JSON) else trail[list(SHOWN_IN_TABLE)], layout)


def _of_submission(store: Store, trail: pd.DataFrame, submission: str, scope: Scope) -> pd.DataFrame:
    """Raises UsageError for a submission that the reader cannot see."""
    from kpi.ledger.reads import details

    name = details(store, submission, scope)["submission_id"]
    return trail[trail["submission_id"] == name]


def changed_cells(store: Store, trail: pd.DataFrame, scope: Scope, partner: str | None) -> pd.DataFrame:
    """The cells that the submissions and withdrawals in ``trail`` changed, newest event first."""
    import pandas as pd

    from kpi.ledger.chain import SUBMISSION, WITHDRAWAL
    from kpi.rehearsal.comparison import Between, changed_records

    files = trail[trail["kind"].isin([SUBMISSION, WITHDRAWAL])]
    parts = []
    rows: Iterable[Any] = files.itertuples(index=False)
    for event in rows:
        between = [Between(event.version, event.kind, event.submission_id, event.dataset, frozenset())]
        found = changed_records(store, between, scope=scope, partner=partner)
        about: dict[str, Any] = {"version": event.version, "at": event.at, "who": event.who}
        parts.append(found.assign(**about, what=event.what, why=event.why))
    parts = [part for part in parts if len(part)]
    columns = list(CHANGES_SHOWN)
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


@click.command()
@click.argument("earlier", metavar="EARLIER")
@click.argument("later", metavar="LATER")
@click.option("--partner", metavar="PARTNER", help="Only this partner's figures.")
@click.option("--kpi", metavar="KPI", help="Only this indicator's figures.")
@click.option("--changes", is_flag=True, help="The records changed in between, cell by cell, instead of figures.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def compare(
    context: click.Context,
    earlier: str,
    later: str,
    partner: str | None,
    kpi: str | None,
    changes: bool,
    layout: str | None,
) -> None:
    """Which figures differ between two versions, and through which files.

    EARLIER and LATER are ledger versions or dates, for example 12 and 2026-03-31. Both are judged on the day of the
    later one. Where very many files came in between, those that could have moved a figure are named.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.reads import resolve_as_of
    from kpi.present.consequences import sentence
    from kpi.rehearsal.comparison import changed_records, compare_versions

    settings = settings_of(context)
    store, scope = settings.open_store(), settings.scope_for(Right.READ)
    first, last = resolve_as_of(store, earlier), resolve_as_of(store, later)
    with progress_bar("Comparing") as step:
        found = compare_versions(
            store, load_catalog(), first, last, scope=scope, partner=partner, kpi=kpi, progress=step
        )
    if changes:
        write_frame(changed_records(store, found.between, scope=scope, partner=partner), layout)
    else:
        write_frame(found.figures, layout)
    say(f"Version {found.earlier} and version {found.later}, both judged on {found.day}: {sentence(found)}")
    for told in found.opens:
        say(f"Opens: {told}")
    for told in found.closes:
        say(f"Closes: {told}")


@click.command()
@click.argument("submission_id", metavar="SUBMISSION")
@click.option("--to", "to_file", type=new_file(), metavar="FILE", required=True, help="Where to write it.")
@store_and_actor
@click.pass_context
def original(context: click.Context, submission_id: str, to_file: Path) -> None:
    """Write a submission's original file, byte for byte as it was uploaded."""
    from kpi.ledger.reads import original as read_original

    settings = settings_of(context)
    name, content = read_original(settings.open_store(), submission_id, settings.scope_for(Right.EXPORT))
    write_whole(to_file, content)
    say(f"Wrote {to_file}: {name}, {len(content):,} bytes as they were uploaded.")
