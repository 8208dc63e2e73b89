"""From a store to a review: the figures, acts and rebaselines of one ledger version, judged on the right day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.actions import actions
from kpi.ledger.evaluation import day_asked, evaluation_day
from kpi.ledger.reads import resolve_as_of
from kpi.ledger.rebaselines import rebaselines
from kpi.marts import Marts, load_marts
from kpi.signals.review import Review, review

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.store import Store


def load_review(
    store: Store,
    catalog: Catalog,
    *,
    as_of: int | str | date | datetime | None = None,
    scope: Scope,
    today: date,
    day: date | None = None,
) -> tuple[Marts, Review]:
    """The marts and the review at ``as_of`` (None is now) of what ``scope`` may see.

    Judged on ``day`` if given, else as ``day_asked`` says. Raises UsageError for a version that does not exist,
    and for a day before that of the version: what came later cannot be unknown again, an earlier version can be asked
    for.
    """
    version = resolve_as_of(store, as_of)
    if day is None:
        day = day_asked(store, version, as_of, today)
    else:
        earliest = evaluation_day(store, version, is_latest=False, today=today)
        if version and day < earliest:
            raise UsageError(
                f"Version {version} is of {earliest}, so it cannot be judged on {day}. Choose a later day, or an "
                f"earlier version: as of {day}."
            )
    marts = load_marts(store, catalog, as_of=version, scope=scope, day=day)
    acts = actions(store, scope=scope, as_of=marts.version)
    begun = rebaselines(store, scope=scope, as_of=marts.version)
    return marts, review(marts, catalog, acts, begun, day)
