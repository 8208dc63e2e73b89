"""The figures that a reader asks for, judged on the day that the question means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.ledger.evaluation import day_asked
from kpi.ledger.reads import resolve_as_of
from kpi.marts.build import Marts, load_marts

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.store import Store


def load_asked(
    store: Store,
    catalog: Catalog,
    *,
    as_of: int | str | date | datetime | None = None,
    scope: Scope,
    today: date | None = None,
) -> Marts:
    """The marts at ``as_of``: now is judged ``today`` (UTC), a date on that date, a version on its own day.

    So a file that is not there counts as missing from the day after its reporting day, and a version asked for always
    gives the same figures. Raises as ``load_marts``.
    """
    version = resolve_as_of(store, as_of)
    day = day_asked(store, version, as_of, today or datetime.now(UTC).date())
    return load_marts(store, catalog, as_of=version, scope=scope, day=day)
