"""A control chart with everything it says in words: both verdicts, what was flagged and since when, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present import charts
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.chart_title import source_of
from kpi.present.control_chart import Phase, control_chart
from kpi.present.icons import variation_icon
from kpi.present.rows import figure_cell, n_text, names_of
from kpi.present.signals import dispersion_words, rule_words, trial_words
from kpi.present.subject import Subject, series_of
from kpi.present.verdict_sentences import Said, assurance_verdict, variation_verdict
from kpi.present.wording import (
    format_target,
    format_value,
    is_missing,
    joined,
    month_name,
    plural,
    short_month,
)
from kpi.signals.series import Signals

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from kpi.catalog import Indicator
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.marts import Marts
    from kpi.signals.evidence import Evidence

CHART_NAMES = {"p": "p chart", "u": "u chart", "xmr": "XmR chart"}
PRIMED_NAMES = {"p": "p′ chart", "u": "u′ chart"}


@dataclass(frozen=True)
class Control:
    """``reading`` says the chart's kind, mean and what is uncertain about it; ``gaps`` the months without a value.

    ``flagged``: the months that broke a rule, as a board; "" when none did; ``flagged_heading`` counts them. ``plain``
    is all of it for those who cannot see the chart.
    """

    figure: go.Figure
    variation: Said
    assurance: Said
    target: str
    reading: str
    gaps: str
    flagged: str
    flagged_heading: str
    plain: str


def draw_control(
    indicator: Indicator,
    series: pd.DataFrame,
    signals: Signals,
    heading: charts.Heading,
    month: date,
    *,
    rebaselines: Sequence[Rebaseline] = (),
    prime: bool = False,
) -> Control:
    """The chart of one series as it is read in ``month``.

    ``series``: the subject's rows of ``kpi_monthly`` in the order of time. ``signals``: of this series alone, read in
    ``month`` with the same ``rebaselines`` and ``prime``.
    """
    months = with_signals(series, signals.points)
    row = None if signals.series.empty else next(signals.series.itertuples(index=False))
    phases = [Phase(found.month, found.reason) for found in sorted(rebaselines, key=lambda found: found.month)]
    phases = [phase for phase in phases if phase.month <= month]
    name = chart_name(indicator, prime)
    figure = control_chart(indicator, months, heading, name, chosen=month, phases=phases)
    variation = variation_verdict(months, row, month)
    ahead = assurance_verdict(indicator, row, month, heading.currency)
    said = reading(indicator, row, name, heading.currency, phases, prime=prime)
    flagged = months[months["rule"] != ""]
    until = series[series["month"] <= pd.Timestamp(month)]
    return Control(
        figure,
        variation,
        ahead,
        target_words(indicator, series, month),
        said,
        gaps(until),
        flagged_board(indicator, flagged),
        f"Flagged months: {len(flagged)} of {int(until['value'].notna().sum())}",
        f"{variation.sentence} {ahead.sentence} {said}".replace("*", ""),
    )


def signals_of(found: Signals, subject: Subject, currency: str) -> Signals:
    """Of the signals of one indicator and partner, those of one series alone."""
    return Signals(*(_only(frame, subject, currency) for frame in (found.points, found.series)))


def _only(frame: pd.DataFrame, subject: Subject, currency: str) -> pd.DataFrame:
    mine = (frame["site_id"] == subject.site_id) & (frame["product"] == subject.product)
    return frame[mine & (frame["currency"] == currency)].reset_index(drop=True)


def phases_of(
    rebaselines: Iterable[Rebaseline], indicator: Indicator, subject: Subject, currency: str
) -> list[Rebaseline]:
    """Those that begin a phase of this series, the earliest month first."""
    key = (indicator.id, subject.grain, subject.partner_id, subject.site_id, subject.product, currency)
    return sorted((found for found in rebaselines if found.phase[:-1] == key), key=lambda found: found.month)


def control_of(marts: Marts, indicator: Indicator, evidence: Evidence) -> go.Figure | None:
    """The chart that an escalation rests on, read in its last month; None when no month has a value."""
    escalation = evidence.escalation
    partner = escalation.partner_id
    subject = Subject(partner, name=names_of(marts).get(partner, partner))
    series = series_of(marts, indicator, subject, escalation.currency)
    series = series[series["month"] <= pd.Timestamp(evidence.last)]
    if series["value"].isna().all():
        return None
    points = evidence.chart[
        (evidence.chart["kpi_id"] == indicator.id) & (evidence.chart["currency"] == escalation.currency)
    ]
    heading = charts.Heading(subject.name, source_of(indicator, marts), escalation.currency)
    return control_chart(indicator, with_signals(series, points), heading, chart_name(indicator, False))


def with_signals(series: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """``series`` with the chart's columns beside each month: NaN and "" where the chart has no point."""
    columns = ["month", "centre", "lower_limit", "upper_limit", "rule", "side", "reading", "phase"]
    months = series.merge(points[columns], on="month", how="left")
    for column in ("rule", "reading"):
        months[column] = months[column].astype(object).where(months[column].notna(), "")
    return months


def chart_name(indicator: Indicator, prime: bool) -> str:
    """ "p chart", or "p′ chart" when its limits allow for overdispersion."""
    primed = PRIMED_NAMES.get(indicator.chart) if prime else None
    return primed or CHART_NAMES[indicator.chart]


def reading(
    indicator: Indicator,
    row: Any | None,
    name: str,
    currency: str,
    phases: Sequence[Phase] = (),
    *,
    prime: bool = False,
) -> str:
    """The chart's kind and mean, and what is uncertain: few points, more variation than chance explains."""
    points = 0 if row is None else int(row.points)
    if row is None or points == 0:
        return "No month has a value yet."
    within = f" since the new limits of {month_name(phases[-1].month)}" if phases else ""
    start = f"{name} of {plural(points, 'month')}{within}, mean {format_value(indicator, row.centre, currency)}."
    if is_missing(row.lower_limit):
        return f"{start} Control limits need at least two months."
    notes = (start, trial_words(points), dispersion_words(row.sigma_z, points, prime=prime))
    return " ".join(note for note in notes if note)


def gaps(series: pd.DataFrame) -> str:
    """The months without a point, named; "" when there are none."""
    named = []
    for status, text in (("no data", "Not reported"), ("no activity", "Nothing that counts happened in")):
        months = [short_month(month) for month in series["month"][series["status"] == status]]
        if months:
            named.append(f"{text}: {joined(months, 8)}." if status == "no data" else f"{text} {joined(months, 8)}.")
    return " ".join(named)


def target_words(indicator: Indicator, series: pd.DataFrame, month: date) -> str:
    """Target and limit in force in ``month``, since when, and the clause that says so."""
    until = series[series["month"] <= pd.Timestamp(month)]
    if until.empty or is_missing(until["target"].iloc[-1]):
        return "No target is agreed."
    agreed = until[["target", "limit", "target_source"]].astype(object).where(until["target"].notna(), None)
    last = agreed.iloc[-1]
    differs = ~((agreed["target"] == last["target"]) & (agreed["target_source"] == last["target_source"]))
    since = ""
    if differs.any():
        since = f", since {month_name(until['month'][agreed.index > differs[differs].index[-1]].iloc[0])}"
    limit = "" if is_missing(last["limit"]) else f", limit {charts.limit_text(indicator, float(last['limit']))}"
    source = str(last["target_source"])
    where = "the definition's default" if source == "definition" else source
    return f"Target {format_target(indicator, float(last['target']))}{limit}{since} ({where})."


def flagged_board(indicator: Indicator, flagged: pd.DataFrame) -> str:
    """The months that broke a rule, newest first, each with the rule in words. "" when there is none."""
    rows = [_flagged_row(indicator, row) for row in flagged.iloc[::-1].itertuples(index=False)]
    if not rows:
        return ""
    columns = [
        Column("Value"),
        Column("n", kind="number"),
        Column("What it broke", kind="words"),
    ]
    return payload(f"Flagged months of {indicator.name}", "Month", columns, rows)


def _flagged_row(indicator: Indicator, row: Any) -> Row:
    side = int(row.side)
    return Row(
        short_month(row.month),
        [
            replace(figure_cell(indicator, row), note=""),
            Cell(text=n_text(indicator, row)),
            Cell(text=_capital(rule_words(row.rule, side, indicator)), icons=[variation_icon(row.reading, side)]),
        ],
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
