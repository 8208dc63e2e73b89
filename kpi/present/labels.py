"""Names beside the points of a chart, as many as fit: each at the first free side of its point, else left to the hover.

Places are found in pixels on a narrow chart; on a wider one points lie further apart and texts stay as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, LINE_HEIGHT = 6.4, 14.0  # pixels of a letter and a line at 11 px
GAP = 8.0  # from a point's middle to its text
MARK = 6.0  # half a mark's width


@dataclass(frozen=True)
class Spot:
    """A point in pixels from the lower left corner of the plot, and the text that wants to stand beside it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class _Box:
    left: float
    low: float
    right: float
    high: float


def placed(
    spots: Sequence[Spot],
    wanted: Sequence[int],
    lines: Sequence[tuple[float, float]],
    width: float,
    height: float,
) -> dict[int, str]:
    """{place in ``spots``: plotly's text position} for those of ``wanted`` that fit, served in that order.

    No text covers another, a mark, or the edge of the plot of ``width`` × ``height``. It crosses one of ``lines``,
    given as their points, only where no other side is free.
    """
    marks = [_Box(s.x - MARK, s.y - MARK, s.x + MARK, s.y + MARK) for s in spots]
    dots = [_Box(x, y - 1, x + 1, y + 1) for x, y in lines]
    taken: list[_Box] = []
    found: dict[int, str] = {}
    for index in wanted:
        others = [*(mark for place, mark in enumerate(marks) if place != index), *taken]
        free = [
            (position, box)
            for position, box in _candidates(spots[index])
            if box.left >= 0 and box.right <= width and box.low >= 0 and box.high <= height and not _meets(box, others)
        ]
        clear = [side for side in free if not _meets(side[1], dots)]
        if free:
            found[index], box = (clear or free)[0]
            taken.append(box)
    return found


def _meets(box: _Box, others: Sequence[_Box]) -> bool:
    return any(
        box.left < other.right and other.left < box.right and box.low < other.high and other.low < box.high
        for other in others
    )


def _candidates(spot: Spot) -> list[tuple[str, _Box]]:
    wide, half = len(spot.text) * LETTER, LINE_HEIGHT / 2
    right, left = spot.x + GAP, spot.x - GAP
    above, below = spot.y + GAP, spot.y - GAP
    return [
        ("middle right", _Box(right, spot.y - half, right + wide, spot.y + half)),
        ("middle left", _Box(left - wide, spot.y - half, left, spot.y + half)),
        ("top center", _Box(spot.x - wide / 2, above, spot.x + wide / 2, above + LINE_HEIGHT)),
        ("bottom center", _Box(spot.x - wide / 2, below - LINE_HEIGHT, spot.x + wide / 2, below)),
    ]
