"""What packs are made from: one ledger version, judged on one day, for one reader; shared by many packs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kpi.ledger.figure_notes import FigureNote, figure_notes
from kpi.ledger.reads import history
from kpi.qbr.pack import Provenance
from kpi.signals.load import load_review
from kpi.signals.scorecard import Score, scorecard
from kpi.signals.series import Signals, read_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kpi.access import Scope
    from kpi.catalog import Catalog
    from kpi.ledger.store import Store
    from kpi.marts import Marts
    from kpi.signals.review import Review

Made = TypeVar("Made")


@dataclass(frozen=True)
class Source:
    """What every pack of one export is gathered from. Shared by readers, so nothing in it may be changed.

    ``review`` and the marts are of the same version and day as ``provenance``.
    """

    store: Store
    catalog: Catalog
    scope: Scope
    marts: Marts
    review: Review
    provenance: Provenance
    _made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def of(self, partner_id: str) -> Marts:
        """The marts with this partner's figures alone: every look-up in them reads a fraction of the table."""
        table = self.marts.kpi_monthly
        return self._once(
            ("of", partner_id), lambda: replace(self.marts, kpi_monthly=table[table["partner_id"] == partner_id])
        )

    def signals(self, partner_id: str, month: date) -> Signals:
        """What the partner's control charts say at ``month``."""
        read = partial(read_signals, self.of(partner_id), self.catalog, month=month)
        return self._once(("signals", partner_id, month), lambda: read(rebaselines=self.review.rebaselines))

    def score(self, partner_id: str, month: date) -> Score | None:
        """The partner's score among all that the reader may see; None for one without register entry and figures."""
        scores = self._once(("scores", month), lambda: scorecard(self.marts, self.catalog, month))
        return next((score for score in scores if score.partner_id == partner_id), None)

    def history(self) -> pd.DataFrame:
        """The submissions as kpi.ledger.reads.history gives them, at the version."""
        return self._once(
            ("history",), lambda: history(self.store, scope=self.scope, as_of=self.provenance.version or None)
        )

    def notes(self) -> list[FigureNote]:
        """What had been said about figures up to the version, oldest first."""
        version = self.provenance.version
        return self._once(
            ("notes",), lambda: figure_notes(self.store, scope=self.scope, as_of=version) if version else []
        )

    def _once(self, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made


def load_source(
    store: Store,
    catalog: Catalog,
    *,
    as_of: int | str | date | datetime | None = None,
    day: date | None = None,
    today: date,
    scope: Scope,
    frozen_for: str = "",
) -> Source:
    """The source at ``as_of`` (None is now), judged on ``day`` if given, else as every screen judges it.

    ``frozen_for``: the meeting that froze the version, in words. Raises UsageError for a version that does not exist
    or a day before the version's own, StoreUnavailable.
    """
    marts, review = load_review(store, catalog, as_of=as_of, scope=scope, today=today, day=day)
    return source_of(store, catalog, scope, marts, review, frozen_for)


def source_of(
    store: Store, catalog: Catalog, scope: Scope, marts: Marts, review: Review, frozen_for: str = ""
) -> Source:
    """A source from marts and a review of the same version that are there already."""
    provenance = Provenance(
        store=store.path.name,
        version=marts.version,
        recorded_at=marts.at,
        day=review.day,
        definitions=marts.definitions,
        synthetic=marts.synthetic,
        frozen_for=frozen_for,
    )
    return Source(store, catalog, scope, marts, review, provenance)
