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
from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.chain import ACTION, MAPPING_DROPPED, MAPPING_SAVED, REBASELINE, REBASELINE_WITHDRAWN
from kpi.ledger.figure_names import FIGURE_FACTS
from kpi.ledger.fits import is_action, is_day_or_none, is_month, is_side, is_text, is_texts, is_version
from kpi.ledger.meeting_facts import MEETING_FACTS
from kpi.ledger.offer_facts import FOUR_EYES_FACTS, OFFER_FACTS, seen_by

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
        if seen_by(scope, kind, facts):
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


# What the payload of each kind says: these facts and no others.
FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    ACTION: {
        "action": is_action,
        "side": is_side,
        "escalation_id": is_text,
        "rule_id": is_text,
        "partner_id": is_text,
        "kpi_id": is_text,
        "currency": is_text,
        "month": is_month,
        "owner": is_text,
        "until": is_day_or_none,
    },
    REBASELINE: {
        "kpi_id": is_text,
        "grain": is_text,
        "partner_id": is_text,
        "site_id": is_text,
        "product": is_text,
        "currency": is_text,
        "month": is_month,
    },
    REBASELINE_WITHDRAWN: {"partner_id": is_text, "rebaseline_version": is_version},
    MAPPING_SAVED: {"partner_id": is_text, "dataset": is_text, "headers": is_texts, "mapping": is_text},
    MAPPING_DROPPED: {"partner_id": is_text, "dataset": is_text, "mapping_version": is_version},
    **MEETING_FACTS,
    **ACCESS_FACTS,
    **FOUR_EYES_FACTS,
    **OFFER_FACTS,
    **FIGURE_FACTS,
}
