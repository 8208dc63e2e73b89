"""Events of governance: what people say and decide about figures. They add no rows: the event itself is the record.

The payload holds every fact, the event's reason the words of the person. Every payload names its partner, so that no
reader sees what is about a partner that is not theirs.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import InputRefused, StoreDamaged, UsageError
from kpi.ledger.act_names import ACTIONS, SIDES
from kpi.ledger.chain import ACTION, MAPPING_DROPPED, MAPPING_SAVED, REBASELINE, REBASELINE_WITHDRAWN

if TYPE_CHECKING:
    import duckdb

LONGEST_TEXT = 4_000  # characters of a comment, a reply, a reason
LONGEST_NAME = 200  # characters of a person's or a role's name

_LINE_BREAKS = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))


@dataclass(frozen=True)
class Noted:
    """One event of governance: ``reason`` is what the person wrote, ``facts`` the payload, ``at`` UTC, no zone."""

    version: int
    kind: str
    at: datetime
    actor: str
    reason: str
    facts: Mapping[str, Any]


def facts_of(kind: str, payload: str) -> dict[str, Any] | None:
    """The payload of an event of governance; None when it does not say what one of its kind has to say."""
    try:
        facts = json.loads(payload)
    except ValueError:
        return None
    needed = FACTS[kind]
    if not isinstance(facts, dict) or facts.keys() != needed.keys():
        return None
    return facts if all(fits(facts[name]) for name, fits in needed.items()) else None


def noted(connection: duckdb.DuckDBPyConnection, kinds: tuple[str, ...], version: int, scope: Scope) -> Iterator[Noted]:
    """The events of these kinds up to ``version`` about partners within ``scope``, oldest first.

    Raises StoreDamaged for an event that does not say what it has to: to leave it out would be to lose a word.
    """
    rows = connection.execute(
        "SELECT version, kind, recorded_at, actor, reason, payload FROM events "
        "WHERE list_contains(?::TEXT[], kind) AND version <= ? ORDER BY version",
        [list(kinds), version],
    ).fetchall()
    for number, kind, at, actor, reason, payload in rows:
        facts = facts_of(kind, payload)
        if facts is None:
            raise StoreDamaged(f"Version {number} of the ledger ({kind}) cannot be read. Run python -m kpi verify.")
        if scope.allows(facts["partner_id"]):
            yield Noted(number, kind, at, actor, reason, facts)


def require_partner(partner_id: str, scope: Scope) -> None:
    """Raises InputRefused when the actor may not speak about this partner."""
    if not partner_id.strip() or not scope.allows(partner_id):
        raise InputRefused(
            f'You may not record anything about "{partner_id}". Allowed: your own partners. Nothing was written.'
        )


def clean_text(text: str, what: str, *, needed: bool) -> str:
    """What a person wrote, as it is kept: every kind of line break as one, no space around it, nothing else changed.

    ``what`` begins the message. Raises UsageError for more than 4,000 characters, for control characters, and, where a
    text is ``needed``, for one in which nothing can be seen.
    """
    kept = text.replace("\r\n", "\n").translate(_LINE_BREAKS).strip()
    if needed and not any(unicodedata.category(letter)[0] not in "ZC" for letter in kept):
        raise UsageError(f"{what} needs a text: it stays on record. Nothing was written.")
    if len(kept) > LONGEST_TEXT:
        raise UsageError(
            f"{what} may have {LONGEST_TEXT:,} characters; this text has {len(kept):,}. Shorten it. "
            "Nothing was written."
        )
    for letter in kept:
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t":
            raise UsageError(
                f"{what} holds the control character U+{ord(letter):04X}, which no screen shows. Take it out, or type "
                "the text anew. Nothing was written."
            )
    return kept


def clean_name(name: str, what: str) -> str:
    """The name of a person or role on one line. Raises UsageError for none, a long one and unseen characters."""
    kept = " ".join(name.split())
    if not kept or not kept.isprintable() or len(kept) > LONGEST_NAME:
        raise UsageError(
            f"{what} needs a name of a person or role, on one line, of at most {LONGEST_NAME} characters. "
            "Nothing was written."
        )
    return kept


def require_month(month: date) -> None:
    """Raises UsageError for a day that does not stand for a month."""
    if isinstance(month, datetime) or month.day != 1:
        raise UsageError("Months are given by their first day, for example 2026-03-01. Nothing was written.")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _action(value: Any) -> bool:
    return value in ACTIONS


def _side(value: Any) -> bool:
    return value in SIDES


def _day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _month(value: Any) -> bool:
    return _day(value) and date.fromisoformat(value).day == 1


def _day_or_none(value: Any) -> bool:
    return value is None or _day(value)


def _version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


# What the payload of each kind says: these facts and no others.
FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    ACTION: {
        "action": _action,
        "side": _side,
        "escalation_id": _text,
        "rule_id": _text,
        "partner_id": _text,
        "kpi_id": _text,
        "currency": _text,
        "month": _month,
        "owner": _text,
        "until": _day_or_none,
    },
    REBASELINE: {
        "kpi_id": _text,
        "grain": _text,
        "partner_id": _text,
        "site_id": _text,
        "product": _text,
        "currency": _text,
        "month": _month,
    },
    REBASELINE_WITHDRAWN: {"partner_id": _text, "rebaseline_version": _version},
    MAPPING_SAVED: {"partner_id": _text, "dataset": _text, "headers": _texts, "mapping": _text},
    MAPPING_DROPPED: {"partner_id": _text, "dataset": _text, "mapping_version": _version},
}
