"""An offered file, checked again beside the ledger as it is now: what its acceptance would be about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.desk.checking import Months, Outcome, Progress, check_part, what_is_known
from kpi.intake.bundle import Part
from kpi.intake.contracts import dataset
from kpi.intake.mapping import NO_MAPPING, parse_mapping
from kpi.ledger.offers import Offer, file_to_check

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.store import Store


@dataclass(frozen=True)
class CheckedAgain:
    """``outcome``: as of a file that is uploaded now. Its findings may differ from those that the offerer saw."""

    offer: Offer
    outcome: Outcome


def check_again(
    store: Store,
    catalog: Catalog,
    version: int,
    *,
    today: date,
    scope: Scope,
    progress: Progress = lambda step, share: None,
) -> CheckedAgain:
    """Reads the kept file as it was read when it was offered, and checks it. ``scope``: what the reader may see.

    Raises UsageError (no such offer within ``scope``), StoreDamaged, StoreUnavailable.
    """
    offer, content = file_to_check(store, version, scope=scope)
    contract = dataset(offer.dataset)
    mapping = parse_mapping(offer.mapping, contract, "the mapping") if offer.mapping else NO_MAPPING
    outcome = check_part(
        store,
        Part(offer.file_name, offer.file_name, content),
        offer.dataset,
        mapping,
        Months(offer.month_from, offer.month_to),
        known=what_is_known(store, catalog, scope, [offer.dataset]),
        today=today,
        scope=scope,
        progress=progress,
    )
    return CheckedAgain(offer, outcome)
