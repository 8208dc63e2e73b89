"""The records behind each figure of a pack, read in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.qbr.pack import AppendixPage, Figure, Pack, ScorecardPage

if TYPE_CHECKING:
    import pandas as pd

    from kpi.qbr.source import Source


def figures_in(pack: Pack) -> tuple[Figure, ...]:
    """Every figure that a page shows, once, in the order of the scorecard, then of the pages."""
    found: dict[str, Figure] = {}
    for kind in (ScorecardPage, AppendixPage):
        for page in pack.pages:
            if isinstance(page, kind):
                shown = page.figures if isinstance(page, ScorecardPage) else [row.figure for row in page.monthly]
                found |= {figure.key: found.get(figure.key, figure) for figure in shown}
    for page in pack.indicator_pages:
        if page.figure is not None:
            found.setdefault(page.figure.key, page.figure)
    return tuple(found.values())


def records_of(source: Source, pack: Pack) -> dict[str, pd.DataFrame]:
    """{figure key: the records that the figure counts}, as kpi.marts.records.records_behind gives them.

    Of the pack's version, month and window. Raises StoreUnavailable.
    """
    from kpi.marts.records import Entity, records_behind_each

    figures = figures_in(pack)
    found = records_behind_each(
        source.store,
        source.catalog,
        [(figure.kpi_id, Entity(pack.partner_id, currency=figure.currency)) for figure in figures],
        version=pack.provenance.version,
        month=pack.month,
        window=pack.window,
        scope=source.scope,
        day=pack.provenance.day,
    )
    return {figure.key: records for figure, records in zip(figures, found, strict=True)}
