"""Commands about four eyes: whose files wait, what waits, and deciding about it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import SPONSOR_SIDE, Right, right_to_submit
from kpi.cli.messages import NOTHING_WRITTEN, progress_bar, say
from kpi.cli.options import format_option, new_file, settings_of, store_and_actor
from kpi.cli.submitting import Request, option_named, refuse_errors, rehearse, tell_receipt
from kpi.cli.tables import CSV, JSON, TABLE, write_frame, write_whole
from kpi.errors import UsageError

if TYPE_CHECKING:
    from kpi.ledger.four_eyes import Setting

SHOWN_IN_TABLE = (
    "version", "state", "dataset", "month_from", "month_to", "partners", "file_name", "row_count", "warnings", "at",
    "actor", "reason", "ended_by", "ended_reason", "submission_id",
)  # fmt: skip
SETTING_COLUMNS = ("partner_id", "four_eyes", "version", "at", "actor", "reason")
AS_OF_HELP = "As it stood at a ledger version, or at the end of a day (UTC)."


@click.command("four-eyes")
@click.option("--as-of", metavar="VERSION|DATE", help=AS_OF_HELP)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def four_eyes(context: click.Context, as_of: str | None, layout: str | None) -> None:
    """List whose files wait for somebody else's acceptance.

    The row * is for all partners but those listed.
    """
    import pandas as pd

    from kpi.ledger.four_eyes import four_eyes as what_holds

    settings = settings_of(context)
    found = what_holds(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
    rows = [
        (one.partner_id, "on" if one.on else "off", one.version, one.at, one.actor, one.reason)
        for one in found.settings
    ]
    write_frame(pd.DataFrame(rows, columns=list(SETTING_COLUMNS)), layout)
    if not rows:
        say("Nobody's files wait: every accepted file goes into the ledger at once.")


@click.command("set-four-eyes")
@click.argument("state", type=click.Choice(("on", "off")))
@click.option("--partner", "partner_id", metavar="ID", help="For this partner.")
@click.option("--all", "everybody", is_flag=True, help="For all partners, also those that were set on their own.")
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def set_four_eyes(context: click.Context, state: str, partner_id: str | None, everybody: bool, reason: str) -> None:
    """Let a partner's files wait for acceptance, or no longer.

    While it is on, a file of that partner, whoever uploads it, is in no figure until somebody else on the sponsor's
    side accepts it.
    """
    from kpi.ledger.four_eyes import has_sent
    from kpi.ledger.four_eyes import set_four_eyes as record
    from kpi.ledger.reads import version_now

    settings = settings_of(context)
    scope = settings.scope_for(Right.ADMINISTER)
    if everybody == (partner_id is not None):
        raise UsageError(f"Say for whom: --all, or --partner ID. {NOTHING_WRITTEN}")
    store = settings.open_store()
    before = version_now(store)
    word = record(
        store,
        partner_id=partner_id,
        on=state == "on",
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=scope,
    )
    if word.version <= before:
        say(f"Four eyes are {state} for {_whose(word)} already, by version {word.version}. {NOTHING_WRITTEN}")
        return
    say(f"Four eyes are {state} for {_whose(word)}. The ledger is at version {word.version}.")
    if partner_id is not None and not has_sent(store, word.partner_id):
        say(f"The ledger holds no file of {word.partner_id} yet. If that is a slip, set the right partner.")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what was accepted, refused or taken back.")
@click.option("--partner", "partner_id", metavar="ID", help="Only files of this partner.")
@click.option("--as-of", metavar="VERSION|DATE", help=AS_OF_HELP)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def offers(
    context: click.Context, everything: bool, partner_id: str | None, as_of: str | None, layout: str | None
) -> None:
    """List the files that wait for acceptance, in the order in which they were offered."""
    from kpi.ledger.offers import offers as read_offers
    from kpi.present.offers import offers_frame

    settings = settings_of(context)
    found = [
        one
        for one in read_offers(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
        if (everything or one.waits) and (partner_id is None or partner_id in one.partners)
    ]
    frame = offers_frame(found)
    write_frame(frame if layout in (CSV, JSON) else frame[list(SHOWN_IN_TABLE)], layout)
    if not found and not everything:
        say("No file waits for acceptance.")


@click.command()
@click.argument("version", type=click.IntRange(min=1))
@click.option("--note", default="", help="What you looked at, for instance; it is kept for good.")
@click.option("--accept-warnings", is_flag=True, help="Go on although there are warnings; they are recorded.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print which indicators would change, before and after.")
@format_option(TABLE, CSV, JSON, about="How the table of --dry-run is written.")
@store_and_actor
@click.pass_context
def accept(
    context: click.Context, version: int, note: str, accept_warnings: bool, dry_run: bool, layout: str | None
) -> None:
    """Accept an offered file, by the ledger VERSION it was offered in.

    It is checked again beside the ledger as it is now, and then submitted. Whoever offered it cannot accept it.
    """
    from kpi.catalog import load_catalog
    from kpi.desk.acceptance import check_again
    from kpi.ledger.deciding import accept_offer

    settings = settings_of(context)
    scope = settings.scope_for(Right.ACCEPT, SPONSOR_SIDE)
    store = settings.open_store()
    with progress_bar(f"Checking the offer of version {version}") as step:
        found = check_again(store, load_catalog(), version, today=date.today(), scope=scope, progress=step)
    checked, offer = found.outcome.checked, found.offer
    refuse_errors(checked)
    months = (offer.month_from, offer.month_to)
    request = Request(months, offer.reason, settings.actor, accept_warnings, scope)
    if dry_run:
        write_frame(rehearse(store, checked, request), layout)
        say(NOTHING_WRITTEN)
        return
    with option_named(request), progress_bar(f"Appending {checked.file_name}") as step:
        receipt = accept_offer(
            store,
            version,
            checked,
            note=note,
            actor=settings.actor,
            now=datetime.now(UTC),
            accept_warnings=accept_warnings,
            scope=scope,
            progress=step,
        )
    tell_receipt(receipt, checked)


@click.command()
@click.argument("version", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; whoever offered it reads it, and it is kept for good.")
@store_and_actor
@click.pass_context
def refuse(context: click.Context, version: int, reason: str) -> None:
    """Refuse an offered file, by the ledger VERSION it was offered in.

    It stays on record with the reason, and may be sent anew.
    """
    from kpi.ledger.deciding import refuse_offer

    settings = settings_of(context)
    newest = refuse_offer(
        settings.open_store(),
        version,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.ACCEPT, SPONSOR_SIDE),
    )
    say(f"The file offered in version {version} is refused. The ledger is at version {newest}.")


@click.command("take-back")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--reason", default="", help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def take_back(context: click.Context, version: int, reason: str) -> None:
    """Take back a file that you offered, by the ledger VERSION it was offered in, before it is decided about."""
    from kpi.ledger.deciding import take_back_offer
    from kpi.ledger.offers import offer

    settings = settings_of(context)
    scope = settings.scope_for(Right.UPLOAD)
    store = settings.open_store()
    needed = right_to_submit(offer(store, version, scope=settings.scope_for(Right.READ)).dataset)
    newest = take_back_offer(
        store,
        version,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=scope if needed == Right.UPLOAD else settings.scope_for(needed),
    )
    say(f"The file offered in version {version} is taken back. The ledger is at version {newest}.")


@click.command("offered-file")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--to", "to_file", type=new_file(), metavar="FILE", required=True, help="Where to write it.")
@store_and_actor
@click.pass_context
def offered_file(context: click.Context, version: int, to_file: Path) -> None:
    """Write an offered file, byte for byte as it was uploaded."""
    from kpi.ledger.offers import offered_file as read_file

    settings = settings_of(context)
    found, content = read_file(settings.open_store(), version, scope=settings.scope_for(Right.EXPORT))
    write_whole(to_file, content)
    say(f"Wrote {to_file}: {found.file_name}, {len(content):,} bytes as they were uploaded.")


def _whose(word: Setting) -> str:
    return "all partners" if word.partner_id == "*" else word.partner_id
