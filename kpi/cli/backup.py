"""Commands that copy the ledger away and put a copy back."""

from __future__ import annotations

import dataclasses
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from kpi.access import EVERYTHING, Right, Scope
from kpi.cli.messages import say
from kpi.cli.options import Settings, settings_of, store_and_actor
from kpi.errors import StoreDamaged, UsageError
from kpi.present.wording import plural


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@store_and_actor
@click.pass_context
def backup(context: click.Context, folder: Path) -> None:
    """Copy the ledger into a new dated folder in DIR.

    The dashboard may go on running. The copy is opened and verified, event by event and record by record, before it
    gets the name of a backup. Its name goes to standard output.
    """
    from kpi.ledger.backup import back_up

    settings = settings_of(context)
    path = store_path(settings.store_url)
    if not path.exists():  # opening it would make an empty one, and back that up night after night
        raise UsageError(
            f"There is no store at {path}, so there is nothing to back up. Name it: --store URL or KPI_STORE."
        )
    scope = settings.scope_for(Right.ADMINISTER)
    made = back_up(settings.open_store(), folder, actor=settings.actor, now=datetime.now(UTC), scope=scope)
    click.echo(made.path)
    manifest = made.manifest
    say(
        f"Ledger version {manifest.ledger_version} is backed up and verified: {plural(manifest.submissions, 'file')}, "
        f"{plural(manifest.records, 'record')}, {manifest.size:,} bytes. Hash of the newest event: {manifest.head}."
    )


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", "url", metavar="URL", help="The store to restore, as in --store. Default: the store in use.")
@click.option("--version", type=click.IntRange(min=0), help="The newest backup of this ledger version.")
@click.option(
    "--replace",
    is_flag=True,
    help="Restore over a store whose events the backup does not have. Its file is kept under a dated name.",
)
@store_and_actor
@click.pass_context
def restore(context: click.Context, folder: Path, url: str | None, version: int | None, replace: bool) -> None:
    """Put the newest backup in DIR, or DIR itself, back.

    Its file and its chain are checked first. Refused where the store holds events that the backup lacks.
    """
    from kpi.ledger.restoring import restore as restore_backup

    settings = settings_of(context)
    target = store_path(url or settings.store_url)
    scope = _may_replace(dataclasses.replace(settings, store_url=url or settings.store_url))
    done = restore_backup(folder, target, version=version, replace=replace, now=datetime.now(UTC), scope=scope)
    manifest = done.backup.manifest
    say(
        f"{target} is at ledger version {manifest.ledger_version}, from {done.backup.path.name}, made "
        f"{manifest.made_at} by {manifest.made_by}."
    )
    if done.kept:
        say(f"The file that stood there is kept as {done.kept}. Restart the dashboard if it is running.")


def _may_replace(settings: Settings) -> Scope:
    """What the policy of the store that is there says; one that cannot be read any more binds nobody."""
    try:
        return settings.scope_for(Right.ADMINISTER)
    except StoreDamaged:
        return EVERYTHING


def store_path(url: str | None) -> Path:
    """Where the store is, or would be: as named, else as KPI_STORE says, else the local default."""
    from kpi.ledger.store import parse_url

    return parse_url(url or os.environ.get("KPI_STORE") or "")
