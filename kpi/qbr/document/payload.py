"""A pack as the plain data that the PDF's template sets: texts in the order in which they stand, drawings as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from kpi.present.icons import ICONS
from kpi.present.wording import look_of, month_name, plural, short_month, shortened
from kpi.qbr.document.chart import chart_svg, chart_title
from kpi.qbr.document.chart_scale import place_of
from kpi.qbr.document.sparkline import trend_svg, trend_words
from kpi.qbr.document.tables import appendix_page, decisions_page, escalations_page, look_ahead_page, mark
from kpi.qbr.fonts import drawable
from kpi.qbr.pack import (
    ChangedPage,
    Figure,
    IndicatorPage,
    Pack,
    Page,
    ScorecardPage,
    TitlePage,
    Verdict,
)

EPOCH = datetime(1980, 1, 1)
SENTENCE_LABELS = ("Where it stands", "What changed", "Why it matters")
LONGEST_NAME = 90  # letters of a name in the running head
SCORECARD_HEADS = ("Category", "Indicator", "Value", "n", "Target", "Status", "Variation", "Assurance", "12 months")


def payload(pack: Pack) -> dict[str, Any]:
    """Everything that the template shows; no text in it holds a letter that the fonts lack."""
    moment = moment_of(pack)
    data = {
        "title": f"{title_of(pack)}: {pack.partner}, {pack.period}",
        "description": pack.provenance.line,
        "date": {part: getattr(moment, part) for part in ("year", "month", "day", "hour", "minute", "second")},
        "pages": [_page(pack, page) for page in pack.pages],
    }
    return cleaned(data)


def title_of(pack: Pack) -> str:
    return next((page.title for page in pack.pages if isinstance(page, TitlePage)), "Quarterly business review")


def moment_of(pack: Pack) -> datetime:
    """The document's date: when the ledger's version was recorded, never when the file was made."""
    return pack.provenance.recorded_at or EPOCH


def cleaned(data: Any) -> Any:
    """The same data with texts that the fonts can show."""
    if isinstance(data, str):
        return drawable(data)
    if isinstance(data, dict):
        return {key: cleaned(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [cleaned(value) for value in data]
    return data


def _page(pack: Pack, page: Page) -> dict[str, Any]:
    return {
        "kind": page.kind,
        "title": page.title,
        "comment": page.comment,
        "restated": page.restated,
        "foot": pack.foot(page),
        "head": (f"{title_of(pack)}: {shortened(pack.partner, LONGEST_NAME)}", pack.period),
        **_KINDS[page.kind](pack, page),
    }


def _title_page(pack: Pack, page: TitlePage) -> dict[str, Any]:
    return {"lines": page.lines}


def _scorecard_page(pack: Pack, page: ScorecardPage) -> dict[str, Any]:
    categories = [
        {"name": name, "figures": [_figure(figure) for figure in figures]} for name, figures in page.categories
    ]
    return {"score": page.score, "heads": SCORECARD_HEADS, "categories": categories}


def _changed_page(pack: Pack, page: ChangedPage) -> dict[str, Any]:
    labels = SENTENCE_LABELS if len(page.sentences) == len(SENTENCE_LABELS) else ("",) * len(page.sentences)
    return {
        "sentences": [
            {"label": label, "runs": [{"text": text, "strong": strong} for text, strong in sentence]}
            for label, sentence in zip(labels, page.sentences, strict=True)
        ]
    }


def _indicator_page(pack: Pack, page: IndicatorPage) -> dict[str, Any]:
    assert page.figure is not None
    valued = [month for month in page.months if month.value is not None]
    words = (page.statement, page.figure.variation.sentence, page.figure.assurance.sentence, page.reading)
    begun = "; ".join(f"{month_name(month)}, {reason}" for month, reason in page.phases)
    reading = [("Chart.", page.reading), ("New limits since", begun)] if valued else []
    return {
        "statement": page.statement,
        "objections": "\n".join(page.figure.objections),
        "figure": _figure(page.figure),
        "target": page.target,
        "reading": page.reading,
        "chart": chart_svg(page) if valued else "",
        "chart_alt": f"{chart_title(page)}. {' '.join(part for part in words if part)}",
        "left": _named([*reading, ("Gaps.", page.gaps)]),
        "right": _named(
            [
                ("Definition.", page.definition),
                ("Why.", page.why),
                ("Source of the method.", page.source),
                ("Data.", ", ".join(page.datasets)),
            ]
        ),
        "flagged_heading": f"Flagged months: {len(page.flagged)} of {plural(len(valued), 'month')} with a value",
        "flagged": _runs(page),
    }


def _runs(page: IndicatorPage) -> list[tuple[str, str]]:
    """The flagged months, neighbours that broke the same rule together: "Mar 2026 to Aug 2026"."""
    runs: list[list[date]] = []
    rules: list[str] = []
    for month, rule in page.flagged:  # the newest first
        if runs and rules[-1] == rule and place_of(runs[-1][-1]) == place_of(month) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
            rules.append(rule)
    names = [
        f"{short_month(run[-1])} to {short_month(run[0])}" if len(run) > 1 else short_month(run[0]) for run in runs
    ]
    return list(zip(names, rules, strict=True))


def _named(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [part for part in parts if part[1]]


def _figure(figure: Figure) -> dict[str, Any]:
    n = f"n {figure.n_text}" if figure.n_text else ""
    interval = f"95 % interval {figure.interval_text}" if figure.interval_text else ""
    known = any(value is not None for value in figure.trend)
    return {
        "name": figure.name,
        "mark": figure.mark,
        "value": figure.value_text,
        "n": figure.n_text,
        "target": figure.target_text,
        "evidence": "; ".join(part for part in (n, interval) if part),
        "status": mark(look_of(figure.status), figure.status_meaning),
        "variation": _verdict(figure.variation),
        "assurance": _verdict(figure.assurance),
        "trend": trend_svg(figure) if known else "",
        "trend_alt": trend_words(figure),
    }


def _verdict(verdict: Verdict) -> dict[str, str]:
    icon = ICONS.get(verdict.icon)
    return {
        "svg": icon.svg(icon.light) if icon else "",
        "meaning": icon.meaning if icon else "",
        "short": verdict.short.partition(":")[0],
        "sentence": verdict.sentence,
    }


_KINDS: dict[str, Callable[[Pack, Any], dict[str, Any]]] = {
    "title": _title_page,
    "scorecard": _scorecard_page,
    "changed": _changed_page,
    "indicator": _indicator_page,
    "escalations": escalations_page,
    "decisions": decisions_page,
    "look_ahead": look_ahead_page,
    "appendix": appendix_page,
}
