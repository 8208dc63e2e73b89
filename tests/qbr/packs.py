"""Packs made by hand: every page with believable contents, and the ugly cases that files must survive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from kpi.present.prose import plain, strong
from kpi.present.wording import look_of, month_name, period_name
from kpi.qbr.pack import (
    AppendixPage,
    ChangedPage,
    ChartMonth,
    DecisionsPage,
    EscalationsPage,
    Figure,
    IndicatorPage,
    LookAheadPage,
    MonthlyRow,
    Pack,
    Page,
    Provenance,
    ScorecardPage,
    TitlePage,
    Verdict,
)
from tests.qbr.rows import (
    DAY,
    RECORDED,
    action_rows,
    commitment_rows,
    decision_rows,
    definition_rows,
    escalation_rows,
    source_rows,
)
from tests.qbr.series import LAST, amounts, percentages

LONG_NAME = (
    "Consolidated International Sterile Biopharmaceutical Fill-Finish and Lyophilisation Services "
    "(Northern Europe) Group Ltd"
)
NAMES = (
    '"Quoted" & <Ampersand> GmbH',
    "Bärenbräu Müller & Söhne",
    "上海生物制药有限公司",
    LONG_NAME,
    "=cmd|' /C calc'!A0",
)
UGLY_TEXTS = (
    *NAMES,
    "=1+1",
    "Unbreakable" * 12,
    "two\nlines",
    "  spaces  ",
    "Ωμέγα – “quotes” … ≥ 95 %",
    "-3",
    "@SUM(A1)",
)
CATEGORIES = ("Lots and yield", "Release and schedule", "Deviations", "CAPA", "Audit findings", "Delivery")
INDICATOR_NAMES = (
    "Right first time",
    "Lot acceptance rate",
    "Cost per released lot",
    "Disposition lead time",
    "Lots pending over 30 days",
    "Batch record turnaround",
    "Deviation rate",
    "Deviations closed on time",
    "Overdue critical deviations",
    "CAPA on time",
    "CAPA effectiveness",
    "Overdue CAPAs",
    "Open critical authority findings",
    "Findings closed on time",
    "Audit responses on time",
    "On time in full (OTIF)",
    "Delivery lateness",
    "Past-due deliveries",
)
NO_VERDICT = Verdict("", "no verdict", "No verdict: October 2026 has no value.")


def a_provenance(**changes: object) -> Provenance:
    usual = Provenance("governance.duckdb", 412, RECORDED, DAY, "3f2a9c1d", synthetic=True)
    return replace(usual, **changes)  # type: ignore[arg-type]


def a_figure(
    name: str = "Right first time", *, months: Sequence[ChartMonth] | None = None, **changes: object
) -> Figure:
    """A percentage, read in the last of ``months``."""
    months = percentages(24, flagged=(-1,)) if months is None else months
    last = months[-1] if months else None
    value = None if last is None else last.value
    key = name.lower().replace(" ", "_").replace("(", "").replace(")", "")
    usual = Figure(
        key=key,
        kpi_id=key,
        name=name,
        category=CATEGORIES[0],
        currency="",
        unit="%",
        number_format="0.0%",
        value=value,
        value_text="–" if value is None else f"{value * 100:.1f} %",
        n=None if last is None else last.n,
        n_text="" if last is None or last.n is None else f"{last.n:,.0f}",
        numerator=None if last is None else last.numerator,
        denominator=None if last is None else last.denominator,
        lower=None if value is None else max(value - 0.1, 0.0),
        upper=None if value is None else min(value + 0.1, 1.0),
        interval_text="" if value is None else f"{max(value - 0.1, 0) * 100:.1f}–{min(value + 0.1, 1) * 100:.1f} %",
        target=None if last is None else last.target,
        target_high=None,
        target_text="–" if last is None or last.target is None else f"≥ {last.target * 100:.1f} %",
        limit=None if last is None else last.limit,
        limit_high=None,
        limit_text="–" if last is None or last.limit is None else f"≥ {last.limit * 100:.1f} %",
        status="no data" if last is None else last.status,
        status_meaning=look_of("no data" if last is None else last.status).meaning,
        variation=_variation(last),
        assurance=_assurance(value),
        trend=tuple(month.value for month in months[-12:]),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def days_figure(
    name: str = "Disposition lead time", *, months: Sequence[ChartMonth] | None = None, **changes: object
) -> Figure:
    """A median in days, where lower is better."""
    months = amounts(24) if months is None else months
    value = months[-1].value
    assert value is not None
    words = {
        "category": CATEGORIES[1],
        "unit": "days",
        "number_format": "#,##0.0",
        "value_text": f"{value:.1f} days",
        "numerator": None,
        "denominator": None,
        "lower": None,
        "upper": None,
        "interval_text": "",
        "target_text": f"≤ {months[-1].target:.0f} days",
        "limit_text": "–",
    }
    return a_figure(name, months=months, **(words | changes))  # type: ignore[arg-type]


def an_indicator_page(
    figure: Figure | None = None, months: Sequence[ChartMonth] | None = None, **changes: object
) -> IndicatorPage:
    """``months`` default to 24 with the last one flagged; pass () for an indicator without any value."""
    months = tuple(percentages(24, flagged=(-1,)) if months is None else months)
    figure = figure or a_figure(months=months)
    flagged = tuple((month.month, month.rule_text) for month in reversed(months) if month.rule)
    starts = [after.month for before, after in pairwise(months) if _begins(before, after)]
    usual = IndicatorPage(
        kind="indicator",
        key=f"indicator:{figure.key}",
        title=figure.name,
        notes=f"{figure.name} in {month_name(LAST)}: {figure.value_text}. {figure.variation.sentence}",
        figure=figure,
        statement=f"{figure.value_text} in {month_name(LAST)}, n {figure.n_text}; target {figure.target_text}: "
        f"{figure.status_meaning}.",
        reading=f"p chart of {len(months)} months, mean 88.0 %." if months else "No month has a value yet.",
        target=f"Target {figure.target_text}, limit {figure.limit_text} (the definition's default).",
        gaps="Not reported: Mar 2026." if any(month.value is None for month in months) else "",
        chart_name="p chart",
        months=months,
        flagged=flagged,
        phases=tuple((start, "New filling line qualified") for start in starts),
        definition=f"{figure.name}: lots released without rework and without any deviation linked to them, of all lots "
        "finally dispositioned in the month.",
        why="It counts what went right without help.",
        source="ISPE Quality Metrics Pilot Program (2014).",
        datasets=("batch_records", "deviations"),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def many_figures(count: int = 18, months: int = 24) -> tuple[tuple[Figure, tuple[ChartMonth, ...]], ...]:
    """``count`` figures with their months, in the categories' order; percentages and days by turns."""
    found: list[tuple[Figure, tuple[ChartMonth, ...]]] = []
    for place in range(count):
        name = INDICATOR_NAMES[place % len(INDICATOR_NAMES)] + ("" if place < 18 else f" {place}")
        category = CATEGORIES[place * len(CATEGORIES) // count]
        if place % 3 == 2:
            series = amounts(months, level=20.0 + place)
            found.append((days_figure(name, months=series, category=category), series))
            continue
        series = percentages(
            months, level=0.86 + 0.005 * (place % 9), flagged=(-1,) if place % 4 == 0 else (), missing=(-4,)
        )
        found.append((a_figure(name, months=series, category=category), series))
    return tuple(found)


def a_scorecard(figures: Sequence[Figure], **changes: object) -> ScorecardPage:
    names = dict.fromkeys(figure.category for figure in figures)
    usual = ScorecardPage(
        kind="scorecard",
        key="scorecard",
        title="Scorecard",
        notes="; ".join(f"{figure.name} {figure.value_text}, {figure.status_meaning}" for figure in figures),
        score=("71 of 100.", "12 of 18 indicators meet their target."),
        categories=tuple((name, tuple(figure for figure in figures if figure.category == name)) for name in names),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def an_appendix(pages: Sequence[IndicatorPage], sources: int = 12, **changes: object) -> AppendixPage:
    """The last 12 months of every page's chart."""
    figures = [page.figure for page in pages if page.figure is not None]
    longest: Sequence[ChartMonth] = max((page.months for page in pages), key=len, default=())
    months = tuple(month.month for month in longest[-12:])
    rows = []
    for page in pages:
        by_month = {month.month: month for month in page.months}
        cells = [by_month.get(month) for month in months]
        assert page.figure is not None
        rows.append(MonthlyRow(page.figure, tuple(_cell(page.figure, found) for found in cells)))
    usual = AppendixPage(
        kind="appendix",
        key="appendix",
        title="Data appendix",
        notes="Monthly values, the files behind them and the definitions.",
        months=months,
        monthly=tuple(rows),
        sources=source_rows(sources),
        definitions=definition_rows(figures),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def a_pack(
    partner: str = "Tarnwick Sterile Services Ltd",
    *,
    partner_id: str = "P-01",
    indicators: int = 6,
    months: int = 24,
    escalations: int = 3,
    decisions: int = 3,
    actions: int = 4,
    commitments: int = 5,
    sources: int = 12,
    comment: str = "",
    restated: str = "",
    window: int = 1,
    text: str = "",
    pages: Sequence[Page] | None = None,
    provenance: Provenance | None = None,
) -> Pack:
    """A pack of every kind of page. ``comment`` and ``restated`` stand on every page; ``text`` takes the place of what
    records say (descriptions, decisions, actions, file names)."""
    period = period_name(LAST, window)
    if pages is None:
        each = [an_indicator_page(figure, series) for figure, series in many_figures(indicators, months)]
        figures = [page.figure for page in each if page.figure is not None]
        said = {"text": text} if text else {}
        pages = (
            TitlePage(
                "title", "title", "Quarterly business review", lines=(partner, period, "3 sites: Leeds, Cork, 上海")
            ),
            a_scorecard(figures),
            a_changed_page(partner),
            *each,
            an_escalations_page(escalations, **said),
            a_decisions_page(decisions, actions, **said),
            a_look_ahead_page(commitments, **said),
            an_appendix(each, sources),
        )
        pages = tuple(
            replace(page, comment=comment, restated=restated, notes=page.notes or page.title) for page in pages
        )
    return Pack(partner_id, partner, LAST, window, period, provenance or a_provenance(), tuple(pages))


def a_changed_page(partner: str = "Tarnwick Sterile Services Ltd", **changes: object) -> ChangedPage:
    usual = ChangedPage(
        "changed",
        "changed",
        "What changed",
        sentences=(
            (
                strong(partner),
                plain(" misses the target of "),
                strong("6 of 18 indicators"),
                plain(" in October 2026."),
            ),
            (strong("Right first time fell to 61.3 %"), plain(": below the lower control limit, for the first time.")),
            (plain("It matters because "), strong("3 escalations"), plain(" are open, one of them overdue.")),
        ),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def an_escalations_page(count: int = 3, text: str = "Right first time") -> EscalationsPage:
    summary = f"{count} escalations open; 2 not yet acknowledged." if count else "No escalation is open."
    return EscalationsPage(
        "escalations", "escalations", "Escalations", summary=summary, rows=escalation_rows(count, text)
    )


def a_decisions_page(decisions: int = 3, actions: int = 4, text: str = "") -> DecisionsPage:
    said = {"text": text} if text else {}
    return DecisionsPage(
        "decisions",
        "decisions",
        "Decisions and actions",
        closed_on_time="3 of 4 actions were closed on time (75.0 %, n 4)." if actions else "No action fell due yet.",
        decisions=decision_rows(decisions, **said),
        actions=action_rows(actions, **said),
    )


def a_look_ahead_page(count: int = 5, text: str = "") -> LookAheadPage:
    said = {"text": text} if text else {}
    return LookAheadPage(
        "look_ahead",
        "look_ahead",
        "Look-ahead",
        summary=f"{count} commitments fall due until 25 February 2027." if count else "Nothing falls due.",
        unconfirmed="2 of them were not confirmed by the partner." if count else "",
        until=date(2027, 2, 25),
        rows=commitment_rows(count, **said),
    )


def ugly_pack(name: str = LONG_NAME, **changes: object) -> Pack:
    """Long texts, 18 indicators, charts of 1 month, 120 months and none, 60 escalations, every table too long."""
    restated = (
        "Restated since first reported: 4 months of 3 indicators, the last on 2 November 2026 (ledger version 409)"
    )
    comment = "The second shift began in July; the partner expects the trend to turn by the first quarter. " * 6
    text = f"{name}: replace the stopper bowl of line 3, {'with evidence of every step, ' * 5}and report back."
    pack = a_pack(
        name, indicators=18, escalations=60, decisions=14, actions=30, commitments=45, sources=40,
        comment=comment[:600], restated=restated, text=text,
    )  # fmt: skip
    odd = (
        an_indicator_page(a_figure("Only one month", months=percentages(1)), percentages(1)),
        an_indicator_page(
            a_figure("Ten years with new limits", months=percentages(120)),
            percentages(120, phase_at=70, missing=(5, 6, 80), flagged=(20, 90)),
        ),
        an_indicator_page(a_figure("Never reported", months=()), ()),
        an_indicator_page(a_figure(f"{name}, EUR", months=percentages(36)), percentages(36), comment=comment[:600]),
    )
    first = next(place for place, page in enumerate(pack.pages) if page.kind == "indicator")
    pages = (*pack.pages[:first], *odd, *pack.pages[first:])
    return replace(pack, pages=pages, **changes)  # type: ignore[arg-type]


def _begins(before: ChartMonth, after: ChartMonth) -> bool:
    return before.phase is not None and after.phase is not None and after.phase != before.phase


def _cell(figure: Figure, found: ChartMonth | None) -> tuple[float | None, str, float | None, str]:
    if found is None or found.value is None:
        return None, "–", None, "no data"
    text = f"{found.value * 100:.1f} %" if figure.unit == "%" else f"{found.value:.1f} {figure.unit}"
    return found.value, text, found.n, found.status


def _variation(last: ChartMonth | None) -> Verdict:
    if last is None or last.value is None:
        return NO_VERDICT
    if last.reading == "concern":
        sentence = f"Special cause for the worse in {month_name(last.month)}: {last.rule_text}."
        return Verdict("concern low", "for the worse", sentence)
    return Verdict("common cause", "common cause", f"Common cause in {month_name(last.month)}: usual ups and downs.")


def _assurance(value: float | None) -> Verdict:
    if value is None:
        return Verdict("", "no forecast", "No forecast: October 2026 has no value.")
    said = "Will meet the target in some months and miss it in others: the target (≥ 95.0 %) lies within "
    said += "the control limits."
    return Verdict("hit or miss", "hit or miss", said)
