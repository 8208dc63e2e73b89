"""Names beside points: none covers another, a mark or the edge; who is first in the list is served first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kpi.present.labels import GAP, LETTER, LINE_HEIGHT, MARK, Spot, placed

WIDTH, HEIGHT = 560.0, 250.0


def box_of(spot: Spot, position: str) -> tuple[float, float, float, float]:
    wide, half = len(spot.text) * LETTER, LINE_HEIGHT / 2
    return {
        "middle right": (spot.x + GAP, spot.y - half, spot.x + GAP + wide, spot.y + half),
        "middle left": (spot.x - GAP - wide, spot.y - half, spot.x - GAP, spot.y + half),
        "top center": (spot.x - wide / 2, spot.y + GAP, spot.x + wide / 2, spot.y + GAP + LINE_HEIGHT),
        "bottom center": (spot.x - wide / 2, spot.y - GAP - LINE_HEIGHT, spot.x + wide / 2, spot.y - GAP),
    }[position]


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


spots = st.lists(
    st.builds(Spot, st.floats(0, WIDTH), st.floats(0, HEIGHT), st.text("abc ", min_size=1, max_size=26)), max_size=25
)


@given(spots)
def test_no_name_covers_another_or_a_mark_or_leaves_the_plot(listed):
    found = placed(listed, range(len(listed)), [], WIDTH, HEIGHT)
    boxes = {place: box_of(listed[place], position) for place, position in found.items()}
    for place, box in boxes.items():
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= WIDTH
        assert box[3] <= HEIGHT
        assert not any(meet(box, other) for at, other in boxes.items() if at != place)
        marks = [(s.x - MARK, s.y - MARK, s.x + MARK, s.y + MARK) for at, s in enumerate(listed) if at != place]
        assert not any(meet(box, mark) for mark in marks)


def test_a_name_alone_stands_to_the_right_and_at_the_edge_to_the_left():
    assert placed([Spot(100, 100, "Alpha")], [0], [], WIDTH, HEIGHT) == {0: "middle right"}
    assert placed([Spot(550, 100, "Alpha")], [0], [], WIDTH, HEIGHT) == {0: "middle left"}


def test_a_name_keeps_off_a_line_where_another_side_is_free():
    line = [(float(x), 100.0) for x in range(0, 560, 5)]
    assert placed([Spot(100, 100, "Alpha")], [0], line, WIDTH, HEIGHT) == {0: "top center"}


def test_a_name_crosses_a_line_sooner_than_to_be_left_out():
    everywhere = [(float(x), float(y)) for x in range(0, 560, 5) for y in range(0, 250, 5)]
    assert placed([Spot(100, 100, "Alpha")], [0], everywhere, WIDTH, HEIGHT) == {0: "middle right"}


def test_who_is_wanted_first_gets_the_place():
    here = [Spot(100, 100, "a" * 12), Spot(100, 100, "b" * 12), *(Spot(x, 120, "") for x in range(60, 150, 12))]
    crowded = placed(here, [1, 0], [], 200, 130)
    assert 1 in crowded or not crowded
    assert placed(here, [0], [], WIDTH, HEIGHT).keys() <= {0}


def test_only_those_wanted_are_named():
    two = [Spot(100, 50, "Alpha"), Spot(300, 150, "Beta")]
    assert set(placed(two, [1], [], WIDTH, HEIGHT)) == {1}
