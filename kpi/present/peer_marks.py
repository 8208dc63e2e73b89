"""Partners without names as marks of a funnel: a bar over the range of each one's figure, at its rounded number.

Nothing is drawn or said that is not in the ``Peer``: no id, no order but that of what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kpi.present.wording import format_n, format_value, in_unit

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.signals.peers import Peer

COLOUR = "#8a8f98"
NAME = "Another partner, rounded"
APART = 0.035  # of n, between partners whose marks would hide one another


def side_by_side(others: Sequence[Peer]) -> list[tuple[float, Peer]]:
    """(where it is drawn on the axis of n, the peer): those of one n stand beside one another about it."""
    found: list[tuple[float, Peer]] = []
    for n, group in groupby(others, key=lambda peer: peer.n):
        same = list(group)
        found += [(n * (1 + APART * (i - (len(same) - 1) / 2)), peer) for i, peer in enumerate(same)]
    return found


def unnamed(indicator: Indicator, others: Sequence[Peer]) -> list[dict[str, Any]]:
    """The one trace of all of them; none where there is nobody."""
    if not others:
        return []
    placed = side_by_side(others)
    middles = [in_unit(indicator, peer.middle) for _, peer in placed]
    return [
        {
            "x": [x for x, _ in placed],
            "y": middles,
            "mode": "markers",
            "name": NAME,
            "marker": {"symbol": "circle-open", "color": COLOUR, "size": 9, "line": {"width": 1.5}},
            "error_y": {
                "type": "data",
                "array": [in_unit(indicator, peer.high - peer.middle) for _, peer in placed],
                "color": COLOUR,
                "thickness": 1.2,
                "width": 3,
            },
            "hovertext": [_hover(indicator, peer) for _, peer in placed],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "cliponaxis": False,
        }
    ]


def _hover(indicator: Indicator, peer: Peer) -> str:
    low, high = format_value(indicator, peer.low), format_value(indicator, peer.high)
    return f"<b>Another partner</b><br>{low} to {high}<br>about {format_n(peer.n)}"
