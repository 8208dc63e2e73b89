"""Whose files wait for acceptance: what people said about it, in order, and what holds then."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.errors import InputRefused, KpiError, UsageError
from kpi.ledger.four_eyes import four_eyes, has_sent, set_four_eyes
from kpi.ledger.reads import events, version_now
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.files import deliveries, put
from tests.ledger.offer_acts import under_four_eyes

ALL = None
# What was said, oldest first (partner or all, on or off); for which of HELIX, NOVA, "*" files wait then.
WORDS: list[tuple[list[tuple[str | None, bool]], str]] = [
    ([], ""),
    ([("HELIX", True)], "HELIX *"),
    ([("HELIX", True), ("HELIX", False)], ""),
    ([(ALL, True)], "HELIX NOVA *"),
    ([(ALL, True), ("HELIX", False)], "NOVA *"),
    ([(ALL, True), ("HELIX", False), (ALL, True)], "HELIX NOVA *"),
    ([("HELIX", True), (ALL, False)], ""),
    ([(ALL, False), ("HELIX", True)], "HELIX *"),
    ([("HELIX", False), ("NOVA", True)], "NOVA *"),
]


@pytest.mark.parametrize(("words", "waiting"), WORDS, ids=lambda value: str(value))
def test_the_newest_word_counts_and_one_for_all_speaks_for_each(
    store: Store, words: list[tuple[str | None, bool]], waiting: str
) -> None:
    for partner, on in words:
        under_four_eyes(store, partner, on)
    found = four_eyes(store, scope=EVERYTHING)
    assert {one for one in ("HELIX", "NOVA", "*") if found.holds_for(one)} == set(waiting.split())
    assert found.holds(("HELIX", "NOVA")) is bool({"HELIX", "NOVA"} & set(waiting.split()))
    assert verify(store).problems == ()
    assert version_now(store) == len(words)


def test_what_holds_already_is_not_said_again_and_earlier_versions_stay(store: Store) -> None:
    first = under_four_eyes(store, "HELIX")
    assert under_four_eyes(store, "HELIX", reason="once more") == first
    under_four_eyes(store, "HELIX", on=False, reason="trusted now")
    assert version_now(store) == 2
    assert four_eyes(store, scope=EVERYTHING, as_of=1).holds_for("HELIX")
    assert not four_eyes(store, scope=EVERYTHING).holds_for("HELIX")
    assert list(events(store, EVERYTHING)["reason"]) == ["trusted now", "agreed"]


def test_only_an_administrator_sets_it_and_says_why(store: Store) -> None:
    usual = {"partner_id": "HELIX", "on": True, "reason": "x", "actor": "ada", "now": datetime(2026, 1, 2)}
    wrong: list[tuple[dict[str, object], type[KpiError], str]] = [
        ({"scope": Scope.of(["HELIX"])}, InputRefused, "an administrator"),
        ({"reason": " "}, UsageError, "needs a text"),
        ({"partner_id": "*"}, UsageError, "no partner's id"),
        ({"partner_id": " "}, UsageError, "no partner's id"),
    ]
    for changed, error, said in wrong:
        with pytest.raises(error, match=said):
            set_four_eyes(store, **{**usual, "scope": EVERYTHING, **changed})  # type: ignore[arg-type]
    assert version_now(store) == 0


def test_a_reader_of_some_partners_learns_nothing_of_others(store: Store) -> None:
    under_four_eyes(store, ALL, reason="NOVA failed its audit")
    under_four_eyes(store, "NOVA", on=False, reason="NOVA passed it")
    mine = Scope.of(["HELIX"])
    found = four_eyes(store, scope=mine)
    assert found.holds_for("HELIX")
    assert [(one.partner_id, one.actor, one.reason) for one in found.settings] == [("*", "", "")]
    assert events(store, mine).empty


def test_a_misspelt_partner_can_be_told(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    assert has_sent(store, "HELIX")
    assert not has_sent(store, "HELX")
