"""The sentence and the table that explain a change: what they print adds up, and says where it comes from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalog import load_catalog
from kpi.present.explain import explanation, explanation_board, method, not_comparable
from kpi.signals.decomposition import Amounts, count_contributions, rate_contributions
from kpi.signals.explained import ONE, REST, SMALLER, Explained, NotComparable, Part, Period

CATALOG = load_catalog()
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NAMES = {("P", "S1"): "Basel", ("P", "S2"): "Visp", ("Q", "S3"): "Somebody else's"}


def change(kpi: str, rows: dict[str, tuple[int, int, int, int]], by: str = "site", window: int = 1) -> Explained:
    """{entity: numerator and denominator before, then after}; "" is the rest."""
    before, after = (
        [Amounts(Fraction(row[side]), Fraction(row[side + 1])) for row in rows.values()] for side in (0, 2)
    )
    snapshot = CATALOG.indicators[kpi].kind == "snapshot"
    counted = [[a.numerator for a in before], [a.numerator for a in after]]
    found = count_contributions(*counted) if snapshot else rate_contributions(before, after)
    scale = Fraction(CATALOG.indicators[kpi].scale)
    wholes = [sum(a.denominator for a in side) for side in (before, after)]
    parts = [
        Part(
            entity,
            ONE if entity else REST,
            (row[1], row[3]),
            (_rate(old, scale), _rate(new, scale)),
            None if snapshot else (old.denominator / wholes[0], new.denominator / wholes[1]),
            contribution.own * scale,
            contribution.mix * scale,
        )
        for (entity, row), old, new, contribution in zip(rows.items(), before, after, found, strict=True)
    ]
    ends = (
        [sum(side) for side in counted]
        if snapshot
        else [
            sum(a.numerator for a in side) / whole * scale for side, whole in zip((before, after), wholes, strict=True)
        ]
    )
    return Explained(
        kpi,
        "P",
        "",
        by,
        Period(MARCH, window, Fraction(ends[0])),
        Period(APRIL, window, Fraction(ends[1])),
        tuple(parts),
    )


def _rate(amounts: Amounts, scale: Fraction) -> float | None:
    return None if amounts.rate is None else float(amounts.rate * scale)


SENTENCES = [
    (
        "right_first_time",
        {"S1": (9, 10, 6, 10), "S2": (10, 10, 10, 10)},
        "Right first time fell by 15.0 points, from 95.0 % in March 2026 to 80.0 % in April 2026. "
        "All of the fall comes from Basel’s own change.",
    ),
    (
        "right_first_time",
        {"S1": (9, 10, 9, 10), "S2": (0, 0, 3, 10)},
        "Right first time fell by 30.0 points, from 90.0 % in March 2026 to 60.0 % in April 2026. "
        "Of the fall: 22.5 from Visp, which is new in it and 7.5 from a smaller share of Basel.",
    ),
    (
        "right_first_time",
        {"S1": (9, 10, 8, 10), "S2": (7, 10, 9, 10)},
        "Right first time rose by 5.0 points, from 80.0 % in March 2026 to 85.0 % in April 2026. "
        "Of the rise: 10.0 from Visp’s own change. The other way: 5.0 from Basel’s own change.",
    ),
    (
        "right_first_time",
        {"S1": (9, 10, 8, 10), "S2": (7, 10, 8, 10)},
        "Right first time did not change: 80.0 % in March 2026 and April 2026. "
        "5.0 from Visp’s own change up and 5.0 from Basel’s own change down cancel out.",
    ),
    (
        "overdue_deviations",
        {"S1": (2, 0, 2, 0)},
        "Overdue deviations did not change: 2 in March 2026 and April 2026. No site moved it.",
    ),
    (
        "overdue_deviations",
        {"S1": (2, 0, 5, 0), "S9": (1, 0, 0, 0)},
        "Overdue deviations rose by 2, from 3 in March 2026 to 5 in April 2026. "
        "Of the rise: 3 from Basel’s own change. The other way: 1 from S9’s own change.",
    ),
]


@pytest.mark.parametrize(("kpi", "rows", "said"), SENTENCES)
def test_the_sentence(kpi: str, rows: dict, said: str) -> None:
    assert explanation(CATALOG.indicators[kpi], change(kpi, rows), NAMES) == said


def test_rests_and_small_ones_are_named_for_what_they_are() -> None:
    indicator = CATALOG.indicators["deviation_rate"]
    found = change("deviation_rate", {"A": (1, 10, 1, 10), "": (0, 0, 3, 0)}, by="product", window=3)
    said = explanation(indicator, found, NAMES)
    assert said.endswith("All of the rise comes from the change of what is without a product.")
    assert "in the 3 months to March 2026" in said
    small = Part("", SMALLER, (4, 5), (1.0, 2.0), (Fraction(1), Fraction(1)), Fraction(1), Fraction(0), entities=3)
    pooled = Explained(
        "deviation_cycle_time",
        "P",
        "",
        "product",
        Period(MARCH, 1, Fraction(1)),
        Period(APRIL, 1, Fraction(2)),
        (small,),
    )
    said = explanation(CATALOG.indicators["deviation_cycle_time"], pooled, NAMES)
    assert said.endswith("All of the rise comes from the own change of 3 smaller products.")
    assert "every order" in method(CATALOG.indicators["deviation_cycle_time"], "")


rows = st.dictionaries(
    st.sampled_from([f"S{i}" for i in range(6)]),
    st.tuples(*[st.integers(0, 40)] * 4),
    min_size=1,
).filter(lambda found: sum(r[1] for r in found.values()) > 0 and sum(r[3] for r in found.values()) > 0)


@given(rows, st.sampled_from(["right_first_time", "deviation_rate", "overdue_deviations"]))
def test_every_number_that_is_printed_adds_up(found: dict[str, Any], kpi: str) -> None:
    """Rows to their change, columns to the last row, and that to the change that the sentence names."""
    indicator = CATALOG.indicators[kpi]
    explained = change(kpi, found)
    table = json.loads(explanation_board(indicator, explained, NAMES))["rows"]
    printed = [[number(cell["v"]) for cell in row["cells"][2:]] for row in table]
    *parts, whole = printed
    assert [sum(column, Decimal(0)) for column in zip(*parts, strict=True)] == whole
    if indicator.kind != "snapshot":
        assert all(own + mix == both for own, mix, both in printed)
    in_unit = explained.change * (100 if indicator.unit == "%" else 1)
    assert abs(Fraction(whole[-1]) - in_unit) <= Fraction(1, 2 * 10**indicator.decimals)


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))


def test_why_there_is_nothing_to_explain() -> None:
    assert not_comparable(NotComparable(MARCH, 1, "no data")) == (
        "There is no value for March 2026 (not reported), so there is no change to explain."
    )
    assert "before the first report" in not_comparable(NotComparable(MARCH, 3, ""))
