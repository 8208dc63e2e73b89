"""What will be in a pack, page by page, for whoever chooses the pages: what each holds, and what is empty and why."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.present.wording import plural, short_month
from kpi.qbr.pack import (
    AppendixPage,
    ChangedPage,
    DecisionsPage,
    EscalationsPage,
    IndicatorPage,
    LookAheadPage,
    Pack,
    Page,
    ScorecardPage,
    TitlePage,
)

ATTENTION = ("past limit", "missed", "no data")  # statuses that a review talks about
CONCERN = "concern"  # how the icons of a special cause for the worse begin


@dataclass(frozen=True)
class PageView:
    """``kpi_id``: "" for a page that is not about an indicator. ``status``: one of kpi.present.wording.STATUSES, "" for
    none. ``holds``: what stands on the page. ``remark``: what was restated, or why it is empty. ``is_empty``: it has
    nothing to show for the period. ``needs_attention``: past a limit or target, getting worse, or not reported.
    """

    key: str
    kind: str
    title: str
    holds: str
    remark: str
    kpi_id: str = ""
    status: str = ""
    is_empty: bool = False
    needs_attention: bool = False


def preview_of(pack: Pack) -> tuple[PageView, ...]:
    """The pages of ``pack`` in its order."""
    return tuple(_view(page) for page in pack.pages)


def _view(page: Page) -> PageView:
    if isinstance(page, IndicatorPage):
        return _indicator(page)
    holds, why = _held(page)
    remark = " ".join(text for text in (why, page.restated) if text)
    return PageView(page.key, page.kind, page.title, holds, remark, is_empty=bool(why))


def _indicator(page: IndicatorPage) -> PageView:
    figure = page.figure
    values = sum(1 for month in page.months if month.value is not None)
    if not values or figure is None:
        why = page.gaps or "No month has a value."
        return PageView(
            page.key,
            page.kind,
            page.title,
            "no chart",
            f"Nothing to show. {why}",
            kpi_id="" if figure is None else figure.kpi_id,
            status="no data" if figure is None else figure.status,
            is_empty=True,
            needs_attention=figure is not None and figure.status == "no data",
        )
    parts = [f"{page.chart_name} of {plural(values, 'month')}"]
    if page.flagged:
        parts.append(f"{len(page.flagged)} flagged")
    if figure.n_text:
        parts.append(f"n {figure.n_text}")
    why = f"No figure for the period: {figure.status_meaning}." if figure.value is None else ""
    worse = figure.variation.icon.startswith(CONCERN)
    return PageView(
        page.key,
        page.kind,
        page.title,
        ", ".join(parts),
        " ".join(text for text in (why, page.restated) if text),
        kpi_id=figure.kpi_id,
        status=figure.status,
        is_empty=figure.value is None,
        needs_attention=worse or figure.status in ATTENTION,
    )


def _held(page: Page) -> tuple[str, str]:
    """What a page that is not about one indicator holds, and why it is empty ("" where it is not)."""
    if isinstance(page, TitlePage):
        return ", ".join(page.lines), ""
    if isinstance(page, ScorecardPage):
        count = len(page.figures)
        return plural(count, "figure"), "" if count else "This partner has no figure for the period."
    if isinstance(page, ChangedPage):
        return plural(len(page.sentences), "sentence"), ""
    if isinstance(page, EscalationsPage):
        return _rows(len(page.rows), "escalation", "No escalation is open.")
    if isinstance(page, DecisionsPage):
        decided, agreed = len(page.decisions), len(page.actions)
        holds = f"{plural(decided, 'decision')}, {plural(agreed, 'action')}"
        return holds, "" if decided or agreed else "No decision and no action is recorded."
    if isinstance(page, LookAheadPage):
        return _rows(len(page.rows), "commitment", "Nothing is overdue or falls due until then.")
    if isinstance(page, AppendixPage):
        months = f", {short_month(page.months[0])} to {short_month(page.months[-1])}" if page.months else ""
        return f"{plural(len(page.monthly), 'figure')}{months}, {plural(len(page.sources), 'file')}", ""
    return "", ""


def _rows(count: int, noun: str, nothing: str) -> tuple[str, str]:
    return plural(count, noun), "" if count else nothing
