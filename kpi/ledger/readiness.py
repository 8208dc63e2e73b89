"""Whether the ledger can be read now, for a probe: quick, and it makes nothing that is not there."""

from __future__ import annotations

from kpi.errors import StoreUnavailable
from kpi.ledger.chain import last_event
from kpi.ledger.store import Store

PATIENCE = 5.0  # seconds for a store in which somebody is writing


def readable_version(store: Store, patience: float = PATIENCE) -> int:
    """The newest version of a ledger that can be read; 0 for an empty one.

    Raises StoreUnavailable when the file is not there or stays taken for ``patience`` seconds, StoreDamaged.
    """
    if not store.path.exists():
        raise StoreUnavailable(f"The store {store.path} is not there. Mount its folder, or restore a backup.")
    with store.connect(timeout=patience) as connection:
        return last_event(connection).version
