"""Commands about minutes: issue them, write them to a file, sign them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.meeting_options import AS_OF, MEETING, SIDE, text_of
from kpi.cli.messages import say
from kpi.cli.options import existing_file, new_file, settings_of, store_and_actor
from kpi.cli.tables import write_whole
from kpi.errors import UsageError
from kpi.ledger.meeting_names import CONFIRM, OBJECT, READ

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import Edition
    from kpi.meeting.minutes import Minutes

MEANING_OF_WORD = {"confirm": CONFIRM, "read": READ, "object": OBJECT}
KINDS = (".docx", ".pdf")


@click.command("issue-minutes")
@MEETING
@click.option("--text", default="", help="What was said in all, in a few paragraphs.")
@click.option("--text-file", type=existing_file(), metavar="FILE.txt", help="The same from a text file in UTF-8.")
@SIDE
@click.option("--name", required=True, help="Who issues them.")
@click.option("--correction", default="", help="From the second edition on: what it corrects.")
@store_and_actor
@click.pass_context
def issue_minutes(
    context: click.Context,
    meeting_id: str,
    text: str,
    text_file: Path | None,
    side: str,
    name: str,
    correction: str,
) -> None:
    """Issue the minutes of a meeting, or a new edition of them.

    They hold the frozen figures, the agenda with its notes, decisions and actions as they stand. The other side
    confirms them; a new edition is confirmed anew.
    """
    from kpi.catalog import load_catalog
    from kpi.meeting.composing import issue

    settings = settings_of(context)
    edition, _ = issue(
        settings.open_store(),
        load_catalog(),
        meeting_id,
        text=text_of(text, text_file),
        side=side,
        name=name,
        correction=correction,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS, side),
    )
    say(
        f"Issued edition {edition.number} of the minutes of {edition.meeting_id} (sha256 {edition.content_sha256}). "
        f"The {edition.other_side} confirms them: python -m kpi sign-minutes {edition.meeting_id} --side "
        f"{edition.other_side} --name NAME --meaning confirm."
    )


@click.command()
@MEETING
@click.option("--edition", type=click.IntRange(min=1), help="Which edition. Default: the newest.")
@click.option("--draft", is_flag=True, help="As the meeting stands, before they are issued.")
@click.option("--to", "to_file", type=new_file(), metavar="FILE.docx|.pdf", required=True, help="Write them here.")
@AS_OF
@store_and_actor
@click.pass_context
def minutes(
    context: click.Context, meeting_id: str, edition: int | None, draft: bool, to_file: Path, as_of: str | None
) -> None:
    """Write the minutes of a meeting as a Word document or PDF, with their signatures."""
    from kpi.catalog import load_catalog
    from kpi.ledger.meetings import book_at
    from kpi.ledger.reads import resolve_as_of
    from kpi.meeting.composing import minutes_of_meeting, source_of_meeting

    kind = to_file.suffix.lower()
    if kind not in KINDS:
        raise UsageError(
            f"Minutes are written as {' or '.join(KINDS)}. Name {to_file.stem}.docx or {to_file.stem}.pdf."
        )
    settings = settings_of(context)
    store = settings.open_store()
    version = resolve_as_of(store, as_of)
    book = book_at(store, scope=settings.scope_for(Right.EXPORT), as_of=version)
    meeting = book.meeting(meeting_id)
    chosen = None if draft else _chosen(book.editions.get(meeting.version, []), edition, meeting.id)
    source = source_of_meeting(store, load_catalog(), meeting, scope=settings.scope_for(Right.EXPORT))
    made = minutes_of_meeting(source, meeting, chosen, as_of=version)
    write_whole(to_file, _written(made, kind))
    say(f"Wrote {to_file}: {made.heading}, {f'edition {made.edition}, ' if made.edition else ''}{made.state}.")
    if not made.as_issued:
        say("Put together again, the content has another digest than the one issued: the definitions have changed.")


@click.command("sign-minutes")
@MEETING
@SIDE
@click.option("--name", required=True, help="Who signs.")
@click.option(
    "--meaning", "word", type=click.Choice(list(MEANING_OF_WORD)), required=True,
    help=f"confirm: “{CONFIRM}”. read: “{READ}”. object: “{OBJECT}”.",
)  # fmt: skip
@click.option("--note", default="", help="With object: what is wrong; it is kept for good.")
@click.option("--edition", type=click.IntRange(min=1), help="The edition that you read. Default: the newest.")
@store_and_actor
@click.pass_context
def sign_minutes(
    context: click.Context, meeting_id: str, side: str, name: str, word: str, note: str, edition: int | None
) -> None:
    """Sign the minutes of a meeting.

    The signature carries your name, the time and what it means. Minutes are confirmed once the side that did not issue
    them confirms.
    """
    from kpi.ledger.minutes import minutes_of
    from kpi.ledger.minutes import sign_minutes as record

    settings = settings_of(context)
    store = settings.open_store()
    chosen = _chosen(minutes_of(store, meeting_id, scope=settings.scope_for(Right.SIGN, side)), edition, meeting_id)
    signed = record(
        store,
        meeting_id,
        edition=chosen.version,
        side=side,
        name=name,
        meaning=MEANING_OF_WORD[word],
        note=note,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.SIGN, side),
    )
    say(
        f"{signed.signatures[-1].name} signed edition {signed.number} of the minutes of {signed.meeting_id} (sha256 "
        f"{signed.content_sha256}): “{signed.signatures[-1].meaning}”. They are {signed.state}."
    )


def _written(made: Minutes, kind: str) -> bytes:
    if kind == ".docx":
        from kpi.meeting.minutes_docx import write_minutes_docx

        return write_minutes_docx(made)
    from kpi.meeting.minutes_pdf import write_minutes_pdf

    return write_minutes_pdf(made)


def _chosen(editions: list[Edition], number: int | None, meeting_id: str) -> Edition:
    if not editions:
        raise UsageError(f"{meeting_id} has no minutes yet: python -m kpi issue-minutes {meeting_id}.")
    if number is None:
        return editions[-1]
    if number > len(editions):
        raise UsageError(f"There is no edition {number} of the minutes of {meeting_id}. The newest is {len(editions)}.")
    return editions[number - 1]
