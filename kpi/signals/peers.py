"""What may be shown of partners without names: how many there must be, and how roughly each is drawn.

Everything here is a function of the others' counts as a set, so that neither order nor result says whose they are.
Records: partners are put by size into groups, and each is drawn at its group's rounded number. Figures: each is drawn
as a range that fits several numerators, whatever the partner's number of records. Ranges are halves of one another, so
that readers who put together what each of them sees learn no more than the finest. The centre is the same for everybody
and as rough as the average point, so that nobody can subtract. How it was attacked, and what stays
possible: docs/decisions/0031-peers-without-names.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, sqrt
from statistics import median

from kpi.catalog.peers import WIDEST, PeerPolicy

PARTS = round(1 / WIDEST)  # ranges in one event per record, at the widest
ROUND_NUMBERS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)  # of each power of ten

Counts = tuple[int, int]  # numerator, denominator


@dataclass(frozen=True)
class Peer:
    """One partner without a name: about ``n`` records, and a figure from ``low`` to ``high``, in the scaled unit."""

    n: float
    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Peers:
    """The others, in the order of what is shown of them; ``centre``: what all with enough records reach, rounded."""

    centre: float
    points: tuple[Peer, ...]


@dataclass(frozen=True)
class _Range:
    """A numerator between ``low`` and ``high``, both possible; ``place`` numbers the range, of ``parts`` to a unit."""

    place: int
    parts: int
    low: int
    high: int


def hand_out(
    own: Sequence[Counts], others: Sequence[Counts], kind: str, scale: float, policy: PeerPolicy
) -> Peers | None:
    """What a reader who knows ``own`` may see of ``others``; None where that would say too much about one of them.

    Counts with a denominator above 0; ``kind`` is "proportion" or "rate". Figures are ``scale`` × numerator /
    denominator.
    """
    shown = sorted((pair for pair in others if pair[1] >= policy.least_records), key=lambda pair: (pair[1], pair[0]))
    sizes = [n for _, n in shown]
    if len(shown) < policy.least_peers or max(sizes) > policy.greatest_share * sum(sizes):
        return None
    points: list[Peer] = []
    ranges: list[_Range] = []
    groups = _groups(shown, policy.group)
    if _told_apart(groups, policy.counts):
        return None
    for group in groups:
        n = round_number(median(size for _, size in group))
        parts = _parts(group[0][1], policy.counts)
        for count, size in group:
            found = _range(count, size, parts, kind)
            ranges.append(found)
            points.append(Peer(n, scale * found.place / parts, scale * (found.place + 1) / parts))
    known = [pair for pair in own if pair[1] >= policy.least_records]
    every = [*known, *shown]
    events, records = sum(count for count, _ in every), sum(n for _, n in every)
    together = _range(events, records, _parts(records, len(every) * policy.counts), kind)
    if _solvable(ranges, together, sum(count for count, _ in known), policy.counts):
        return None
    centre = scale * (2 * together.place + 1) / (2 * together.parts)
    return Peers(centre, tuple(sorted(points, key=lambda point: (point.n, point.low, point.high))))


def round_number(n: float) -> float:
    """The nearest of 10, 15, 20, 30, 50, 70, 100, … by ratio; what it stands for spreads by 1.4 at least."""
    power = 1.0
    while n >= 10 * power:
        power *= 10
    steps = [power * step for step in (*ROUND_NUMBERS, 10.0)]
    return next(low for low, high in zip(steps, [*steps[1:], float("inf")], strict=True) if n < sqrt(low * high))


def _groups(shown: Sequence[Counts], least: int) -> list[Sequence[Counts]]:
    """``shown``, by size, cut into runs of ``least``; the last one takes what is left over."""
    starts = range(0, len(shown) - least + 1, least)
    return [shown[start : len(shown) if start == starts[-1] else start + least] for start in starts]


def _told_apart(groups: Sequence[Sequence[Counts]], counts: int) -> bool:
    """Whether a cut between two of one size would draw the one with fewer events more roughly, and so tell which."""
    return any(
        before[-1][1] == after[0][1] and _parts(before[0][1], counts) != _parts(after[0][1], counts)
        for before, after in pairwise(groups)
    )


def _parts(n: int, counts: int) -> int:
    """Into how many ranges a unit is cut so that each still fits ``counts`` numerators of ``n`` records."""
    parts = PARTS
    while n >= 2 * parts * counts:
        parts *= 2
    return parts


def _range(count: int, n: int, parts: int, kind: str) -> _Range:
    """Ranges begin at their lower end; the last one of a proportion has 100 % in it, too."""
    place = count * parts // n
    if kind == "proportion":
        place = min(place, parts - 1)
    low, high = ceil(Fraction(place * n, parts)), ceil(Fraction((place + 1) * n, parts)) - 1
    return _Range(place, parts, low, n if kind == "proportion" and place == parts - 1 else high)


def _solvable(ranges: Sequence[_Range], together: _Range, known: int, counts: int) -> bool:
    """Whether ranges and centre could leave fewer than ``counts`` numerators for one of the others.

    For a reader who knows every number of records, and of one of the others what it tells them, whatever that may be:
    the answer rests on nothing that such a reader does not see, or it would itself tell something.
    """
    least, most = together.low - known, together.high - known
    low, high = sum(one.low for one in ranges), sum(one.high for one in ranges)
    for told in ranges:
        first, last = max(told.low, least - (high - told.high)), min(told.high, most - (low - told.low))
        for mine in ranges:
            if mine is not told:
                rest_low, rest_high = low - told.low - mine.low, high - told.high - mine.high
                for count in (first, last):
                    at_least = max(mine.low, least - count - rest_high)
                    at_most = min(mine.high, most - count - rest_low)
                    if at_most - at_least + 1 < counts:
                        return True
    return False
