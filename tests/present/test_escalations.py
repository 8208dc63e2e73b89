"""Escalations in words: rules, states, clocks, and the board by tier."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.catalog import load_catalog
from kpi.catalog.policy import Condition
from kpi.ledger.actions import Action
from kpi.present.escalation_board import CLOSED, OPEN, WATCH, board, chosen
from kpi.present.escalations import clock, condition_text, rule_sentence, state_sentence, subject, summary
from kpi.signals.escalation import Climb, Escalation, Step

CATALOG = load_catalog()
DAY = date(2026, 3, 20)
NAMES = {"P": "Partner & Söhne", "Q": "Quill"}


def escalation(**changes: Any) -> Escalation:
    """Past its limit in January and February, raised on 10 February, clock until 24 March."""
    rule = CATALOG.escalation.rule("past_limit")
    assert rule is not None
    made = Escalation(
        id="E-00000001",
        rule=rule,
        partner_id="P",
        kpi_id="right_first_time",
        currency="",
        state="active",
        tier=1,
        since=date(2026, 1, 1),
        active_from=date(2026, 1, 1),
        opened_on=date(2026, 2, 10),
        due_on=date(2026, 3, 24),
        closed_on=None,
        climbs=(),
        history=(Step(date(2026, 1, 1), date(2026, 2, 10), "active"),),
        kpis=("right_first_time",),
        covered_by="",
        acknowledged=None,
        owner=rule.owner,
        shelved_until=None,
        objection=None,
        actions=(),
    )
    return replace(made, **changes)


ACKNOWLEDGED = Action(
    version=9,
    at=datetime(2026, 2, 12, 9, 30),
    actor="anna",
    side="sponsor",
    action="acknowledge",
    escalation_id="E-00000001",
    rule_id="past_limit",
    partner_id="P",
    kpi_id="right_first_time",
    currency="",
    month=date(2026, 1, 1),
    text="Looking into it",
    owner="",
    until=None,
)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("status", statuses=("past limit",)), "the month's figure is past the limit"),
        (
            Condition("status", window=3, statuses=("missed", "past limit"), beyond_chance=True),
            "the figure of 3 months misses the target by more than chance explains",
        ),
        (
            Condition("signal", signals=("outside",), least_points=12),
            "the control chart shows a month outside the control limits for the worse (charts of at least 12 months)",
        ),
        (
            Condition("signal", signals=("outside", "trend", "two_of_three", "run"), negated=True),
            "the control chart shows no special cause for the worse",
        ),
        (
            Condition("amount", kpi="overdue_capas", at_least=3),
            "there are 3 or more overdue CAPAs",
        ),
        (
            Condition("amount", kpi="lot_acceptance_rate", measure="shortfall", window=3, at_least=2),
            "2 or more records count against the lot acceptance rate in 3 months",
        ),
        (Condition("amount", kpi="deviation_rate", at_least=30.5), "the deviation rate is at least 30.50"),
        (
            Condition("several", statuses=("past limit",), at_least=3),
            "for 3 indicators or more, the month's figure is past the limit",
        ),
        (
            Condition("several", statuses=("past limit",), at_least=1, negated=True),
            "no indicator's figure of the month is past the limit",
        ),
        (
            Condition("missing_data", grace_days=5),
            "a dataset of the month is not received and its reporting day has passed by more than 5 days",
        ),
        (Condition("missing_data", negated=True), "every dataset of the month is received"),
    ],
)
def test_a_condition_is_told_with_its_thresholds(condition: Condition, words: str) -> None:
    assert condition_text(condition, CATALOG) == words


def test_every_rule_says_when_it_raises_and_when_it_closes() -> None:
    for rule in CATALOG.escalation.rules:
        sentence = rule_sentence(rule, CATALOG)
        assert sentence.startswith("Raised when ")
        assert ". Closed when " in sentence


@pytest.mark.parametrize(
    ("due_on", "text", "overdue"),
    [
        (date(2026, 3, 24), "4 days left, until 24 March 2026", False),
        (date(2026, 3, 21), "1 day left, until 21 March 2026", False),
        (date(2026, 3, 20), "today, until 20 March 2026", False),
        (date(2026, 3, 19), "overdue by 1 day, since 19 March 2026", True),
        (None, "no clock, it cannot climb further", False),
    ],
)
def test_the_clock_says_how_long_there_is(due_on: date | None, text: str, overdue: bool) -> None:
    found = clock(escalation(due_on=due_on), DAY)
    assert (found.sentence, found.overdue) == (text, overdue)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Raised for January 2026, open for 38 days."),
        (
            {"state": "recovering"},
            "Raised for January 2026, open for 38 days. "
            "Recovering: it takes 2 months in a row like the last one to close it.",
        ),
        (
            {"state": "no data"},
            "Raised for January 2026, open for 38 days. "
            "The last month was not reported, so nothing says that it is over.",
        ),
        (
            {"state": "normal", "closed_on": date(2026, 3, 10)},
            "Raised for January 2026, closed on 10 March 2026.",
        ),
        (
            {"state": "pending", "active_from": None, "opened_on": None},
            "Pending since January 2026; it takes one month to raise it.",
        ),
    ],
)
def test_the_state_is_told_with_what_follows_from_it(changes: dict[str, Any], words: str) -> None:
    assert state_sentence(escalation(**changes), DAY) == words


def test_the_summary_counts_once_what_is_part_of_another() -> None:
    found = [
        escalation(acknowledged=ACKNOWLEDGED),
        escalation(id="E-00000002", tier=3, due_on=date(2026, 3, 1)),
        escalation(id="E-00000003", covered_by="E-00000002"),
        escalation(id="E-00000004", state="normal", closed_on=date(2026, 3, 1)),
    ]
    assert summary(found, CATALOG, DAY) == (
        "2 escalations open: 1 with executive sponsors (tier 3) and 1 with operational team (tier 1); "
        "1 not yet acknowledged and 1 overdue."
    )
    assert summary([], CATALOG, DAY) == "No escalation is open."


def rows_of(found: list[Escalation]) -> list[str]:
    """Headings, and the ids of the rows below them, in the board's order."""
    table = json.loads(board(found, CATALOG, NAMES, DAY, "Open escalations"))
    return [row.get("heading") or row["note"] for row in table["rows"]]


def test_the_board_puts_the_highest_tier_and_the_most_urgent_first() -> None:
    found = [
        escalation(id="E-late", due_on=date(2026, 3, 1)),
        escalation(id="E-known", acknowledged=ACKNOWLEDGED, due_on=date(2026, 3, 21)),
        escalation(id="E-soon", due_on=date(2026, 3, 21)),
        escalation(id="E-later", due_on=date(2026, 4, 21)),
        escalation(id="E-shelved", due_on=date(2026, 3, 21), shelved_until=date(2026, 5, 1)),
        escalation(id="E-top", tier=3, due_on=None, climbs=(Climb(date(2026, 3, 1), 3),)),
        escalation(id="E-part", covered_by="E-top"),
    ]
    wanted = [
        "Tier 3: executive sponsors (1)",
        "E-top",
        "Tier 1: operational team (5)",
        "E-late",
        "E-soon",
        "E-later",
        "E-known",
        "E-shelved",
        "Part of another escalation (1)",
        "E-part",
    ]
    assert rows_of(found) == wanted
    assert rows_of(found[::-1]) == wanted


def test_the_lists_are_apart_and_follow_the_partner() -> None:
    found = [
        escalation(),
        escalation(id="E-00000002", state="pending", partner_id="Q"),
        escalation(id="E-00000003", state="normal"),
        escalation(id="E-00000004", state="no data", partner_id="Q"),
    ]
    assert [e.id for e in chosen(found, OPEN, None)] == ["E-00000001", "E-00000004"]
    assert [e.id for e in chosen(found, OPEN, "Q")] == ["E-00000004"]
    assert [e.id for e in chosen(found, WATCH, None)] == ["E-00000002"]
    assert [e.id for e in chosen(found, CLOSED, None)] == ["E-00000003"]
    assert board([], CATALOG, NAMES, DAY, "Open escalations") == ""


def test_the_subject_names_the_currency_or_the_whole_partner() -> None:
    assert (
        subject(escalation(kpi_id="cost_per_released_batch", currency="EUR"), CATALOG) == "Cost per released lot, EUR"
    )
    assert subject(escalation(kpi_id=""), CATALOG) == "Whole partner"
