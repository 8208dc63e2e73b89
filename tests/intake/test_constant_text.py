"""One value for every row, typed beside a file of dates and numbers written in another way than ours."""

from __future__ import annotations

import pytest

from kpi.intake.constant_text import our_way
from kpi.intake.contracts import dataset
from kpi.intake.mapping_data import Mapping

LOTS = dataset("batch_records")
GERMAN = Mapping(date_format="%d.%m.%Y", decimal=",", thousands=".", dates={"disposition_date": "%d-%b-%y"})


@pytest.mark.parametrize(
    ("column", "typed", "constant"),
    [
        ("planned_start_date", "01.09.2026", "2026-09-01"),
        ("planned_start_date", " 1.9.2026 ", "2026-09-01"),
        ("planned_start_date", "2026-09-01", "2026-09-01"),
        ("disposition_date", "09-Oct-26", "2026-10-09"),
        ("disposition_date", "09.10.2026", "09.10.2026"),  # not that column's way: for the check to refuse
        ("planned_start_date", "31.02.2026", "31.02.2026"),
        ("theoretical_yield", "1.250,5", "1250.5"),
        ("theoretical_yield", "1250.5", "1250.5"),
        ("theoretical_yield", "much", "much"),
        ("batch_id", "00012", "00012"),
        ("stage", "Wirkstoff", "Wirkstoff"),
    ],
)
def test_it_is_read_as_the_files_own_cells_are(column: str, typed: str, constant: str) -> None:
    assert our_way(LOTS.column(column), typed, GERMAN) == constant


def test_without_a_mapping_nothing_is_guessed() -> None:
    assert our_way(LOTS.column("planned_start_date"), "01.09.2026", Mapping()) == "01.09.2026"
    assert our_way(LOTS.column("theoretical_yield"), "1250,5", Mapping()) == "1250,5"
