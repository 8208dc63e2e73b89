"""The events of meetings, put together to what stands: meetings, decisions, agreed actions, minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from kpi.access import Scope
from kpi.errors import StoreDamaged, UsageError
from kpi.ledger.chain import (
    ACTION_AGREED,
    ACTION_CHANGED,
    DECISION,
    DECISION_WITHDRAWN,
    MEETING_CANCELLED,
    MEETING_CHANGED,
    MEETING_OPENED,
    MINUTES_ISSUED,
    MINUTES_SIGNED,
    Event,
)
from kpi.ledger.governance import Noted, noted
from kpi.ledger.links import parse_link
from kpi.ledger.meeting_facts import MEETING_FACTS
from kpi.ledger.meeting_model import (
    ActionChange,
    AgendaItem,
    AgreedAction,
    Decision,
    Edition,
    Meeting,
    Participant,
    Signature,
)
from kpi.ledger.meeting_names import ACTION_OPEN, CANCELLED, CONFIRMED, ISSUED, RUNNING

if TYPE_CHECKING:
    import duckdb

NOTHING = "Nothing was written."
T = TypeVar("T")


@dataclass
class MeetingBook:
    """Everything by the version that began it; ``editions`` by meeting, oldest first; ``touched``: every event that
    is about a meeting, by meeting, oldest first."""

    meetings: dict[int, Meeting] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    actions: dict[int, AgreedAction] = field(default_factory=dict)
    editions: dict[int, list[Edition]] = field(default_factory=dict)
    touched: dict[int, list[Noted]] = field(default_factory=dict)

    def take(self, entry: Noted) -> None:
        """Adds one event; they come in the order of their versions. Raises StoreDamaged for one about nothing."""
        try:
            meeting = _TAKE[entry.kind](self, entry)
        except (KeyError, StopIteration) as error:
            raise StoreDamaged(
                f"Version {entry.version} of the ledger ({entry.kind}) is about something that is not there. "
                "Run python -m kpi verify."
            ) from error
        if meeting is not None:
            self.touched.setdefault(meeting, []).append(entry)

    def meeting(self, meeting_id: str) -> Meeting:
        """Raises UsageError for one that there is not, in the same words as for one of others' partners."""
        return _find(self.meetings, meeting_id, "M", "meeting")

    def decision(self, decision_id: str) -> Decision:
        return _find(self.decisions, decision_id, "D", "decision")

    def action(self, action_id: str) -> AgreedAction:
        return _find(self.actions, action_id, "A", "agreed action")

    def edition(self, meeting: Meeting) -> Edition | None:
        """The newest edition of the minutes."""
        editions = self.editions.get(meeting.version)
        return editions[-1] if editions else None


def read_book(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> MeetingBook:
    """What stands at ``version`` of partners within ``scope``. Raises StoreDamaged as kpi.ledger.governance.noted."""
    book = MeetingBook()
    for entry in noted(connection, tuple(MEETING_FACTS), version, scope):
        book.take(entry)
    return book


def as_noted(event: Event, facts: Mapping[str, Any]) -> Noted:
    """The event just appended, as it will be read."""
    return Noted(event.version, event.kind, event.at, event.actor, event.reason, facts)


def participants_of(facts: list[dict[str, str]]) -> tuple[Participant, ...]:
    return tuple(Participant(**one) for one in facts)


def agenda_of(facts: list[dict[str, str]]) -> tuple[AgendaItem, ...]:
    return tuple(
        AgendaItem(one["title"], one["kind"], parse_link(one["link"]), one["why"], one["note"]) for one in facts
    )


def version_of(identifier: str, letter: str) -> int | None:
    """The version in "M-12"; None for what is no such id."""
    start, _, number = identifier.strip().upper().partition("-")
    return int(number) if start == letter and number.isascii() and number.isdecimal() else None


def _find(there: Mapping[int, T], identifier: str, letter: str, what: str) -> T:
    found = there.get(version_of(identifier, letter) or 0)
    if found is None:
        raise UsageError(f'There is no {what} "{identifier}". The list of {what}s shows those there are. {NOTHING}')
    return found


def _opened(book: MeetingBook, entry: Noted) -> int:
    book.meetings[entry.version] = Meeting(
        version=entry.version, actor=entry.actor, at=entry.at, changed_version=entry.version, changed_by=entry.actor,
        changed_at=entry.at, **_meeting_facts(entry.facts),
    )  # fmt: skip
    return entry.version


def _meeting_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    read: dict[str, Callable[[Any], Any]] = {
        "day": date.fromisoformat,
        "month": date.fromisoformat,
        "judged_on": date.fromisoformat,
        "participants": participants_of,
        "agenda": agenda_of,
    }
    return {
        name: read.get(name, lambda same: same)(value) for name, value in facts.items() if name != "meeting_version"
    }


def _changed(book: MeetingBook, entry: Noted) -> int:
    return _replace_meeting(book, entry, **_meeting_facts(entry.facts))


def _cancelled(book: MeetingBook, entry: Noted) -> int:
    return _replace_meeting(book, entry, state=CANCELLED, reason=entry.reason)


def _replace_meeting(book: MeetingBook, entry: Noted, **changed: Any) -> int:
    version: int = entry.facts["meeting_version"]
    book.meetings[version] = replace(
        book.meetings[version],
        changed_version=entry.version,
        changed_by=entry.actor,
        changed_at=entry.at,
        **changed,
    )
    return version


def _decided(book: MeetingBook, entry: Noted) -> int | None:
    facts = dict(entry.facts)
    decision = Decision(
        version=entry.version, at=entry.at, actor=entry.actor, text=entry.reason, link=parse_link(facts.pop("link")),
        **facts,
    )  # fmt: skip
    book.decisions[entry.version] = decision
    return decision.meeting_version


def _decision_withdrawn(book: MeetingBook, entry: Noted) -> int | None:
    version = entry.facts["decision_version"]
    decision = replace(book.decisions[version], withdrawn=entry.reason, withdrawn_by=entry.actor, withdrawn_at=entry.at)
    book.decisions[version] = decision
    return decision.meeting_version


def _agreed(book: MeetingBook, entry: Noted) -> int | None:
    facts = dict(entry.facts)
    due_on = date.fromisoformat(facts.pop("due_on"))
    action = AgreedAction(
        version=entry.version, at=entry.at, actor=entry.actor, text=entry.reason, link=parse_link(facts.pop("link")),
        first_due_on=due_on, due_on=due_on, state=ACTION_OPEN, **facts,
    )  # fmt: skip
    book.actions[entry.version] = action
    return action.meeting_version


def _action_changed(book: MeetingBook, entry: Noted) -> int | None:
    facts = entry.facts
    action = book.actions[facts["action_version"]]
    change = ActionChange(
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        state=facts["state"],
        owner=facts["owner"],
        due_on=date.fromisoformat(facts["due_on"]),
        note=entry.reason,
    )
    book.actions[action.version] = replace(
        action,
        state=change.state,
        owner=change.owner,
        due_on=change.due_on,
        closed_on=_closed_on(action, change),
        history=(*action.history, change),
    )
    return action.meeting_version


def _closed_on(action: AgreedAction, change: ActionChange) -> date | None:
    """The day of the change that closed it; a note about a closed action closes nothing anew."""
    if change.state in RUNNING:
        return None
    return action.closed_on if change.state == action.state else change.at.date()


def _issued(book: MeetingBook, entry: Noted) -> int:
    facts = dict(entry.facts)
    version: int = facts["meeting_version"]
    edition = Edition(
        version=entry.version, at=entry.at, actor=entry.actor, text=entry.reason, number=facts.pop("edition"),
        participants=participants_of(facts.pop("participants")), agenda=agenda_of(facts.pop("agenda")), **facts,
    )  # fmt: skip
    earlier = book.editions.setdefault(version, [])
    if earlier:
        earlier[-1] = replace(earlier[-1], superseded_by=entry.version)
    earlier.append(edition)
    book.meetings[version] = replace(book.meetings[version], state=ISSUED)
    return version


def _signed(book: MeetingBook, entry: Noted) -> int:
    facts = dict(entry.facts)
    version: int = facts.pop("meeting_version")
    wanted = facts.pop("edition_version")
    facts.pop("partner_id")
    signature = Signature(version=entry.version, at=entry.at, actor=entry.actor, note=entry.reason, **facts)
    editions = book.editions[version]
    place = next(number for number, one in enumerate(editions) if one.version == wanted)
    editions[place] = replace(editions[place], signatures=(*editions[place].signatures, signature))
    state = CONFIRMED if editions[-1].confirmed else ISSUED
    book.meetings[version] = replace(book.meetings[version], state=state)
    return version


_TAKE: dict[str, Callable[[MeetingBook, Noted], int | None]] = {
    MEETING_OPENED: _opened,
    MEETING_CHANGED: _changed,
    MEETING_CANCELLED: _cancelled,
    DECISION: _decided,
    DECISION_WITHDRAWN: _decision_withdrawn,
    ACTION_AGREED: _agreed,
    ACTION_CHANGED: _action_changed,
    MINUTES_ISSUED: _issued,
    MINUTES_SIGNED: _signed,
}
