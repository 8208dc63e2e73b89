"""Actions that a committee agrees: who does what by when, what became of them, and every change on the way."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.act_names import SIDES
from kpi.ledger.appending import transaction
from kpi.ledger.chain import ACTION_AGREED, ACTION_CHANGED, append_event, last_event, utc
from kpi.ledger.decisions import placed
from kpi.ledger.evaluation import day_of
from kpi.ledger.governance import clean_name, clean_text
from kpi.ledger.links import NO_LINK, Link, parse_link
from kpi.ledger.meeting_book import NOTHING, as_noted, read_book
from kpi.ledger.meeting_changes import quoted
from kpi.ledger.meeting_model import AgreedAction
from kpi.ledger.meeting_names import ACTION_STATES, DROPPED, NEXT_STATES, RUNNING
from kpi.ledger.meetings import book_at
from kpi.ledger.reads import AsOf

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


def agree_action(
    store: Store,
    *,
    text: str,
    owner: str,
    side: str,
    due_on: date,
    meeting_id: str = "",
    partner_id: str = "",
    link: Link = NO_LINK,
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> AgreedAction:
    """Appends an action of a meeting, or of a partner's committee without one (``partner_id``). ``side`` of the owner.

    Raises UsageError (no text, owner or side, a due date before the meeting or, without one, before today; neither
    meeting nor partner, a meeting that was cancelled), InputRefused (a partner outside ``scope``).
    """
    kept = clean_text(text, "An action", needed=True)
    if side not in SIDES:
        raise UsageError(f'An action is for the {" or the ".join(SIDES)}, not for "{side}". {NOTHING}')
    facts: dict[str, Any] = {
        "owner": clean_name(owner, "An action"),
        "side": side,
        "due_on": _day(due_on).isoformat(),
        "link": parse_link(link.text).text,
    }
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        partner, meeting = placed(book, meeting_id, partner_id, scope)
        today = day_of(ledger, last.version, is_latest=True, today=utc(now).date())
        earliest = min(meeting.day, today) if meeting else today
        if due_on < earliest:
            raise UsageError(f"An action cannot be due on {due_on}. Allowed: {earliest} or later. {NOTHING}")
        facts |= {"partner_id": partner, "meeting_version": meeting.version if meeting else None}
        event = append_event(ledger, ACTION_AGREED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.actions[event.version]


def change_action(
    store: Store,
    action_id: str,
    *,
    state: str | None = None,
    owner: str | None = None,
    due_on: date | None = None,
    note: str = "",
    actor: str,
    now: datetime,
    scope: Scope,
    after_version: int | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> AgreedAction:
    """Changes state, owner or due date, or only adds a note. What is closed is opened again by a state that runs.

    Cancelling, opening again and another due date need a note. ``after_version``: the ledger version that the actor
    saw. Raises UsageError (a state that cannot follow, nothing that would change, no note where one is needed; somebody
    else changed the action after ``after_version``: the message says who did what).
    """
    if state is not None and state not in ACTION_STATES:
        raise UsageError(f'An action is never "{state}". Allowed: {", ".join(ACTION_STATES)}. {NOTHING}')
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        action = book.action(action_id)
        if after_version is not None:
            _require_nothing_new(action, after_version)
        facts: dict[str, Any] = {
            "partner_id": action.partner_id,
            "action_version": action.version,
            "state": action.state if state is None else state,
            "owner": action.owner if owner is None else clean_name(owner, "An action"),
            "due_on": (action.due_on if due_on is None else _day(due_on)).isoformat(),
        }
        kept = clean_text(note, "A change of an action", needed=_needs_note(action, facts))
        _require_sense(action, facts, kept)
        event = append_event(ledger, ACTION_CHANGED, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.actions[action.version]


def agreed_actions(
    store: Store,
    *,
    scope: Scope,
    as_of: AsOf = None,
    partner: str | None = None,
    meeting_id: str | None = None,
) -> list[AgreedAction]:
    """Those of partners within ``scope`` at ``as_of``, by the date due now, then in the order of agreement.

    Raises UsageError for a meeting that there is not, an ``as_of`` that never was.
    """
    book = book_at(store, scope=scope, as_of=as_of)
    meeting = book.meeting(meeting_id) if meeting_id else None
    found = [
        one
        for one in book.actions.values()
        if (partner is None or one.partner_id == partner)
        and (meeting is None or one.meeting_version == meeting.version)
    ]
    return sorted(found, key=lambda one: (one.due_on, one.version))


def agreed_action(store: Store, action_id: str, *, scope: Scope, as_of: AsOf = None) -> AgreedAction:
    """One action at ``as_of``. Raises UsageError where ``scope`` has none of this id."""
    return book_at(store, scope=scope, as_of=as_of).action(action_id)


def _day(day: date) -> date:
    if isinstance(day, datetime):
        raise UsageError(f"An action is due on a day, without a time. {NOTHING}")
    return day


def _needs_note(action: AgreedAction, facts: dict[str, Any]) -> bool:
    again = not action.running and facts["state"] in RUNNING
    dropped = facts["state"] == DROPPED and action.state != DROPPED
    return again or dropped or facts["due_on"] != action.due_on.isoformat()


def _require_sense(action: AgreedAction, facts: dict[str, Any], note: str) -> None:
    was = (action.state, action.owner, action.due_on.isoformat())
    becomes = (facts["state"], facts["owner"], facts["due_on"])
    if was == becomes and not note:
        raise UsageError(f"{action.id} is as you gave it already: there is nothing to change. {NOTHING}")
    if not action.running and facts["state"] not in NEXT_STATES[action.state] and was != becomes:
        raise UsageError(
            f"{action.id} is {action.state} since {action.closed_on}. Open it again first: {' or '.join(RUNNING)}. "
            f"{NOTHING}"
        )
    if due_before(facts["due_on"], action):
        raise UsageError(f"{action.id} was agreed on {action.at:%Y-%m-%d} and cannot be due before that. {NOTHING}")


def due_before(due_on: str, action: AgreedAction) -> bool:
    """Whether a new due date lies before the first one's agreement; the date that was agreed is always allowed."""
    wanted = date.fromisoformat(due_on)
    return wanted not in (action.due_on, action.first_due_on) and wanted < action.at.date()


def _require_nothing_new(action: AgreedAction, after_version: int) -> None:
    newer = [one for one in action.history if one.version > after_version]
    if newer:
        told = "; ".join(
            f"{one.actor} changed it on {one.at:%Y-%m-%d at %H:%M} UTC (version {one.version}; {one.state}, "
            f"{one.owner}, due {one.due_on}){quoted(one.note)}"
            for one in newer
        )
        raise UsageError(f"Since you opened {action.id}, {told}. Read that first, then send yours again. {NOTHING}")
