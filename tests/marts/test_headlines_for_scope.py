"""Headline figures and drafts of scores of everybody, restricted: the same as made from that scope's marts alone."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING, NOTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.present.headlines import Headlines, headline_verdicts, headlines_for, headlines_of
from kpi.signals.scorecard import drafts_of, scorecard, scored
from kpi.signals.series import read_signals
from tests.marts.test_for_scope import names_of_others, scopes_of

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def everything(random_store: Store, catalog: Catalog) -> Marts:
    return load_marts(random_store, catalog, scope=EVERYTHING, day=DAY)


def headlines(marts: Marts, catalog: Catalog, month: date, window: int) -> Headlines:
    return headlines_of(marts, catalog, headline_verdicts(read_signals(marts, catalog, month=month)), month, window)


def months_of(marts: Marts) -> list[date]:
    """The first, one within, the last, and one before anything was reported."""
    months = sorted({stamp.date() for stamp in marts.kpi_monthly["month"]})
    return [months[0], months[len(months) // 2], months[-1], date(1999, 1, 1)]


@pytest.mark.parametrize("window", [1, 3, 12])
def test_headlines_are_as_if_made_for_the_scope_alone(everything: Marts, catalog: Catalog, window: int) -> None:
    seen = 0
    for month in months_of(everything):
        whole = headlines(everything, catalog, month, window)
        for scope in scopes_of(everything):
            found = headlines_for(whole, scope)
            assert found == headlines(everything.for_scope(scope), catalog, month, window), (month, scope)
            others = {name for name in names_of_others(everything, scope) if len(name) > 2}
            assert not [name for name in others if name in repr(found)]
            seen += sum(bool(one.cells) for one in found.values())
    assert seen, "without a figure nothing was compared"
    assert headlines_for(whole, EVERYTHING) == whole
    assert headlines_for(whole, NOTHING) == {}


def test_scores_from_drafts_of_everybody_are_as_if_made_for_the_scope_alone(
    everything: Marts, catalog: Catalog
) -> None:
    seen = 0
    for month in months_of(everything):
        drafts = drafts_of(everything, catalog, month)
        for scope in scopes_of(everything):
            mine = {partner: draft for partner, draft in drafts.items() if scope.allows(partner)}
            found = scored(mine, catalog.scoring)
            assert found == scorecard(everything.for_scope(scope), catalog, month), (month, scope)
            seen += sum(score.score is not None for score in found)
    assert seen, "without a score nothing was compared"


def test_scopes_look_at_several_partners_and_at_nobody(everything: Marts) -> None:
    """What the two tests above rest on."""
    scopes = scopes_of(everything)
    assert Scope.of(["nobody"]) in scopes
    assert any(len(scope.partners or ()) > 1 for scope in scopes)
