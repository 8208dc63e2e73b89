"""Dates that a spreadsheet of another country has turned into real ones, and those that it could not."""

from __future__ import annotations

import polars as pl
import pytest

from kpi.intake.contracts import dataset
from kpi.intake.mapping import parse_mapping
from kpi.intake.table import Reading, TextTable
from kpi.intake.validate import check_table
from tests.intake.offered import DELIVERY, KNOWN, TODAY

DAY_FIRST = parse_mapping('[file]\ndate_format = "%d/%m/%Y"\n', dataset("deliveries"))


def told(*cells: tuple[str, str | None]) -> list[str]:
    rows = [DELIVERY | {"delivery_id": f"L-{at}", "promised_date": cell} for at, (cell, _) in enumerate(cells)]
    typed = {"promised_date": pl.Series([kind for _, kind in cells], dtype=pl.String)}
    frame = pl.DataFrame(rows).drop("delivered_date")
    table = TextTable(frame, pl.Series(range(2, len(rows) + 2)), Reading("xlsx"), typed)
    found = check_table(dataset("deliveries"), table, "file.xlsx", known=KNOWN, today=TODAY, mapping=DAY_FIRST)
    return found.findings.lines()


def test_real_dates_of_early_days_among_texts_of_late_ones_are_told() -> None:
    (line,) = told(("13/02/2024", None), ("2024-02-01", "date"), ("14/02/2024", None), ("2024-05-02", "date"))
    assert line.startswith(
        'warning: file.xlsx, row 3, column "promised_date": "2024-02-01" may have day and month swapped: all real '
        "dates of the column have days up to 12 (2 cells), and all later days stand as texts such as "
        '"13/02/2024", as where a spreadsheet expects another order. '
    )


@pytest.mark.parametrize(
    "cells",
    [
        [("2024-02-01", "date"), ("2024-05-02", "date")],
        [("13/02/2024", None), ("01/02/2024", None)],
        [("13/02/2024", None), ("2024-05-14", "date")],
        [("13/02/2024", None), ("05/02/2024", None), ("2024-05-02", "date")],
    ],
)
def test_other_columns_are_not(cells: list[tuple[str, str | None]]) -> None:
    assert told(*cells) == []
