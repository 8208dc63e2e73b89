"""One look at a portfolio on a day: its panel, its escalations, and the alarm system's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi.errors import UsageError
from kpi.signals.alarm_figures import AlarmFigures, alarm_figures
from kpi.signals.escalation import Escalation, escalations
from kpi.signals.panel import Panel, panel_of

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.actions import Action
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts

NEAR, LISTED = 3, 10  # ids that a message names: near ones, else open ones


@dataclass(frozen=True)
class Review:
    """Shared by readers, so nothing in it may be changed. ``orphans``: actions on escalations that figures, restated
    since, no longer show."""

    day: date
    panel: Panel
    escalations: tuple[Escalation, ...]
    orphans: tuple[Action, ...]
    actions: tuple[Action, ...]
    rebaselines: tuple[Rebaseline, ...]
    figures: AlarmFigures


def review(
    marts: Marts, catalog: Catalog, actions: Sequence[Action], rebaselines: Sequence[Rebaseline], day: date
) -> Review:
    """Everything about ``day`` (UTC), from figures, rules and recorded acts alone: the same input, the same answer."""
    return review_of(panel_of(marts, catalog, rebaselines, day), catalog, actions, rebaselines, day)


def review_of(
    panel: Panel, catalog: Catalog, actions: Sequence[Action], rebaselines: Sequence[Rebaseline], day: date
) -> Review:
    """The same from a panel that was made before, with these rebaselines."""
    found, orphans = escalations(panel, catalog, actions, day)
    return Review(
        day=day,
        panel=panel,
        escalations=found,
        orphans=orphans,
        actions=tuple(actions),
        rebaselines=tuple(rebaselines),
        figures=alarm_figures(found, catalog.escalation, day),
    )


def find(review: Review, escalation_id: str) -> Escalation:
    """The escalation of this id. Raises UsageError with the nearest ids, else those of open escalations."""
    wanted = escalation_id.strip().casefold()
    by_id = {escalation.id.casefold(): escalation for escalation in review.escalations}
    if wanted in by_id:
        return by_id[wanted]
    near = [by_id[found].id for found in get_close_matches(wanted, by_id, n=NEAR, cutoff=0.7)]
    listed = near or [escalation.id for escalation in review.escalations if escalation.open][:LISTED]
    hint = f"{'Nearest' if near else 'Open'}: {', '.join(listed)}." if listed else "None is open."
    raise UsageError(f'There is no escalation "{escalation_id}" in this state of the data. {hint}')
