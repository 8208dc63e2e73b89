"""What people did about each escalation: recorded acts find their escalation again, whatever figures were restated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.signals.episodes import Episode, Subject

if TYPE_CHECKING:
    from kpi.ledger.actions import Action


@dataclass(frozen=True)
class Response:
    """The acts on one escalation, oldest first, and what they come to on a day."""

    actions: tuple[Action, ...]
    acknowledged: Action | None
    assigned: str
    shelved_until: date | None
    objection: Action | None


def matched(
    ids: Sequence[str], episodes: Sequence[Episode], actions: Iterable[Action]
) -> tuple[dict[str, list[Action]], tuple[Action, ...]]:
    """Acts by the id of their escalation, oldest first, and those that no escalation shows any more.

    An act belongs to the escalation whose id it names, else to the one of the same rule, partner, indicator and
    currency whose months include the act's: restated records may have moved its beginning.
    """
    known = set(ids)
    by_subject: dict[Subject, list[tuple[str, Episode]]] = {}
    for escalation_id, episode in zip(ids, episodes, strict=True):
        by_subject.setdefault(episode.subject, []).append((escalation_id, episode))
    found: dict[str, list[Action]] = {}
    orphans: list[Action] = []
    for act in sorted(actions, key=lambda act: act.version):
        home: str | None = act.escalation_id
        if home not in known:
            home = next((name for name, one in by_subject.get(act.subject, ()) if _includes(one, act.month)), None)
        if home is None:
            orphans.append(act)
        else:
            found.setdefault(home, []).append(act)
    return found, tuple(orphans)


def _includes(episode: Episode, month: date) -> bool:
    return episode.since <= month and (episode.closed_in is None or month <= episode.closed_in)


def response(actions: Sequence[Action], day: date) -> Response:
    """What ``actions``, oldest first, come to on ``day``."""
    acknowledged = objection = None
    assigned, shelved_until = "", None
    for act in actions:
        if act.action == "acknowledge" and acknowledged is None:
            acknowledged = act
        elif act.action == "assign":
            assigned = act.owner
        elif act.action == "shelve":
            shelved_until = act.until
        elif act.action == "unshelve":
            shelved_until = None
        elif act.action == "object":
            objection = act
        elif act.action == "withdraw objection":
            objection = None
    if shelved_until is not None and shelved_until <= day:
        shelved_until = None
    return Response(tuple(actions), acknowledged, assigned, shelved_until, objection)
