"""What a label means, and whether a target will be met: NHSRplotthedots' own vectors, equality and bands."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.signals.rules import RULES
from kpi.signals.verdicts import ASSURANCES, READINGS, assurance, readings

NAN = float("nan")
LIMITS = [(1, 3), (5, 7), (1, 5)]


def said(lower: object, upper: object, target: object, better: str, centre: float | None = None) -> list[str]:
    return [ASSURANCES[code] for code in np.atleast_1d(assurance(lower, upper, target, better, centre))]


@pytest.mark.parametrize(
    ("better", "expected"),
    [
        ("higher", ["consistently fails", "consistently passes", "hit or miss"]),
        ("lower", ["consistently passes", "consistently fails", "hit or miss"]),
        ("", ["not known", "not known", "not known"]),
    ],
)
def test_assurance_as_nhsrplotthedots_tests_it(better: str, expected: list[str]) -> None:
    lower, upper = zip(*LIMITS, strict=True)
    assert said(lower, upper, 4, better) == expected


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_target_on_a_limit_is_hit_or_miss(better: str) -> None:
    assert said([1, 4], [4, 7], 4, better) == ["hit or miss", "hit or miss"]
    assert said(4, 4, 4, better) == ["hit or miss"]
    # 0.1 + 0.2 is not 0.3 for a computer; for a committee it is
    assert said(0.1 + 0.2, 0.5, 0.3, better) == ["hit or miss"]


BANDS = """
    # lower | upper | verdict for 97 to 103
    98      | 102   | consistently passes
    97      | 102   | hit or miss
    98      | 103   | hit or miss
    95      | 102   | hit or miss
    98      | 105   | hit or miss
    90      | 110   | hit or miss
    90      | 96    | consistently fails
    90      | 97    | hit or miss
    104     | 108   | consistently fails
    103     | 108   | hit or miss
"""


@pytest.mark.parametrize("line", [line for line in BANDS.strip().splitlines() if "#" not in line])
def test_a_band(line: str) -> None:
    lower, upper, verdict = (cell.strip() for cell in line.split("|"))
    assert said(float(lower), float(upper), 97, "band", 100) == [verdict]


@pytest.mark.parametrize(("lower", "upper", "target"), [(NAN, NAN, 4), (1, 3, NAN), (NAN, 3, 4), (1, NAN, 4)])
@pytest.mark.parametrize("better", ["higher", "lower", "band"])
def test_without_limits_or_target_nothing_is_known(lower: float, upper: float, target: float, better: str) -> None:
    assert said(lower, upper, target, better, 5.0) == ["not known"]


@pytest.mark.parametrize(
    ("better", "up", "down"),
    [("higher", "improvement", "concern"), ("lower", "concern", "improvement"), ("band", "high", "low")],
)
@pytest.mark.parametrize("rule", RULES[1:])
def test_a_special_cause_reads_by_its_side(better: str, up: str, down: str, rule: str) -> None:
    code = np.full(2, RULES.index(rule), dtype=np.int8)
    found = readings(code, np.array([1, -1], dtype=np.int8), better)
    assert [READINGS[place] for place in found] == [up, down]


def test_no_rule_is_common_cause_whatever_is_better() -> None:
    none = np.zeros(1, dtype=np.int8)
    assert {READINGS[readings(none, none, better)[0]] for better in ("higher", "lower", "band", "")} == {"common cause"}
