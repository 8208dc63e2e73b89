"""Commands about meetings: list them, show one, open, change and cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.meeting_options import AS_OF, MEETING, day_of, day_option, participants_of, participants_options
from kpi.cli.messages import say
from kpi.cli.options import Month, format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import UsageError
from kpi.ledger.meeting_names import WINDOWS

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import AgendaItem, Meeting

COLUMNS = (
    "id", "day", "partner_id", "title", "month", "window", "frozen_version", "judged_on", "state", "participants",
    "agenda", "decisions", "actions",
)  # fmt: skip
TITLE = "Steering committee"
NOW = "now"


@click.command()
@click.option("--partner", "partner_id", metavar="ID", help="Only this partner.")
@AS_OF
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def meetings(context: click.Context, partner_id: str | None, as_of: str | None, layout: str | None) -> None:
    """List the meetings, the latest day first.

    Participants, items of the agenda, decisions that stand and agreed actions are counted.
    """
    import pandas as pd

    from kpi.ledger.meetings import book_at

    settings = settings_of(context)
    book = book_at(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
    chosen = [one for one in book.meetings.values() if partner_id in (None, one.partner_id)]
    rows = [
        {name: getattr(one, name) for name in COLUMNS[:9]}
        | {
            "participants": len(one.participants),
            "agenda": len(one.agenda),
            "decisions": sum(1 for d in book.decisions.values() if d.meeting_version == one.version and d.stands),
            "actions": sum(1 for a in book.actions.values() if a.meeting_version == one.version),
        }
        for one in sorted(chosen, key=lambda one: (one.day, one.version), reverse=True)
    ]
    write_frame(pd.DataFrame(rows, columns=list(COLUMNS)), layout)


@click.command()
@MEETING
@AS_OF
@format_option("text", JSON)
@store_and_actor
@click.pass_context
def meeting(context: click.Context, meeting_id: str, as_of: str | None, layout: str | None) -> None:
    """Show one meeting: its agenda, what came of it, its minutes.

    And which of its figures have changed since it froze them.
    """
    from kpi.catalog import load_catalog
    from kpi.cli.meeting_text import meeting_json, meeting_text
    from kpi.ledger.meetings import book_at
    from kpi.ledger.reads import resolve_as_of
    from kpi.meeting.frozen import changed_since

    settings = settings_of(context)
    store, catalog = settings.open_store(), load_catalog()
    version = resolve_as_of(store, as_of)
    book = book_at(store, scope=settings.scope_for(Right.READ), as_of=version)
    since = changed_since(store, catalog, book.meeting(meeting_id), scope=settings.scope_for(Right.READ), later=version)
    write = meeting_json if layout == JSON else meeting_text
    click.echo(write(book, book.meeting(meeting_id), since, catalog), nl=False)


@click.command("open-meeting")
@click.option("--partner", "partner_id", metavar="ID", required=True, help="The partner.")
@day_option("--day", "The day of the meeting.", required=True)
@click.option("--title", default=TITLE, show_default=True, help="What the meeting is called.")
@click.option("--month", type=Month(), help="Month whose figures it looks at. Default: the newest that was reported.")
@click.option(
    "--window", type=click.Choice([str(months) for months in WINDOWS]), default="1", show_default=True,
    help="Months that the figures count.",
)  # fmt: skip
@participants_options
@click.option("--propose", is_flag=True, help="Begin with the agenda that the figures propose.")
@click.option("--item", "items", multiple=True, metavar="TEXT", help="An item of the agenda; several times for more.")
@click.option("--as-of", metavar="VERSION|DATE", help="The ledger version to freeze. Default: the newest.")
@store_and_actor
@click.pass_context
def open_meeting(
    context: click.Context,
    partner_id: str,
    day: datetime,
    title: str,
    month: date | None,
    window: str,
    for_sponsor: Sequence[str],
    for_partner: Sequence[str],
    propose: bool,
    items: Sequence[str],
    as_of: str | None,
) -> None:
    """Open a meeting on the figures of one ledger version.

    The meeting shows these figures for good, whatever is submitted later.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.meeting_model import AgendaItem
    from kpi.ledger.meetings import open_meeting as record_meeting
    from kpi.marts.select import require_known
    from kpi.meeting.agenda import propose as proposed
    from kpi.qbr.source import load_source

    settings = settings_of(context)
    store, catalog, now = settings.open_store(), load_catalog(), datetime.now(UTC)
    source = load_source(store, catalog, as_of=as_of, today=now.date(), scope=settings.scope_for(Right.HOLD_MEETINGS))
    require_known("partner", [partner_id], set(source.marts.register["partner_id"]))
    chosen = month or source.marts.last_month
    if chosen is None:
        raise UsageError("No month was reported yet, so there are no figures to look at. Submit files first.")
    agenda = list(proposed(source, partner_id, chosen, _until(day.date(), source.review.day))) if propose else []
    opened = record_meeting(
        store,
        partner_id=partner_id,
        day=day.date(),
        title=title,
        month=chosen,
        window=int(window),
        participants=participants_of(for_sponsor, for_partner),
        agenda=[*agenda, *(AgendaItem(text) for text in items)],
        frozen_version=source.provenance.version,
        judged_on=source.provenance.day,
        definitions=catalog.digest,
        actor=settings.actor,
        now=now,
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )
    say(
        f"Opened {opened.id}: {opened.title} of {opened.day} with {partner_id}, on ledger version "
        f"{opened.frozen_version}, with {len(opened.agenda)} items on its agenda."
    )


@click.command("change-meeting")
@MEETING
@day_option("--day", "Another day.")
@click.option("--title", help="Another title.")
@click.option("--month", type=Month(), help="Another month whose figures it looks at; the agenda stays as it is.")
@click.option(
    "--window", type=click.Choice([str(months) for months in WINDOWS]), help="Another number of months that count."
)
@participants_options
@click.option("--item", "items", multiple=True, metavar="TEXT", help="One more item of the agenda.")
@click.option("--drop", "dropped", multiple=True, type=click.IntRange(min=1), metavar="N", help="Leave item N out.")
@click.option(
    "--note", "notes", multiple=True, nargs=2, metavar="N TEXT", help="What was said about item N, for the minutes."
)
@click.option("--freeze", metavar="VERSION|now", help="Freeze the figures again, at a later ledger version.")
@store_and_actor
@click.pass_context
def change_meeting(
    context: click.Context,
    meeting_id: str,
    day: datetime | None,
    title: str | None,
    month: date | None,
    window: str | None,
    for_sponsor: Sequence[str],
    for_partner: Sequence[str],
    items: Sequence[str],
    dropped: Sequence[int],
    notes: Sequence[tuple[str, str]],
    freeze: str | None,
) -> None:
    """Change a meeting until its minutes are issued.

    Participants named replace all those named before. Items are numbered as ``meeting`` shows them.
    """
    from kpi.catalog import load_catalog
    from kpi.ledger.meetings import change_meeting as record_change
    from kpi.ledger.meetings import meeting as read_meeting
    from kpi.ledger.reads import version_now

    settings = settings_of(context)
    store = settings.open_store()
    version = version_now(store)
    standing = read_meeting(store, meeting_id, scope=settings.scope_for(Right.HOLD_MEETINGS), as_of=version)
    people = participants_of(for_sponsor, for_partner)
    wanted = None if freeze is None else version if freeze == NOW else _version(freeze)
    changed = record_change(
        store,
        meeting_id,
        day=day_of(day),
        title=title,
        month=month,
        window=None if window is None else int(window),
        participants=people or None,
        agenda=_agenda(standing, items, dropped, notes) if items or dropped or notes else None,
        frozen_version=wanted,
        definitions=load_catalog().digest if wanted is not None else None,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
        after_version=version,
    )
    say(f"Changed {changed.id}. The ledger is at version {changed.changed_version}.")


@click.command("cancel-meeting")
@MEETING
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def cancel_meeting(context: click.Context, meeting_id: str, reason: str) -> None:
    """Cancel a meeting of which nothing came."""
    from kpi.ledger.meetings import cancel_meeting as record

    settings = settings_of(context)
    gone = record(
        settings.open_store(), meeting_id, reason=reason, actor=settings.actor, now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )  # fmt: skip
    say(f"Cancelled {gone.id}. The ledger is at version {gone.changed_version}.")


def _until(day: date, judged_on: date) -> date:
    from kpi.qbr.choices import LOOK_AHEAD_DAYS

    return max(day, judged_on) + timedelta(days=LOOK_AHEAD_DAYS)


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(f'"{text}" is no ledger version. Write a number, or "{NOW}" for the newest.')
    return int(text)


def _agenda(
    standing: Meeting, items: Sequence[str], dropped: Sequence[int], notes: Sequence[tuple[str, str]]
) -> list[AgendaItem]:
    from kpi.ledger.meeting_model import AgendaItem

    agenda = dict(enumerate(standing.agenda, start=1))
    for number in [*dropped, *(_version(place) for place, _ in notes)]:
        if number not in agenda:
            raise UsageError(f"{standing.id} has no item {number} on its agenda. It has {len(agenda)}.")
    for place, text in notes:
        agenda[int(place)] = replace(agenda[int(place)], note=text)
    kept = [item for number, item in agenda.items() if number not in dropped]
    return [*kept, *(AgendaItem(text) for text in items)]
