"""A reader's partners among others without names: what is drawn and said, and what is in none of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpi.catalog import load_catalog
from kpi.present.funnel import FunnelView
from kpi.present.peer_funnel import peer_view
from kpi.signals.peer_release import Released
from kpi.signals.peers import Peers, hand_out
from tests.present.test_funnel import FIRST_TIME, RATE, shares
from tests.signals.small_marts import OCTOBER, marts_of

CATALOG = load_catalog()
DAY = date(2026, 11, 15)
OTHERS = [(92, 101), (96, 111), (103, 119), (119, 130), (127, 139), (250, 277)]


def handed(own=((60, 100),), others=OTHERS, kind: str = "proportion", scale: float = 1.0) -> Peers:
    found = hand_out(list(own), others, kind, scale, CATALOG.peers)
    assert found is not None
    return found


def view(*pairs, peers: Peers | None, passed: bool = True, indicator=FIRST_TIME, window: int = 12) -> FunnelView:
    marts = marts_of(shares(*pairs, kpi=indicator.id))
    return peer_view(marts, indicator, OCTOBER, window, Released(DAY, passed, peers), CATALOG.peers, partner="P00")


def test_one_sees_its_own_point_exactly_and_the_others_as_ranges() -> None:
    peers = handed()
    found = view((60, 100), peers=peers)
    assert found.sentences[0] == "Your figure is outside the 99.8 % limits, on the worse side."
    traces = {trace.name: trace for trace in found.figure.data}
    assert (list(traces["worse, outside 99.8 % limits"].x), list(traces["worse, outside 99.8 % limits"].y)) == (
        [100],
        [60],
    )
    other = traces["Another partner, rounded"]
    assert sorted(other.y) == pytest.approx(sorted(100 * point.middle for point in peers.points))
    assert list(other.error_y.array) == pytest.approx([50 * (p.high - p.low) for p in peers.points])
    assert other.customdata is None
    assert other.text is None
    assert found.outside == ""


def test_a_payload_says_nothing_of_others_that_is_not_rounded() -> None:
    sent = json.dumps(view((60, 100), peers=handed()).figure.to_plotly_json(), default=list)
    exact = [count / n for count, n in OTHERS]
    numbers = [float(part) for part in sent.replace("[", ",").replace("]", ",").split(",") if _is_number(part)]
    assert numbers
    assert not [n for n in numbers if any(abs(n - 100 * value) < 1e-6 for value in exact)]
    assert not [n for n in numbers if n in {n for _, n in OTHERS}]
    assert not [count for count, n in OTHERS if f"{count} of {n}" in sent]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_those_of_one_size_stand_beside_one_another() -> None:
    other = next(
        trace for trace in view((60, 100), peers=handed()).figure.data if trace.name == "Another partner, rounded"
    )
    assert len(set(other.x)) == len(OTHERS)
    assert set(other.hovertext) <= {
        f"<b>Another partner</b><br>{100 * p.low:.1f} % to {100 * p.high:.1f} %<br>about {p.n:.0f}".replace(
            ".0 %", ".0 %"
        )
        for p in handed().points
    }


def test_several_of_ones_own_are_counted_and_named() -> None:
    peers = handed(own=[(60, 100), (90, 100)])
    found = view((60, 100), (90, 100), peers=peers)
    assert found.sentences[0] == (
        "Of your 2 partners, 1 outside the 99.8 % limits, on the worse side; 1 within the limits."
    )


def test_a_rate_stands_in_its_own_unit() -> None:
    others = [(12, 101), (16, 111), (13, 119), (19, 130), (27, 139)]
    found = view((8, 100), peers=handed(((8, 100),), others, "rate", 100.0), indicator=RATE)
    other = next(trace for trace in found.figure.data if trace.name == "Another partner, rounded")
    assert all(5 < y < 25 for y in other.y)


@pytest.mark.parametrize(
    ("passed", "window", "sentence"),
    [
        (False, 12, "Other partners' figures for the 12 months to October 2026 are shown from 16 November 2026 on."),
        (
            True,
            12,
            "Fewer than five others have figures for the 12 months to October 2026 that can be shown without singling "
            "anybody out, so none are shown.",
        ),
        (
            True,
            1,
            "Fewer than five others have figures for October 2026 that can be shown without singling anybody out, so "
            "none are shown. A longer window has more records.",
        ),
    ],
)
def test_where_nothing_is_shown_one_sentence_says_so(passed: bool, window: int, sentence: str) -> None:
    found = view((60, 100), peers=None, passed=passed, window=window)
    assert (found.figure, found.sentences) == (None, (sentence,))


def test_without_a_figure_of_ones_own_there_is_nothing_to_place() -> None:
    found = view((0, 0), peers=handed())
    assert found.figure is None
    assert found.sentences[0].startswith("There is no figure of your own for the 12 months to October 2026")
