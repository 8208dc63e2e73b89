"""What may be shown of partners without names: how many there must be, and how roughly each is drawn.

Everything here is a function of two things of each partner: the class that its number of records is in, and the range
that its figure is in. Classes have fixed borders, and a range fits several numerators at any number of records of its
class; so whoever sees the outcome, and knows all about everybody but one, cannot tell that one's counts. Whether
anything is shown rests on the classes alone, and the centre on what is shown and the reader's own counts: neither adds
anything. Why so, and what stays possible: docs/decisions/0031-peers-without-names.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median_low

from kpi.catalog.peers import WIDEST, PeerPolicy
from kpi.catalog.size_classes import SizeClass, size_class

PARTS = round(1 / WIDEST)  # ranges in one event per record, at the widest

Counts = tuple[int, int]  # numerator, denominator
Sized = tuple[SizeClass, Counts]


@dataclass(frozen=True, order=True)
class Peer:
    """One partner without a name: about ``n`` records, and a figure from ``low`` to ``high``, in the scaled unit."""

    n: int
    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Peers:
    """The others, in the order of what is shown of them; ``centre``: what they and the reader's own reach, roughly."""

    centre: float
    points: tuple[Peer, ...]


def hand_out(
    own: Sequence[Counts], others: Sequence[Counts], kind: str, scale: float, policy: PeerPolicy
) -> Peers | None:
    """What a reader who knows ``own`` may see of ``others``; None where that would say too much about one of them.

    Counts with a denominator above 0; ``kind`` is "proportion" or "rate". Figures are ``scale`` × numerator /
    denominator.
    """
    sized = sorted((size_class(pair[1]), pair) for pair in others if pair[1] >= policy.least_records)
    if len(sized) < policy.least_peers or _one_dominates([size for size, _ in sized], policy.greatest_share):
        return None
    points: list[Peer] = []
    for group in _groups(sized, policy.group):
        n = median_low(size.number for size, _ in group)
        parts = _parts(max(group[0][0].least, policy.least_records), policy.counts)
        for _, (count, size) in group:
            place = _place(count, size, parts, kind)
            points.append(Peer(n, scale * place / parts, scale * (place + 1) / parts))
    return Peers(_centre(own, points, scale), tuple(sorted(points)))


def _one_dominates(sizes: Sequence[SizeClass], share: float) -> bool:
    """Whether the largest has more than ``share`` of the records, all counted at their rounded numbers."""
    numbers = [size.number for size in sizes]
    return max(numbers) > share * sum(numbers)


def _groups(sized: Sequence[Sized], least: int) -> list[list[Sized]]:
    """Whole classes, the smallest first, put together until ``least`` partners are in each; the last takes the rest."""
    groups: list[list[Sized]] = [[]]
    for _, same in groupby(sized, key=lambda one: one[0]):
        if len(groups[-1]) >= least:
            groups.append([])
        groups[-1] += same
    if len(groups) > 1 and len(groups[-1]) < least:
        rest = groups.pop()
        groups[-1] += rest
    return groups


def _parts(n: int, counts: int) -> int:
    """Into how many ranges a unit is cut so that each still fits ``counts`` numerators of ``n`` records or more.

    Halves of one another, so that readers who lay side by side what each of them sees learn the finest and no more.
    """
    parts = PARTS
    while n >= 2 * parts * counts:
        parts *= 2
    return parts


def _place(count: int, n: int, parts: int, kind: str) -> int:
    """Ranges begin at their lower end; the last one of a proportion has 100 % in it, too."""
    place = count * parts // n
    return min(place, parts - 1) if kind == "proportion" else place


def _centre(own: Sequence[Counts], points: Sequence[Peer], scale: float) -> float:
    """From the middles of the ranges and the rounded numbers that are shown, so that nothing can be subtracted."""
    events = scale * sum(count for count, _ in own) + sum(point.n * point.middle for point in points)
    return events / (sum(n for _, n in own) + sum(point.n for point in points))
