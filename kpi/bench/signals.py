"""All control charts at once beside one chart after the other, and beside the least that numpy could take.

The slow ways: the same function called for one series after the other, and the definitions written out for one series
in plain Python, which is held to the same labels before it is measured. Both run on a part of the series; their time
per series counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kpi.signals.chart import RULES, read_chart
from kpi.signals.limits import SCREEN_FACTOR, XMR_FACTOR
from kpi.signals.rules import IN_A_ROW

Floats = npt.NDArray[np.float64]

SERIES, MONTHS = 10_000, 36
LOOPED = 500  # series that the loop reads
RUNS = 3
MOST_SECONDS = 2.0
LEAST_OVER_LOOP = 50.0
SEED = 20261101


def measure() -> list[str]:
    """The lines of the table. Raises RuntimeError when the two ways do not give the same labels."""
    values = _made_up()
    _require_agreement(values)
    ours = _least(lambda: read_chart("xmr", values, None, None))
    share = SERIES / LOOPED
    loop = _least(lambda: [_one_chart(series) for series in values[:LOOPED].tolist()]) * share
    calls = _least(lambda: [read_chart("xmr", series, None, None) for series in values[:LOOPED]]) * share
    floor = _least(lambda: np.abs(np.diff(values, axis=-1)).mean(axis=-1))
    counts = _least(lambda: read_chart("p_prime", None, np.rint(np.abs(values)), np.full(values.shape, 100.0)))
    rows = (
        ("all XmR charts at once: limits and rules", ours),
        ("all p′ charts at once: limits and rules", counts),
        (f"one XmR chart after the other, same function ({LOOPED} read, scaled)", calls),
        (f"one XmR chart after the other, plain Python ({LOOPED} read, scaled)", loop),
        ("one pass of numpy: mean moving ranges alone", floor),
    )
    in_time = "kept" if max(ours, counts) < MOST_SECONDS else "MISSED"
    faster = "kept" if calls / ours >= LEAST_OVER_LOOP else "MISSED"
    return [
        f"Control charts of {SERIES:,} series of {MONTHS} months: processor time, least of {RUNS} runs",
        *(f"{name:<62} {seconds:>8.3f} s {seconds / ours:>9.2f}x" for name, seconds in rows),
        f"either takes under {MOST_SECONDS:g} s: {in_time}",
        f"at once is {calls / ours:.0f}x as fast as series by series; wanted {LEAST_OVER_LOOP:g}x: {faster}",
        f"(and {loop / ours:.0f}x as fast as plain Python, which knows complete XmR charts only)",
    ]


def _made_up() -> Floats:
    """Steady series with a shift in every fifth, a drift in every seventh, and ties (whole tenths)."""
    rng = np.random.default_rng(SEED)
    values = rng.normal(50, 4, (SERIES, MONTHS))
    values[::5, 20:] += 9
    values[::7] += np.linspace(0, 15, MONTHS)
    return np.round(values, 1)


def _least(way: Callable[[], object]) -> float:
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        way()
        seconds.append(time.process_time() - start)
    return min(seconds)


def _require_agreement(values: Floats) -> None:
    part = values[:LOOPED]
    labels = [[RULES[code] for code in series] for series in read_chart("xmr", part, None, None).rule]
    if labels != [_one_chart(series) for series in part.tolist()]:
        raise RuntimeError("the loop and the arrays do not give the same labels")


def _one_chart(values: list[float]) -> list[str]:
    """The rule that each point of one complete XmR chart breaks."""
    centre = sum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    mean_range = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one <= SCREEN_FACTOR * mean_range]
    spread = XMR_FACTOR * sum(kept) / len(kept)
    sides = [(value > centre) - (value < centre) for value in values]
    outside = [abs(value - centre) > spread for value in values]
    near = [abs(value - centre) > spread * 2 / 3 and not out for value, out in zip(values, outside, strict=True)]
    steps = [(later > earlier) - (later < earlier) for earlier, later in pairwise(values)]
    trend, pair, run = ([False] * len(values) for _ in range(3))
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        if sum(near[at] for at in three) >= 2 and abs(sum(sides[at] for at in three)) == 3:
            for at in three:
                pair[at] = pair[at] or near[at]
    for start in range(len(values) - IN_A_ROW + 1):
        stop = start + IN_A_ROW
        if abs(sum(sides[start:stop])) == IN_A_ROW:
            run[start:stop] = [True] * IN_A_ROW
        if abs(sum(steps[start : stop - 1])) == IN_A_ROW - 1:
            trend[start:stop] = [True] * IN_A_ROW
    found = zip(outside, trend, pair, run, strict=True)
    return [next((name for name, broken in zip(RULES[1:], point, strict=True) if broken), "") for point in found]
