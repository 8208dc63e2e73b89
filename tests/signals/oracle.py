"""One control chart by plain loops, straight from the definitions: what the array code is held against."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

Line = list[float | None]
NOTHING = ("", 0)


def mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def lines_of(
    chart: str, value: Line, count: Line, n: Line, *, screen: bool, baseline: int | None, clip: bool, scale: float
) -> tuple[Line, list[tuple[float, ...] | None]]:
    """The values, and centre, lower, upper, near lower, near upper of each point; None for what does not exist."""
    if chart == "xmr":
        return value, _xmr_lines(value, screen, baseline)
    exists = [c is not None and s is not None and s > 0 for c, s in zip(count, n, strict=True)]
    at = [i for i, there in enumerate(exists) if there]
    base = at[:baseline]
    if not at:
        return [None] * len(n), [None] * len(n)
    centre = math.fsum(count[i] for i in base) / math.fsum(n[i] for i in base)
    spread = centre * (1 - centre) if chart.startswith("p") else centre
    sigma = {i: math.sqrt(max(spread, 0) / n[i]) for i in at}
    if chart.endswith("prime") and spread > 0:
        z = [(count[i] / n[i] - centre) / sigma[i] for i in base]
        sigma_z = mean([abs(b - a) for a, b in itertools.pairwise(z)])
        sigma = {i: None if sigma_z is None else s * sigma_z / 1.128 for i, s in sigma.items()}
    lowest, highest = (0, 1 if chart.startswith("p") else math.inf) if clip else (-math.inf, math.inf)

    def line(i: int, sigmas: float) -> float | None:
        return None if sigma[i] is None else scale * min(max(centre + sigmas * sigma[i], lowest), highest)

    values = [count[i] / n[i] * scale if there else None for i, there in enumerate(exists)]
    lines = [
        (centre * scale, line(i, -3), line(i, 3), line(i, -2), line(i, 2)) if there else None
        for i, there in enumerate(exists)
    ]
    return values, lines


def _xmr_lines(value: Line, screen: bool, baseline: int | None) -> list[tuple[float | None, ...] | None]:
    points = [v for v in value if v is not None][:baseline]
    ranges = [abs(b - a) for a, b in itertools.pairwise(points)]
    if screen and ranges:
        left = [r for r in ranges if r <= 3.267 * mean(ranges)]
        ranges = left if any(left) else ranges  # limits without any width would flag every month
    centre, spread = mean(points), mean(ranges)
    if spread is None:
        of_point = (centre, None, None, None, None)
    else:
        of_point = (centre, *(centre + k * 2.66 * spread for k in (-1, 1, -2 / 3, 2 / 3)))
    return [None if v is None else of_point for v in value]


def labels_of(values: Line, lines: list[tuple[float | None, ...] | None]) -> list[tuple[str, int]]:
    """Rule and side of every place. Numbers closer than a billionth of the largest count as the same."""
    at = [i for i, v in enumerate(values) if v is not None]
    y = [values[i] for i in at]
    same = 1e-9 * max([abs(v) for v in y], default=0)

    def over(a: float | None, b: float | None) -> bool:
        return a is not None and b is not None and a - b > same

    centre, lower, upper, near_lower, near_upper = zip(*(lines[i] for i in at), strict=True) if at else [()] * 5
    outside = [1 if over(v, u) else -1 if over(lo, v) else 0 for v, lo, u in zip(y, lower, upper, strict=True)]
    sides = [1 if over(v, c) else -1 if over(c, v) else 0 for v, c in zip(y, centre, strict=True)]
    near = [
        0 if out else 1 if over(v, u) else -1 if over(lo, v) else 0
        for v, lo, u, out in zip(y, near_lower, near_upper, outside, strict=True)
    ]
    found = [NOTHING] * len(values)
    for place, i in enumerate(at):
        if outside[place]:
            found[i] = ("outside", outside[place])
        elif side := _trend(y, place, over):
            found[i] = ("trend", side)
        elif near[place] and _two_of_three(near, sides, place):
            found[i] = ("two_of_three", near[place])
        elif sides[place] and _run(sides, place):
            found[i] = ("run", sides[place])
    return found


def _trend(y, place, over) -> int:
    for start in range(max(0, place - 6), min(place, len(y) - 7) + 1):  # the earliest trend it is part of
        seven = y[start : start + 7]
        if len(seven) == 7 and all(over(b, a) for a, b in itertools.pairwise(seven)):
            return 1
        if len(seven) == 7 and all(over(a, b) for a, b in itertools.pairwise(seven)):
            return -1
    return 0


def _two_of_three(near, sides, place) -> bool:
    side = near[place]
    windows = [(i, i + 1, i + 2) for i in range(place - 2, place + 1) if i >= 0 and i + 2 < len(near)]
    return any(sum(near[i] == side for i in w) >= 2 and all(sides[i] == side for i in w) for w in windows)


def _run(sides, place) -> bool:
    first = last = place
    while first > 0 and sides[first - 1] == sides[place]:
        first -= 1
    while last < len(sides) - 1 and sides[last + 1] == sides[place]:
        last += 1
    return last - first + 1 >= 7
