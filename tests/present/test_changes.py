"""What changed since the month before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kpi.catalog import load_catalog
from kpi.present.changes import change

INDICATOR = load_catalog().indicators["right_first_time"]  # higher is better, target 85 %, limit 70 %
NONE = float("nan")


def figure(value: float, status: str, target: float = 0.85, limit: float = 0.70) -> SimpleNamespace:
    return SimpleNamespace(value=value, status=status, target=target, limit=limit, currency="", n=20)


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (
            figure(0.92, "met"),
            figure(0.61, "past limit"),
            "Worse: fell to 61.0 %, past the limit (target ≥ 85.0 %); before, target met",
        ),
        (
            figure(0.80, "missed"),
            figure(0.90, "met"),
            "Better: rose to 90.0 %, target met (target ≥ 85.0 %); before, target missed, within the limit",
        ),
        (figure(0.99, "met"), figure(0.86, "met"), "Fell to 86.0 %, still target met (target ≥ 85.0 %)"),
    ],
)
def test_a_change_in_words(before, now, sentence):
    assert change(INDICATOR, before, now).sentence == sentence


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (figure(0.90, "met"), figure(0.91, "met")),
        (figure(0.90, "met"), figure(0.90, "met")),
        (figure(0.90, "met"), figure(0.50, "too few")),
        (figure(NONE, "no data"), figure(0.50, "past limit")),
        (figure(0.90, "met"), figure(NONE, "no activity")),
    ],
)
def test_small_moves_and_months_that_cannot_be_judged_are_left_out(before, now):
    assert change(INDICATOR, before, now) is None


def test_worse_comes_before_better_and_a_bigger_fall_before_a_smaller():
    far = change(INDICATOR, figure(0.95, "met"), figure(0.50, "past limit"))
    near = change(INDICATOR, figure(0.95, "met"), figure(0.80, "missed"))
    better = change(INDICATOR, figure(0.50, "past limit"), figure(0.95, "met"))
    assert sorted([better, near, far], key=lambda c: c.order) == [far, near, better]
