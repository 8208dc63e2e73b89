"""Which site or product is behind a turn for the worse, in a clause."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from kpi.catalog import load_catalog
from kpi.present.drivers import clause
from kpi.signals.explained import ONE, REST, Explained, Part, Period

CATALOG = load_catalog()
NAMES = {("A", "S1"): "Basel", ("A", "S2"): "Ulm"}
RFT = CATALOG.indicators["right_first_time"]


def moved(*parts: tuple[str, int], kind: str = ONE) -> Explained:
    """Points by which each site moved the share, in hundredths."""
    made = [
        Part(site, kind, (10, 10), (0.9, 0.8), (Fraction(1, 2), Fraction(1, 2)), Fraction(points, 100), Fraction(0))
        for site, points in parts
    ]
    change = sum((part.own for part in made), Fraction(0))
    before, after = (Period(date(2026, month, 1), 1, Fraction(9, 10) + at) for month, at in ((9, 0), (10, change)))
    return Explained("right_first_time", "A", "", "site", before, after, tuple(made))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([("S1", -9), ("S2", -3)], "Basel accounts for 9.0 of the 12.0 points by which it fell since September 2026"),
        ([("S1", -9), ("S2", 3)], "Basel accounts for all of the 6.0 points by which it fell since September 2026"),
        ([("S1", -3), ("S2", -9)], "Ulm accounts for 9.0 of the 12.0 points by which it fell since September 2026"),
        ([("S1", -5), ("S2", -4), ("S3", -4)], ""),  # none makes half of it
        ([("S1", 9), ("S2", 3)], ""),  # for the better
        ([("S1", -9)], ""),  # one site is the partner
        ([("S1", -9), ("S2", 9)], ""),  # no change in all
        ([], ""),
    ],
)
def test_the_site_behind_most_of_a_turn_for_the_worse(parts, said):
    assert clause(RFT, moved(*parts), NAMES) == said


def test_what_belongs_to_no_site_drives_nothing():
    assert clause(RFT, moved(("", -9), ("S2", -3), kind=REST), NAMES) == ""
