"""Whom the benchmark lets look, and which words must not reach them."""

from __future__ import annotations

from kpi.access import PARTNER_SIDE, SPONSOR_SIDE
from kpi.bench.viewers import Invited, invited, viewer_of

PARTNERS = tuple(f"P{number}" for number in range(8))
WORDS = {"P1": {"Ander Pharma", "AP-1000"}, "P2": {"Berg Sterile", "AP-10"}, "P3": {"Cole Biologics"}}


def test_a_hundred_viewers_have_more_than_thirty_scopes_on_both_sides() -> None:
    crowd = invited(PARTNERS, 100)
    assert len({one.email for one in crowd}) == 100
    assert len({one.partners for one in crowd}) > 30
    assert {one.side for one in crowd} == {SPONSOR_SIDE, PARTNER_SIDE}
    assert all(one.partners is not None for one in crowd if one.side == PARTNER_SIDE)
    assert any(one.partners is None for one in crowd)


def test_foreign_words_are_those_of_partners_outside_the_scope_and_of_the_other_viewers() -> None:
    crowd = [Invited("a@x", SPONSOR_SIDE, ("P1",)), Invited("b@x", SPONSOR_SIDE, None)]
    told = viewer_of(crowd[0], crowd, WORDS)
    assert told["foreign"] == ["Berg Sterile", "Cole Biologics", "b@x"], "AP-10 begins a word of the viewer's own"
    assert told["own"] == ["a@x"]
    assert viewer_of(crowd[1], crowd, WORDS)["foreign"] == ["a@x"]
