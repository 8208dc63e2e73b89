"""Everything that stands behind one escalation, gathered at one ledger version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.catalog import WINDOWS
from kpi.errors import UsageError
from kpi.marts.linked import linked_records
from kpi.marts.records import records_behind
from kpi.marts.select import figures
from kpi.signals.series import read_signals

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.store import Store
    from kpi.marts import Marts
    from kpi.signals.escalation import Escalation
    from kpi.signals.review import Review

MONTHS_BEFORE = 12  # of figures before the condition first held: what was usual until then


@dataclass(frozen=True)
class Evidence:
    """What an escalation rests on. ``first`` to ``last`` are the months (first days) that it speaks of.

    ``figures``: columns of ``kpi.marts.select.COLUMNS`` for each indicator involved, from a year before ``first``.
    ``chart``: the control chart's points of ``Signals.points``, read up to ``last``; empty for a whole partner.
    ``records``: as ``records_behind`` gives them, with kpi_id; ``linked``: {dataset: records that hang together with
    them}. ``coverage``: the datasets expected and received in these months.
    """

    escalation: Escalation
    version: int
    definitions: str
    day: date
    first: date
    last: date
    figures: pd.DataFrame
    chart: pd.DataFrame
    records: pd.DataFrame
    linked: dict[str, pd.DataFrame]
    coverage: pd.DataFrame


def gather(
    store: Store, catalog: Catalog, marts: Marts, review: Review, escalation: Escalation, *, scope: Scope
) -> Evidence:
    """The evidence at the version of ``marts``. Raises UsageError for a partner outside ``scope``."""
    if not scope.allows(escalation.partner_id):
        raise UsageError(f'There is no escalation "{escalation.id}".')
    first, last = span(escalation, marts.last_month)
    kpis = [escalation.kpi_id] if escalation.kpi_id else list(escalation.kpis)
    months = (first, last)
    records = _records(store, catalog, marts, escalation, kpis, months, scope)
    return Evidence(
        escalation=escalation,
        version=marts.version,
        definitions=marts.definitions,
        day=review.day,
        first=first,
        last=last,
        figures=_figures(marts, escalation, kpis, months),
        chart=_chart(marts, catalog, review, escalation, last),
        records=records,
        linked=linked_records(store, records, version=marts.version, partner_id=escalation.partner_id, scope=scope),
        coverage=_coverage(marts, escalation, months),
    )


def span(escalation: Escalation, newest: date | None) -> tuple[date, date]:
    """First and last month of the story: from when the condition first held until it closed, else ``newest``."""
    months = [escalation.since, *(step.month for step in escalation.history)]
    if escalation.state != "normal" and newest is not None:
        months.append(newest)
    return min(months), max(months)


def _figures(marts: Marts, escalation: Escalation, kpis: list[str], months: tuple[date, date]) -> pd.DataFrame:
    first, last = months
    rows = figures(marts, kpis=kpis or ["-"], month_from=_earlier(first, MONTHS_BEFORE), month_to=last)
    mine = rows["partner_id"] == escalation.partner_id
    if escalation.kpi_id:
        mine &= rows["currency"] == escalation.currency
    return rows[mine].reset_index(drop=True)


def _chart(marts: Marts, catalog: Catalog, review: Review, escalation: Escalation, last: date) -> pd.DataFrame:
    points = read_signals(
        marts,
        catalog,
        month=last,
        partner=escalation.partner_id,
        kpis=[escalation.kpi_id] if escalation.kpi_id else ["-"],
        rebaselines=review.rebaselines,
    ).points
    return points[points["currency"] == escalation.currency].reset_index(drop=True)


def _records(
    store: Store,
    catalog: Catalog,
    marts: Marts,
    escalation: Escalation,
    kpis: list[str],
    months: tuple[date, date],
    scope: Scope,
) -> pd.DataFrame:
    import pandas as pd

    first, last = months
    found = []
    for kpi_id in kpis:
        last_month = _last_reported(marts, kpi_id, escalation.partner_id, last)
        if last_month is None:
            continue
        records = records_behind(
            store,
            catalog,
            version=marts.version,
            kpi_id=kpi_id,
            partner_id=escalation.partner_id,
            currency=escalation.currency,
            month=last_month,
            window=_window(escalation, first, last_month),
            scope=scope,
        )
        records.insert(0, "kpi_id", kpi_id)
        found.append(records)
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _last_reported(marts: Marts, kpi_id: str, partner_id: str, last: date) -> date | None:
    """A window that ends in a month without data has no records; the months before it still have."""
    table = marts.kpi_monthly
    mine = table[
        (table["kpi_id"] == kpi_id)
        & (table["grain"] == "partner")
        & (table["partner_id"] == partner_id)
        & table["reported"]
        & (table["month"] <= str(last))
    ]
    return None if mine.empty else mine["month"].max().date()


def _window(escalation: Escalation, first: date, last: date) -> int:
    """The smallest window that holds the months from ``first`` to ``last`` and what their conditions look back on."""
    looks_back = max([condition.window for condition in escalation.rule.enter], default=1) - 1
    months = (last.year - first.year) * 12 + last.month - first.month + 1 + looks_back
    return next((window for window in WINDOWS if window >= months), WINDOWS[-1])


def _coverage(marts: Marts, escalation: Escalation, span_months: tuple[date, date]) -> pd.DataFrame:
    import pandas as pd

    first, last = (pd.Timestamp(month) for month in span_months)
    months = pd.to_datetime(marts.coverage["month"])
    mine = (marts.coverage["partner_id"] == escalation.partner_id) & (months >= first) & (months <= last)
    return marts.coverage[mine].reset_index(drop=True)


def _earlier(month: date, count: int) -> date:
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)
