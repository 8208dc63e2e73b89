"""The life of an escalation: worked examples, and a plain reading of the rules, month by month, for anything else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalog import load_catalog
from kpi.catalog.policy import Condition
from kpi.signals.episodes import states_of
from kpi.signals.states import FALSE, NOT_KNOWN, STATES, TRUE, run_states
from tests.signals.panels import Series, panel, rule
from tests.spec.escalations import MONTHS, Months
from tests.spec.tables import lines_of

KPI = "right_first_time"


@pytest.mark.parametrize("case", MONTHS, ids=lambda case: case.title)
def test_worked_examples(case: Months) -> None:
    lines = lines_of(case.table)
    watched = rule(
        enter=[Condition("status", statuses=statuses_in(case.watched.raised_by))],
        leave=[Condition("status", statuses=statuses_in(case.watched.closed_by))],
        enter_months=case.watched.raised_after,
        exit_months=case.watched.closed_after,
        quiet_months=case.watched.quiet_after,
    )
    series = Series([line["status"] for line in lines])
    subjects, states, _ = states_of(watched, panel({KPI: series}), load_catalog())
    assert subjects == (0,)
    assert [STATES[code] for code in states[0, 0]] == [line["state"] for line in lines]


def statuses_in(text: str) -> tuple[str, ...]:
    return tuple(name for name in ("met", "missed", "past limit") if name in text)


def test_a_month_that_is_not_due_yet_is_early_and_not_missing() -> None:
    from datetime import date

    series = Series(["past limit", "no data"])
    for day, state in ((date(2025, 3, 10), "active"), (date(2025, 3, 11), "no data")):
        _, states, _ = states_of(rule(), panel({KPI: series}, day=day), load_catalog())
        assert STATES[states[0, 0, -1]] == state, day


TRUTHS = st.sampled_from((TRUE, FALSE, NOT_KNOWN))
MONTH = st.tuples(TRUTHS, TRUTHS, st.booleans(), st.booleans())


@given(
    st.lists(st.lists(MONTH, min_size=12, max_size=12), min_size=1, max_size=4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.none() | st.integers(1, 3),
)
def test_states_are_those_of_a_plain_reading(
    subjects: list[list[tuple]],  # type: ignore[type-arg]
    enter_months: int,
    exit_months: int,
    quiet_months: int | None,
) -> None:
    enter, leave, blind, ended = (np.array([[month[part] for month in one] for one in subjects]) for part in range(4))
    states, _ = run_states(
        enter.astype(np.int8),
        leave.astype(np.int8),
        blind.astype(bool),
        ended.astype(bool),
        enter_months=enter_months,
        exit_months=exit_months,
        quiet_months=quiet_months,
    )
    assert [[STATES[code] for code in row] for row in states] == [
        plain_states(one, enter_months, exit_months, quiet_months or 99) for one in subjects
    ]


def plain_states(
    months: list[tuple],  # type: ignore[type-arg]
    enter_months: int,
    exit_months: int,
    quiet_months: int,
) -> list[str]:
    """One subject, one month after the other, as a person would go through a list."""
    said: list[str] = []
    phase, streak, quiet = "normal", 0, 0
    for holds, better, no_data, ended in months:
        shown = None
        open_before = phase in ("active", "recovering")
        quiet = quiet + (not no_data) if open_before and holds == NOT_KNOWN else 0
        if ended:
            phase, streak = "normal", 0
        elif phase in ("normal", "pending"):
            if holds == TRUE:
                streak += 1
                phase = "active" if streak >= enter_months else "pending"
                streak = 0 if phase == "active" else streak
            elif holds == FALSE:
                phase, streak = "normal", 0
        elif holds == TRUE or better == FALSE:
            phase, streak = "active", 0
        elif better == TRUE:
            streak += 1
            phase = "normal" if streak >= exit_months else "recovering"
            streak = 0 if phase == "normal" else streak
        elif no_data:
            shown = "no data"
        if open_before and quiet >= quiet_months:
            phase, streak, shown = "normal", 0, None
        said.append(shown or phase)
    return said
