"""Explaining a change of the sample's figures, and of records made for the purpose."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.marts.select import figures
from kpi.marts.values import values_behind
from kpi.signals.explain import breakdowns, explain
from kpi.signals.explained import REST, SMALLER, Explained, NotComparable
from tests.support import submit_rows

CATALOG = load_catalog()
APRIL, MAY, SEPTEMBER = date(2026, 4, 1), date(2026, 5, 1), date(2026, 9, 1)
MARCH_25, APRIL_25 = date(2025, 3, 1), date(2025, 4, 1)


@pytest.fixture(scope="module")
def marts(sample_store: Store) -> Marts:
    return load_marts(sample_store, CATALOG, scope=EVERYTHING)


def explained(store: Store, marts: Marts, kpi: str, partner: str, by: str, **more: Any) -> Explained | NotComparable:
    indicator = CATALOG.indicators[kpi]
    values = None
    if indicator.values is not None:
        values = values_behind(store, CATALOG, version=marts.version, kpi_id=kpi, partner_id=partner, scope=EVERYTHING)
    return explain(marts, indicator, partner=partner, by=by, values=values, **more)


@pytest.mark.parametrize("window", [1, 3, 12])
@pytest.mark.parametrize("partner", ["0042", "LMCC"])
def test_every_indicator_adds_up_to_the_change_of_the_published_figures(
    sample_store: Store, marts: Marts, partner: str, window: int
) -> None:
    compared = 0
    for kpi, indicator in CATALOG.indicators.items():
        rows = figures(marts, kpis=[kpi], partners=[partner], window=window)
        published = {(row.month.date(), row.currency): row.value for row in rows.itertuples()}
        for by in breakdowns(indicator):
            for currency in sorted(set(rows["currency"])):
                found = explained(
                    sample_store,
                    marts,
                    kpi,
                    partner,
                    by,
                    month_from=MAY,
                    month_to=SEPTEMBER,
                    window=window,
                    currency=currency,
                )
                if isinstance(found, NotComparable):
                    assert published[found.month, currency] != published[found.month, currency], kpi  # NaN
                    continue
                assert sum((part.total for part in found.parts), Fraction(0)) == found.change
                assert float(found.before.value) == pytest.approx(published[MAY, currency], rel=1e-9)
                assert float(found.after.value) == pytest.approx(published[SEPTEMBER, currency], rel=1e-9)
                compared += 1
    assert compared >= 30


def test_the_order_of_the_rows_does_not_show(sample_store: Store, marts: Marts) -> None:
    shuffled = dataclasses.replace(marts, kpi_monthly=marts.kpi_monthly.sample(frac=1, random_state=7))
    for kpi, by in (("right_first_time", "product"), ("deviation_cycle_time", "site"), ("overdue_capas", "site")):
        asked = {"month_from": MAY, "month_to": SEPTEMBER, "window": 3}
        assert explained(sample_store, marts, kpi, "TARN", by, **asked) == explained(
            sample_store, shuffled, kpi, "TARN", by, **asked
        )


def deviation(number: int, day: date, product: str = "", closed: date | None = None, site: str = "S1") -> dict:
    return {
        "partner_id": "P",
        "site_id": site,
        "deviation_id": f"D{number}",
        "opened_date": day,
        "severity": "minor",
        "type": "process",
        "product": product,
        "due_date": date(2025, 6, 30),
        "closed_date": closed,
    }


def test_records_without_a_product_are_a_part_of_their_own(empty_store: Store) -> None:
    late = date(2025, 1, 5)
    rows = [deviation(1, late, "A"), deviation(2, date(2025, 4, 1))]
    rows = [row | {"due_date": date(2025, 2, 1) if row["deviation_id"] == "D1" else date(2025, 4, 10)} for row in rows]
    submit_rows(empty_store, "deviations", rows, date(2025, 1, 1), APRIL_25)
    found = explained(
        empty_store,
        load_marts(empty_store, CATALOG, scope=EVERYTHING),
        "overdue_deviations",
        "P",
        "product",
        month_from=MARCH_25,
        month_to=APRIL_25,
    )
    assert isinstance(found, Explained)
    assert found.change == 1
    assert [(part.kind, part.entity, part.own, part.mix) for part in found.parts] == [
        (REST, "", 1, 0),
        ("one", "A", 0, 0),
    ]


def test_an_audit_of_two_sites_is_taken_off_once(empty_store: Store) -> None:
    finding = {"partner_id": "P", "audit_type": "routine", "severity": "minor", "area": "Training"}
    rows = [
        finding | {"finding_id": f"F{i}", "audit_id": audit, "site_id": site, "audit_date": day, "due_date": day}
        for i, (audit, site, day) in enumerate(
            [
                ("A1", "S1", date(2025, 3, 3)),
                ("A2", "S2", date(2025, 3, 4)),
                ("A3", "S1", date(2025, 4, 3)),
                ("A3", "S2", date(2025, 4, 3)),
                ("A3", "S2", date(2025, 4, 3)),
            ]
        )
    ]
    submit_rows(empty_store, "audit_findings", rows, MARCH_25, APRIL_25)
    marts = load_marts(empty_store, CATALOG, scope=EVERYTHING)
    found = explained(empty_store, marts, "findings_per_audit", "P", "site", month_from=MARCH_25, month_to=APRIL_25)
    assert isinstance(found, Explained)
    assert (found.before.value, found.after.value) == (1, 3)
    assert sum(part.total for part in found.parts) == 2
    assert [part.n for part in found.parts if part.kind == REST] == [(0, -1)]


def test_of_many_products_the_small_ones_are_put_together_for_a_median(empty_store: Store) -> None:
    rows = []
    for place in range(10):
        for month, day in ((3, 2), (4, 4)):
            number = len(rows) + 1
            opened, closed = date(2025, month, 1), date(2025, month, 1 + day + place)
            rows.append(deviation(number, opened, f"Product {place}", closed))
    rows.append(deviation(99, MARCH_25, "Product 9", date(2025, 3, 20)))
    submit_rows(empty_store, "deviations", rows, MARCH_25, APRIL_25)
    marts = load_marts(empty_store, CATALOG, scope=EVERYTHING)
    found = explained(
        empty_store, marts, "deviation_cycle_time", "P", "product", month_from=MARCH_25, month_to=APRIL_25
    )
    assert isinstance(found, Explained)
    assert len(found.parts) == 8
    (smaller,) = [part for part in found.parts if part.kind == SMALLER]
    assert (smaller.entities, smaller.n) == (3, (3, 3))
    assert sum(part.total for part in found.parts) == found.change


def test_a_period_without_a_value_is_named(sample_store: Store, marts: Marts) -> None:
    long_ago = explained(
        sample_store, marts, "right_first_time", "TARN", "site", month_from=date(2019, 1, 1), month_to=MAY
    )
    assert long_ago == NotComparable(date(2019, 1, 1), 1, "")


@pytest.mark.parametrize(
    ("kpi", "by", "months", "said"),
    [
        ("submission_timeliness", "site", (APRIL, MAY), "is about whole partners only"),
        ("overdue_findings", "product", (APRIL, MAY), "not counted by product. It can be broken down by site"),
        ("right_first_time", "site", (MAY, MAY), "2026-05 is not before 2026-05"),
    ],
)
def test_what_makes_no_sense_is_refused(marts: Marts, kpi: str, by: str, months: tuple[date, date], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain(marts, CATALOG.indicators[kpi], partner="TARN", by=by, month_from=months[0], month_to=months[1])
