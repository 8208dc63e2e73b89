"""Clocks and tiers: worked examples by the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.ledger.actions import Action
from kpi.signals.climbing import climb, shelves
from kpi.signals.clocks import is_business_day, last_day, months_before
from kpi.signals.episodes import Episode, Step
from tests.signals.panels import policy, rule
from tests.spec.escalations import CLIMBS, CLOCKS, HOLIDAYS, Climbing, Clock
from tests.spec.tables import lines_of

DAYS_OFF = tuple(date.fromisoformat(day) for day in HOLIDAYS)
MONTH = date(2025, 1, 1)


@pytest.mark.parametrize("case", CLOCKS, ids=lambda case: f"{case.days} {case.clock} from {case.start}")
def test_a_clock_ends_on_its_last_day(case: Clock) -> None:
    ends = last_day(date.fromisoformat(case.start), case.days, case.clock, DAYS_OFF)
    assert ends == date.fromisoformat(case.last)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_a_business_clock_counts_business_days(start: date, days: int) -> None:
    end = last_day(start, days, "business", DAYS_OFF)
    between = [date.fromordinal(day) for day in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(is_business_day(day, DAYS_OFF) for day in between) == days
    assert is_business_day(end, DAYS_OFF)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-40, 40))
def test_months_go_back_and_forth(day: date, back: int) -> None:
    month = day.replace(day=1)
    assert months_before(months_before(month, back), -back) == month


def test_the_month_before_january_is_december() -> None:
    assert months_before(date(2026, 1, 1), 1) == date(2025, 12, 1)


def episode_of(states: str) -> Episode:
    steps = tuple(Step(MONTH, date.fromisoformat(line["on"]), line["state"]) for line in lines_of(states))
    return Episode(
        rule=rule(),
        partner_id="P",
        kpi_id="right_first_time",
        currency="",
        since=MONTH,
        active_from=MONTH,
        opened_on=steps[0].on,
        clock_from=steps[0].on,
        closed_in=MONTH if steps[-1].state == "normal" else None,
        steps=steps,
        kpis=("right_first_time",),
    )


def act(version: int, on: date, until: date | None) -> Action:
    return Action(
        version=version,
        at=datetime.combine(on, time(9)),
        actor="ann",
        side="sponsor",
        action="unshelve" if until is None else "shelve",
        escalation_id="E-1",
        rule_id="watched",
        partner_id="P",
        kpi_id="right_first_time",
        currency="",
        month=MONTH,
        text="a plan is agreed",
        owner="",
        until=until,
    )


def known_on(episode: Episode, day: date) -> Episode:
    """The episode as it was known on a day: no later step yet."""
    steps = tuple(step for step in episode.steps if step.on <= day)
    return replace(episode, steps=steps, closed_in=MONTH if steps[-1].state == "normal" else None)


@pytest.mark.parametrize("case", CLIMBS, ids=lambda case: case.title)
def test_worked_examples_of_climbing(case: Climbing) -> None:
    acts = [
        act(
            version, date.fromisoformat(line["on"]), None if line["until"] == "-" else date.fromisoformat(line["until"])
        )
        for version, line in enumerate(lines_of(case.shelved), start=1)
    ]
    for line in lines_of(case.asked):
        day = date.fromisoformat(line["day"])
        done = [one for one in acts if one.at.date() <= day]
        climbs, due = climb(known_on(episode_of(case.states), day), policy(), shelves(done, day), day)
        shown = str(climbs[-1].tier if climbs else 1), due.isoformat() if due else "-"
        assert shown == (line["tier"], line["due"]), day


@given(
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(1, 40))), max_size=5),
    st.integers(0, 90),
    st.integers(0, 90),
)
def test_what_climbed_stays_climbed(shelved: list[tuple[int, int | None]], one: int, other: int) -> None:
    """Acts and days that come later never take a climb back: yesterday's tier can be told again tomorrow."""
    start = date(2025, 3, 1)
    episode = episode_of("on | state\n2025-03-01 | active")
    acts = [
        act(version, day, None if until is None else date.fromordinal(day.toordinal() + until))
        for version, (after, until) in enumerate(sorted(shelved, key=lambda entry: entry[0]), start=1)
        for day in [date.fromordinal(start.toordinal() + after)]
    ]

    def climbs_on(day: date) -> list[date]:
        done = [entry for entry in acts if entry.at.date() <= day]
        return [step.on for step in climb(episode, policy(), shelves(done, day), day)[0]]

    earlier, later = (date.fromordinal(start.toordinal() + days) for days in sorted((one, other)))
    assert climbs_on(later)[: len(climbs_on(earlier))] == climbs_on(earlier)


def test_a_rule_of_its_own_clock_uses_it_in_its_own_tier_only() -> None:
    own = replace(episode_of("on | state\n2025-03-03 | active"), rule=rule(clock_days=2, clock="business"))
    climbs, due = climb(own, policy(), (), date(2025, 3, 10))
    assert [(step.on, step.tier) for step in climbs] == [(date(2025, 3, 6), 2)]
    assert due == date(2025, 3, 26)


def test_a_top_tier_has_a_due_day_where_its_rule_names_one() -> None:
    top = replace(episode_of("on | state\n2025-03-03 | active"), rule=rule(tier=3, clock_days=10))
    assert climb(top, policy(), (), date(2025, 6, 1)) == ((), date(2025, 3, 13))


def test_a_rule_climbs_no_further_than_its_top_tier_and_is_overdue_there() -> None:
    long_open = replace(episode_of("on | state\n2025-02-10 | active"), rule=rule(tier=1, clock_days=10))
    free, _ = climb(long_open, policy(), (), date(2027, 1, 1))
    held, due = climb(replace(long_open, rule=replace(long_open.rule, top_tier=2)), policy(), (), date(2027, 1, 1))
    assert [found.tier for found in free][:2] == [2, 3]
    assert [found.tier for found in held] == [2]
    assert due is not None
    assert due < date(2027, 1, 1)
