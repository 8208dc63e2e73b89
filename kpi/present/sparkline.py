"""A series of a few months as a short text, small enough to send thousands of them to a browser at once.

One character a month: the height between the series' lowest and highest value (the target counted in), as a base-36
digit, 0 at the bottom and z at the top; a dot is a month without a value. After a "|" stands the target's height, when
there is one: "a9.fz|k".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIGITS = np.array(list("0123456789abcdefghijklmnopqrstuvwxyz"))
GAP = "."
TOP = len(DIGITS) - 1
MIDDLE = TOP // 2


def encode(values: npt.ArrayLike, targets: npt.ArrayLike) -> list[str]:
    """Sparklines of many series at once: ``values`` is (series, months), ``targets`` (series,); NaN means none."""
    series = np.atleast_2d(np.asarray(values, dtype=np.float64))
    target = np.asarray(targets, dtype=np.float64).reshape(-1)
    both = np.column_stack([series, target])
    known = ~np.isnan(both)
    low = np.where(known, both, np.inf).min(axis=1, keepdims=True)
    span = np.where(known, both, -np.inf).max(axis=1, keepdims=True) - low
    with np.errstate(invalid="ignore", divide="ignore"):
        heights = np.where(span > 0, (both - low) / span * TOP, MIDDLE)
    digits = np.where(known, DIGITS[np.where(known, np.rint(heights), 0).astype(int)], GAP)
    lines = ["".join(row) for row in digits[:, :-1]]
    return [line if end == GAP else f"{line}|{end}" for line, end in zip(lines, digits[:, -1], strict=True)]
