"""What the payload of each event of a meeting says: these facts and no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

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
from kpi.ledger.fits import is_day, is_month, is_side, is_text, is_version
from kpi.ledger.links import is_link
from kpi.ledger.meeting_names import ACTION_STATES, AGENDA_KINDS, MEANINGS, WINDOWS

_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _window(value: Any) -> bool:
    return value in WINDOWS and not isinstance(value, bool)


def _version_or_zero(value: Any) -> bool:
    return is_version(value) or (value == 0 and not isinstance(value, bool))


def _version_or_none(value: Any) -> bool:
    return value is None or is_version(value)


def _list_of(parts: dict[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    """Whether a value is a list of dicts that say exactly these parts."""

    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(one, dict)
            and one.keys() == parts.keys()
            and all(part_fits(one[name]) for name, part_fits in parts.items())
            for one in value
        )

    return fits


is_participants = _list_of({"name": is_text, "role": is_text, "side": is_side})
is_agenda = _list_of(
    {"title": is_text, "kind": AGENDA_KINDS.__contains__, "link": is_link, "why": is_text, "note": is_text}
)

_MEETING: dict[str, Callable[[Any], bool]] = {
    "partner_id": is_text,
    "day": is_day,
    "title": is_text,
    "month": is_month,
    "window": _window,
    "participants": is_participants,
    "agenda": is_agenda,
    "frozen_version": _version_or_zero,
    "judged_on": is_day,
    "definitions": is_text,
}

MEETING_FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    MEETING_OPENED: _MEETING,
    MEETING_CHANGED: {**_MEETING, "meeting_version": is_version},
    MEETING_CANCELLED: {"partner_id": is_text, "meeting_version": is_version},
    DECISION: {"partner_id": is_text, "meeting_version": _version_or_none, "decided_by": is_text, "link": is_link},
    DECISION_WITHDRAWN: {"partner_id": is_text, "decision_version": is_version},
    ACTION_AGREED: {
        "partner_id": is_text,
        "meeting_version": _version_or_none,
        "owner": is_text,
        "side": is_side,
        "due_on": is_day,
        "link": is_link,
    },
    ACTION_CHANGED: {
        "partner_id": is_text,
        "action_version": is_version,
        "state": ACTION_STATES.__contains__,
        "owner": is_text,
        "due_on": is_day,
    },
    MINUTES_ISSUED: {
        "partner_id": is_text,
        "meeting_version": is_version,
        "edition": is_version,
        "side": is_side,
        "name": is_text,
        "correction": is_text,
        "up_to": is_version,
        "content_sha256": is_digest,
        "participants": is_participants,
        "agenda": is_agenda,
    },
    MINUTES_SIGNED: {
        "partner_id": is_text,
        "meeting_version": is_version,
        "edition_version": is_version,
        "side": is_side,
        "name": is_text,
        "meaning": MEANINGS.__contains__,
        "content_sha256": is_digest,
    },
}
