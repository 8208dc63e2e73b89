"""What changed since the month before, in words from the figures: the changes a committee would want to hear first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.rows import keyed, months_before, of_month, rows_of
from kpi.present.wording import format_target, format_value, is_missing, look_of, month_name

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts

KEY = ("kpi_id", "currency")
MOST = 6  # more than this is a table, not a summary
JUDGED = {"met": 0, "missed": 1, "past limit": 2}
LARGE_STEP = 0.5  # of the distance between target and limit: a smaller move within one status is left out


@dataclass(frozen=True)
class Change:
    """One change. ``weight`` orders them: a change of status before a move within one, larger before smaller."""

    kpi_id: str
    state: str
    text: str
    weight: float


def changes(marts: Marts, catalog: Catalog, partner: str, month: date, window: int) -> list[Change]:
    """The largest changes of a partner's figures against the month before, at most MOST of them."""
    before = months_before(month, 1)
    rows = rows_of(marts, partner=partner, window=window, month_from=before, month_to=month)
    earlier = dict(keyed(of_month(rows, before), KEY))
    found = [
        change(catalog.indicators[key[0]], earlier[key], figure, before)
        for key, figure in keyed(of_month(rows, month), KEY)
        if key in earlier
    ]
    ranked = sorted((c for c in found if c is not None), key=lambda c: (-c.weight, c.text))
    return ranked[:MOST]


def change(indicator: Indicator, before: Any, now: Any, month: date) -> Change | None:
    """The change between two figures in words; None when it is not worth a sentence or either can't be judged."""
    if before.status not in JUDGED or now.status not in JUDGED or before.value == now.value:
        return None
    steps = JUDGED[now.status] - JUDGED[before.status]
    size = _size(indicator, before.value, now.value, now.target, now.limit)
    if not steps and size < LARGE_STEP:
        return None
    verb = "rose" if now.value > before.value else "fell"
    moved = (
        f"{indicator.name} {verb} from {format_value(indicator, before.value, now.currency)} in {month_name(month)} "
        f"to {format_value(indicator, now.value, now.currency)}"
    )
    return Change(
        indicator.id, now.status, f"{moved}: {_verdict(indicator, before, now, steps)}.", abs(steps) * 10 + size
    )


def _verdict(indicator: Indicator, before: Any, now: Any, steps: int) -> str:
    target = format_target(indicator, now.target)
    if not steps:
        return f"still {look_of(now.status).meaning} ({target})"
    way = "worse" if steps > 0 else "better"
    return f"{way}, {look_of(now.status).meaning} ({target}); before, {look_of(before.status).meaning}"


def _size(indicator: Indicator, before: float, now: float, target: float, limit: float) -> float:
    """The move in units of the distance between target and limit, else as a share of the earlier value; at most 9."""
    scale = abs(target - limit) if not (is_missing(target) or is_missing(limit)) else 0.0
    scale = scale or abs(before) or 1.0
    return min(abs(now - before) / scale, 9.0)
