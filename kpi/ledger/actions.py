"""What people do about an escalation: acknowledge, comment, assign, shelve, reply, object. Appended, never changed."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.act_names import ACTIONS, DONE, NEED_A_TEXT, SIDES_OF
from kpi.ledger.appending import transaction
from kpi.ledger.chain import ACTION, Event, append_event, last_event, utc
from kpi.ledger.evaluation import day_of
from kpi.ledger.governance import Noted, clean_name, clean_text, noted, require_month, require_partner
from kpi.ledger.reads import AsOf, resolve_as_of

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

LONGEST_SHELF = timedelta(days=366)
QUOTED = 200  # characters of somebody else's text in a message


@dataclass(frozen=True)
class Action:
    """One act. ``at`` is UTC without a zone, ``version`` the ledger's, ``month`` the escalation's first active month.

    ``side``: for whom the actor acted, "sponsor" or "partner". ``owner`` is set by "assign", ``until`` by "shelve".
    """

    version: int
    at: datetime
    actor: str
    side: str
    action: str
    escalation_id: str
    rule_id: str
    partner_id: str
    kpi_id: str
    currency: str
    month: date
    text: str
    owner: str
    until: date | None

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """What the escalation is about; its id changes when restated records move its first month."""
        return self.rule_id, self.partner_id, self.kpi_id, self.currency


def record_action(
    store: Store,
    *,
    escalation_id: str,
    rule_id: str,
    partner_id: str,
    kpi_id: str,
    currency: str,
    month: date,
    action: str,
    side: str,
    text: str,
    owner: str = "",
    until: date | None = None,
    actor: str,
    now: datetime,
    scope: Scope,
    after_version: int | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Action:
    """Appends one act. ``after_version``: the ledger version that the actor saw when they decided. ``connection`` (open
    to write, outside a transaction) saves bulk loaders the opening of the file.

    Raises UsageError (an act that makes no sense; somebody else acted on the escalation after ``after_version``: the
    message says who did what), InputRefused (a partner outside ``scope``), StoreUnavailable. Then nothing was written.
    """
    require_partner(partner_id, scope)
    require_month(month)
    _require_allowed(action, side, escalation_id)
    facts: dict[str, Any] = {
        "action": action,
        "side": side,
        "escalation_id": escalation_id,
        "rule_id": rule_id,
        "partner_id": partner_id,
        "kpi_id": kpi_id,
        "currency": currency,
        "month": month.isoformat(),
        "owner": _owner(action, owner),
        "until": _until(action, until),
    }
    kept = clean_text(text, f'"{action}"', needed=action in NEED_A_TEXT)
    with nullcontext(connection) if connection else store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        subject = (rule_id, partner_id, kpi_id, currency)
        earlier = [
            other
            for other in _read(ledger, last.version, Scope.of([partner_id]))
            if other.escalation_id == escalation_id or other.subject == subject
        ]
        if after_version is not None:
            _require_nothing_new([other for other in earlier if other.version > after_version])
        _require_sense(action, escalation_id, earlier)
        if until is not None:
            _require_shelf(until, day_of(ledger, last.version, is_latest=True, today=utc(now).date()))
        event = append_event(ledger, ACTION, after=last, now=now, actor=actor, reason=kept, payload=facts)
    return _action(_noted(event, facts))


def actions(store: Store, *, scope: Scope, as_of: AsOf = None) -> list[Action]:
    """Every act on escalations of partners within ``scope``, as they stood at ``as_of``, oldest first.

    Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return _read(connection, version, scope)


def _read(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> list[Action]:
    return [_action(entry) for entry in noted(connection, (ACTION,), version, scope)]


def _noted(event: Event, facts: dict[str, Any]) -> Noted:
    return Noted(event.version, event.kind, event.at, event.actor, event.reason, facts)


def _action(entry: Noted) -> Action:
    facts = dict(entry.facts)
    until = facts.pop("until")
    return Action(
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        text=entry.reason,
        month=date.fromisoformat(facts.pop("month")),
        until=date.fromisoformat(until) if until else None,
        **facts,
    )


def _require_allowed(action: str, side: str, escalation_id: str) -> None:
    if action not in ACTIONS:
        raise UsageError(f'"{action}" is nothing that can be done. Allowed: {", ".join(ACTIONS)}. Nothing was written.')
    if side not in SIDES_OF[action]:
        raise UsageError(
            f'"{action}" is for the {" or the ".join(SIDES_OF[action])} to do, not for "{side}". Nothing was written.'
        )
    if not escalation_id.strip() or not escalation_id.isprintable():
        raise UsageError("Say which escalation, by its id, for example E-1a2b3c4d. Nothing was written.")


def _owner(action: str, owner: str) -> str:
    if action == "assign":
        return clean_name(owner, '"assign"')
    if owner:
        raise UsageError(f'Only "assign" names an owner, not "{action}". Nothing was written.')
    return ""


def _until(action: str, until: date | None) -> str | None:
    if action == "shelve" and until is None:
        raise UsageError('"shelve" needs a day on which the escalation comes back. Nothing was written.')
    if action != "shelve" and until is not None:
        raise UsageError(f'Only "shelve" has a day, not "{action}". Nothing was written.')
    if isinstance(until, datetime):
        raise UsageError("A shelf ends on a day, not at a time. Nothing was written.")
    return until.isoformat() if until else None


def _require_shelf(until: date, day: date) -> None:
    latest = day + LONGEST_SHELF
    if not day < until <= latest:
        raise UsageError(
            f"An escalation cannot be shelved until {until}. Allowed: a day after {day}, at the latest {latest}. "
            "Nothing was written."
        )


def _require_sense(action: str, escalation_id: str, earlier: list[Action]) -> None:
    """Nothing is taken back that does not stand: by acts under this id, else by those on the same subject."""
    for undo, done, word in (("unshelve", "shelve", "shelved"), ("withdraw objection", "object", "objected to")):
        if action != undo:
            continue
        about = [other for other in earlier if other.action in (undo, done)]
        about = [other for other in about if other.escalation_id == escalation_id] or about
        if not about:
            raise UsageError(f"This escalation was never {word}. Nothing was written.")
        if about[-1].action == undo:
            raise UsageError(
                f"This escalation is not {word} any more: {about[-1].actor} {DONE[undo]} it on {_when(about[-1])}. "
                "Nothing was written."
            )


def _require_nothing_new(newer: list[Action]) -> None:
    if newer:
        told = "; ".join(f"{other.actor} {DONE[other.action]} it on {_when(other)}{_words(other)}" for other in newer)
        raise UsageError(
            f"Since you opened this escalation, {told}. Read that first, then send yours again. Nothing was written."
        )


def _when(action: Action) -> str:
    return f"{action.at:%Y-%m-%d at %H:%M} UTC (version {action.version})"


def _words(action: Action) -> str:
    more = {"assign": f" to {action.owner}", "shelve": f" until {action.until}"}.get(action.action, "")
    text = action.text if len(action.text) <= QUOTED else action.text[:QUOTED] + "…"
    return f"{more}: “{text}”" if text else more
