"""The panel of everybody, restricted: the same as made from that scope's marts alone, and with it every escalation."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from itertools import combinations
from typing import Any

import numpy as np

from kpi.access import EVERYTHING, NOTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.rebaselines import Rebaseline
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.signals.panel import Panel
from kpi.signals.restrict import restricted_panel
from kpi.signals.review import review, review_of

DAY = date(2026, 3, 1)


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, np.ndarray):
        missing = expected.dtype.kind in "fM"
        return found.dtype == expected.dtype and np.array_equal(found, expected, equal_nan=missing)
    return bool(found == expected)


def differing(found: Panel, expected: Panel) -> list[str]:
    return [one.name for one in fields(Panel) if not same(getattr(found, one.name), getattr(expected, one.name))]


def phase(partner: str, month: date, version: int) -> Rebaseline:
    return Rebaseline(
        version=version,
        at=datetime(2026, 1, 1),
        actor="ann",
        reason="new line",
        kpi_id="lot_acceptance_rate",
        partner_id=partner,
        grain="partner",
        site_id="",
        product="",
        currency="",
        month=month,
    )


def test_panel_and_review_are_as_if_made_for_the_scope_alone(random_store: Store, catalog: Catalog) -> None:
    everything = load_marts(random_store, catalog, scope=EVERYTHING, day=DAY)
    partners = sorted(set(everything.kpi_monthly["partner_id"]))
    phases = [phase(partner, date(2024, 3 + place, 1), 900 + place) for place, partner in enumerate(partners[:3])]
    whole = review(everything, catalog, (), phases, DAY).panel
    scopes = [NOTHING, Scope.of(["nobody"]), *(Scope.of([one]) for one in partners)]
    scopes += [Scope.of(some) for some in list(combinations(partners, 2))[::3]]
    found = 0
    for scope in scopes:
        mine, own = everything.for_scope(scope), tuple(one for one in phases if scope.allows(one.partner_id))
        alone = review(load_marts(random_store, catalog, scope=scope, day=DAY), catalog, (), own, DAY)
        panel = restricted_panel(whole, mine, catalog, scope)
        assert not differing(panel, alone.panel), scope
        taken = review_of(panel, catalog, (), own, DAY)
        assert taken.escalations == alone.escalations
        assert taken.figures == alone.figures
        found += len(taken.escalations)
        if len(panel.partners) < len(partners):  # a view would go on holding everybody's figures
            assert not any(np.shares_memory(one, other) for one in arrays_of(panel) for other in arrays_of(whole))
    assert found, "without escalations nothing was compared"


def arrays_of(panel: Panel) -> list[np.ndarray]:
    values = [getattr(panel, one.name) for one in fields(Panel)]
    spread = [array for value in values for array in (value.values() if isinstance(value, dict) else [value])]
    return [array for array in spread if isinstance(array, np.ndarray)]
