"""The picture of one control chart, as the indicator screen draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpi.errors import UsageError

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts
    from kpi.signals.series import Signals

PNG, SVG = "png", "svg"
PICTURES = (PNG, SVG)


def picture_of_chart(
    marts: Marts,
    indicator: Indicator,
    signals: Signals,
    named: tuple[str, str, str, str],
    month: date | None,
    rebaselines: Sequence[Rebaseline],
    *,
    prime: bool,
    layout: str,
) -> bytes:
    """The chart of the series ``named`` (partner, site, product, currency), read at ``month``, as PNG or SVG.

    Raises UsageError where no month has a value, ImageUnavailable where no browser can draw.
    """
    from kpi.present.chart_title import source_of
    from kpi.present.charts import Heading
    from kpi.present.control import draw_control, phases_of, signals_of
    from kpi.present.images import image_of
    from kpi.present.subject import Subject, series_of, subjects

    partner_id, site_id, product, currency = named
    subject = subjects(marts, indicator, partner_id)[Subject(partner_id, site_id, product).key]
    series = series_of(marts, indicator, subject, currency)
    read_at = month or marts.last_month
    mine = signals_of(signals, subject, currency)
    if read_at is None or mine.points["value"].isna().all():
        raise UsageError("No month up to then has a value, so there is nothing to draw. Choose a later --month.")
    drawn = draw_control(
        indicator,
        series[series["month"] <= str(read_at)].reset_index(drop=True),
        mine,
        Heading(subject.name, source_of(indicator, marts), currency),
        read_at,
        rebaselines=phases_of(rebaselines, indicator, subject, currency),
        prime=prime,
    )
    return image_of(drawn.figure, layout)
