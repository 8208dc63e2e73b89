"""What moved a figure most since the month before, in a clause: the site or product behind a turn for the worse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.present.explain import amount_text, printed_parts
from kpi.present.rows import months_before
from kpi.present.wording import format_number, month_name
from kpi.signals.explain import breakdowns, explain
from kpi.signals.explained import ONE, Explained

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.marts import Marts

MOST = Fraction(1, 2)  # of the change: less than that drives nothing on its own


def driver(
    marts: Marts, indicator: Indicator, partner: str, currency: str, month: date, names: Mapping[tuple[str, str], str]
) -> str:
    """ "Basel accounts for 9.1 of the 12.4 points by which it fell since September 2026"; "" where nothing stands out.

    ``names``: of sites, as in kpi.present.sites. A median says nothing here: its single values are not at hand.
    """
    if indicator.values is not None:
        return ""
    before = months_before(month, 1)
    for by in breakdowns(indicator):
        found = explain(marts, indicator, partner=partner, by=by, month_from=before, month_to=month, currency=currency)
        if isinstance(found, Explained) and (said := clause(indicator, found, names)):
            return said
    return ""


def clause(indicator: Indicator, found: Explained, names: Mapping[tuple[str, str], str]) -> str:
    """The clause for one breakdown; "" for a change for the better, for a single part, and where none drives it."""
    parts = printed_parts(indicator, found, names)
    change = sum((part.total for part in parts), Fraction(0))
    is_worse = change > 0 if indicator.better == "lower" else change < 0
    if len(parts) < 2 or not is_worse or indicator.better == "band":
        return ""
    largest = max(parts, key=lambda part: (part.total / change, part.name))
    if largest.part.kind != ONE or largest.total / change < MOST:
        return ""
    share = min(largest.total / change, Fraction(1)) * abs(change)
    amount = format_number(float(share), indicator.decimals)
    whole = amount_text(abs(change), indicator, found.currency)
    part = "all" if share == abs(change) else amount
    verb = "rose" if change > 0 else "fell"
    since = month_name(found.before.month)
    return f"{largest.name} accounts for {part} of the {whole} by which it {verb} since {since}"
