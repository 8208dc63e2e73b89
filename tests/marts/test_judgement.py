"""Status and targets as tables that a QA person can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kpi.catalog import load_catalog
from kpi.marts.judgement import STATUSES, Target, judge, targets_in_force

CATALOG = load_catalog()
NONE = float("nan")

#   better    kind          value  n    min  reported  target  limit  → status
STATUS = [
    ("higher", "proportion", 0.95, 20, 5, True, 0.95, 0.90, "met"),
    ("higher", "proportion", 0.9499999, 20, 5, True, 0.95, 0.90, "missed"),
    ("higher", "proportion", 0.90, 20, 5, True, 0.95, 0.90, "missed"),
    ("higher", "proportion", 0.8999999, 20, 5, True, 0.95, 0.90, "past limit"),
    ("higher", "proportion", 0.95, 20, 5, True, 0.95, 0.95, "met"),
    ("higher", "proportion", 0.94, 20, 5, True, 0.95, 0.95, "past limit"),
    ("higher", "proportion", 0.10, 4, 5, True, 0.95, 0.90, "too few"),
    ("higher", "proportion", 1.00, 4, 5, True, 0.95, 0.90, "too few"),
    ("higher", "proportion", NONE, 0, 5, True, 0.95, 0.90, "no activity"),
    ("higher", "proportion", NONE, NONE, 5, False, 0.95, 0.90, "no data"),
    ("higher", "proportion", 0.10, 20, 5, True, 0.95, NONE, "missed"),
    ("higher", "proportion", 0.10, 20, 5, True, NONE, NONE, "no target"),
    ("lower", "rate", 10.0, 20, 5, True, 10, 20, "met"),
    ("lower", "rate", 10.1, 20, 5, True, 10, 20, "missed"),
    ("lower", "rate", 20.0, 20, 5, True, 10, 20, "missed"),
    ("lower", "rate", 20.1, 20, 5, True, 10, 20, "past limit"),
    ("lower", "snapshot", 0, 0, 0, True, 0, 0, "met"),
    ("lower", "snapshot", 1, 1, 0, True, 0, 0, "past limit"),
    ("lower", "snapshot", 0, 0, 9, True, 1, 2, "met"),
    ("band", "ratio", 0.97, 20, 5, True, 0.97, 0.95, "met"),
    ("band", "ratio", 1.03, 20, 5, True, 0.97, 0.95, "met"),
    ("band", "ratio", 1.04, 20, 5, True, 0.97, 0.95, "missed"),
    ("band", "ratio", 0.96, 20, 5, True, 0.97, 0.95, "missed"),
    ("band", "ratio", 0.94, 20, 5, True, 0.97, 0.95, "past limit"),
    ("band", "ratio", 1.06, 20, 5, True, 0.97, 0.95, "past limit"),
]


@pytest.mark.parametrize(("better", "kind", "value", "n", "minimum", "reported", "target", "limit", "status"), STATUS)
def test_status(
    better: str,
    kind: str,
    value: float,
    n: float,
    minimum: int,
    reported: bool,
    target: float,
    limit: float,
    status: str,
) -> None:
    indicator = replace(
        CATALOG.indicators["lot_acceptance_rate"], better=better, kind=kind, minimum_n=minimum, centre=1.0
    )
    codes = judge(indicator, *(np.array([x]) for x in (float(value), float(n), reported, float(target), float(limit))))
    assert STATUSES[codes[0]] == status


def agreed(partner_id: str, start: date, target: float, limit: float | None = None) -> Target:
    return Target(partner_id, "lot_acceptance_rate", start, target, limit, f"QA {partner_id} {start}")


#   what is agreed                                                        month        → target, limit, source
IN_FORCE = [
    ([], date(2025, 6, 1), 0.98, 0.93, "definition"),
    ([agreed("A", date(2025, 6, 1), 0.99, 0.95)], date(2025, 6, 1), 0.99, 0.95, "QA A 2025-06-01"),
    ([agreed("A", date(2025, 6, 2), 0.99, 0.95)], date(2025, 6, 1), 0.98, 0.93, "definition"),
    ([agreed("A", date(2025, 6, 2), 0.99, 0.95)], date(2025, 7, 1), 0.99, 0.95, "QA A 2025-06-02"),
    ([agreed("*", date(2025, 1, 1), 0.97, 0.9)], date(2025, 6, 1), 0.97, 0.9, "QA * 2025-01-01"),
    (
        [agreed("A", date(2025, 1, 1), 0.99, 0.9), agreed("*", date(2025, 5, 1), 0.5, 0.4)],
        date(2025, 6, 1),
        0.99,
        0.9,
        "QA A 2025-01-01",
    ),
    (
        [agreed("A", date(2025, 1, 1), 0.9, 0.8), agreed("A", date(2025, 6, 1), 0.95, 0.85)],
        date(2025, 5, 1),
        0.9,
        0.8,
        "QA A 2025-01-01",
    ),
    ([agreed("B", date(2025, 1, 1), 0.5, 0.4)], date(2025, 6, 1), 0.98, 0.93, "definition"),
    ([agreed("A", date(2025, 1, 1), 0.99)], date(2025, 6, 1), 0.99, 0.93, "QA A 2025-01-01"),
    ([agreed("A", date(2025, 1, 1), 0.80)], date(2025, 6, 1), 0.80, None, "QA A 2025-01-01"),
]


@pytest.mark.parametrize(("rows", "month", "target", "limit", "source"), IN_FORCE)
def test_target_in_force(rows: list[Target], month: date, target: float, limit: float | None, source: str) -> None:
    starts = np.array([np.datetime64(month)])
    for order in (rows, rows[::-1]):
        found = targets_in_force(CATALOG.indicators["lot_acceptance_rate"], order, ("A",), starts)
        assert found.target[0, 0] == target
        assert np.isnan(found.limit[0, 0]) if limit is None else found.limit[0, 0] == limit
        assert found.source.names[found.source.codes[0, 0]] == source
