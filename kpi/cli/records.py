"""Commands about what the ledger holds: load the sample, list submissions, withdraw one, verify all of it."""

from __future__ import annotations

import click

from kpi.access import Right
from kpi.cli.messages import progress_bar, say
from kpi.cli.options import format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import StoreDamaged
from kpi.present.wording import plural

# What fits a terminal; CSV and JSON have every column.
SHOWN_IN_TABLE = (
    "submission_id",
    "state",
    "dataset",
    "month_from",
    "month_to",
    "partners",
    "file_name",
    "row_count",
    "new",
    "changed",
    "at",
    "actor",
    "reason",
)


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, quietly, where the store already holds something.")
@store_and_actor
@click.pass_context
def demo(context: click.Context, if_empty: bool) -> None:
    """Load the synthetic sample portfolio into an empty store."""
    from kpi.ledger.reads import version_now

    settings = settings_of(context)
    store = settings.open_store()
    if if_empty and version_now(store) > 0:
        return
    settings.scope_for(Right.ADMINISTER)  # the sample is of many partners
    from kpi.sample import load  # imports the checks, which a store that holds something does not need

    say("Loading the synthetic sample portfolio: about 400 files, half a minute or so.")
    with progress_bar("Loading the sample") as step:
        loaded = load(store, progress=step)
    say(
        f"The sample portfolio is loaded: {plural(loaded.partners, 'partner')}, {plural(loaded.records, 'record')} "
        f"from {plural(loaded.submissions, 'file')}. All of it is synthetic."
    )


@click.command()
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def submissions(context: click.Context, layout: str | None) -> None:
    """List every submission, newest first, with what became of it."""
    from kpi.ledger.reads import history

    settings = settings_of(context)
    listed = history(settings.open_store(), scope=settings.scope_for(Right.READ))
    write_frame(listed if layout in (CSV, JSON) else listed[list(SHOWN_IN_TABLE)], layout)


@click.command()
@click.argument("submission_id", metavar="SUBMISSION")
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def withdraw(context: click.Context, submission_id: str, reason: str) -> None:
    """Withdraw a submission.

    Its records no longer count, and what they had replaced counts again. Nothing is deleted.
    """
    from datetime import UTC, datetime

    from kpi.ledger.submissions import withdraw as withdraw_submission

    settings = settings_of(context)
    version = withdraw_submission(
        settings.open_store(),
        submission_id,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.WITHDRAW),
    )
    say(f"{submission_id} is withdrawn. The ledger is at version {version}.")


@click.command()
@store_and_actor
@click.pass_context
def verify(context: click.Context) -> None:
    """Check the ledger against its digests.

    That is the chain of events, every stored file and every appended row. Exit code 3 where something was altered.
    """
    import pandas as pd

    from kpi.ledger.verify import verify as verify_ledger

    settings = settings_of(context)
    settings.scope_for(Right.ADMINISTER)  # problems name files of every partner
    found = verify_ledger(settings.open_store())
    checked = {
        "version": found.version,
        "events": found.events,
        "submissions": found.submissions,
        "originals": found.originals,
        "records": found.records,
        "problems": len(found.problems),
        "hash of the newest event": found.head,
    }
    write_frame(pd.DataFrame({"checked": list(checked), "found": [str(value) for value in checked.values()]}), TABLE)
    if found.problems:
        raise StoreDamaged("\n".join((*found.problems, "The ledger no longer says what was written to it.")))
    say("The ledger verifies.")
