"""The partner's figures at the period, each with its target, verdicts and trend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.charts import limit_text
from kpi.present.icons import ICONS
from kpi.present.objections import objected
from kpi.present.rows import STATE_TEXTS, TREND_MONTHS, keyed, months_before, n_text, rows_of, trend_start
from kpi.present.verdict_sentences import assurance_verdict, variation_verdict
from kpi.present.verdicts import verdict
from kpi.present.wording import (
    NO_VALUE,
    band_edges,
    format_interval,
    format_target,
    format_value,
    is_missing,
    look_of,
    unit_name,
)
from kpi.qbr.pack import Figure, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.qbr.source import Source

KEY = ("kpi_id", "currency")

NO_VERDICT = Verdict("", "", "No verdict: no month has a value.")
NO_FORECAST = Verdict("", "", "No forecast: no month has a value.")

Key = tuple[str, str]
Categories = tuple[tuple[str, tuple[Figure, ...]], ...]


def figures_of(source: Source, partner_id: str, month: date, window: int) -> Categories:
    """By category in the catalogue's order: (name, figures). What was never reported is not among them."""
    marts, catalog = source.of(partner_id), source.catalog
    rows: dict[Any, Any] = dict(keyed(_rows(source, partner_id, month, window), KEY))
    single = rows_of(marts, month_from=trend_start(month), month_to=month)
    trends = _trends(single, month)
    signals = source.signals(partner_id, month)
    series: dict[Any, Any] = dict(keyed(signals.series, KEY))
    points: dict[Any, pd.DataFrame] = dict(iter(signals.points.groupby(list(KEY), observed=True, sort=False)))
    said = objected(source.notes(), partner_id, month, window)
    found = []
    for category in catalog.categories:
        mine = [
            replace(
                _figure(
                    indicator, category.name, key, rows[key], series.get(key), points.get(key), trends.get(key), month
                ),
                mark=said[key].mark if key in said else "",
                objections=said[key].sentences if key in said else (),
            )
            for indicator in catalog.in_category(category.id)
            for key in sorted(key for key in rows if key[0] == indicator.id)
        ]
        if mine:
            found.append((category.name, tuple(mine)))
    return tuple(found)


def never_reported(source: Source, categories: Categories) -> list[str]:
    """Names of the indicators without any figure of this partner, in the catalogue's order."""
    there = {figure.kpi_id for _, figures in categories for figure in figures}
    return [indicator.name for indicator in source.catalog.indicators.values() if indicator.id not in there]


def number_format(indicator: Indicator) -> str:
    """How Office writes the indicator's values: "0.0%" for fractions, "#,##0.0" for all else."""
    places = "." + "0" * indicator.decimals if indicator.decimals else ""
    return f"0{places}%" if indicator.unit == "%" else f"#,##0{places}"


def number(value: object) -> float | None:
    """A cell of the marts as a number; None for a missing one."""
    return None if is_missing(value) else float(value)  # type: ignore[arg-type]


def upper_edge(indicator: Indicator, lower: object) -> float | None:
    """The other edge of a band's target or limit; None where there is no band."""
    known = number(lower)
    return None if known is None or indicator.better != "band" else band_edges(indicator, known)[1]


def _rows(source: Source, partner_id: str, month: date, window: int) -> pd.DataFrame:
    return rows_of(source.of(partner_id), window=window, month_from=month, month_to=month)


def _trends(single: pd.DataFrame, month: date) -> dict[Any, tuple[float | None, ...]]:
    """{(kpi_id, currency): values of TREND_MONTHS months, oldest first}."""
    months = [months_before(month, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    found = {}
    for key, mine in single.groupby(list(KEY), observed=True, sort=False):
        values = {stamp.date(): number(value) for stamp, value in zip(mine["month"], mine["value"], strict=True)}
        found[key] = tuple(values.get(when) for when in months)
    return found


def _figure(
    indicator: Indicator,
    category: str,
    key: Key,
    row: Any,
    series: Any | None,
    points: pd.DataFrame | None,
    trend: tuple[float | None, ...] | None,
    month: date,
) -> Figure:
    currency = key[1]
    target, limit = number(row.target), number(row.limit)
    variation, assurance = _verdicts(indicator, series, points, month, currency)
    return Figure(
        key=f"{indicator.id}:{currency}" if currency else indicator.id,
        kpi_id=indicator.id,
        name=f"{indicator.name}, {currency}" if currency else indicator.name,
        category=category,
        currency=currency,
        unit=unit_name(indicator, currency),
        number_format=number_format(indicator),
        value=number(row.value),
        value_text=STATE_TEXTS.get(str(row.status)) or format_value(indicator, row.value, currency),
        n=number(row.n),
        n_text=n_text(indicator, row),
        numerator=number(row.numerator),
        denominator=number(row.denominator),
        lower=number(row.lower),
        upper=number(row.upper),
        interval_text=format_interval(indicator, row.lower, row.upper),
        target=target,
        target_high=upper_edge(indicator, target),
        target_text=format_target(indicator, target),
        limit=limit,
        limit_high=upper_edge(indicator, limit),
        limit_text=NO_VALUE if limit is None else limit_text(indicator, limit),
        status=str(row.status),
        status_meaning=look_of(str(row.status)).meaning,
        variation=variation,
        assurance=assurance,
        trend=trend or (None,) * TREND_MONTHS,
    )


def _verdicts(
    indicator: Indicator, series: Any | None, points: pd.DataFrame | None, month: date, currency: str
) -> tuple[Verdict, Verdict]:
    """Variation and assurance. Trial limits foretell nothing: no icon then, as in the tables on screen."""
    if series is None or points is None:
        return NO_VERDICT, NO_FORECAST
    varies = variation_verdict(points, series, month)
    ahead = assurance_verdict(indicator, series, month, currency)
    icon = "" if verdict(series).is_on_trial else ahead.icon
    return (
        Verdict(varies.icon, _meaning(varies.icon), plain_words(varies.sentence)),
        Verdict(icon, _meaning(icon), plain_words(ahead.sentence)),
    )


def plain_words(sentence: str) -> str:
    """Without the marks of what stands out."""
    return sentence.replace("**", "")


def _meaning(icon: str) -> str:
    return ICONS[icon].meaning if icon else ""
