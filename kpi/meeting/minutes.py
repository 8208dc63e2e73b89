"""What minutes say: the one content that document, PDF and screen are written from, and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kpi.ledger.chain import canonical_json
from kpi.ledger.meeting_model import Participant, Signature
from kpi.ledger.meeting_names import AGREED
from kpi.present.wording import day_name
from kpi.qbr.pack import ActionRow, DecisionRow, Figure, Provenance

DRAFT = "draft"


@dataclass(frozen=True)
class MinutesItem:
    """One item of the agenda. ``about``: what it is linked to, in words; ``note``: what was said, may have lines."""

    number: int
    title: str
    kind: str  # one of kpi.ledger.meeting_names.AGENDA_KINDS
    about: str
    why: str
    note: str


@dataclass(frozen=True)
class Minutes:
    """Everything that the document says.

    ``provenance`` is that of the frozen figures; ``figures``: those that miss their target or are on the agenda, in the
    catalogue's order, and ``figures_summary`` all of them in one sentence. ``decisions`` and ``actions`` of this
    meeting, ``earlier_actions``: agreed before and still open; all as at ledger version ``up_to``, overdue as on the
    day of the meeting. ``closed_on_time``: the figure in one sentence.

    ``edition``: 0 for a draft, else counted from 1; ``correction``: why it replaces the one before. ``issued_at``: UTC
    without a zone, None for a draft. ``state``: "draft" or one of kpi.ledger.meeting_names.EDITION_STATES.
    ``content_sha256``: the digest that was signed, of a draft the one it would have; ``as_issued``: False where the
    content, put together again, has another digest than the one recorded (other definitions, another release).
    ``replaced_by``: number of a newer edition, None for the newest.
    """

    meeting_id: str
    title: str
    partner_id: str
    partner: str
    day: date
    period: str  # "October 2026", "the 3 months to October 2026"
    participants: tuple[Participant, ...]
    agenda: tuple[MinutesItem, ...]
    provenance: Provenance
    figures_summary: str
    figures: tuple[Figure, ...]
    text: str
    decisions: tuple[DecisionRow, ...]
    actions: tuple[ActionRow, ...]
    earlier_actions: tuple[ActionRow, ...]
    closed_on_time: str
    up_to: int
    edition: int
    correction: str
    side: str  # that issued them: "sponsor" or "partner"
    issued_by: str
    issued_at: datetime | None = None
    edition_version: int | None = None
    content_sha256: str = ""
    as_issued: bool = True
    replaced_by: int | None = None
    state: str = DRAFT
    signatures: tuple[Signature, ...] = ()

    @property
    def confirmed(self) -> bool:
        return self.state == AGREED and self.replaced_by is None

    @property
    def heading(self) -> str:
        """ "Minutes of Steering committee, 3 December 2026"."""
        return f"Minutes of {self.title}, {day_name(self.day)}"

    def of_side(self, side: str) -> tuple[Participant, ...]:
        return tuple(one for one in self.participants if one.side == side)


def content_digest(minutes: Minutes) -> str:
    """SHA-256 over what the minutes say, 64 hexadecimal digits: the same content, the same digest.

    Figures count as they are read, not as the marts hold them. Signatures, their outcome and the moment of issuing are
    about the content, not in it.
    """
    return hashlib.sha256(canonical_json(_content(minutes)).encode("ascii")).hexdigest()


def _content(minutes: Minutes) -> dict[str, Any]:
    provenance = minutes.provenance
    return {
        "meeting": [minutes.meeting_id, minutes.title, minutes.day.isoformat(), minutes.period],
        "partner": [minutes.partner_id, minutes.partner],
        "participants": [[one.name, one.role, one.side] for one in minutes.participants],
        "agenda": [[one.number, one.title, one.kind, one.about, one.why, one.note] for one in minutes.agenda],
        "frozen": [provenance.version, provenance.day.isoformat(), provenance.definitions, provenance.synthetic],
        "figures": [minutes.figures_summary, *(_figure(figure) for figure in minutes.figures)],
        "text": minutes.text,
        "decisions": [
            [row.id, row.day.isoformat(), row.meeting, row.text, row.about, row.decided_by] for row in minutes.decisions
        ],
        "actions": [_action(row) for row in minutes.actions],
        "earlier actions": [_action(row) for row in minutes.earlier_actions],
        "closed on time": minutes.closed_on_time,
        "edition": [minutes.edition, minutes.correction, minutes.side, minutes.issued_by, minutes.up_to],
    }


def _figure(figure: Figure) -> list[str]:
    return [
        figure.key, figure.name, figure.value_text, figure.n_text, figure.interval_text, figure.target_text,
        figure.limit_text, figure.status,
    ]  # fmt: skip


def _action(row: ActionRow) -> list[Any]:
    days = [day.isoformat() if day else None for day in (row.due_on, row.extended_to, row.closed_on)]
    return [row.id, row.text, row.about, row.owner, row.side, row.state, row.overdue, *days]
