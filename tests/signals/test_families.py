"""Indicators that tell one fact are one escalation: the lead's, with those of its members as part of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.catalog import Catalog, load_catalog
from kpi.catalog.policy import Condition, Family
from kpi.signals.escalation import escalations
from tests.signals.panels import Series, panel, policy, rule

LEAD, MEMBER, OTHER = "on_time_in_full", "on_time_delivery", "right_first_time"
DAY = date(2025, 6, 20)
PAST, MET = ["past limit"] * 3, ["met"] * 3


def catalog(**settings: object) -> Catalog:
    enter = (Condition("status", statuses=("past limit",)),)
    rules = policy(rule("late", enter=enter, **settings))  # type: ignore[arg-type]
    families = (Family(LEAD, (MEMBER,), "A late line misses both."),)
    return replace(load_catalog(), escalation=replace(rules, families=families))


@pytest.mark.parametrize(
    ("lead", "member", "other", "counted", "part"),
    [
        (PAST, PAST, MET, [LEAD], [MEMBER]),
        (MET, PAST, MET, [MEMBER], []),  # the member alone is heard
        (PAST, MET, MET, [LEAD], []),
        (PAST, PAST, PAST, [LEAD, OTHER], [MEMBER]),
        (["past limit", "met", "met"], PAST, MET, [MEMBER], []),  # the lead's is closed again
    ],
)
def test_beside_the_leads_escalation_a_members_adds_nothing(
    lead: list[str], member: list[str], other: list[str], counted: list[str], part: list[str]
) -> None:
    series = {LEAD: Series(lead), MEMBER: Series(member), OTHER: Series(other)}
    found, _ = escalations(panel(series, day=DAY), catalog(), [], DAY)
    open_ones = [e for e in found if e.open]
    assert sorted(e.kpi_id for e in open_ones if not e.covered_by) == sorted(counted)
    assert [e.kpi_id for e in open_ones if e.covered_by] == part


def test_a_member_of_a_higher_tier_is_heard_beside_its_lead() -> None:
    series = {LEAD: Series(["met", "met", "past limit"]), MEMBER: Series(PAST)}
    later = date(2025, 4, 15)
    found, _ = escalations(panel(series, day=later), catalog(clock_days=20), [], later)
    tiers = {e.kpi_id: (e.tier, e.covered_by) for e in found}
    assert tiers[MEMBER][0] > tiers[LEAD][0]
    assert tiers[MEMBER][1] == ""
