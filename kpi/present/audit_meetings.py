"""The events of meetings in the audit trail: what was done, about what, and the old and the new state, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
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
from kpi.ledger.meeting_facts import MEETING_FACTS
from kpi.ledger.meeting_names import ACTION_OPEN
from kpi.present.wording import day_name, month_name, plural

Facts = Mapping[str, Any]

_DONE: dict[str, Callable[[Facts], str]] = {
    MEETING_OPENED: lambda facts: "opened a meeting",
    MEETING_CHANGED: lambda facts: f"changed M-{facts['meeting_version']}",
    MEETING_CANCELLED: lambda facts: f"cancelled M-{facts['meeting_version']}",
    DECISION: lambda facts: f"recorded a decision{_of_meeting(facts)}",
    DECISION_WITHDRAWN: lambda facts: f"withdrew D-{facts['decision_version']}",
    ACTION_AGREED: lambda facts: f"recorded an action{_of_meeting(facts)}",
    ACTION_CHANGED: lambda facts: f"changed A-{facts['action_version']}",
    MINUTES_ISSUED: lambda facts: (
        f"issued edition {facts['edition']} of the minutes of M-{facts['meeting_version']}, for the {facts['side']}"
    ),
    MINUTES_SIGNED: lambda facts: f"signed the minutes of M-{facts['meeting_version']}, for the {facts['side']}",
}


def meeting_done(kind: str, facts: Facts) -> str:
    """After a person's name: "changed M-12"; the kind itself where the facts could not be read."""
    return _DONE[kind](facts) if facts else kind


def meeting_about(kind: str, facts: Facts) -> str:
    """ "HELIX, steering committee of 3 December 2026", "HELIX, deviation rate"."""
    partner: str = facts["partner_id"]
    if kind in (MEETING_OPENED, MEETING_CHANGED):
        return f"{partner}, {facts['title']} of {_day(facts['day'])}"
    if kind == MINUTES_SIGNED:
        return f"{partner}, the edition of version {facts['edition_version']}"
    return f"{partner}, {link_words(facts['link'])}" if facts.get("link") else partner


def link_words(link: str) -> str:
    """The text of a link for readers: "supplied value EUR", "E-1a2b3c4d", "deviations DEV-12"; "" for none."""
    kind, _, rest = link.partition(":")
    if kind == "indicator":
        return rest.replace("_", " ").replace(":", " ")
    dataset, _, record = rest.partition("/")
    return f"{dataset.replace('_', ' ')} {record}" if kind == "record" else rest


class MeetingStates:
    """Old and new of each event, from what the events before it left; the events come oldest first."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, str]] = {}

    def take(self, event: Mapping[str, Any]) -> tuple[str, str]:
        """("due 3 December 2026", "due 31 January 2027"); ("", "") for an event whose facts could not be read."""
        kind, facts, version = event["kind"], event["facts"], event["version"]
        if kind not in MEETING_FACTS or not facts:
            return "", ""
        about, lines = _lines(kind, facts, version, event["reason"])
        old = self._lines.get(about, {})
        self._lines[about] = old | lines
        changed = [name for name in lines if old.get(name) != lines[name]]
        return _joined([old.get(name, "") for name in changed]), _joined([lines[name] for name in changed])


def _lines(kind: str, facts: Facts, version: int, text: str) -> tuple[str, dict[str, str]]:
    """What the event is about, by id, and what is so of it from then on: each a few words."""
    if kind in (MEETING_OPENED, MEETING_CHANGED):
        return f"M-{facts.get('meeting_version', version)}", _meeting(facts)
    if kind == MEETING_CANCELLED:
        return f"M-{facts['meeting_version']}", {"state": "cancelled"}
    if kind == DECISION:
        return f"D-{version}", {"state": f"“{text}”, decided by {facts['decided_by']}"}
    if kind == DECISION_WITHDRAWN:
        return f"D-{facts['decision_version']}", {"state": "withdrawn"}
    if kind == ACTION_AGREED:
        words = {"text": f"“{text}”", "side": f"for the {facts['side']}"}
        return f"A-{version}", words | _action(facts, ACTION_OPEN)
    if kind == ACTION_CHANGED:
        return f"A-{facts['action_version']}", _action(facts, facts["state"])
    minutes = f"minutes of M-{facts['meeting_version']}"
    if kind == MINUTES_ISSUED:
        edition = f"edition {facts['edition']} by {facts['name']}, sha256 {facts['content_sha256'][:12]}…"
        return minutes, {"edition": edition}
    signed = f"version {facts['edition_version']} signed by {facts['name']} for the {facts['side']}"
    return signed, {"signed": f"{facts['name']}: “{facts['meaning']}”, sha256 {facts['content_sha256'][:12]}…"}


def _meeting(facts: Facts) -> dict[str, str]:
    months = plural(facts["window"], "month")
    return {
        "day": _day(facts["day"]),
        "title": facts["title"],
        "period": f"{months} to {month_name(date.fromisoformat(facts['month']))}",
        "frozen": f"version {facts['frozen_version']} judged on {_day(facts['judged_on'])}",
        "definitions": f"definitions {facts['definitions']}",
        "participants": f"participants: {_names(facts['participants'])}",
        "agenda": f"agenda: {'; '.join(map(_item, facts['agenda'])) or 'none'}",
    }


def _names(participants: Sequence[Facts]) -> str:
    told = (f"{one['name']} ({', '.join(part for part in (one['role'], one['side']) if part)})" for one in participants)
    return "; ".join(told) or "none"


def _item(item: Facts) -> str:
    return f"{item['title']} (“{item['note']}”)" if item["note"] else str(item["title"])


def _action(facts: Facts, state: str) -> dict[str, str]:
    return {"state": state, "owner": f"owner {facts['owner']}", "due": f"due {_day(facts['due_on'])}"}


def _of_meeting(facts: Facts) -> str:
    return f" of M-{facts['meeting_version']}" if facts["meeting_version"] else ""


def _day(text: str) -> str:
    return day_name(date.fromisoformat(text))


def _joined(lines: Sequence[str]) -> str:
    return "; ".join(line for line in lines if line)
