"""From which ledger version others are shown without names, and the one read that takes them out of all partners' data.

What a month's figures of others were is handed out once: as the ledger held them some days after the reporting day,
whatever version a reader looks at. Two versions that differ by one submission would tell that submission's figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpi.access import Person, Right
from kpi.errors import InputRefused
from kpi.ledger.moved import first_file
from kpi.ledger.reads import resolve_as_of
from kpi.marts.select import in_window
from kpi.signals.funnel import KINDS
from kpi.signals.peers import Counts, Peers, hand_out

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog, Indicator
    from kpi.ledger.store import Store
    from kpi.marts import Marts

# (ledger version, day on which it is judged) → the marts of all partners
Everything = Callable[[int, date], "Marts"]


@dataclass(frozen=True)
class Released:
    """``day``: at whose end the ledger held what is shown. ``peers``: None before that day has passed, and where the
    rules allow nothing to be shown."""

    day: date
    passed: bool
    peers: Peers | None


def released(
    store: Store,
    catalog: Catalog,
    indicator: Indicator,
    month: date,
    window: int,
    *,
    person: Person,
    today: date,
    everything: Everything,
) -> Released:
    """What this person may see of the partners that they may not see, for a figure of ``month``; ``today``: the day
    from which they look.

    Nothing in it says whose a point is. Raises InputRefused for a person without the right.
    """
    if not person.may(Right.SEE_PEERS):
        raise InputRefused("You may not see other partners' figures, not even without their names.")
    day = release_day(month, first_file(store), catalog.calendar.reporting_day, catalog.peers.days_after_reporting)
    if today <= day:
        return Released(day, False, None)
    if indicator.kind not in KINDS:
        return Released(day, True, None)
    marts = everything(resolve_as_of(store, day), day)
    own, others = _counts(marts.kpi_monthly, indicator, month, window, person)
    return Released(day, True, hand_out(own, others, indicator.kind, indicator.scale, catalog.peers))


def release_day(month: date, began: date | None, reporting_day: int, days_after: int) -> date:
    """The last day whose submissions count for the others' figures of ``month``.

    The month's own, or the first one after the ledger ``began``: a history loaded later is shown from then on.
    """
    while True:
        month = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
        day = month.replace(day=reporting_day) + timedelta(days=days_after)
        if began is None or day >= began:
            return day


def _counts(
    table: pd.DataFrame, indicator: Indicator, month: date, window: int, person: Person
) -> tuple[list[Counts], list[Counts]]:
    """Numerators and denominators of the partners that the person may see, and of all others."""
    import pandas as pd

    chosen = (table["grain"] == "partner") & (table["kpi_id"] == indicator.id)
    rows = in_window(table[chosen & (table["month"] == pd.Timestamp(month))], window)
    seen = person.scope(Right.READ)
    own: list[Counts] = []
    others: list[Counts] = []
    for partner, numerator, denominator in zip(rows["partner_id"], rows["numerator"], rows["denominator"], strict=True):
        # written so that a missing one makes no point, as in kpi.signals.funnel
        if denominator >= 1 and numerator >= 0 and (indicator.kind != "proportion" or numerator <= denominator):
            (own if seen.allows(str(partner)) else others).append((round(numerator), round(denominator)))
    return own, others
