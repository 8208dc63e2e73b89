"""What is shown of partners without names: the rules one by one, and attempts to work out whose or how much."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kpi.catalog import load_catalog
from kpi.catalog.size_classes import size_class
from kpi.signals.peers import Counts, Peer, Peers, hand_out

POLICY = load_catalog().peers
FIVE = [(90, 100), (95, 110), (100, 120), (118, 130), (125, 140)]
OWN = [(40, 50)]


def handed(others: list[Counts], own: list[Counts] = OWN, kind: str = "proportion", **changed: object) -> Peers | None:
    return hand_out(own, others, kind, 1.0, replace(POLICY, **changed))  # type: ignore[arg-type]


def test_five_others_are_shown_and_four_are_not() -> None:
    assert handed(FIVE) is not None
    assert all(handed(FIVE[:left] + FIVE[left + 1 :]) is None for left in range(5))


def test_somebody_with_few_records_is_no_point_and_does_not_count() -> None:
    assert handed([*FIVE[:4], (26, 29)]) is None
    assert handed([*FIVE[:4], (27, 30)]) is not None
    found = handed([*FIVE, (26, 29)])
    assert found is not None
    assert len(found.points) == 5


def test_somebody_with_too_great_a_share_of_the_others_records_hides_all() -> None:
    """Four of 100, 100, 100 and 150, rounded: together 450."""
    assert handed([*FIVE[:4], (400, 461)], greatest_share=500 / 950) is not None
    assert not any(handed([*FIVE[:4], (count, 461)]) for count in range(0, 462, 7))


@pytest.mark.parametrize(("n", "hidden"), [(387, False), (388, True), (591, True), (592, True)])
def test_whether_all_is_hidden_depends_on_the_rounded_number(n: int, hidden: bool) -> None:
    assert (handed([*FIVE[:4], (n, n)]) is None) == hidden


@pytest.mark.parametrize(
    ("sizes", "numbers"),
    [
        ((100, 110, 120, 310, 320, 300, 290, 280), [100] * 3 + [300] * 5),
        ((100, 110, 120, 122, 123), [100] * 5),  # one alone is put to the class before it
        ((30, 50, 70, 100, 100, 100), [50] * 3 + [100] * 3),
        ((30, 30, 30, 30, 50, 50, 70), [30] * 4 + [50] * 3),
        ((30, 30, 38, 38, 38, 39, 39), [30] * 7),
    ],
)
def test_numbers_are_rounded_and_each_is_that_of_three_at_least(sizes: tuple[int, ...], numbers: list[int]) -> None:
    found = handed([(n, n) for n in sizes])
    assert found is not None
    assert [point.n for point in found.points] == numbers


def test_a_figure_is_a_range_that_fits_three_numerators_of_the_smallest_of_its_group() -> None:
    found = handed([(30, 30), (27, 30), (0, 30), (15, 30), (16, 30)])
    assert found is not None
    assert [(round(point.low, 9), round(point.high, 9)) for point in found.points] == [
        (0.0, 0.1),
        (0.5, 0.6),
        (0.5, 0.6),
        (0.9, 1.0),
        (0.9, 1.0),
    ]


def test_a_rate_may_be_above_one_and_is_scaled() -> None:
    found = hand_out([(5, 40)], [(151, 100), (22, 100), (33, 100), (43, 100), (52, 100)], "rate", 100.0, POLICY)
    assert found is not None
    assert found.points[-1] == Peer(100, 150.0, 155.0)


def test_the_order_is_that_of_what_is_shown() -> None:
    others = [*FIVE, (80, 150), (90, 160)]
    found = handed(others)
    assert found is not None
    assert list(found.points) == sorted(found.points, key=lambda point: (point.n, point.low))
    assert all(handed(others[shift:] + others[:shift]) == found for shift in range(len(others)))
    assert handed(others[::-1]) == found


def test_the_centre_is_worked_out_from_what_is_shown_and_ones_own() -> None:
    found = hand_out(OWN, FIVE, "proportion", 100.0, POLICY)
    assert found is not None
    middles = [(point.low + point.high) / 2 for point in found.points]
    assert found.centre == pytest.approx((100 * 40 + sum(100 * middle for middle in middles)) / (50 + 5 * 100))
    assert found.centre == pytest.approx(100 * 568 / 650, abs=2.5)


def test_without_records_of_ones_own_the_centre_is_that_of_the_others() -> None:
    found = handed(FIVE, own=[])
    assert found is not None
    assert found.centre == pytest.approx(528 / 600, abs=0.025)


COUNTS = st.integers(30, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
OTHERS = st.lists(COUNTS, min_size=5, max_size=9)
KIND = st.sampled_from(["proportion", "rate"])
# Two neighbours of 30 records, and the rest far off: by rank the number of one of them could be told to within two.
FEW_OF_ONE_SIZE = [(157, 178), (6, 33), (0, 30), (6, 33), (61, 69), (148, 165), (15, 130), (21, 30), (136, 152)]


def fitting(own: list[Counts], others: list[Counts], who: int, kind: str, n: int) -> list[int]:
    """The numerators of ``who`` at ``n`` records with which just the same would be shown, all others being known."""
    truth = hand_out(own, others, kind, 1.0, POLICY)
    found = []
    for count in range((n if kind == "proportion" else 2 * n) + 1):
        world = [*others[:who], (count, n), *others[who + 1 :]]
        if hand_out(own, world, kind, 1.0, POLICY) == truth:
            found.append(count)
    return found


@settings(max_examples=80)
@given(OTHERS, COUNTS, KIND, st.data())
@example(FEW_OF_ONE_SIZE, (141, 386), "rate", None)
def test_nobodys_counts_can_be_worked_out_even_with_the_help_of_everybody_else(
    others: list[Counts], mine: Counts, kind: str, data: st.DataObject | None
) -> None:
    """At least three numbers of records, and at each of these three numerators, would have given what is shown."""
    assume(hand_out([mine], others, kind, 1.0, POLICY) is not None)
    who = data.draw(st.integers(0, len(others) - 1)) if data else FEW_OF_ONE_SIZE.index((21, 30))
    count, n = others[who]
    size = size_class(n)
    assert count in fitting([mine], others, who, kind, n)
    numbers = {max(size.least, POLICY.least_records), n, (size.least + size.most) // 2, size.most}
    assert len({max(size.least, POLICY.least_records), (size.least + size.most) // 2, size.most}) >= POLICY.counts
    for other_n in numbers:
        assert len(fitting([mine], others, who, kind, other_n)) >= POLICY.counts


@settings(max_examples=100)
@given(OTHERS, COUNTS, KIND, st.data())
def test_that_nothing_is_shown_tells_no_more(
    others: list[Counts], mine: Counts, kind: str, data: st.DataObject
) -> None:
    """It depends neither on a numerator nor on where in its class a number of records is."""
    lopsided = data.draw(st.sampled_from([1, 4, 12]))
    others = [(others[0][0] * lopsided, others[0][1] * lopsided), *others[1:]]
    hidden = hand_out([mine], others, kind, 1.0, POLICY) is None
    world = []
    for _, n in others:
        size = size_class(n)
        other_n = data.draw(st.integers(max(size.least, POLICY.least_records), size.most))
        world.append((data.draw(st.integers(0, other_n)), other_n))
    assert (hand_out([mine], world, kind, 1.0, POLICY) is None) == hidden


@settings(max_examples=150)
@given(OTHERS, OTHERS, KIND)
def test_ranges_are_nested_or_apart_so_that_readers_who_compare_learn_the_finest_only(
    first: list[Counts], second: list[Counts], kind: str
) -> None:
    views = [hand_out([], others, kind, 1.0, POLICY) for others in (first, second)]
    points = [point for view in views if view is not None for point in view.points]
    for a, b in product(points, points):
        apart = a.high <= b.low or b.high <= a.low
        nested = (a.low >= b.low and a.high <= b.high) or (b.low >= a.low and b.high <= a.high)
        assert apart or nested


@settings(max_examples=100)
@given(OTHERS, COUNTS, KIND)
def test_what_is_shown_depends_on_no_order(others: list[Counts], mine: Counts, kind: str) -> None:
    found = hand_out([mine], others, kind, 1.0, POLICY)
    assert hand_out([mine], others[::-1], kind, 1.0, POLICY) == found
    if found is not None:
        assert len(found.points) == len(others)
        for n in {point.n for point in found.points}:
            assert sum(point.n == n for point in found.points) >= POLICY.group
