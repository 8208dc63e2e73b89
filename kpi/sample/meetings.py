"""What a steering committee did in the sample: meetings, decisions, agreed actions, minutes and their signatures."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING, Scope
from kpi.ledger.agreed_actions import agree_action, change_action
from kpi.ledger.decisions import record_decision
from kpi.ledger.links import parse_link
from kpi.ledger.meeting_model import AgendaItem, Participant
from kpi.ledger.meetings import change_meeting, meeting, open_meeting
from kpi.ledger.minutes import minutes_of, sign_minutes
from kpi.ledger.partial import PartialStore
from kpi.meeting.agenda import propose
from kpi.meeting.composing import issue
from kpi.qbr.choices import LOOK_AHEAD_DAYS
from kpi.qbr.source import load_source

if TYPE_CHECKING:
    import duckdb

    from kpi.catalog import Catalog
    from kpi.ledger.store import Store

MEETINGS = Path(__file__).parents[2] / "data" / "samples" / "meetings.toml"


@dataclass(frozen=True)
class SampleEvent:
    """One event of a meeting; ``facts`` are the rest of its entry in the file."""

    at: datetime
    do: str
    actor: str
    facts: Mapping[str, Any]


@cache
def sample_meetings() -> tuple[SampleEvent, ...]:
    """All events, in the order of time."""
    found = []
    for entry in tomllib.loads(MEETINGS.read_text(encoding="utf-8"))["event"]:
        facts = {name: value for name, value in entry.items() if name not in ("at", "do", "actor")}
        found.append(SampleEvent(entry["at"].astimezone(UTC), entry["do"], entry["actor"], facts))
    return tuple(sorted(found, key=lambda event: event.at))


@dataclass
class Committee:
    """Records the events, through the same door as everybody's. ``ids``: what the file's names became."""

    store: Store
    connection: duckdb.DuckDBPyConnection
    catalog: Catalog
    ids: dict[str, str] = field(default_factory=dict)

    def record(self, event: SampleEvent) -> None:
        """``connection`` is open to write, outside a transaction; everything is read through it as well."""
        store = PartialStore(self.store.path, root=self.connection)
        who = {"actor": event.actor, "now": event.at, "scope": EVERYTHING}
        _DO[event.do](self, store, event.facts, who)


def _open(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    month = date.fromisoformat(f"{facts['month']}-01")
    proposed = _proposed(committee, store, facts, month, who["now"]) if facts.get("propose") else ()
    opened = open_meeting(
        store,
        partner_id=facts["partner"],
        day=facts["day"],
        title=facts["title"],
        month=month,
        window=facts["window"],
        participants=[Participant(**one) for one in facts["participants"]],
        agenda=[*proposed, *(AgendaItem(**one | {"link": parse_link(one.get("link", ""))}) for one in facts["agenda"])],
        definitions=committee.catalog.digest,
        **who,
    )
    committee.ids[facts["meeting"]] = opened.id


def _proposed(
    committee: Committee, store: Store, facts: Mapping[str, Any], month: date, now: datetime
) -> tuple[AgendaItem, ...]:
    source = load_source(store, committee.catalog, today=now.date(), scope=Scope.of([facts["partner"]]))
    return propose(source, facts["partner"], month, facts["day"] + timedelta(days=LOOK_AHEAD_DAYS))


def _notes(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    name = committee.ids[facts["meeting"]]
    agenda = meeting(store, name, scope=EVERYTHING).agenda
    noted = [replace(item, note=note) for item, note in zip(agenda, facts["notes"], strict=True)]
    change_meeting(store, name, agenda=noted, **who)


def _decide(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    record_decision(
        store,
        meeting_id=committee.ids[facts["meeting"]],
        text=facts["text"],
        decided_by=facts["by"],
        link=parse_link(facts.get("link", "")),
        **who,
    )


def _agree(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    agreed = agree_action(
        store,
        meeting_id=committee.ids[facts["meeting"]],
        text=facts["text"],
        owner=facts["owner"],
        side=facts["side"],
        due_on=facts["due"],
        link=parse_link(facts.get("link", "")),
        **who,
    )
    committee.ids[facts["action"]] = agreed.id


def _change(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    change_action(
        store,
        committee.ids[facts["action"]],
        state=facts["state"],
        due_on=facts.get("due"),
        note=facts.get("text", ""),
        **who,
    )


def _issue(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    issue(
        store,
        committee.catalog,
        committee.ids[facts["meeting"]],
        text=facts["text"],
        side=facts["side"],
        name=facts["name"],
        correction=facts.get("correction", ""),
        **who,
    )


def _sign(committee: Committee, store: Store, facts: Mapping[str, Any], who: dict[str, Any]) -> None:
    name = committee.ids[facts["meeting"]]
    sign_minutes(
        store,
        name,
        edition=minutes_of(store, name, scope=EVERYTHING)[-1].version,
        side=facts["side"],
        name=facts["name"],
        meaning=facts["meaning"],
        note=facts.get("text", ""),
        **who,
    )


_DO: dict[str, Callable[[Committee, Store, Mapping[str, Any], dict[str, Any]], None]] = {
    "open meeting": _open,
    "write notes": _notes,
    "decide": _decide,
    "agree action": _agree,
    "change action": _change,
    "issue minutes": _issue,
    "sign": _sign,
}
