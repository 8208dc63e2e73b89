"""Who needs attention, and why: what counts, what comes first, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.catalog import load_catalog
from kpi.present.attention import (
    LONGEST_NAME,
    Attention,
    attention,
    attention_cell,
    attention_sentence,
    reasons,
    tier_looks,
)
from kpi.present.prose import text_of
from tests.present.escalated import acknowledgement, escalation

CATALOG = load_catalog()
DAY = date(2026, 11, 16)
NAMES = {"A": "Alpha Ltd", "B": "Beta Ltd", "C": "Gamma Ltd", "D": "Delta Ltd"}


def past_limit(kpi_id: str, partner: str = "A", **given: object):
    return escalation(CATALOG, "past_limit", partner, kpi_id=kpi_id, **given)


def of_a(*escalations) -> Attention:
    return attention(escalations, CATALOG, DAY).get("A", Attention())


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, (1, 0, 0)),
        ({"state": "recovering"}, (1, 0, 0)),
        ({"state": "no data"}, (1, 0, 0)),
        ({"state": "normal"}, (0, 0, 0)),
        ({"state": "pending"}, (0, 0, 1)),
        ({"covered_by": "E-other"}, (0, 0, 0)),
        ({"shelved_until": date(2026, 12, 1)}, (0, 1, 0)),
    ],
)
def test_what_asks_for_attention(given, counts):
    found = of_a(past_limit("right_first_time", **given))
    assert (len(found.open), found.shelved, found.pending) == counts


def test_the_gravest_rule_is_named_first_though_a_lesser_one_climbed_higher():
    climbed = past_limit("right_first_time", tier=3)
    grave = escalation(CATALOG, "overdue_critical_deviation")
    found = of_a(climbed, grave)
    assert [e.rule.id for e in found.open] == ["overdue_critical_deviation", "past_limit"]
    assert found.worst == 3
    assert found.by_tier == [(3, 1), (2, 1)]


def test_partners_come_by_worst_tier_then_by_how_much_is_open():
    top, two, one = of_a(past_limit("a", tier=3)), of_a(*[past_limit(k, tier=2) for k in "ab"]), of_a(past_limit("a"))
    assert sorted([Attention(), one, two, top], key=lambda a: a.order) == [top, two, one, Attention()]


def test_indicators_of_one_rule_stand_together():
    found = of_a(
        past_limit("right_first_time"), past_limit("capa_on_time"), escalation(CATALOG, "overdue_critical_deviation")
    )
    assert reasons(found.open, CATALOG) == [
        "Overdue critical deviation",
        "Past the limit: right first time and CAPA on time",
    ]


def test_the_order_of_the_input_changes_nothing():
    given = [past_limit("right_first_time"), past_limit("capa_on_time"), escalation(CATALOG, "no_data")]
    assert of_a(*given) == of_a(*reversed(given))


def test_the_cell_counts_by_tier_and_says_why():
    one = past_limit("right_first_time", tier=2)
    known = replace(one, id="E-2", kpi_id="capa_on_time", acknowledged=acknowledgement(one))
    shelved = past_limit("deviation_rate", shelved_until=date(2026, 12, 1))
    cell = attention_cell(of_a(one, known, shelved), CATALOG)
    assert cell.pills == [("tier 2", "T2 × 2")]
    assert cell.text == "Past the limit: right first time and CAPA on time"
    assert cell.note == "1 not acknowledged, 1 shelved"


def test_nothing_open_is_said_as_such():
    assert attention_cell(Attention(), CATALOG).text == "none"
    assert attention_sentence({"A": Attention(pending=1)}, list(NAMES), NAMES, CATALOG) == ()


def test_one_partner_comes_first():
    found = attention([escalation(CATALOG, "no_data"), past_limit("right_first_time", "B")], CATALOG, DAY)
    said = attention_sentence(found, list(NAMES), NAMES, CATALOG)
    assert text_of(said) == (
        "Alpha Ltd (no data past the reporting day) needs attention first, with the joint steering committee; next "
        "comes Beta Ltd (past the limit: right first time)."
    )
    assert [text for text, stands_out in said if stands_out] == ["Alpha Ltd", "Beta Ltd"]


def test_more_partners_than_can_be_named():
    found = attention([past_limit("right_first_time", partner) for partner in "DCBA"], CATALOG, DAY)
    assert text_of(attention_sentence(found, list(NAMES), NAMES, CATALOG)) == (
        "Alpha Ltd (past the limit: right first time), Beta Ltd (past the limit: right first time) and Gamma Ltd (past "
        "the limit: right first time) need attention first; 1 more is with the operational team too."
    )


def test_a_very_long_name_does_not_fill_the_summary():
    found = attention([past_limit("right_first_time")], CATALOG, DAY)
    said = attention_sentence(found, ["A"], {"A": "x" * 120}, CATALOG)
    assert len(said[0][0]) == LONGEST_NAME


def test_every_tier_has_a_look_of_its_own():
    looks = tier_looks(CATALOG.escalation)
    assert [look.shape for look in looks] == ["T3", "T2", "T1"]
    assert looks[0].meaning == "executive sponsors"
    assert len({look.light for look in looks}) == 3
