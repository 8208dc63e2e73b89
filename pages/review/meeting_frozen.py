"""The two views of a meeting: what it froze, whatever the sidebar says, and what holds now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pages.shared import marts
from pages.shared.session import Filters, Session

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import Meeting


@dataclass(frozen=True)
class Views:
    """One meeting's figures twice: ``frozen`` at its version, judged on its day; ``now`` at the ledger's newest one.

    Both look at the meeting's partner, month and window.
    """

    frozen: Session
    now: Session

    @property
    def of_now(self) -> str:
        """ "Now (version 431)"."""
        return f"Now (version {self.now.version})"


def views(here: Session, meeting: Meeting) -> Views:
    """Raises UsageError for a frozen version that there is not in this store."""
    looks_at = Filters(meeting.partner_id, meeting.month, meeting.window, str(meeting.frozen_version))
    then = marts.marts_on(here.store, here.catalog, meeting.frozen_version, meeting.judged_on, here.scope)
    frozen = replace(here, marts=then, filters=looks_at, notes=(), judged_on=meeting.judged_on)
    return Views(frozen, latest(here, looks_at))


def latest(here: Session, looks_at: Filters | None = None) -> Session:
    """The present, through these filters or those of ``here``."""
    newest = marts.marts_as_of(here.store, here.catalog, None, here.scope)
    return replace(here, marts=newest, filters=replace(looks_at or here.filters, as_of=None), notes=(), judged_on=None)
