"""What is made once for everybody, and handed out only as what one scope may see.

Figures of everything take little longer than those of one partner, and readers have many scopes: so they are made once
for a state of the ledger, and each scope gets a restricted copy, which is exactly what would have been made for it
alone. The whole ones stay in this module; only a reader of everything is given them.
"""

from __future__ import annotations

from datetime import date

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.actions import Action, actions
from kpi.ledger.rebaselines import Rebaseline, rebaselines
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.present.headlines import Headlines, Verdicts, headline_verdicts, headlines_for, headlines_of
from kpi.signals.panel import Panel, panel_of
from kpi.signals.restrict import restricted_panel
from kpi.signals.scorecard import Drafts, drafts_of
from kpi.signals.series import read_signals
from pages.shared import measures
from pages.shared.shelf import MB, Shelf
from pages.shared.weight import weight

_marts: Shelf[Marts] = Shelf(16, 512 * MB, weight)
_panels: Shelf[Panel] = Shelf(32, 256 * MB, weight)
_acts: Shelf[tuple[Action, ...]] = Shelf(32, 64 * MB, weight)
_phases: Shelf[tuple[Rebaseline, ...]] = Shelf(32, 64 * MB, weight)
_verdicts: Shelf[Verdicts] = Shelf(128, 64 * MB, weight)
_headlines: Shelf[Headlines] = Shelf(256, 128 * MB, weight)
_drafts: Shelf[Drafts] = Shelf(128, 64 * MB, weight)


def marts_for(store: Store, catalog: Catalog, moved: int, when: date, scope: Scope) -> Marts:
    """The marts of ``scope``, judged on a day, at ``moved``: a version that brought or took records."""
    return _whole_marts(store, catalog, moved, when).for_scope(scope)


def panel_for(
    store: Store, catalog: Catalog, moved: int, phases_moved: int, when: date, marts: Marts, scope: Scope
) -> Panel:
    """The panel of ``scope``, whose own marts ``marts`` are; ``phases_moved``: a version that moved charts' phases."""

    def make() -> Panel:
        phases = _whole_phases(store, phases_moved)
        return panel_of(_whole_marts(store, catalog, moved, when), catalog, phases, when)

    whole = _panels.get((store, moved, phases_moved, catalog.digest, when), make)
    return restricted_panel(whole, marts, catalog, scope)


def actions_for(store: Store, moved: int, scope: Scope) -> tuple[Action, ...]:
    """What people did about escalations, up to the version ``moved``."""
    found = _acts.get((store, moved), lambda: tuple(actions(store, scope=EVERYTHING, as_of=moved)))
    return tuple(one for one in found if scope.allows(one.partner_id))


def phases_for(store: Store, moved: int, scope: Scope) -> tuple[Rebaseline, ...]:
    """The new phases of charts that stand at the version ``moved``."""
    return tuple(one for one in _whole_phases(store, moved) if scope.allows(one.partner_id))


def headlines_of_scope(
    store: Store,
    catalog: Catalog,
    moved: int,
    phases_moved: int,
    when: date,
    month: date,
    window: int,
    scope: Scope,
) -> Headlines:
    """The headline figures of a month over ``window`` months, of the partners of ``scope``."""
    state = (store, moved, catalog.digest, when, month)

    def told() -> Verdicts:
        kpis = tuple(indicator.id for indicator in catalog.headlines)
        phases = _whole_phases(store, phases_moved)
        everything = _whole_marts(store, catalog, moved, when)
        return headline_verdicts(read_signals(everything, catalog, month=month, kpis=kpis, rebaselines=phases))

    def made() -> Headlines:
        verdicts = _verdicts.get((*state, phases_moved), told)
        return headlines_of(_whole_marts(store, catalog, moved, when), catalog, verdicts, month, window)

    return headlines_for(_headlines.get((*state, phases_moved, window), made), scope)


def drafts_of_scope(store: Store, catalog: Catalog, moved: int, when: date, month: date, scope: Scope) -> Drafts:
    """What the partners of ``scope`` bring to their scores of a month."""
    found = _drafts.get(
        (store, moved, catalog.digest, when, month),
        lambda: drafts_of(_whole_marts(store, catalog, moved, when), catalog, month),
    )
    return {partner: draft for partner, draft in found.items() if scope.allows(partner)}


def _whole_marts(store: Store, catalog: Catalog, moved: int, when: date) -> Marts:
    def make() -> Marts:
        with measures.building():
            return load_marts(store, catalog, as_of=moved, scope=EVERYTHING, day=when)

    return _marts.get((store, moved, catalog.digest, when), make)


def _whole_phases(store: Store, moved: int) -> tuple[Rebaseline, ...]:
    return _phases.get((store, moved), lambda: tuple(rebaselines(store, scope=EVERYTHING, as_of=moved)))
