"""Minutes: issued by one side in editions whose content is fixed by a digest, and signed by people of both."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.act_names import SIDES
from kpi.ledger.appending import transaction
from kpi.ledger.chain import MINUTES_ISSUED, MINUTES_SIGNED, append_event, last_event
from kpi.ledger.governance import clean_name, clean_text
from kpi.ledger.meeting_book import NOTHING, MeetingBook, as_noted, read_book
from kpi.ledger.meeting_changes import refuse_newer
from kpi.ledger.meeting_facts import is_digest
from kpi.ledger.meeting_model import AgendaItem, Edition, Meeting, Participant
from kpi.ledger.meeting_names import CONFIRM, MEANINGS, OBJECT
from kpi.ledger.meetings import book_at, checked_agenda, checked_participants
from kpi.ledger.reads import AsOf

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


def issue_minutes(
    store: Store,
    meeting_id: str,
    *,
    text: str,
    side: str,
    name: str,
    up_to: int,
    content_sha256: str,
    correction: str = "",
    participants: Sequence[Participant] | None = None,
    agenda: Sequence[AgendaItem] | None = None,
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Edition:
    """Fixes the minutes: with their decisions and actions as at ledger version ``up_to``, and their digest.

    A later edition replaces the one before, says what it corrects, and needs to be signed anew. ``participants`` and
    ``agenda``: where they were recorded wrongly; None as they stand (``standing_content``). ``content_sha256``: the
    digest of the minutes as kpi.meeting.minutes makes it of all this.

    Raises UsageError (no text, no side, a cancelled meeting, a correction that does not say what it corrects; something
    was done in the meeting after ``up_to``: the message says who did what).
    """
    kept = clean_text(text, "Minutes", needed=True)
    _require_side(side)
    if not is_digest(content_sha256):
        raise UsageError(f"The digest of minutes is a SHA-256 in hexadecimal digits. {NOTHING}")
    facts: dict[str, Any] = {
        "side": side,
        "name": clean_name(name, "Issuing minutes"),
        "up_to": up_to,
        "content_sha256": content_sha256,
    }
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        meeting = book.meeting(meeting_id)
        if meeting.cancelled:
            raise UsageError(f"{meeting.id} was cancelled: {meeting.reason} It has no minutes. {NOTHING}")
        if not meeting.version <= up_to <= last.version:
            raise UsageError(
                f"The minutes of {meeting.id} cannot be as at ledger version {up_to}. Allowed: {meeting.version} to "
                f"{last.version}. {NOTHING}"
            )
        refuse_newer([one for one in book.touched[meeting.version] if one.version > up_to], meeting.id)
        earlier = book.edition(meeting)
        people, items = standing_content(book, meeting)
        facts |= {
            "partner_id": meeting.partner_id,
            "meeting_version": meeting.version,
            "edition": earlier.number + 1 if earlier else 1,
            "correction": clean_text(correction, "A correction of minutes", needed=earlier is not None),
            "participants": checked_participants(people if participants is None else participants),
            "agenda": checked_agenda(items if agenda is None else agenda),
        }
        _require_both_sides(facts["participants"], meeting)
        event = append_event(ledger, MINUTES_ISSUED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.editions[meeting.version][-1]


def sign_minutes(
    store: Store,
    meeting_id: str,
    *,
    edition: int,
    side: str,
    name: str,
    meaning: str,
    note: str = "",
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Edition:
    """Signs the edition of ledger version ``edition``, which has to be the newest. ``meaning``: one of MEANINGS.

    The confirmation of the side that did not issue the minutes makes them confirmed. Raises UsageError (no minutes, an
    older edition, a meaning that there is not, an objection without a note), InputRefused (who issued them confirms
    them for the other side; signed already with this meaning).
    """
    _require_side(side)
    if meaning not in MEANINGS:
        listed = "; ".join(f'"{one}"' for one in MEANINGS)
        raise UsageError(f'A signature cannot mean "{meaning}". Allowed: {listed}. {NOTHING}')
    who = clean_name(name, "A signature")
    kept = clean_text(note, "An objection", needed=meaning == OBJECT)
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        meeting = book.meeting(meeting_id)
        signed = _newest(book, meeting, edition)
        _require_allowed(signed, side, who, meaning)
        facts: dict[str, Any] = {
            "partner_id": meeting.partner_id,
            "meeting_version": meeting.version,
            "edition_version": signed.version,
            "side": side,
            "name": who,
            "meaning": meaning,
            "content_sha256": signed.content_sha256,
        }
        event = append_event(ledger, MINUTES_SIGNED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.editions[meeting.version][-1]


def minutes_of(store: Store, meeting_id: str, *, scope: Scope, as_of: AsOf = None) -> list[Edition]:
    """Every edition with its signatures at ``as_of``, oldest first; none where none was issued.

    Raises UsageError for a meeting that there is not, an ``as_of`` that never was.
    """
    book = book_at(store, scope=scope, as_of=as_of)
    return list(book.editions.get(book.meeting(meeting_id).version, []))


def standing_content(book: MeetingBook, meeting: Meeting) -> tuple[tuple[Participant, ...], tuple[AgendaItem, ...]]:
    """Who took part and what was said, for the next edition: as in the last one, else as the meeting has it."""
    last = book.edition(meeting)
    return (last.participants, last.agenda) if last else (meeting.participants, meeting.agenda)


def _newest(book: MeetingBook, meeting: Meeting, wanted: int) -> Edition:
    editions = book.editions.get(meeting.version, [])
    if not editions:
        raise UsageError(f"{meeting.id} has no minutes to sign yet. {NOTHING}")
    newest = editions[-1]
    if wanted == newest.version:
        return newest
    if any(one.version == wanted for one in editions):
        raise UsageError(
            f"Version {wanted} is an older edition of the minutes of {meeting.id}: {newest.name} issued edition "
            f"{newest.number} on {newest.at:%Y-%m-%d at %H:%M} UTC (version {newest.version}){_why(newest)}. Read and "
            f"sign that one. {NOTHING}"
        )
    raise UsageError(
        f"Version {wanted} of the ledger is no edition of the minutes of {meeting.id}. The newest is version "
        f"{newest.version}. {NOTHING}"
    )


def _why(edition: Edition) -> str:
    return f" to correct “{edition.correction}”" if edition.correction else ""


def _require_allowed(edition: Edition, side: str, name: str, meaning: str) -> None:
    if meaning == CONFIRM and side != edition.side and name.casefold() == edition.name.casefold():
        raise InputRefused(
            f"{edition.name} issued these minutes for the {edition.side}. The {edition.other_side} confirms them: "
            f"somebody else has to sign for it. {NOTHING}"
        )
    own = [one for one in edition.signatures if (one.side, one.name.casefold()) == (side, name.casefold())]
    same = [one for one in own if one.meaning == meaning]
    if same and own[-1].meaning == meaning:
        raise InputRefused(
            f"{name} signed edition {edition.number} already, on {same[-1].at:%Y-%m-%d at %H:%M} UTC: "
            f"“{meaning}”. {NOTHING}"
        )


def _require_side(side: str) -> None:
    if side not in SIDES:
        raise UsageError(f'Minutes are issued and signed for the {" or the ".join(SIDES)}, not for "{side}". {NOTHING}')


def _require_both_sides(participants: Sequence[dict[str, str]], meeting: Meeting) -> None:
    absent = [side for side in SIDES if not any(one["side"] == side for one in participants)]
    if absent:
        raise UsageError(
            f"{meeting.id} names nobody of the {' and nobody of the '.join(absent)}. Minutes say who took part: add "
            f"the participants first. {NOTHING}"
        )
