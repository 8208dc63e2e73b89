"""A source and choices → the pack: every page gathered, in the order chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.errors import UsageError
from kpi.marts.look_ahead import look_ahead
from kpi.present.rows import names_of
from kpi.present.story import tell
from kpi.present.wording import joined, period_name
from kpi.qbr import pages
from kpi.qbr.appendix import appendix_page
from kpi.qbr.decisions import decisions_page_of
from kpi.qbr.figures import Categories, figures_of
from kpi.qbr.indicator_pages import indicator_page, notes_of
from kpi.qbr.order import ordered
from kpi.qbr.pack import IndicatorPage, Pack, Page
from kpi.qbr.restated import calendar_of, restated
from kpi.qbr.source import Source, load_source, source_of

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices

__all__ = ["Source", "arranged", "load_source", "pack_of", "partners_of", "source_of", "whole_pack"]


def partners_of(source: Source) -> dict[str, str]:
    """{partner id: name} of everybody a pack can be made for, by name."""
    found = {partner: name for partner, name in names_of(source.marts).items() if source.scope.allows(partner)}
    return dict(sorted(found.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def pack_of(source: Source, choices: Choices) -> Pack:
    """The pack. Raises UsageError for a partner, month or page that there is not."""
    return arranged(source, whole_pack(source, choices), choices)


def whole_pack(source: Source, choices: Choices) -> Pack:
    """Every page that the pack could have, in the usual order and without comments: what takes the time.

    It rests on partner, month, window, look-ahead day and title alone. Raises UsageError for a partner or month that
    there is not.
    """
    name = _require_partner(source, choices)
    _require_month(source, choices)
    categories = figures_of(source, choices.partner_id, choices.month, choices.window)
    return Pack(
        partner_id=choices.partner_id,
        partner=name,
        month=choices.month,
        window=choices.window,
        period=period_name(choices.month, choices.window),
        provenance=source.provenance,
        pages=_pages(source, choices, name, categories),
    )


def arranged(source: Source, whole: Pack, choices: Choices) -> Pack:
    """A whole pack with just the pages chosen, in their order, and the comments. Raises UsageError for an unknown page.

    ``whole`` is of the same choices but for pages and comments.
    """
    chosen = ordered(whole.pages, choices.pages, source.catalog.indicators)
    return replace(whole, pages=tuple(_with_comment(page, choices.comments.get(page.key, "")) for page in chosen))


def _pages(source: Source, choices: Choices, name: str, categories: Categories) -> tuple[Page, ...]:
    """Every page that the pack could have, in the usual order."""
    partner_id, month, window = choices.partner_id, choices.month, choices.window
    calendar = calendar_of(source, month)
    figures = [figure for _, mine in categories for figure in mine]
    mine, signals = source.of(partner_id), source.signals(partner_id, month)
    story = tell(mine, source.catalog, source.review, signals, partner_id, month)
    day = source.provenance.day
    until = pages.looks_until(choices, day)
    commitments = look_ahead(
        source.store,
        version=source.provenance.version,
        day=day,
        until=until,
        scope=source.scope,
        partner=partner_id,
    )
    decided = decisions_page_of(
        source.store,
        source.provenance.version,
        day,
        partner_id,
        source.scope,
        source.catalog,
        source.review.escalations,
    )
    used = {dataset for figure in figures for dataset in source.catalog.indicators[figure.kpi_id].datasets}
    again = restated(calendar, partner_id, used)
    found: tuple[Page, ...] = (
        pages.title_page(source, choices, name),
        pages.scorecard_page(source, choices, categories),
        pages.changed_page(story),
        *(indicator_page(source, (partner_id, name), month, window, figure, calendar) for figure in figures),
        pages.escalations_page(source, partner_id),
        decided,
        pages.look_ahead_page(source, partner_id, commitments, until),
        appendix_page(source, choices, categories),
    )
    return tuple(page if isinstance(page, IndicatorPage) else replace(page, restated=again) for page in found)


def _with_comment(page: Page, comment: str) -> Page:
    page = replace(page, comment=comment.strip())
    if isinstance(page, IndicatorPage):
        return replace(page, notes=notes_of(page))
    said = f"Comment: {page.comment}" if page.comment else ""
    return replace(page, notes="\n".join(part for part in (page.notes, said) if part))


def _require_partner(source: Source, choices: Choices) -> str:
    known = partners_of(source)
    if choices.partner_id not in known:
        raise UsageError(
            f'There is no partner "{choices.partner_id}" in this version of the ledger. '
            f"Known: {joined(list(known), 10) or 'none'}."
        )
    return known[choices.partner_id]


def _require_month(source: Source, choices: Choices) -> None:
    last = source.marts.last_month
    if last is None:
        raise UsageError("The ledger holds no records yet, so there is nothing to make a pack of. Submit files first.")
    if choices.month.day != 1:
        raise UsageError("A month is given by its first day.")
    first = source.marts.kpi_monthly["month"].min().date()
    if not first <= choices.month <= last:
        raise UsageError(
            f"There are no figures for {choices.month:%Y-%m}. The ledger has {first:%Y-%m} to {last:%Y-%m} at version "
            f"{source.provenance.version}."
        )
