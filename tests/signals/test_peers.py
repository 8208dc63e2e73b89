"""What is shown of partners without names: the rules one by one, and attempts to work out whose or how much."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from kpi.catalog import load_catalog
from kpi.signals.peers import Counts, Peer, Peers, _groups, _parts, _range, hand_out, round_number

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
    """The largest of the five has 140 of 600."""
    assert handed(FIVE, greatest_share=0.24) is not None
    assert handed(FIVE, greatest_share=0.23) is None
    assert not any(handed([*FIVE[:4], (count, 461)]) for count in range(0, 462, 7))


def test_sizes_are_shared_by_three_at_least_and_rounded() -> None:
    found = handed([*FIVE, (300, 310), (310, 320), (290, 300)])
    assert found is not None
    assert [point.n for point in found.points] == [100.0] * 3 + [300.0] * 5
    every = [handed(FIVE * times) for times in (1, 2, 3)]
    for one in every:
        assert one is not None
        sizes = [point.n for point in one.points]
        assert all(sizes.count(n) >= POLICY.group for n in sizes)


@pytest.mark.parametrize(
    ("n", "about"), [(30, 30), (38, 30), (39, 50), (59, 50), (60, 70), (83, 70), (84, 100), (1234, 1500), (9000, 10000)]
)
def test_a_number_is_rounded_to_a_few_per_power_of_ten(n: int, about: float) -> None:
    assert round_number(n) == about


def test_two_of_one_size_on_both_sides_of_a_cut_are_drawn_as_roughly_or_not_at_all() -> None:
    """Cut by events, the one that is drawn more finely would be known to have more."""
    sizes = [200, 210, 220, 220, 230, 231]
    assert _parts(200, POLICY.counts) == _parts(220, POLICY.counts)
    assert handed([(n - 22, n) for n in sizes]) is not None
    assert not any(handed([(n - less, n) for n in (40, 210, 220, 220, 230, 231)]) for less in range(1, 30))


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
    assert found.points[-1] == Peer(100.0, 150.0, 155.0)


def test_the_order_is_that_of_what_is_shown() -> None:
    others = [*FIVE, (80, 150), (90, 160)]
    found = handed(others)
    assert found is not None
    assert list(found.points) == sorted(found.points, key=lambda point: (point.n, point.low))
    assert all(handed(others[shift:] + others[:shift]) == found for shift in range(len(others)))
    assert handed(others[::-1]) == found


def test_ranges_that_leave_too_few_numerators_hide_all() -> None:
    """Four at the lower end of their ranges: where the centre's range ends there, too, it would tell all."""
    everybody = [(50, 100), (60, 100), (70, 100), (80, 100), (91, 100)]  # ranges of a twentieth: 50–54, 60–64, …
    assert _parts(100, POLICY.counts) == 20
    owns = range(480, 560)
    told = [handed(everybody, own=[(own, 1000)]) for own in owns]
    assert 0 < told.count(None) < 40
    at_the_edge = [own for own, one, after in zip(owns, told, told[1:], strict=False) if one and not after]
    at_the_edge += [own + 1 for own, one, after in zip(owns, told, told[1:], strict=False) if not one and after]
    for own, (who, knows) in product(at_the_edge, permutations(range(5), 2)):
        fitting = [x for x in range(48, 96) if worlds([(own, 1000)], everybody, who, knows, (x, 100), "proportion")]
        assert len(fitting) >= POLICY.counts


def test_the_centre_is_the_same_for_everybody_and_of_those_with_enough_records() -> None:
    everybody = [*FIVE, (40, 50), (3, 29)]
    centres = {
        found.centre
        for i, mine in enumerate(everybody)
        if (found := handed(everybody[:i] + everybody[i + 1 :], own=[mine])) is not None
    }
    assert len(centres) == 1
    assert centres.pop() == pytest.approx(568 / 650, abs=0.025)


COUNTS = st.integers(30, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
OTHERS = st.lists(COUNTS, min_size=5, max_size=9)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a search for worlds is slow to shrink
KIND = st.sampled_from(["proportion", "rate"])


def worlds(own: list[Counts], others: list[Counts], who: int, told: int, new: Counts, kind: str) -> bool:
    """Whether somebody who knows ``told`` and own would be handed the same, if ``who`` had ``new`` counts.

    Looks for a world: the rest may have other numerators than they have, within what is shown of them.
    """
    truth = hand_out(own, others, kind, 1.0, POLICY)
    parts = {}
    for group in _groups(sorted(others, key=lambda pair: pair[1]), POLICY.group):
        parts |= dict.fromkeys((n for _, n in group), _parts(group[0][1], POLICY.counts))
    spare = others[who][0] - new[0]
    for aim in (spare, 0, 1, -1, 2, -2, spare + 1, spare - 1):
        world, left = list(others), aim
        world[who] = new
        for i, (count, n) in enumerate(others):
            if i not in (who, told) and left:
                found = _range(count, n, parts[n], kind)
                moved = min(max(count + left, found.low), found.high)
                left -= moved - count
                world[i] = (moved, n)
        if not left and hand_out(own, world, kind, 1.0, POLICY) == truth:
            return True
    return False


@settings(max_examples=80, deadline=None, phases=QUICK)
@given(OTHERS, COUNTS, KIND, st.data())
def test_nobodys_numerator_can_be_worked_out_even_with_one_other_partners_help(
    others: list[Counts], mine: Counts, kind: str, data: st.DataObject
) -> None:
    """With every number of records known, at least three numerators would have given just what is shown."""
    assume(hand_out([mine], others, kind, 1.0, POLICY) is not None)
    who = data.draw(st.integers(0, len(others) - 1))
    told = data.draw(st.sampled_from([i for i in range(len(others)) if i != who]))
    count, n = others[who]
    near = [x for x in range(max(count - 25, 0), count + 26) if kind == "rate" or x <= n]
    fitting = [x for x in near if worlds([mine], others, who, told, (x, n), kind)]
    assert count in fitting
    assert len(fitting) >= POLICY.counts


@settings(max_examples=60, deadline=None, phases=QUICK)
@given(OTHERS, COUNTS, KIND, st.data())
def test_nobodys_number_of_records_can_be_worked_out(
    others: list[Counts], mine: Counts, kind: str, data: st.DataObject
) -> None:
    assume(hand_out([mine], others, kind, 1.0, POLICY) is not None)
    who = data.draw(st.integers(0, len(others) - 1))
    count, n = others[who]
    told = (who + 1) % len(others)
    rate = count / n
    others_n = [m for m in range(max(30, n - 12), n + 13) if m != n]
    fitting = [
        m
        for m in others_n
        if any(
            worlds([mine], others, who, told, (x, m), kind)
            for x in {int(rate * m), int(rate * m) + 1, round(rate * m)}
            if kind == "rate" or x <= m
        )
    ]
    assert len(fitting) >= POLICY.counts


@settings(max_examples=150, deadline=None)
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


@settings(max_examples=100, deadline=None)
@given(OTHERS, COUNTS, KIND)
def test_what_is_shown_depends_on_no_order(others: list[Counts], mine: Counts, kind: str) -> None:
    found = hand_out([mine], others, kind, 1.0, POLICY)
    assert hand_out([mine], others[::-1], kind, 1.0, POLICY) == found
    if found is not None:
        assert len(found.points) == len(others)
        for n in {point.n for point in found.points}:
            assert sum(point.n == n for point in found.points) >= POLICY.group
