"""The choices of many packs whose indicators are chosen by what each partner's own figures say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, overload

from kpi.errors import UsageError
from kpi.qbr.gather import whole_pack
from kpi.qbr.preview import preview_of

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices
    from kpi.qbr.page_list import PageList
    from kpi.qbr.source import Source


@dataclass(frozen=True)
class Selected(Sequence["Choices"]):
    """``many`` with the indicators of one of kpi.qbr.page_list.SELECTIONS; each takes a second when it is asked for."""

    source: Source
    many: tuple[Choices, ...]
    pages: PageList
    selection: str

    def __len__(self) -> int:
        return len(self.many)

    @overload
    def __getitem__(self, place: int) -> Choices: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Choices]: ...
    def __getitem__(self, place: int | slice) -> Choices | Sequence[Choices]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        choices = self.many[place]
        try:
            views = preview_of(whole_pack(self.source, choices))
        except UsageError:
            return choices  # and the pack says why there is none
        usual = [view.key for view in views]
        mine = self.pages.selected(views, self.selection, self.source.catalog)
        return replace(choices, pages=mine.as_choice(usual))
