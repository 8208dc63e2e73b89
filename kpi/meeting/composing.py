"""Putting minutes together: from the frozen figures, and from what the ledger says of the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.governance import clean_name, clean_text
from kpi.ledger.meeting_book import agenda_of, participants_of
from kpi.ledger.meetings import book_at, checked_agenda, checked_participants
from kpi.ledger.minutes import issue_minutes, standing_content
from kpi.ledger.reads import version_now
from kpi.meeting.minutes import Minutes, MinutesItem, content_digest
from kpi.present.rows import names_of
from kpi.present.wording import day_name, period_name, plural
from kpi.qbr.closed_on_time import closed_on_time
from kpi.qbr.decisions import about_words, action_rows, decision_rows, names_of_escalations
from kpi.qbr.figures import figures_of
from kpi.qbr.source import Source, load_source

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgendaItem, AgreedAction, Edition, Meeting, Participant
    from kpi.ledger.store import Store
    from kpi.qbr.pack import Figure

JUDGED = ("met", "missed", "past limit")


@dataclass(frozen=True)
class _Frame:
    """What an edition fixes beside the figures."""

    text: str
    side: str
    name: str
    number: int
    correction: str
    up_to: int
    participants: tuple[Participant, ...]
    agenda: tuple[AgendaItem, ...]


def source_of_meeting(store: Store, catalog: Catalog, meeting: Meeting, *, scope: Scope) -> Source:
    """The frozen figures of the meeting's partner alone, so that every reader gets the same minutes.

    Raises UsageError where ``scope`` does not hold the partner.
    """
    if not scope.allows(meeting.partner_id):
        raise UsageError(f'There is no meeting "{meeting.id}".')
    return load_source(
        store,
        catalog,
        as_of=meeting.frozen_version,
        day=meeting.judged_on,
        today=meeting.judged_on,
        scope=Scope.of([meeting.partner_id]),
        frozen_for=frozen_for(meeting),
    )


def frozen_for(meeting: Meeting) -> str:
    """ "the meeting of 3 December 2026 (M-412)", for the provenance of a pack."""
    return f"the meeting of {day_name(meeting.day)} ({meeting.id})"


def minutes_of_meeting(
    source: Source, meeting: Meeting, edition: Edition | None = None, *, as_of: int | None = None
) -> Minutes:
    """The minutes of an edition with its signatures, or, without one, a draft as at ledger version ``as_of``.

    ``source``: of ``source_of_meeting``. A draft has no text yet. Raises UsageError for a meeting outside its scope.
    """
    if edition is None:
        book = book_at(source.store, scope=source.scope, as_of=as_of)
        meeting = book.meeting(meeting.id)
        people, items = standing_content(book, meeting)
        up_to = version_now(source.store) if as_of is None else as_of
        draft = _composed(source, book, meeting, _Frame("", "", "", 0, "", up_to, people, items))
        return replace(draft, content_sha256=content_digest(draft))
    book = book_at(source.store, scope=source.scope, as_of=edition.up_to)
    frame = _Frame(
        edition.text, edition.side, edition.name, edition.number, edition.correction, edition.up_to,
        edition.participants, edition.agenda,
    )  # fmt: skip
    issued = _composed(source, book, book.meeting(meeting.id), frame)
    return replace(
        issued,
        issued_at=edition.at,
        edition_version=edition.version,
        content_sha256=edition.content_sha256,
        as_issued=content_digest(issued) == edition.content_sha256,
        replaced_by=edition.number + 1 if edition.superseded_by is not None else None,
        state=edition.state,
        signatures=edition.signatures,
    )


def issue(
    store: Store,
    catalog: Catalog,
    meeting_id: str,
    *,
    text: str,
    side: str,
    name: str,
    correction: str = "",
    participants: Sequence[Participant] | None = None,
    agenda: Sequence[AgendaItem] | None = None,
    actor: str,
    now: datetime,
    scope: Scope,
    after_version: int | None = None,
) -> tuple[Edition, Minutes]:
    """Puts the minutes together as the meeting stands, and issues them with the digest of that content.

    ``after_version``: the ledger version that the issuer saw; what others did in the meeting since then refuses it.
    Raises as kpi.ledger.minutes.issue_minutes.
    """
    up_to = version_now(store) if after_version is None else after_version
    book = book_at(store, scope=scope, as_of=up_to)
    meeting = book.meeting(meeting_id)
    earlier = book.edition(meeting)
    people, items = standing_content(book, meeting)
    frame = _Frame(
        text=clean_text(text, "Minutes", needed=True),
        side=side,
        name=clean_name(name, "Issuing minutes"),
        number=earlier.number + 1 if earlier else 1,
        correction=clean_text(correction, "A correction of minutes", needed=earlier is not None),
        up_to=up_to,
        participants=people if participants is None else participants_of(checked_participants(participants)),
        agenda=items if agenda is None else agenda_of(checked_agenda(agenda)),
    )
    source = source_of_meeting(store, catalog, meeting, scope=scope)
    own = book_at(store, scope=source.scope, as_of=up_to)
    edition = issue_minutes(
        store,
        meeting_id,
        text=frame.text,
        side=side,
        name=frame.name,
        up_to=up_to,
        content_sha256=content_digest(_composed(source, own, meeting, frame)),
        correction=frame.correction,
        participants=frame.participants,
        agenda=frame.agenda,
        actor=actor,
        now=now,
        scope=scope,
    )
    return edition, minutes_of_meeting(source, meeting, edition)


def _composed(source: Source, book: MeetingBook, meeting: Meeting, frame: _Frame) -> Minutes:
    """Without a digest, as yet unsigned."""
    catalog, partner = source.catalog, meeting.partner_id
    mine = [one for one in source.review.escalations if one.partner_id == partner]
    names = names_of_escalations(mine, catalog)
    figures = [figure for _, found in figures_of(source, partner, meeting.month, meeting.window) for figure in found]
    actions = [one for one in book.actions.values() if one.partner_id == partner]
    return Minutes(
        meeting_id=meeting.id,
        title=meeting.title,
        partner_id=partner,
        partner=names_of(source.marts).get(partner, partner),
        day=meeting.day,
        period=period_name(meeting.month, meeting.window),
        participants=frame.participants,
        agenda=tuple(
            MinutesItem(number, item.title, item.kind, about_words(item.link, catalog, names), item.why, item.note)
            for number, item in enumerate(frame.agenda, start=1)
        ),
        provenance=source.provenance,
        figures_summary=_summary(figures, meeting),
        figures=_headline(figures, frame.agenda),
        text=frame.text,
        decisions=decision_rows(
            [one for one in book.decisions.values() if one.meeting_version == meeting.version],
            book.meetings,
            catalog,
            names,
        )[::-1],
        actions=action_rows(
            [one for one in actions if one.meeting_version == meeting.version], catalog, names, meeting.day
        ),
        earlier_actions=action_rows([one for one in actions if _is_earlier(one, meeting)], catalog, names, meeting.day),
        closed_on_time=closed_on_time(actions, meeting.day).sentence,
        up_to=frame.up_to,
        edition=frame.number,
        correction=frame.correction,
        side=frame.side,
        issued_by=frame.name,
    )


def _is_earlier(action: AgreedAction, meeting: Meeting) -> bool:
    """Agreed before this meeting, and still open on its day."""
    before = action.meeting_version != meeting.version and action.at.date() <= meeting.day
    return before and (action.closed_on is None or action.closed_on > meeting.day)


def _summary(figures: Sequence[Figure], meeting: Meeting) -> str:
    judged = [figure for figure in figures if figure.status in JUDGED]
    when = period_name(meeting.month, meeting.window)
    if not judged:
        return f"No figure of {when} can be judged."
    met = sum(1 for figure in judged if figure.status == "met")
    past = sum(1 for figure in judged if figure.status == "past limit")
    return (
        f"In {when}, {met} of {plural(len(judged), 'judged figure')} {'meets its' if met == 1 else 'meet their'} "
        f"target, {past} {'is past its' if past == 1 else 'are past their'} limit."
    )


def _headline(figures: Sequence[Figure], agenda: Sequence[AgendaItem]) -> tuple[Figure, ...]:
    named = {item.link.figure for item in agenda if item.link.figure}
    return tuple(figure for figure in figures if figure.key in named or figure.status in ("missed", "past limit"))
