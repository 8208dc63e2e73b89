"""Points that could group thousands are read as decimal signs, never without a word."""

from __future__ import annotations

import polars as pl
import pytest

from kpi.intake.contracts import dataset
from kpi.intake.table import Reading, TextTable
from kpi.intake.validate import check_table
from tests.intake.offered import DELIVERY, KNOWN, TODAY, offer


def quantities(*cells: str) -> list[dict[str, str]]:
    return [DELIVERY | {"delivery_id": f"L-{at}", "ordered_quantity": cell} for at, cell in enumerate(cells)]


@pytest.mark.parametrize("cells", [("12.000", "1.500"), ("950", "12.000"), ("12.000",), ("7", "0", "1.500")])
def test_a_file_whose_points_all_stand_before_three_digits_is_told(cells: tuple[str, ...]) -> None:
    found = offer("deliveries", quantities(*cells))
    assert found.accepted
    (line,) = found.findings.lines()
    first = next(cell for cell in cells if "." in cell)
    assert f'"{first}" is read as {float(first):g} and could be {first.replace(".", "")}' in line


@pytest.mark.parametrize("telling", ["12.5", "0.950", "1250.000", "12.0000", "12.50"])
def test_one_number_that_can_only_be_read_in_one_way_explains_all(telling: str) -> None:
    assert offer("deliveries", quantities("12.000", telling)).findings.lines() == []
    other = [row | {"delivered_quantity": telling} for row in quantities("12.000")]
    assert offer("deliveries", other).findings.lines() == []


@pytest.mark.parametrize(
    ("said", "read"),
    [('decimal = "."', 12.0), ('decimal = ","\nthousands = "."', 12000.0)],
)
def test_what_the_mapping_says_is_not_asked(said: str, read: float) -> None:
    found = offer("deliveries", quantities("12.000"), f"[file]\n{said}\n")
    assert found.findings.lines() == []
    assert found.records is not None
    assert found.records["ordered_quantity"].to_list() == [read]


def test_real_numbers_of_a_workbook_are_what_they_are_and_its_texts_are_not() -> None:
    rows = quantities("12.125", "12.125")
    cells = pl.DataFrame(rows)
    for typed, told in ((["number", "number"], 0), (["number", None], 1)):
        kinds = {"ordered_quantity": pl.Series(typed, dtype=pl.String)}
        table = TextTable(cells, pl.Series([2, 3]), Reading("xlsx"), kinds)
        found = check_table(dataset("deliveries"), table, "file.xlsx", known=KNOWN, today=TODAY)
        assert found.findings.warnings == told
        assert found.findings.frame["row"].to_list() == [3] * told
