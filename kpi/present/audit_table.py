"""The audit trail as a table: every event with who, when, what, the old and the new state, and why; and its filters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any

from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.chain import (
    ACTION,
    FIGURE_NOTE,
    MAPPING_DROPPED,
    MAPPING_SAVED,
    REBASELINE,
    REBASELINE_WITHDRAWN,
    SUBMISSION,
    SYNTHETIC,
    WITHDRAWAL,
)
from kpi.ledger.figure_names import COMMENT, FIGURE_MARKS, OBJECT
from kpi.ledger.meeting_facts import MEETING_FACTS
from kpi.present.audit_access import access_state
from kpi.present.audit_meetings import MeetingStates
from kpi.present.audit_offers import KINDS as OFFER_KINDS
from kpi.present.audit_offers import offer_state
from kpi.present.audit_trail import what_it_is_about, what_was_done
from kpi.present.wording import day_name, is_missing, month_name, plural, short_month

if TYPE_CHECKING:
    import pandas as pd

AUDIT_COLUMNS = (
    "version", "at", "at_local", "who", "kind", "what", "about", "submission_id", "dataset", "partners", "old", "new",
    "why", "file_name", "hash",
)  # fmt: skip
SEARCHED = ("who", "what", "about", "submission_id", "dataset", "partners", "old", "new", "why", "file_name")
SEPARATOR = ", "  # between the partners of an event, as the ledger gives them


def audit_table(events: pd.DataFrame, zone: tzinfo | None = None) -> pd.DataFrame:
    """One row per event of ``kpi.ledger.reads.events``, in their order (newest first); columns as in AUDIT_COLUMNS.

    ``at`` is UTC without a zone; ``at_local`` the same moment as ISO text in ``zone``, None for the machine's own.
    ``old`` and ``new``: the state before and after, in words; the records of a submission by their number.
    """
    import pandas as pd

    columns = list(events.columns)
    records: list[Mapping[str, Any]] = [
        dict(zip(columns, row, strict=True)) for row in events.itertuples(index=False, name=None)
    ]
    states = _states(reversed(records))
    rows = [_row(event, states[event["version"]], zone) for event in records]
    shown = pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))
    return shown.astype({"at": "datetime64[us]"})


def chosen(
    trail: pd.DataFrame,
    *,
    kinds: Collection[str] = (),
    who: str | None = None,
    partner: str | None = None,
    text: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> pd.DataFrame:
    """The rows of these kinds, of this person, about this partner, with this text, on these days (UTC, inclusive).

    What is not given does not restrict. Upper and lower case are alike in ``text``, which may stand in any column.
    """
    keep = trail["version"].notna()
    if kinds:
        keep &= trail["kind"].isin(list(kinds))
    if who:
        keep &= trail["who"] == who
    if partner:
        keep &= trail["partners"].map(lambda names: partner in names.split(SEPARATOR))
    if first_day is not None:
        keep &= trail["at"] >= datetime.combine(first_day, time.min)
    if last_day is not None:
        keep &= trail["at"] <= datetime.combine(last_day, time.max)
    found = trail[keep]
    wanted = text.strip().casefold()
    if wanted:
        inside = [
            any(wanted in str(cell).casefold() for cell in row)
            for row in found[list(SEARCHED)].itertuples(index=False, name=None)
        ]
        found = found[inside]
    return found.reset_index(drop=True)


def local_text(moment: datetime, zone: tzinfo | None) -> str:
    """ "2026-11-22T08:24:00+01:00"; ``moment`` is UTC without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")


def _row(event: Mapping[str, Any], state: tuple[str, str], zone: tzinfo | None) -> tuple[Any, ...]:
    at = event["at"].to_pydatetime()
    return (
        event["version"],
        at,
        local_text(at, zone),
        event["actor"],
        event["kind"],
        what_was_done(event["kind"], event["facts"]),
        what_it_is_about(event["kind"], event["facts"]),
        event["submission_id"],
        event["dataset"] or event["facts"].get("dataset", ""),
        event["partners"],
        *state,
        event["reason"],
        event["file_name"] or event["facts"].get("file_name", ""),
        event["hash"],
    )


def _states(oldest_first: Iterator[Mapping[str, Any]]) -> dict[int, tuple[str, str]]:
    """{version: (old, new)}; what an act replaces is known from the acts before it."""
    of_escalation: dict[str, dict[str, str]] = {}
    of_meetings = MeetingStates()
    found = {}
    for event in oldest_first:
        kind, facts = event["kind"], event["facts"]
        if kind == ACTION and facts:
            state = of_escalation.setdefault(facts["escalation_id"], dict(_AT_FIRST))
            found[event["version"]] = _act(facts, state)
        elif kind in MEETING_FACTS:
            found[event["version"]] = of_meetings.take(event)
        else:
            found[event["version"]] = _state(kind, facts, event)
    return found


# What is so of an escalation before anybody acts on it.
_AT_FIRST = {
    "owner": "the rule's owner",
    "shelf": "not shelved",
    "acknowledged": "not acknowledged",
    "objection": "no objection",
}
_CHANGES = {
    "acknowledge": ("acknowledged", "acknowledged"),
    "unshelve": ("shelf", "not shelved"),
    "object": ("objection", "objection by the partner"),
    "withdraw objection": ("objection", "no objection"),
}


def _act(facts: Mapping[str, Any], state: dict[str, str]) -> tuple[str, str]:
    """Old and new of one act; ``state`` becomes the new one. A comment or reply changes nothing but the record."""
    if facts["action"] == "assign":
        what, new = "owner", facts["owner"]
    elif facts["action"] == "shelve" and facts["until"]:
        what, new = "shelf", f"shelved until {day_name(date.fromisoformat(facts['until']))}"
    elif facts["action"] in _CHANGES:
        what, new = _CHANGES[facts["action"]]
    else:
        return "", ""
    old, state[what] = state[what], new
    return old, new


def _state(kind: str, facts: Mapping[str, Any], event: Mapping[str, Any]) -> tuple[str, str]:
    if kind == SUBMISSION:
        changed = _count(event["changed"])
        return (plural(changed, "earlier record") if changed else "", _records(event))
    if kind == WITHDRAWAL:
        return f"{event['submission_id']} in force", f"{event['submission_id']} withdrawn"
    if kind == MAPPING_SAVED and facts:
        return "", what_it_is_about(kind, facts)
    if kind == MAPPING_DROPPED and facts:
        return what_it_is_about(kind, facts), ""
    if kind == FIGURE_NOTE and facts:
        return _figure_note(facts["action"])
    if kind == SYNTHETIC:
        return "", "generated data"
    if kind in ACCESS_FACTS and facts:
        return access_state(kind, facts)
    if kind in OFFER_KINDS and facts:
        return offer_state(kind, facts)
    if kind == REBASELINE and facts:
        return "one phase up to then", f"a new phase from {month_name(date.fromisoformat(facts['month']))}"
    if kind == REBASELINE_WITHDRAWN and facts:
        return f"the new phase of version {facts['rebaseline_version']}", "without that phase"
    return str(facts.get("old") or ""), str(facts.get("new") or "")


def _figure_note(action: str) -> tuple[str, str]:
    """An objection is made where none is open, and answered where one is; a comment changes nothing but the record."""
    if action == COMMENT:
        return "", ""
    before = "no open objection" if action == OBJECT else FIGURE_MARKS[OBJECT]
    return before, FIGURE_MARKS[action] or "no open objection"


def _records(event: Mapping[str, Any]) -> str:
    """ "Oct 2026: 12 new records, 3 changed, 1,397 unchanged"."""
    first, last = short_month(event["month_from"]), short_month(event["month_to"])
    months = first if first == last else f"{first} to {last}"
    new, changed, unchanged = (_count(event[name]) for name in ("new", "changed", "unchanged"))
    return f"{months}: {plural(new, 'new record')}, {changed:,} changed, {unchanged:,} unchanged"


def _count(value: Any) -> int:
    return 0 if is_missing(value) else int(value)
