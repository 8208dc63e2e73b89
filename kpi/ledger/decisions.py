"""Decisions: recorded once, in a meeting or without one; what should not stand is withdrawn, with a reason."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.appending import transaction
from kpi.ledger.chain import DECISION, DECISION_WITHDRAWN, append_event, last_event
from kpi.ledger.governance import clean_name, clean_text, require_partner
from kpi.ledger.links import NO_LINK, Link, parse_link
from kpi.ledger.meeting_book import NOTHING, MeetingBook, as_noted, read_book
from kpi.ledger.meeting_model import Decision, Meeting
from kpi.ledger.meetings import book_at
from kpi.ledger.reads import AsOf

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store


def record_decision(
    store: Store,
    *,
    text: str,
    decided_by: str,
    meeting_id: str = "",
    partner_id: str = "",
    link: Link = NO_LINK,
    actor: str,
    now: datetime,
    scope: Scope,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Decision:
    """Appends a decision of a meeting, or of a partner's committee without one (``partner_id``).

    After the minutes are issued it belongs to their next edition. Raises UsageError (no text, neither meeting nor
    partner, a meeting that was cancelled), InputRefused (a partner outside ``scope``).
    """
    kept = clean_text(text, "A decision", needed=True)
    who = clean_name(decided_by, "A decision")
    about = parse_link(link.text).text
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        partner, meeting = placed(book, meeting_id, partner_id, scope)
        facts: dict[str, Any] = {
            "partner_id": partner,
            "meeting_version": meeting.version if meeting else None,
            "decided_by": who,
            "link": about,
        }
        event = append_event(ledger, DECISION, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.decisions[event.version]


def withdraw_decision(
    store: Store, decision_id: str, *, reason: str, actor: str, now: datetime, scope: Scope
) -> Decision:
    """Takes a decision back; it stays readable with the reason. Raises UsageError (no reason, no such decision),
    InputRefused (withdrawn already: by whom, when and why)."""
    kept = clean_text(reason, "Withdrawing a decision", needed=True)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        book = read_book(ledger, last.version, scope)
        decision = book.decision(decision_id)
        if decision.withdrawn_at is not None:
            raise InputRefused(
                f"{decision.id} was withdrawn already, on {decision.withdrawn_at:%Y-%m-%d} by {decision.withdrawn_by}: "
                f"{decision.withdrawn} {NOTHING}"
            )
        facts = {"partner_id": decision.partner_id, "decision_version": decision.version}
        event = append_event(ledger, DECISION_WITHDRAWN, after=last, now=now, actor=actor, reason=kept, payload=facts)
        book.take(as_noted(event, facts))
    return book.decisions[decision.version]


def decisions(
    store: Store,
    *,
    scope: Scope,
    as_of: AsOf = None,
    partner: str | None = None,
    meeting_id: str | None = None,
) -> list[Decision]:
    """Those of partners within ``scope`` at ``as_of``, withdrawn ones too, newest first.

    Raises UsageError for a meeting that there is not, an ``as_of`` that never was.
    """
    book = book_at(store, scope=scope, as_of=as_of)
    meeting = book.meeting(meeting_id) if meeting_id else None
    return [
        one
        for one in reversed(book.decisions.values())
        if (partner is None or one.partner_id == partner)
        and (meeting is None or one.meeting_version == meeting.version)
    ]


def placed(book: MeetingBook, meeting_id: str, partner_id: str, scope: Scope) -> tuple[str, Meeting | None]:
    """The partner and the meeting that something new belongs to. Raises UsageError and InputRefused."""
    if not meeting_id and not partner_id:
        raise UsageError(f"Say which meeting it is of, or which partner it is about. {NOTHING}")
    if not meeting_id:
        require_partner(partner_id, scope)
        return partner_id, None
    meeting = book.meeting(meeting_id)
    if partner_id and partner_id != meeting.partner_id:
        raise UsageError(f"{meeting.id} is a meeting with {meeting.partner_id}, not with {partner_id}. {NOTHING}")
    if meeting.cancelled:
        raise UsageError(
            f"{meeting.id} was cancelled on {meeting.changed_at:%Y-%m-%d} by {meeting.changed_by}: {meeting.reason} "
            f"{NOTHING}"
        )
    return meeting.partner_id, meeting
