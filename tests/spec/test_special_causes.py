"""Which points the four rules mark. Centre 0, control limits −3 and 3, near limits −2 and 2; "-" is no point.

Marks: O outside, T trend, N near the limit (two of three), R run; capitals above or upwards, small letters below or
downwards, "." none. The vectors of each rule are those of NHSRplotthedots' own tests where it has one.
"""

from __future__ import annotations

import numpy as np
import pytest

from kpi.signals.rules import RULES, label

MARKS = {"": ".", "outside": "O", "trend": "T", "two_of_three": "N", "run": "R"}

RULE_TABLE = """
    strictly outside, either side          | 0 3.1 0 -3.1 0                     | . O . o .
    on the limit is inside                 | 0 3 0 -3 0                         | . . . . .
    six rising are no trend                | -3 -2 -1 0 1 2                     | . . . . . .
    seven rising are one                   | -2 -1 -.5 0 .5 1 2                 | T T T T T T T
    seven falling are one                  | 2 1 .5 0 -.5 -1 -2                 | t t t t t t t
    a tie breaks a trend                   | -2 -1 0 0 .5 1 1.5                 | . . . . . . .
    a trend within a series                | -1 -2 -1 -.5 0 .5 1 2 -1           | . T T T T T T T .
    a fall within a series                 | 1 2 1 .5 0 -.5 -1 -2 1             | . t t t t t t t .
    the top keeps its rise                 | -2 -1 -.5 0 .5 1 2 1 .5 0 -.5 -1 -2 | T T T T T T T t t t t t t
    the foot keeps its fall                | 2 1 .5 0 -.5 -1 -2 -1 -.5 0 .5 1 2 | t t t t t t t T T T T T T
    two of three near, first and third     | -1 2.5 1 2.5 -1                    | . N . N .
    two of three near, second and third    | -1 1 2.5 2.5 -1                    | . . N N .
    two of three near, first and second    | -1 2.5 2.5 1 -1                    | . N N . .
    two of three near, below               | 1 -2.5 -1 -2.5 1                   | . n . n .
    two of four are not enough             | -1 2.5 1 1 2.5 -1                  | . . . . . .
    two of four, then two of three         | -1 2.5 1 1 2.5 2.5 -1              | . . . . N N .
    on opposite sides                      | 1 -1 2.5 -2.5 1                    | . . . . .
    the third on the other side            | -1 2.5 -1 2.5 -1                   | . . . . .
    the third on the mean                  | -1 2.5 0 2.5 -1                    | . . . . .
    on the near limit is not near          | -1 2 1 2 -1                        | . . . . .
    only two points                        | 2.5 2.5                            | . .
    one outside does not count as near     | -1 3.1 1 2.5 -1                    | . O . . .
    one outside may be the third           | -1 2.5 3.1 2.5 -1                  | . N O N .
    six on one side are no run             | 1 2 1 2 1 2 -1                     | . . . . . . .
    seven on one side are one              | 1 2 1 2 1 2 1 -1                   | R R R R R R R .
    eight on one side                      | -1 1 2 1 2 1 2 1 2 -1              | . R R R R R R R R .
    below                                  | 1 -1 -2 -1 -2 -1 -2 -1 -2 1        | . r r r r r r r r .
    a point on the mean breaks a run       | 1 2 1 0 1 2 1 2                    | . . . . . . . .
    outside comes before trend             | -2 -1 0 1 2 2.5 3.1                | T T T T T T O
    trend comes before two of three        | -1 0 .5 1 2 2.4 2.6                | T T T T T T T
    two of three comes before run          | 1 1 1 1 1 2.5 2.6                  | R R R R R N N
    a gap parts no neighbours              | 1 2 1 - 2 1 - - 2 1                | R R R . R R . . R R
    a gap does not make a point            | 1 2 1 - 2 1 2 -1                   | . . . . . . . .
    gaps at both ends                      | - 2.5 1 2.5 -                      | . N . N .
    nothing but gaps                       | - - -                              | . . .
    one point                              | 1                                  | .
"""


def cases() -> list[tuple[str, str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in RULE_TABLE.strip().splitlines()]
    return [(title, points, marks) for title, points, marks in rows]


def lines(value: np.ndarray) -> list[np.ndarray]:
    return [np.where(np.isnan(value), np.nan, level) for level in (0.0, -3.0, 3.0, -2.0, 2.0)]


def marks(points: str) -> str:
    value = np.array([np.nan if cell == "-" else float(cell) for cell in points.split()])
    rule, side = label(value, *lines(value))
    shown = [MARKS[RULES[code]] for code in rule]
    return " ".join(mark.lower() if below else mark for mark, below in zip(shown, side < 0, strict=True))


@pytest.mark.parametrize(("title", "points", "expected"), cases(), ids=[title for title, _, _ in cases()])
def test_the_four_rules(title: str, points: str, expected: str) -> None:
    assert marks(points) == expected


@pytest.mark.parametrize(("title", "points", "expected"), cases(), ids=[title for title, _, _ in cases()])
def test_the_mirror_image_has_the_same_marks_on_the_other_side(title: str, points: str, expected: str) -> None:
    mirrored = " ".join(cell if cell == "-" else str(-float(cell)) for cell in points.split())
    assert marks(mirrored) == expected.swapcase()
