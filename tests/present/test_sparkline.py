"""Sparklines as short texts."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.present.sparkline import encode

NONE = float("nan")


@pytest.mark.parametrize(
    ("values", "target", "text"),
    [
        ([0, 1], NONE, "0z"),
        ([1, 0], NONE, "z0"),
        ([0, NONE, 1], NONE, "0.z"),
        ([0, 1], 0.5, "0z|i"),
        ([2, 2], NONE, "hh"),
        ([1, 1], 0, "zz|0"),
        ([NONE, NONE], NONE, ".."),
    ],
)
def test_heights_run_from_the_lowest_to_the_highest_value(values, target, text):
    assert encode([values], [target]) == [text]


def test_each_series_has_a_scale_of_its_own():
    assert encode([[0, 1], [0, 1000]], [NONE, NONE]) == ["0z", "0z"]


def test_many_series_keep_their_order():
    rising = np.arange(300 * 12).reshape(300, 12)
    texts = encode(rising, np.full(300, NONE))
    assert len(texts) == 300
    assert set(texts) == {texts[0]}
