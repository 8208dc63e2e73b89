"""A page for each indicator of the partner: its control chart as numbers, and everything that is said about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present.control import chart_name, gaps, phases_of, reading, signals_of, target_words, with_signals
from kpi.present.control_chart import Phase
from kpi.present.indicator import figure_at, figure_sentence
from kpi.present.prose import text_of
from kpi.present.signals import rule_words
from kpi.present.subject import Subject, series_of
from kpi.present.wording import short_month
from kpi.qbr.figures import number, plain_words, upper_edge
from kpi.qbr.pack import INDICATOR, ChartMonth, Figure, IndicatorPage
from kpi.qbr.restated import restated

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.present.reporting_calendar import ReportingCalendar
    from kpi.qbr.source import Source


def indicator_page(
    source: Source, partner: tuple[str, str], month: date, window: int, figure: Figure, calendar: ReportingCalendar
) -> IndicatorPage:
    """The page of one figure; ``partner``: its id and name."""
    indicator = source.catalog.indicators[figure.kpi_id]
    subject = Subject(partner[0], name=partner[1])
    signals = signals_of(_only_kpi(source, partner[0], month, figure.kpi_id), subject, figure.currency)
    series = series_of(source.of(partner[0]), indicator, subject, figure.currency)
    series = series[series["month"] <= pd.Timestamp(month)].reset_index(drop=True)
    months = with_signals(series, signals.points)
    row = None if signals.series.empty else next(signals.series.itertuples(index=False))
    found = phases_of(source.review.rebaselines, indicator, subject, figure.currency)
    phases = [Phase(one.month, one.reason) for one in found if one.month <= month]
    name = chart_name(indicator, False)
    said = text_of(
        figure_sentence(
            indicator,
            figure_at(source.of(partner[0]), indicator, subject, figure.currency, month, window),
            month,
            window,
        )
    )
    has_values = bool(series["value"].notna().any())
    return IndicatorPage(
        kind=INDICATOR,
        key=f"{INDICATOR}:{figure.key}",
        title=f"{figure.name}: {headline(figure)}",
        restated=restated(calendar, partner[0], indicator.datasets),
        figure=figure,
        statement=said,
        reading=plain_words(reading(indicator, row, name, figure.currency, phases)),
        target=target_words(indicator, series, month),
        gaps=gaps(series),
        chart_name=name,
        months=tuple(_chart_month(indicator, one) for one in months.itertuples(index=False)) if has_values else (),
        flagged=_flagged(indicator, months),
        phases=tuple((phase.month, phase.reason) for phase in phases),
        definition=indicator.sentence,
        why=indicator.why,
        source=indicator.source,
        datasets=indicator.datasets,
    )


def headline(figure: Figure) -> str:
    """ "88.5 %, target missed, within the limit, objected"; for a figure without a value what its status means."""
    value = "" if figure.value is None else figure.value_text
    return ", ".join(part for part in (value, figure.status_meaning, figure.mark) if part)


def _only_kpi(source: Source, partner_id: str, month: date, kpi_id: str) -> Any:
    from kpi.signals.series import Signals

    every = source.signals(partner_id, month)
    return Signals(*(frame[frame["kpi_id"] == kpi_id] for frame in (every.points, every.series)))


def _chart_month(indicator: Indicator, row: Any) -> ChartMonth:
    phase = number(row.phase)
    return ChartMonth(
        month=row.month.date(),
        value=number(row.value),
        n=number(row.n),
        numerator=number(row.numerator),
        denominator=number(row.denominator),
        centre=number(row.centre),
        lower_limit=number(row.lower_limit),
        upper_limit=number(row.upper_limit),
        target=number(row.target),
        target_high=upper_edge(indicator, row.target),
        limit=number(row.limit),
        limit_high=upper_edge(indicator, row.limit),
        status=str(row.status),
        rule=row.rule,
        rule_text=rule_words(row.rule, int(row.side), indicator) if row.rule else "",
        reading=row.reading,
        phase=None if phase is None or number(row.value) is None else int(phase),
    )


def _flagged(indicator: Indicator, months: pd.DataFrame) -> tuple[tuple[date, str], ...]:
    rows: list[Any] = list(months[months["rule"] != ""].iloc[::-1].itertuples(index=False))
    return tuple((row.month.date(), rule_words(row.rule, int(row.side), indicator)) for row in rows)


def notes_of(page: IndicatorPage) -> str:
    """The page in words, for speaker notes: reading, verdicts, months that broke a rule, definition, source."""
    figure = page.figure
    verdicts = [] if figure is None else [figure.variation.sentence, figure.assurance.sentence]
    flagged = [f"{short_month(month)}: {words}" for month, words in page.flagged]
    parts = [
        page.statement,
        *(() if figure is None else figure.objections),
        *verdicts,
        page.reading,
        page.target,
        page.gaps,
        f"Months that broke a rule, newest first: {'; '.join(flagged)}." if flagged else "No month broke a rule.",
        f"{page.restated}." if page.restated else "",
        f"Definition: {page.definition}",
        f"Why it matters: {page.why}",
        f"Method: {page.source}",
        f"Comment: {page.comment}" if page.comment else "",
    ]
    return "\n".join(part for part in parts if part)
