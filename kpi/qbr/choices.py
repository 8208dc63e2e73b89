"""What the alliance manager chooses for a pack: partner, period, pages and their order, comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

WINDOWS = (1, 3, 12)  # months that the figures of a pack may count
LOOK_AHEAD_DAYS = 92  # a quarter: until the next business review
LONGEST_COMMENT = 600  # characters: what fits on a slide beside its chart


@dataclass(frozen=True)
class Choices:
    """``pages``: keys of pages in order, empty for all in the usual order; "indicator" stands for all indicators that
    are not named one by one ("indicator:right_first_time"). ``comments``: {page key: text}. ``until``: the day that the
    look-ahead looks to, None for the default. ``title`` of the pack."""

    partner_id: str
    month: date
    window: int = 1
    pages: tuple[str, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    title: str = "Quarterly business review"
