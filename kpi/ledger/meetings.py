"""Meetings of the steering committee: opened on frozen figures, changed until minutes are issued, or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.act_names import SIDES
from kpi.ledger.appending import transaction
from kpi.ledger.chain import MEETING_CANCELLED, MEETING_CHANGED, MEETING_OPENED, Last, append_event, last_event, utc
from kpi.ledger.evaluation import day_of
from kpi.ledger.governance import clean_name, clean_text, require_month, require_partner
from kpi.ledger.links import is_link
from kpi.ledger.meeting_book import NOTHING, MeetingBook, as_noted, read_book
from kpi.ledger.meeting_changes import require_nothing_new
from kpi.ledger.meeting_model import AgendaItem, Meeting, Participant
from kpi.ledger.meeting_names import AGENDA_KINDS, CANCELLED, OPEN, WINDOWS
from kpi.ledger.reads import AsOf, resolve_as_of

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

MOST_PARTICIPANTS = 100
MOST_ITEMS = 200
LONGEST_LINE = 600  # characters of an agenda item's title or reason


def open_meeting(
    store: Store,
    *,
    partner_id: str,
    day: date,
    title: str,
    month: date,
    window: int,
    participants: Sequence[Participant] = (),
    agenda: Sequence[AgendaItem] = (),
    frozen_version: int | None = None,
    judged_on: date | None = None,
    definitions: str,
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Meeting:
    """Opens one that looks at the figures of ``month`` (first day) over ``window`` months.

    ``frozen_version``: the ledger version whose figures it shows; None for the one before this event. ``judged_on``:
    the day for clocks and due dates; None for the day that a reader of that version gets. ``definitions``: the digest
    of the catalogue in force. ``connection`` (open to write, outside a transaction) is for bulk loaders.

    Raises UsageError (something that makes no sense), InputRefused (a partner outside ``scope``). Then nothing was
    written.
    """
    require_partner(partner_id, scope)
    facts = {"partner_id": partner_id, **_checked(day, title, month, window, participants, agenda, definitions)}
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        facts |= _frozen(ledger, last, frozen_version, judged_on, now)
        event = append_event(ledger, MEETING_OPENED, after=last, now=now, actor=actor, reason="", payload=facts)
    book = MeetingBook()
    book.take(as_noted(event, facts))
    return book.meetings[event.version]


def change_meeting(
    store: Store,
    meeting_id: str,
    *,
    day: date | None = None,
    title: str | None = None,
    month: date | None = None,
    window: int | None = None,
    participants: Sequence[Participant] | None = None,
    agenda: Sequence[AgendaItem] | None = None,
    frozen_version: int | None = None,
    judged_on: date | None = None,
    definitions: str | None = None,
    note: str = "",
    actor: str,
    now: datetime,
    scope: Scope,
    after_version: int | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Meeting:
    """Changes what is given and leaves the rest. ``frozen_version`` freezes again, with ``definitions`` in force now.

    ``after_version``: the ledger version that the actor saw. Raises UsageError (minutes issued, cancelled, nothing that
    would change, an earlier version than the one frozen; somebody else changed the meeting after ``after_version``: the
    message says who).
    """
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        meeting = book.meeting(meeting_id)
        _require_open(meeting, "changed")
        require_nothing_new(book, meeting, after_version, (MEETING_CHANGED,))
        facts: dict[str, Any] = {"partner_id": meeting.partner_id, "meeting_version": meeting.version}
        facts |= _checked(
            meeting.day if day is None else day,
            meeting.title if title is None else title,
            meeting.month if month is None else month,
            meeting.window if window is None else window,
            meeting.participants if participants is None else participants,
            meeting.agenda if agenda is None else agenda,
            meeting.definitions if definitions is None else definitions,
        )
        if frozen_version is None and judged_on is None:
            facts |= {"frozen_version": meeting.frozen_version, "judged_on": meeting.judged_on.isoformat()}
        else:
            wanted = meeting.frozen_version if frozen_version is None else frozen_version
            if wanted < meeting.frozen_version:
                raise UsageError(
                    f"{meeting.id} shows ledger version {meeting.frozen_version}; it can be frozen again at a later "
                    f"version, not at {wanted}. {NOTHING}"
                )
            facts |= _frozen(ledger, last, wanted, judged_on, now)
        kept = clean_text(note, "A change of a meeting", needed=False)
        event = append_event(ledger, MEETING_CHANGED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        before = book.meetings[meeting.version]
        book.take(as_noted(event, facts))
        after = book.meetings[meeting.version]
        if _content(before) == _content(after):
            raise UsageError(f"{meeting.id} is as you gave it already: there is nothing to change. {NOTHING}")
    return after


def cancel_meeting(
    store: Store,
    meeting_id: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    scope: Scope,
    after_version: int | None = None,
) -> Meeting:
    """Calls a meeting off for good. Raises UsageError (no reason, minutes issued, cancelled already, decisions or
    actions that stand; somebody else did something in it after ``after_version``)."""
    kept = clean_text(reason, "Cancelling a meeting", needed=True)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        meeting = book.meeting(meeting_id)
        _require_open(meeting, "cancelled")
        require_nothing_new(book, meeting, after_version, None)
        held = [one.id for one in book.decisions.values() if one.meeting_version == meeting.version and one.stands]
        held += [one.id for one in book.actions.values() if one.meeting_version == meeting.version and one.running]
        if held:
            raise UsageError(
                f"{meeting.id} has taken place: {', '.join(held)} came of it. Withdraw or cancel these first. {NOTHING}"
            )
        facts = {"partner_id": meeting.partner_id, "meeting_version": meeting.version}
        event = append_event(ledger, MEETING_CANCELLED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.meetings[meeting.version]


def meetings(store: Store, *, scope: Scope, as_of: AsOf = None, partner: str | None = None) -> list[Meeting]:
    """Those of partners within ``scope`` (of ``partner`` only, if named) at ``as_of``: the latest day first.

    Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read.
    """
    found = book_at(store, scope=scope, as_of=as_of).meetings.values()
    mine = [one for one in found if partner is None or one.partner_id == partner]
    return sorted(mine, key=lambda one: (one.day, one.version), reverse=True)


def meeting(store: Store, meeting_id: str, *, scope: Scope, as_of: AsOf = None) -> Meeting:
    """One meeting at ``as_of``. Raises UsageError where ``scope`` has none of this id."""
    return book_at(store, scope=scope, as_of=as_of).meeting(meeting_id)


def book_at(store: Store, *, scope: Scope, as_of: AsOf = None) -> MeetingBook:
    """Meetings, decisions, actions and minutes together, in one reading."""
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return read_book(connection, version, scope)


def checked_participants(participants: Sequence[Participant]) -> list[dict[str, str]]:
    """As events keep them. Raises UsageError."""
    if len(participants) > MOST_PARTICIPANTS:
        raise UsageError(f"A meeting has at most {MOST_PARTICIPANTS} participants. {NOTHING}")
    found = []
    for one in participants:
        if one.side not in SIDES:
            raise UsageError(
                f'{one.name} is for the {" or the ".join(SIDES)}, not for "{one.side}". Say which side. {NOTHING}'
            )
        role = clean_name(one.role, "A participant's role") if one.role.strip() else ""
        found.append({"name": clean_name(one.name, "A participant"), "role": role, "side": one.side})
    return found


def checked_agenda(agenda: Sequence[AgendaItem]) -> list[dict[str, str]]:
    """As events keep it. Raises UsageError."""
    if len(agenda) > MOST_ITEMS:
        raise UsageError(f"An agenda has at most {MOST_ITEMS} items. {NOTHING}")
    found = []
    for item in agenda:
        if item.kind not in AGENDA_KINDS:
            raise UsageError(f'An agenda item is no "{item.kind}". Allowed: {", ".join(AGENDA_KINDS)}. {NOTHING}')
        if not is_link(item.link.text):
            raise UsageError(f'"{item.link.text}" names nothing that an agenda item can be about. {NOTHING}')
        found.append(
            {
                "title": _line(item.title, "An agenda item", needed=True),
                "kind": item.kind,
                "link": item.link.text,
                "why": _line(item.why, "The reason of an agenda item", needed=False),
                "note": clean_text(item.note, "A note on an agenda item", needed=False),
            }
        )
    return found


def _line(text: str, what: str, *, needed: bool) -> str:
    kept = " ".join(clean_text(text, what, needed=needed).split())
    if len(kept) > LONGEST_LINE:
        raise UsageError(f"{what} may have {LONGEST_LINE} characters; this one has {len(kept):,}. {NOTHING}")
    return kept


def _checked(
    day: date,
    title: str,
    month: date,
    window: int,
    participants: Sequence[Participant],
    agenda: Sequence[AgendaItem],
    definitions: str,
) -> dict[str, Any]:
    if isinstance(day, datetime):
        raise UsageError(f"A meeting is on a day, without a time. {NOTHING}")
    require_month(month)
    if window not in WINDOWS:
        raise UsageError(
            f"A meeting looks at {', '.join(map(str, WINDOWS))} months together, not at {window}. {NOTHING}"
        )
    return {
        "day": day.isoformat(),
        "title": clean_name(title, "A meeting"),
        "month": month.isoformat(),
        "window": window,
        "participants": checked_participants(participants),
        "agenda": checked_agenda(agenda),
        "definitions": clean_name(definitions, "The digest of the definitions"),
    }


def _frozen(
    ledger: duckdb.DuckDBPyConnection, last: Last, frozen_version: int | None, judged_on: date | None, now: datetime
) -> dict[str, Any]:
    version = last.version if frozen_version is None else frozen_version
    if not 0 <= version <= last.version:
        raise UsageError(f"There is no ledger version {version} to freeze. Allowed: 0 to {last.version}. {NOTHING}")
    today = utc(now).date()
    earliest = day_of(ledger, version, is_latest=False, today=today)
    usual = day_of(ledger, version, is_latest=version == last.version, today=today)
    chosen = usual if judged_on is None else judged_on
    if isinstance(chosen, datetime) or not earliest <= chosen <= max(today, usual):
        raise UsageError(
            f"The figures of ledger version {version} cannot be judged on {chosen}. Allowed: {earliest} to "
            f"{max(today, usual)}. {NOTHING}"
        )
    return {"frozen_version": version, "judged_on": chosen.isoformat()}


def _require_open(meeting: Meeting, what: str) -> None:
    if meeting.state == OPEN:
        return
    when = f"{meeting.changed_at:%Y-%m-%d} by {meeting.changed_by}"
    if meeting.state == CANCELLED:
        raise UsageError(f"{meeting.id} was cancelled on {when}: {meeting.reason} {NOTHING}")
    raise UsageError(
        f"The minutes of {meeting.id} are issued, so it cannot be {what} any more. To correct them, issue a new "
        f"edition. {NOTHING}"
    )


def _content(meeting: Meeting) -> tuple[object, ...]:
    return (
        meeting.day, meeting.title, meeting.month, meeting.window, meeting.participants, meeting.agenda,
        meeting.frozen_version, meeting.judged_on, meeting.definitions,
    )  # fmt: skip
