"""Many scopes at once at a new state of the ledger: computed once, and each gets its own partners only."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

from kpi.access import EVERYTHING, NOTHING, Scope
from kpi.catalog import load_catalog
from kpi.ledger.store import Store, open_store
from kpi.marts import Marts
from pages.shared import measures, whole
from tests.pages.test_shelf import all_at_once
from tests.support import order_lines, submit_rows

MARCH, DAY = date(2025, 3, 1), date(2025, 6, 1)
PARTNERS = ("P1", "P2", "P3")
SCOPES = [EVERYTHING, NOTHING, *(Scope.of([one]) for one in PARTNERS), Scope.of(PARTNERS[:2])]


def store_in(folder: Path) -> tuple[Store, int]:
    store = open_store(f"duckdb:///{folder / 'store.duckdb'}")
    version = 0
    for late, partner in enumerate(PARTNERS):
        version = submit_rows(store, "deliveries", order_lines(partner, MARCH, late), MARCH).version
    return store, version


def builds() -> float:
    samples: Any = measures.REGISTRY.get_sample_value("cdmo_marts_build_seconds_count")
    assert samples is not None, "the metric has another name now"
    return float(samples)


def test_readers_of_all_scopes_who_come_at_once_cause_one_computation(tmp_path: Path) -> None:
    store, version = store_in(tmp_path)
    catalog, before = load_catalog(), builds()
    found: list[tuple[Scope, Marts]] = []
    lock, places = threading.Lock(), iter(SCOPES * 8)

    def read() -> None:
        with lock:
            scope = next(places)
        marts = whole.marts_for(store, catalog, version, DAY, scope)
        panel = whole.panel_for(store, catalog, version, 0, DAY, marts, scope)
        assert set(panel.partners) == {one for one in PARTNERS if scope.allows(one)}
        with lock:
            found.append((scope, marts))

    all_at_once(len(SCOPES) * 8, read)
    assert len(found) == len(SCOPES) * 8
    assert builds() - before == 1
    for scope, marts in found:
        allowed = {one for one in PARTNERS if scope.allows(one)}
        assert set(marts.register["partner_id"]) == allowed
        assert set(marts.kpi_monthly["partner_id"].cat.categories) == allowed


def test_a_new_file_is_a_new_computation(tmp_path: Path) -> None:
    store, version = store_in(tmp_path)
    catalog, before = load_catalog(), builds()
    whole.marts_for(store, catalog, version, DAY, SCOPES[2])
    later = submit_rows(store, "deliveries", order_lines("P4", MARCH, 0), MARCH).version
    assert set(whole.marts_for(store, catalog, later, DAY, EVERYTHING).register["partner_id"]) == {*PARTNERS, "P4"}
    assert set(whole.marts_for(store, catalog, version, DAY, EVERYTHING).register["partner_id"]) == set(PARTNERS)
    assert builds() - before == 2
