"""What was restated since it was first reported: months of which a later file changed records."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from kpi.present.reporting_calendar import ReportingCalendar, reporting_calendar
from kpi.present.rows import trend_start
from kpi.present.wording import day_name, joined, short_month

if TYPE_CHECKING:
    from kpi.qbr.source import Source

NAMED = 3  # months that a page names


def calendar_of(source: Source, month: date) -> ReportingCalendar:
    """The reporting calendar of the twelve months up to ``month``."""
    return reporting_calendar(
        source.marts,
        source.history(),
        source.catalog.calendar,
        source.provenance.day,
        month_from=trend_start(month),
        month_to=month,
    )


def restated(found: ReportingCalendar, partner_id: str, datasets: Collection[str]) -> str:
    """ "Restated since first reported: deviations for Sep 2026 (S000312, 3 November 2026)."; "" where nothing was."""
    told = []
    for cell in sorted(found.by_partner.get(partner_id, ()), key=lambda cell: (cell.month, cell.dataset), reverse=True):
        if cell.restated and cell.dataset in datasets:
            last = next(one for one in reversed(cell.sent) if one.stands and one.changed)
            name = cell.dataset.replace("_", " ")
            told.append(f"{name} for {short_month(cell.month)} ({last.submission_id}, {day_name(last.at)})")
    return f"Restated since first reported: {joined(told, NAMED)}" if told else ""
