"""What others did in a meeting since somebody looked at it, in the words of a refusal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpi.errors import UsageError
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
)
from kpi.ledger.governance import Noted
from kpi.ledger.meeting_book import NOTHING, MeetingBook
from kpi.ledger.meeting_model import Meeting

QUOTED = 200  # characters of somebody else's text in a message
# After a person's name.
TOLD = {
    MEETING_OPENED: "opened it",
    MEETING_CHANGED: "changed it",
    MEETING_CANCELLED: "cancelled it",
    DECISION: "recorded a decision",
    DECISION_WITHDRAWN: "withdrew a decision",
    ACTION_AGREED: "recorded an action",
    ACTION_CHANGED: "changed an action",
    MINUTES_ISSUED: "issued its minutes",
    MINUTES_SIGNED: "signed its minutes",
}


def require_nothing_new(
    book: MeetingBook, meeting: Meeting, after_version: int | None, kinds: Collection[str] | None
) -> None:
    """Raises UsageError where something of these kinds (None: any) was done in the meeting after ``after_version``."""
    if after_version is None:
        return
    newer = [
        one
        for one in book.touched.get(meeting.version, ())
        if one.version > after_version and (kinds is None or one.kind in kinds)
    ]
    refuse_newer(newer, meeting.id)


def refuse_newer(newer: Sequence[Noted], whose: str) -> None:
    """Raises UsageError that tells what was done, if anything was."""
    if newer:
        told = "; ".join(
            f"{one.actor} {TOLD[one.kind]} on {one.at:%Y-%m-%d at %H:%M} UTC (version {one.version})"
            f"{quoted(one.reason)}"
            for one in newer
        )
        raise UsageError(f"Since you opened {whose}, {told}. Read that first, then send yours again. {NOTHING}")


def quoted(text: str) -> str:
    """ ": “text”", "" for none."""
    return f": “{text if len(text) <= QUOTED else text[:QUOTED] + '…'}”" if text else ""
