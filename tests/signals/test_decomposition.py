"""Taking a change apart: worked tables, and that everything adds up for any parts, also new, gone and empty ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.signals.decomposition import Amounts, rate_contributions
from kpi.signals.medians_apart import MOST_PARTS, median_contributions


def amounts(*pairs: tuple[int, int]) -> list[Amounts]:
    return [Amounts(Fraction(numerator), Fraction(denominator)) for numerator, denominator in pairs]


# before, after, then own change and mix of each part, worked by hand.
WORKED = [
    ("one rate fell, the shares stayed", [(9, 10), (8, 10)], [(5, 10), (8, 10)], [(Fraction(-1, 5), 0), (0, 0)]),
    ("only the shares moved", [(9, 10), (5, 10)], [(18, 20), (10, 20)], [(0, 0), (0, 0)]),
    (
        "more in the worse part",
        [(10, 10), (5, 10)],
        [(5, 5), (15, 30)],
        [(0, Fraction(-95, 784)), (0, Fraction(-45, 784))],
    ),
    (
        "both",
        [(4, 8), (1, 2)],
        [(3, 4), (1, 4)],
        [(Fraction(13, 80), Fraction(-3, 80)), (Fraction(-7, 80), Fraction(-3, 80))],
    ),
    ("a part is new: mix alone", [(8, 10)], [(8, 10), (2, 10)], [(0, Fraction(-3, 40)), (0, Fraction(-9, 40))]),
    ("a part is gone: mix alone", [(8, 10), (2, 10)], [(8, 10)], [(0, Fraction(3, 40)), (0, Fraction(9, 40))]),
    ("events without a denominator", [(1, 10), (2, 0)], [(1, 10), (5, 0)], [(0, 0), (Fraction(3, 10), 0)]),
]


@pytest.mark.parametrize(("before", "after", "expected"), [case[1:] for case in WORKED], ids=[c[0] for c in WORKED])
def test_worked_tables(before: list, after: list, expected: list) -> None:
    nothing = [(0, 0)] * (len(expected) - len(before)), [(0, 0)] * (len(expected) - len(after))
    old, new = amounts(*before, *nothing[0]), amounts(*after, *nothing[1])
    found = [(c.own, c.mix) for c in rate_contributions(old, new)]
    change = Fraction(sum(a for a, _ in after), sum(b for _, b in after)) - Fraction(
        sum(a for a, _ in before), sum(b for _, b in before)
    )
    assert sum(own + mix for own, mix in found) == change
    assert found == expected


counts = st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=7).filter(
    lambda rows: sum(r[1] for r in rows) > 0 and sum(r[3] for r in rows) > 0
)


@given(counts)
def test_the_contributions_add_up_to_the_change_exactly(rows: list[tuple[int, int, int, int]]) -> None:
    """Numerators may exceed denominators and denominators may be 0 in either period or in both."""
    before, after = amounts(*[row[:2] for row in rows]), amounts(*[row[2:] for row in rows])
    found = rate_contributions(before, after)
    totals = [Fraction(sum(row[place] for row in rows)) for place in range(4)]
    assert sum(c.own + c.mix for c in found) == totals[2] / totals[3] - totals[0] / totals[1]


@given(counts)
def test_backwards_every_contribution_turns_round(rows: list[tuple[int, int, int, int]]) -> None:
    before, after = amounts(*[row[:2] for row in rows]), amounts(*[row[2:] for row in rows])
    forth, back = rate_contributions(before, after), rate_contributions(after, before)
    assert [(-c.own, -c.mix) for c in forth] == [(c.own, c.mix) for c in back]


@given(counts, st.integers(2, 5))
def test_a_part_whose_rate_stays_has_no_change_of_its_own(rows: list[tuple[int, int, int, int]], times: int) -> None:
    first = rows[0][0], max(rows[0][1], 1)
    before = amounts(first, *[row[:2] for row in rows[1:]])
    after = amounts((first[0] * times, first[1] * times), *[row[2:] for row in rows[1:]])
    assert rate_contributions(before, after)[0].own == 0


def test_a_period_without_any_denominator_has_no_rate() -> None:
    with pytest.raises(ZeroDivisionError):
        rate_contributions(amounts((1, 0)), amounts((1, 2)))


days = st.lists(
    st.tuples(st.lists(st.integers(-3, 40), max_size=6), st.lists(st.integers(-3, 40), max_size=6)),
    min_size=1,
    max_size=4,
).filter(lambda parts: any(p[0] for p in parts) and any(p[1] for p in parts))


def arrays(parts: list[list[int]]) -> list[np.ndarray]:
    return [np.array(part, dtype=np.int64) for part in parts]


@settings(max_examples=60)
@given(days)
def test_medians_add_up_exactly(parts: list[tuple[list[int], list[int]]]) -> None:
    before, after = ([part[side] for part in parts] for side in (0, 1))
    found = median_contributions(arrays(before), arrays(after))
    ends = [Fraction(median([day for part in side for day in part])) for side in (before, after)]
    assert sum(c.own + c.mix for c in found) == ends[1] - ends[0]


@settings(max_examples=30)
@given(days.filter(lambda parts: len(parts) <= 2))
def test_medians_against_every_order_played_through(parts: list[tuple[list[int], list[int]]]) -> None:
    """The definition itself: switch one player after the other, in all orders, and average the steps."""
    before, after = ([part[side] for part in parts] for side in (0, 1))
    found = median_contributions(arrays(before), arrays(after))
    players = [(part, what) for part in range(len(parts)) for what in ("own", "mix")]
    steps = dict.fromkeys(players, Fraction(0))
    orders = list(permutations(players))
    for order in orders:
        switched: set = set()
        worth = worth_of(parts, switched)
        for player in order:
            switched.add(player)
            steps[player] += worth_of(parts, switched) - worth
            worth = worth_of(parts, switched)
    expected = [(steps[part, "own"] / len(orders), steps[part, "mix"] / len(orders)) for part in range(len(parts))]
    assert [(c.own, c.mix) for c in found] == expected


def worth_of(parts: list[tuple[list[int], list[int]]], switched: set) -> Fraction:
    """The weighted median with some players switched to after, in fractions."""
    sizes = [sum(len(part[side]) for part in parts) for side in (0, 1)]
    weighed: list[tuple[int, Fraction]] = []
    for place, part in enumerate(parts):
        mine = part[1] if (place, "own") in switched else part[0]
        mine = mine or part[0] or part[1]
        side = int((place, "mix") in switched)
        weighed += [(day, Fraction(len(part[side]), sizes[side]) / len(mine)) for day in mine]
    total = sum((weight for _, weight in weighed), Fraction(0))
    if not total:
        ends = [Fraction(median([day for part in parts for day in part[side]])) for side in (0, 1)]
        return (ends[0] + ends[1]) / 2
    return (_reached(weighed, total / 2, at_least=True) + _reached(weighed, total / 2, at_least=False)) / Fraction(2)


def _reached(weighed: list[tuple[int, Fraction]], half: Fraction, *, at_least: bool) -> int:
    up_to = Fraction(0)
    for day, weight in sorted(weighed):
        up_to += weight
        if weight and (up_to >= half if at_least else up_to > half):
            return day
    raise AssertionError("nothing weighs half")


def test_twice_as_many_of_the_same_changes_nothing() -> None:
    before = arrays([[1, 5, 9], [20, 30]])
    found = median_contributions(before, [np.repeat(part, 2) for part in before])
    assert [(c.own, c.mix) for c in found] == [(0, 0), (0, 0)]


def test_too_many_parts_or_an_empty_period_are_refused() -> None:
    with pytest.raises(ValueError, match="9 parts are more than 8"):
        median_contributions(arrays([[1]] * (MOST_PARTS + 1)), arrays([[1]] * (MOST_PARTS + 1)))
    with pytest.raises(ValueError, match="no median"):
        median_contributions(arrays([[]]), arrays([[1]]))
