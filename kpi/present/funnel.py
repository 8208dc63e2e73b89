"""A figure's funnel in words: who lies outside the limits, and whether partners or sites differ by more than chance.

Nobody is ranked: points stand at their number of records, and the table names only those outside, by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.funnel_chart import (
    FUNNEL_LOOKS,
    OTHER_95,
    OTHER_998,
    TOO_FEW,
    WITHIN,
    WORSE_95,
    WORSE_998,
    Point,
    draw,
)
from kpi.present.rows import labels_of, names_of, of_month, rows_of
from kpi.present.wording import cell_value, format_interval, format_n, format_number, period_name, plural
from kpi.signals.funnel import INSIDE, KINDS, OUTSIDE_998, Funnel, funnel, limits

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from kpi.catalog import Indicator
    from kpi.marts import Marts

SMALLEST_P = 0.001


@dataclass(frozen=True)
class FunnelView:
    """``figure`` is None when there is nothing to compare; ``sentences`` then say why. ``outside`` is a board or "".

    Sentences hold no text from records.
    """

    figure: go.Figure | None
    sentences: tuple[str, ...]
    outside: str = ""


def funnel_view(
    marts: Marts,
    indicator: Indicator,
    month: date,
    window: int,
    *,
    grain: str = "partner",
    partner: str | None = None,
    source: str = "",
) -> FunnelView:
    """The funnel of all partners, or with ``grain`` "site" of all sites, that the marts hold.

    ``partner`` is pointed out; ``source`` is the line about the data version under the title.
    """
    if indicator.kind not in KINDS:
        return FunnelView(None, (f"A funnel compares proportions and rates; this indicator is a {indicator.kind}.",))
    if grain not in indicator.grains:
        return FunnelView(None, (f"There are no figures by {grain} for this indicator.",))
    now = of_month(rows_of(marts, grain=grain, kpis=[indicator.id], window=window), month)
    now = now.sort_values(["partner_id", "site_id"], ignore_index=True)
    found = funnel(now["numerator"], now["denominator"], indicator.kind, indicator.scale)
    period = period_name(month, window)
    if found is None or found.points < 2:
        count = "No" if found is None else "Only one"
        return FunnelView(None, (f"{count} {grain} has a figure for {period}, so there is nothing to compare.",))
    points = points_of(marts, indicator, found, now, grain, partner)
    sentences = (who_is_outside(points, grain), dispersion_words(found, grain), *_not_drawn(now, found, grain))
    n = f"n {format_n(sum(point.n for point in points))} of {plural(len(points), grain)}"
    return FunnelView(
        draw(indicator, found.curve, found.centre, points, (f"{grain.capitalize()}s, {period}", n, source)),
        tuple(sentence for sentence in sentences if sentence),
        _outside_board(indicator, points, labels_of(marts), grain, period),
    )


def points_of(
    marts: Marts, indicator: Indicator, found: Funnel, now: pd.DataFrame, grain: str, partner: str | None
) -> list[Point]:
    """The partners or sites of ``now`` that have a point in ``found``, which was made from just these rows."""
    names = names_of(marts)
    sites = dict(zip(marts.register["site_id"], marts.register["site_name"], strict=True))
    own = limits(found.n, found.centre / found.scale, found.kind, found.scale)
    ends = np.stack([own.lower_95, own.upper_95, own.lower_998, own.upper_998], axis=1)
    points = []
    row: Any
    for place, row in enumerate(now.itertuples(index=False)):
        if found.position[place]:
            of = str(names.get(row.partner_id) or row.partner_id)
            site = str(sites.get(row.site_id) or row.site_id)
            points.append(
                Point(
                    partner_id=str(row.partner_id),
                    name=site if grain == "site" else of,
                    of=of if grain == "site" else "",
                    numerator=float(row.numerator),
                    n=float(row.denominator),
                    value=float(found.value[place]),
                    limits=tuple(ends[place].tolist()),
                    state=_state(indicator, found, place, row),
                    chosen=row.partner_id == partner,
                )
            )
    return points


def _state(indicator: Indicator, found: Funnel, place: int, row: Any) -> str:
    """Below the definition's minimum n a point stands in grey and is not judged, here as everywhere."""
    if row.status == "too few":
        return TOO_FEW
    if found.position[place] == INSIDE:
        return WITHIN
    worse = (found.side[place] > 0) == (indicator.better == "lower")
    if found.position[place] == OUTSIDE_998:
        return WORSE_998 if worse else OTHER_998
    return WORSE_95 if worse else OTHER_95


def who_is_outside(points: list[Point], noun: str) -> str:
    """ "1 of 8 partners lies outside the 99.8 % limits, 2 more outside the 95 % limits." with what chance would do."""
    judged = [point.state for point in points if point.state != TOO_FEW]
    if not judged:
        return f"Every {noun} has too few records to be judged; the points show where each stands."
    far = sum(state in (WORSE_998, OTHER_998) for state in judged)
    near = sum(state in (WORSE_95, OTHER_95) for state in judged)
    first = f"{far or 'None'} of {plural(len(judged), noun)} {'lie' if far > 1 else 'lies'} outside the 99.8 % limits"
    second = f"{near or 'none'}{' more' if far and near else ''} outside the 95 % limits"
    chance = "By chance alone about 1 in 20 would be outside the 95 % limits, and 1 in 500 outside the 99.8 % limits."
    return f"{first}, {second}. {chance}"


def dispersion_words(found: Funnel, noun: str) -> str:
    """Whether the points differ by more than chance, with φ and its p-value; "" when that cannot be asked."""
    if np.isnan(found.phi):
        return f"All {noun}s have the same figure."
    number = f"φ {format_number(found.phi, 1)} where chance gives about 1"
    p = f"p < {SMALLEST_P}" if found.p_value < SMALLEST_P else f"p {format_number(found.p_value, 3)}"
    if found.thin:
        return f"There are too few events to say whether {noun}s differ by more than chance ({number})."
    if found.over_dispersed:
        return (
            f"{noun.capitalize()}s differ by more than chance explains ({number}, {p}). What they make or how they "
            "count may differ too, so a point outside the limits asks for a closer look and is no verdict."
        )
    return f"{noun.capitalize()}s differ no more than chance explains ({number}, {p})."


def _not_drawn(now: pd.DataFrame, found: Funnel, noun: str) -> tuple[str, ...]:
    missing = len(now) - found.points
    verb = "has" if missing == 1 else "have"
    return (f"{plural(missing, noun)} {verb} no figure for this period and no point.",) if missing else ()


def _outside_board(indicator: Indicator, points: list[Point], labels: dict[str, str], noun: str, period: str) -> str:
    """Those outside, by name: value, n and the limits for just so many records. "" when there is nobody."""
    meanings = {look.state: look.meaning for look in FUNNEL_LOOKS}
    outside = [point for point in points if point.state not in (WITHIN, TOO_FEW)]
    rows = [
        Row(
            point.name,
            [
                Cell(text=cell_value(indicator, point.value), state=point.state),
                Cell(text=format_n(point.n)),
                Cell(text=format_interval(indicator, *point.limits[:2])),
                Cell(text=format_interval(indicator, *point.limits[2:])),
                Cell(text=meanings[point.state]),
            ],
            note=point.of,
            opens={"partner": labels[point.partner_id]} if point.partner_id in labels else {},
        )
        for point in sorted(outside, key=lambda point: (point.name.casefold(), point.of, point.partner_id))
    ]
    if not rows:
        return ""
    columns = [
        Column("Figure"),
        Column("n", kind="number", tip="Records behind the figure"),
        Column("95 % limits", kind="text", tip="For just so many records"),
        Column("99.8 % limits", kind="text", tip="For just so many records"),
        Column("Reading", kind="words"),
    ]
    return payload(f"Outside the funnel's limits, {period}", noun.capitalize(), columns, rows, FUNNEL_LOOKS)
