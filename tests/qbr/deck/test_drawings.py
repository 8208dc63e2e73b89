"""Icons as freeforms, axes, colours."""

from __future__ import annotations

import math

import pytest

from kpi.present.icons import ICONS, SIZE
from kpi.present.wording import STATUS_LOOKS
from kpi.qbr.deck.axes import months_step, smallest_step, value_scale
from kpi.qbr.deck.colours import Palette, contrast, mixed, readable
from kpi.qbr.deck.icons import circle, outlines_of, path_commands


@pytest.mark.parametrize("name", ICONS)
def test_icons_stay_within_their_square(name: str) -> None:
    outlines, line = outlines_of(name)
    assert outlines
    assert 1 <= line <= 2
    numbers = [number for outline in outlines for command in outline.commands for number in command[1:]]
    assert all(-0.01 <= float(number) <= SIZE + 0.01 for number in numbers)
    assert all(outline.filled or outline.stroked for outline in outlines)


def test_icons_are_told_apart_by_their_outlines() -> None:
    assert len({outlines_of(name)[0] for name in ICONS}) == len(ICONS)


def test_relative_commands_become_absolute() -> None:
    assert path_commands("M1 2h3v4l-1-1 2 .5z") == (
        ("M", 1.0, 2.0),
        ("L", 4.0, 2.0),
        ("L", 4.0, 6.0),
        ("L", 3.0, 5.0),
        ("L", 5.0, 5.5),
        ("Z",),
    )
    assert path_commands("M1 1c1 0 2 1 2 2") == (("M", 1.0, 1.0), ("C", 2.0, 1.0, 3.0, 2.0, 3.0, 3.0))


@pytest.mark.parametrize(
    ("path", "centre"),
    [("M0 0a2 2 0 0 1 2 2", (0, 2)), ("M0 0a2 2 0 0 0 2 2", (2, 0)), ("M0 0a2 2 0 1 1 2 2", (2, 0))],
)
def test_arcs_keep_their_distance_from_their_centre(path: str, centre: tuple[float, float]) -> None:
    _, *curves = path_commands(path)
    start = (0.0, 0.0)
    for _, *numbers in curves:
        x1, y1, x2, y2, x, y = (float(number) for number in numbers)
        for t in (0.25, 0.5, 0.75, 1.0):
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            point = (a * start[0] + b * x1 + c * x2 + d * x, a * start[1] + b * y1 + c * y2 + d * y)
            assert math.dist(point, centre) == pytest.approx(2, abs=0.01)
        start = (x, y)
    assert start == pytest.approx((2.0, 2.0))


def test_a_circle_is_round() -> None:
    assert circle(8, 8, 6)[0] == ("M", 14, 8)
    assert len(circle(8, 8, 6)) == 6


@pytest.mark.parametrize(
    "values", [[0.61, 0.95, 1.0], [0.0, 0.0], [3.0], [1e6, 1.2e6], [-4.2, 18.0], [0.0001, 0.0002], [5.0, 5.0, 5.1]]
)
def test_every_value_is_on_the_axis_and_above_the_bars(values: list[float]) -> None:
    scale = value_scale(values, with_bars=True)
    assert scale.low < scale.floor <= min(values) <= max(values) <= scale.high
    share = (scale.floor - scale.low) / (scale.high - scale.low)
    assert 0.1 <= share <= 0.5
    assert 2 <= (scale.high - scale.floor) / scale.step <= 8


def test_fractions_do_not_go_far_beyond_one_and_counts_have_whole_labels() -> None:
    assert value_scale([0.8, 1.0], with_bars=False, most=1.0).high < 1.05
    assert smallest_step("#,##0") == 1
    assert smallest_step("0.00%") == pytest.approx(0.0001)
    assert value_scale([0, 1], with_bars=True, least_step=1).step == 1


@pytest.mark.parametrize(("months", "labels", "step"), [(1, 8, 1), (12, 12, 1), (12, 8, 2), (36, 8, 6), (120, 8, 24)])
def test_months_between_labels(months: int, labels: int, step: int) -> None:
    assert months_step(months, labels) == step


def test_contrast_and_mixtures() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "777777") == 1
    assert mixed("000000", "ffffff", 0.5) == "808080"
    assert readable(["eeeeee", "777777", "333333"], "ffffff") == "333333"


@pytest.mark.parametrize("background", ["ffffff", "f3f5f7", "11161c", "173a57", "000000"])
def test_every_state_and_icon_can_be_read_on_light_and_dark(background: str) -> None:
    palette = Palette(background, readable(["1c2733", "ffffff"], background), "1f5a8a")
    for look in (*STATUS_LOOKS, *ICONS.values()):
        assert contrast(palette.of(look), background) >= 4.5
        assert contrast(palette.mark(look.mark), background) >= 3
    assert contrast(palette.muted, background) >= 4.5
