"""The list of pages that somebody arranges: which go into the pack and in which order. Never changed, only made anew.

The usual order is that of a pack with all pages. A list keeps what was arranged when the partner or the month changes:
pages that are new there stand behind the page they usually follow.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from kpi.present.rows import rows_of
from kpi.qbr.pack import INDICATOR, KINDS

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.qbr.preview import PageView
    from kpi.qbr.source import Source

ALL, WITH_FIGURE, ATTENTION, HEADLINE = SELECTIONS = ("all", "with a figure", "that need attention", "headline")


@dataclass(frozen=True)
class PageList:
    """``order``: keys of pages, also of some that another partner has; ``out``: those left out of the pack."""

    order: tuple[str, ...] = ()
    out: frozenset[str] = field(default_factory=frozenset)

    def arranged(self, usual: Sequence[str]) -> tuple[str, ...]:
        """The keys in ``usual`` in this list's order."""
        here = [key for key in self.order if key in set(usual)]
        for place, key in enumerate(usual):
            if key in here:
                continue
            before = next((one for one in reversed(usual[:place]) if one in here), None)
            here.insert(0 if before is None else here.index(before) + 1, key)
        return tuple(here)

    def chosen(self, usual: Sequence[str]) -> tuple[str, ...]:
        """The keys of the pages that go in, in order."""
        return tuple(key for key in self.arranged(usual) if key not in self.out)

    def as_choice(self, usual: Sequence[str]) -> tuple[str, ...]:
        """``Choices.pages``: empty while it is every page in the usual order."""
        chosen = self.chosen(usual)
        return () if chosen == tuple(usual) else chosen

    def moved(self, usual: Sequence[str], key: str, place: int) -> PageList:
        """With ``key`` at ``place``, counted from 1; a place beyond either end is that end."""
        keys = [one for one in self.arranged(usual) if one != key]
        keys.insert(min(max(place, 1), len(keys) + 1) - 1, key)
        return PageList(self._woven(keys), self.out)

    def shown(self, key: str, shown: bool) -> PageList:
        """With ``key`` in the pack, or left out of it; it keeps its place."""
        return PageList(self.order, self.out - {key} if shown else self.out | {key})

    def selected(self, views: Sequence[PageView], selection: str, catalog: Catalog) -> PageList:
        """With just the indicators of one of SELECTIONS; other pages stay as they are."""
        indicators = [view for view in views if view.kind == INDICATOR]
        wanted = {view.key for view in indicators if _is_selected(view, selection, catalog)}
        return PageList(self.order, (self.out | {view.key for view in indicators}) - wanted)

    def _woven(self, keys: Sequence[str]) -> tuple[str, ...]:
        """``keys`` first; then what is in the list for others."""
        return (*keys, *(key for key in self.order if key not in set(keys)))


def usual_keys(source: Source, partner_id: str, month: date, window: int) -> tuple[str, ...]:
    """The keys of every page that the partner's pack could have, in the usual order, without gathering the pages."""
    rows = rows_of(source.of(partner_id), window=window, month_from=month, month_to=month)
    there = set(zip(rows["kpi_id"].astype(str), rows["currency"].astype(str), strict=True))
    figures = [
        f"{INDICATOR}:{kpi_id}" + (f":{currency}" if currency else "")
        for category in source.catalog.categories
        for indicator in source.catalog.in_category(category.id)
        for kpi_id, currency in sorted(key for key in there if key[0] == indicator.id)
    ]
    place = KINDS.index(INDICATOR)
    return (*KINDS[:place], *figures, *KINDS[place + 1 :])


def list_of(pages: Sequence[str], usual: Sequence[str]) -> PageList:
    """The list that a ``Choices.pages`` stands for: what it does not name is left out and stands behind."""
    if not pages:
        return PageList()
    rest = [key for key in usual if key.startswith(f"{INDICATOR}:") and key not in pages]
    named: list[str] = []
    for key in pages:
        named += rest if key == INDICATOR else [key]
    others = [key for key in usual if key not in named]
    return PageList((*named, *others), frozenset(others))


def unknown_pages(pages: Collection[str], usual: Sequence[str]) -> list[str]:
    """Keys in ``pages`` that this partner has no page for."""
    return [key for key in pages if key not in usual and key != INDICATOR]


def _is_selected(view: PageView, selection: str, catalog: Catalog) -> bool:
    if selection == WITH_FIGURE:
        return not view.is_empty
    if selection == ATTENTION:
        return view.needs_attention
    if selection == HEADLINE:
        return view.kpi_id in {indicator.id for indicator in catalog.headlines}
    return True
