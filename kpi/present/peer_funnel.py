"""A reader's own partners among others without names: where they stand, about what all reach together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from kpi.catalog import WINDOWS
from kpi.present.funnel import FunnelView, points_of
from kpi.present.funnel_chart import OTHER_95, OTHER_998, TOO_FEW, WITHIN, WORSE_95, WORSE_998, Point, draw
from kpi.present.rows import of_month, rows_of
from kpi.present.wording import day_name, format_value, period_name, plural
from kpi.signals.funnel import curve_over, funnel

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.catalog.peers import PeerPolicy
    from kpi.marts import Marts
    from kpi.signals.peer_release import Released

ROUNDED = (
    "The others have no names and are rounded: each bar is the range in which another's figure lies, at a number of "
    "records that several share. The centre is worked out from these and from your own figures, so it is rough, too."
)
STANDS = {
    WITHIN: "within the limits: chance alone explains the distance from the centre",
    WORSE_95: "outside the 95 % limits, on the worse side",
    WORSE_998: "outside the 99.8 % limits, on the worse side",
    OTHER_95: "outside the 95 % limits, on the better side",
    OTHER_998: "outside the 99.8 % limits, on the better side",
    TOO_FEW: "not judged: there are too few records",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def peer_view(
    marts: Marts,
    indicator: Indicator,
    month: date,
    window: int,
    others: Released,
    policy: PeerPolicy,
    *,
    partner: str | None = None,
    source: str = "",
) -> FunnelView:
    """``marts`` hold the reader's own partners, and ``others`` all that is known here of everybody else.

    Sentences hold no text from records.
    """
    period = period_name(month, window)
    if not others.passed:
        begins = day_name(others.day + timedelta(days=1))
        return FunnelView(None, (f"Other partners' figures for {period} are shown from {begins} on.",))
    if others.peers is None:
        return FunnelView(None, (too_few(policy, month, window),))
    peers = others.peers
    now = of_month(rows_of(marts, kpis=[indicator.id], window=window), month).sort_values("partner_id")
    now = now.reset_index(drop=True)
    found = funnel(now["numerator"], now["denominator"], indicator.kind, indicator.scale, about=peers.centre)
    if found is None:
        return FunnelView(None, (f"There is no figure of your own for {period} to stand beside others.",))
    points = points_of(marts, indicator, found, now, "partner", partner)
    sizes = np.array([*(point.n for point in points), *(peer.n for peer in peers.points)], dtype=np.float64)
    curve = curve_over(sizes, peers.centre / indicator.scale, indicator.kind, indicator.scale)
    known = f"Others as reported by {day_name(others.day)}"
    figure = draw(
        indicator,
        curve,
        peers.centre,
        points,
        (f"Partners, {period}", f"{plural(len(peers.points), 'other')} without names. {known}", source),
        peers.points,
    )
    about = f"All together reach about {format_value(indicator, peers.centre)}."
    return FunnelView(figure, (where_it_stands(points), about, ROUNDED, f"{known}; what came later is not in it."))


def too_few(policy: PeerPolicy, month: date, window: int) -> str:
    """One sentence for every reason, so that it tells nothing about the others."""
    wider = "" if window == max(WINDOWS) else " A longer window has more records."
    least = NUMBERS[policy.least_peers] if policy.least_peers < len(NUMBERS) else str(policy.least_peers)
    return (
        f"Fewer than {least} others have figures for {period_name(month, window)} that can be shown without singling "
        f"anybody out, so none are shown.{wider}"
    )


def where_it_stands(points: list[Point]) -> str:
    """ "Your figure is within the limits: …" for one; counts of each for several, the most serious first."""
    if len(points) == 1:
        return f"Your figure is {STANDS[points[0].state]}."
    said = []
    for state in (WORSE_998, WORSE_95, OTHER_998, OTHER_95, WITHIN, TOO_FEW):
        count = sum(point.state == state for point in points)
        if count:
            said.append(f"{count} {STANDS[state].split(':')[0]}")
    return f"Of your {plural(len(points), 'partner')}, {'; '.join(said)}."
