"""A meeting of the steering committee and what comes of it, as they stand at a ledger version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kpi.ledger.act_names import PARTNER, SPONSOR
from kpi.ledger.links import NO_LINK, Link
from kpi.ledger.meeting_names import (
    AGREED,
    CANCELLED,
    CONFIRM,
    DONE,
    OBJECT,
    OBJECTED,
    OPEN,
    READ,
    RUNNING,
    WAITING,
)


@dataclass(frozen=True)
class Participant:
    """``side``: "sponsor" or "partner"; ``role`` may be ""."""

    name: str
    role: str
    side: str


@dataclass(frozen=True)
class AgendaItem:
    """``kind``: one of kpi.ledger.meeting_names.AGENDA_KINDS. ``why`` it is there, on one line. ``note``: what was said
    about it, for the minutes."""

    title: str
    kind: str = "topic"
    link: Link = NO_LINK
    why: str = ""
    note: str = ""


@dataclass(frozen=True)
class Meeting:
    """``version`` opened it and names it; ``changed_version`` is that of its last change, by ``changed_by`` at
    ``changed_at`` (UTC without a zone). ``month`` (first day) and ``window`` (months): the figures it looks at, as of
    ``frozen_version``, judged on ``judged_on`` by the definitions of digest ``definitions``.

    ``state``: one of kpi.ledger.meeting_names.MEETING_STATES. ``reason`` of the cancelling, "" for none.
    """

    version: int
    partner_id: str
    day: date
    title: str
    month: date
    window: int
    participants: tuple[Participant, ...]
    agenda: tuple[AgendaItem, ...]
    frozen_version: int
    judged_on: date
    definitions: str
    actor: str
    at: datetime
    changed_version: int
    changed_by: str
    changed_at: datetime
    state: str = OPEN
    reason: str = ""

    @property
    def id(self) -> str:
        return f"M-{self.version}"

    @property
    def cancelled(self) -> bool:
        return self.state == CANCELLED


@dataclass(frozen=True)
class Decision:
    """``meeting_version``: None where no meeting took it. ``at``: UTC without a zone. ``withdrawn``: why, "" while it
    stands."""

    version: int
    partner_id: str
    meeting_version: int | None
    text: str
    decided_by: str
    link: Link
    actor: str
    at: datetime
    withdrawn: str = ""
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"D-{self.version}"

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    @property
    def meeting_id(self) -> str:
        """ "" where no meeting took it."""
        return f"M-{self.meeting_version}" if self.meeting_version else ""


@dataclass(frozen=True)
class ActionChange:
    """One change of an agreed action: its state, owner and due date from then on, and what was written about it."""

    version: int
    at: datetime
    actor: str
    state: str
    owner: str
    due_on: date
    note: str


@dataclass(frozen=True)
class AgreedAction:
    """``due_on`` as it is now, ``first_due_on`` as it was agreed. ``closed_on``: the day (UTC) on which it was recorded
    as done or cancelled; None while it runs. ``history``: every change, oldest first."""

    version: int
    partner_id: str
    meeting_version: int | None
    text: str
    owner: str
    side: str
    first_due_on: date
    due_on: date
    link: Link
    actor: str
    at: datetime
    state: str
    closed_on: date | None = None
    history: tuple[ActionChange, ...] = ()

    @property
    def id(self) -> str:
        return f"A-{self.version}"

    @property
    def meeting_id(self) -> str:
        """ "" where no meeting agreed it."""
        return f"M-{self.meeting_version}" if self.meeting_version else ""

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def extended(self) -> bool:
        return self.due_on > self.first_due_on

    @property
    def changed_version(self) -> int:
        return self.history[-1].version if self.history else self.version

    def overdue(self, day: date) -> bool:
        """Whether it still runs after the date that was agreed; a later date agreed since does not change that."""
        return self.running and day > self.first_due_on


@dataclass(frozen=True)
class Signature:
    """``at``: UTC without a zone. ``content_sha256``: the digest of what was signed."""

    version: int
    at: datetime
    actor: str
    name: str
    side: str
    meaning: str
    note: str
    content_sha256: str


@dataclass(frozen=True)
class Edition:
    """One edition of a meeting's minutes; ``number`` counts from 1. Decisions and actions belong to it as they stood at
    ledger version ``up_to``. ``correction``: why it replaces the one before, "" for the first.
    """

    version: int
    meeting_version: int
    partner_id: str
    number: int
    side: str
    name: str
    actor: str
    at: datetime
    text: str
    correction: str
    up_to: int
    content_sha256: str
    participants: tuple[Participant, ...]
    agenda: tuple[AgendaItem, ...]
    signatures: tuple[Signature, ...] = ()
    superseded_by: int | None = None  # version of the next edition

    @property
    def meeting_id(self) -> str:
        return f"M-{self.meeting_version}"

    @property
    def other_side(self) -> str:
        """The side whose confirmation it needs."""
        return PARTNER if self.side == SPONSOR else SPONSOR

    @property
    def state(self) -> str:
        """One of kpi.ledger.meeting_names.EDITION_STATES: of each person's yes and no, the last counts.

        An objection of either side stands until the person who made it confirms.
        """
        last = {(one.side, one.name.casefold()): one for one in self.signatures if one.meaning != READ}.values()
        if any(one.meaning == OBJECT for one in last):
            return OBJECTED
        confirmed = any(one.meaning == CONFIRM and one.side == self.other_side for one in last)
        return AGREED if confirmed else WAITING

    @property
    def confirmed(self) -> bool:
        return self.state == AGREED
