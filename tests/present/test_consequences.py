"""What would change, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pytest

from kpi.catalog import load_catalog
from kpi.present.consequences import sentence, table
from kpi.rehearsal.differences import COLUMNS

CATALOG = load_catalog()
NAN = float("nan")


@dataclass(frozen=True)
class Told:
    figures: pd.DataFrame
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


def moved(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """kpi, partner, month, n before and after, value before and after, status before and after."""
    shaped = [
        (kpi, partner, currency, pd.Timestamp(month), n0, n1, v0, v1, s0, s1, s0 != "no data")
        for kpi, partner, currency, month, n0, n1, v0, v1, s0, s1 in rows
    ]
    return pd.DataFrame(shaped, columns=list(COLUMNS))


JULY, AUGUST, OCTOBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 10, 1)
FIRST = ("on_time_delivery", "VESS", "", OCTOBER, NAN, 20, NAN, 0.9, "no data", "missed")
WORSE = ("on_time_delivery", "VESS", "", JULY, 20, 20, 1.0, 0.85, "met", "past limit")
BETTER = ("fill_rate", "TARN", "", AUGUST, 10, 10, 0.9, 0.99, "missed", "met")
SMALL = ("fill_rate", "VESS", "", JULY, 10, 11, 0.990, 0.991, "met", "met")
LARGE = ("fill_rate", "COBR", "", JULY, 10, 11, 0.970, 0.999, "met", "met")
GONE = ("fill_rate", "SERI", "", JULY, 10, NAN, 0.970, NAN, "met", "no data")
COST = ("cost_per_released_batch", "VESS", "EUR", JULY, 4, 5, 1000.0, 1250.0, "no target", "no target")


@pytest.mark.parametrize(
    ("rows", "opens", "closes", "words"),
    [
        ([], (), (), "No figure moves. No escalation opens or closes."),
        ([FIRST], (), (), "1 figure moves, for the first time, for October 2026. No escalation opens or closes."),
        ([SMALL], (), (), "1 figure moves, shown before, for July 2026. No escalation opens or closes."),
        (
            [FIRST, WORSE, SMALL],
            ("a",),
            (),
            "3 figures move, 2 of them shown before, for July 2026, 1 with another status. 1 escalation opens.",
        ),
        (
            [WORSE, BETTER],
            ("a", "b"),
            ("c",),
            "2 figures move, all of them shown before, for Jul 2026 and Aug 2026, 2 with another status. "
            "2 escalations open and 1 closes.",
        ),
        ([], (), ("c", "d"), "No figure moves. 2 escalations close."),
    ],
)
def test_one_sentence_says_it(rows: list, opens: tuple[str, ...], closes: tuple[str, ...], words: str) -> None:
    assert sentence(Told(moved(*rows), opens, closes)) == words


def test_what_matters_most_comes_first() -> None:
    shown = table(moved(FIRST, SMALL, LARGE, GONE, BETTER, WORSE), CATALOG, {})
    assert list(zip(shown["Partner"], shown["Kind"], strict=True)) == [
        ("VESS", "restated"),  # its status gets worse
        ("SERI", "restated"),  # a figure that goes away
        ("TARN", "restated"),  # a better status
        ("COBR", "restated"),  # the larger move
        ("VESS", "restated"),
        ("VESS", "first figure"),
    ]


def test_a_row_reads_as_a_person_would_say_it() -> None:
    rows = table(moved(WORSE, FIRST, COST), CATALOG, {"VESS": "Vessel Pharma"}).to_dict("records")
    assert rows[0] == {
        "Indicator": "On-time delivery",
        "Partner": "Vessel Pharma",
        "Month": "July 2026",
        "n": "20",
        "Value": "100.0 % → 85.0 %",
        "Status": "● met → ◆ past limit",
        "Kind": "restated",
    }
    assert rows[1]["Indicator"] == f"{CATALOG.indicators['cost_per_released_batch'].name}, EUR"
    assert rows[1]["Value"].endswith(" EUR")
    assert (rows[2]["n"], rows[2]["Status"]) == ("– → 20", "✕ no data → ▲ missed")
