"""Closed on time: which actions count, on which day, and what the sentence says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.ledger.links import NO_LINK
from kpi.ledger.meeting_model import AgreedAction
from kpi.qbr.closed_on_time import a_year_before, closed_on_time

DAY = date(2026, 11, 16)


def action(due: int, state: str = "open", closed: int | None = None, extended: int | None = None) -> AgreedAction:
    """Days are counted from DAY: ``due`` as first agreed, ``closed``, and the date agreed later."""
    first = DAY + timedelta(days=due)
    return AgreedAction(
        version=1, partner_id="HELIX", meeting_version=None, text="x", owner="Ben", side="partner",
        first_due_on=first, due_on=first if extended is None else DAY + timedelta(days=extended), link=NO_LINK,
        actor="ana", at=datetime(2025, 1, 1), state=state,
        closed_on=None if closed is None else DAY + timedelta(days=closed),
    )  # fmt: skip


# What one action alone counts as: "on time", "late", or not at all.
CASES = {
    "done before the date": (action(-10, "done", -20), "on time"),
    "done on the date": (action(-10, "done", -10), "on time"),
    "done a day after it": (action(-10, "done", -9), "late"),
    "done late, within a date agreed later": (action(-10, "done", -5, extended=0), "late"),
    "done early, due after today": (action(30, "done", -1), "on time"),
    "running and not yet due": (action(1), ""),
    "running on the date": (action(0), ""),
    "running past the date": (action(-1), "late"),
    "in progress past the date": (action(-1, "in progress"), "late"),
    "running past the date, a later one agreed": (action(-1, extended=30), "late"),
    "cancelled before the date": (action(-10, "cancelled", -20), ""),
    "cancelled after the date": (action(-10, "cancelled", -5), "late"),
    "cancelled early, due after today": (action(10, "cancelled", -5), ""),
    "done on the first day of the twelve months": (action(-100, "done", -364), "on time"),
    "done a day before them": (action(-100, "done", -365), ""),
    "recorded as done after the day, in a portfolio that stands still": (action(30, "done", 5), "on time"),
    "recorded as cancelled after the day": (action(30, "cancelled", 5), ""),
    "due before them and done late in them": (action(-365, "done", -100), ""),
    "due on their first day and done late": (action(-364, "done", -100), "late"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_action_counts_as_the_table_says(name: str) -> None:
    one, counts_as = CASES[name]
    figure = closed_on_time([one], DAY)
    assert (figure.numerator, figure.denominator) == (int(counts_as == "on time"), int(counts_as != ""))


def test_no_data_is_no_figure() -> None:
    figure = closed_on_time([action(30), action(-10, "cancelled", -20)], DAY)
    assert (figure.value, figure.lower, figure.upper, figure.waiting, figure.dropped) == (None, None, None, 1, 1)
    assert figure.sentence == (
        "Closed on time: no figure, because no agreed action was closed or fell due in the 12 months to 16 November "
        "2026. 1 is not yet due; 1 was cancelled before the date."
    )
    assert closed_on_time([], DAY).sentence.endswith("in the 12 months to 16 November 2026.")


def test_the_sentence_names_n_interval_and_what_stands_beside_it() -> None:
    done = [action(-10, "done", -20)] * 7
    figure = closed_on_time([*done, action(-10, "done", -9), action(-1, extended=9), action(1), action(2)], DAY)
    assert figure.sentence == (
        "Closed on time: 7 of 9 agreed actions (77.8 %, 95 % interval 45.3–93.7 %) in the 12 months to 16 November "
        "2026, by the dates first agreed. 1 of them still runs; 1 had been given a later date; 2 more are not yet due."
    )


@pytest.mark.parametrize(("day", "before"), [(DAY, date(2025, 11, 16)), (date(2028, 2, 29), date(2027, 2, 28))])
def test_twelve_months_go_back_to_the_same_day(day: date, before: date) -> None:
    assert a_year_before(day) == before
    assert closed_on_time([], day).first == before + timedelta(days=1)


ACTIONS = st.builds(
    lambda due, state, closed: action(due, state, closed if state in ("done", "cancelled") else None),
    st.integers(-500, 60),
    st.sampled_from(["open", "in progress", "done", "cancelled"]),
    st.integers(-500, 0),
)


@given(st.lists(ACTIONS, max_size=12))
def test_a_later_date_never_makes_the_figure_better(actions: list[AgreedAction]) -> None:
    plain = closed_on_time(actions, DAY)
    extended = closed_on_time([replace(one, due_on=one.due_on + timedelta(days=90)) for one in actions], DAY)
    assert (plain.numerator, plain.denominator) == (extended.numerator, extended.denominator)
    assert plain.denominator + plain.waiting + plain.dropped <= len(actions)
    if plain.value is not None and plain.lower is not None and plain.upper is not None:
        assert 0 <= plain.lower <= plain.value <= plain.upper <= 1
