"""Identifiers, texts, choices, lists, yes and no: what a cell becomes, or the rule that refuses it."""

from __future__ import annotations

import polars as pl
import pytest

from kpi.intake.cast import PLAIN, cast_column
from kpi.intake.contracts import dataset

CELLS = [
    # dataset, column, cell, becomes
    ("batch_records", "batch_id", "01234", "01234"),
    ("batch_records", "batch_id", "12345678901234567890", "12345678901234567890"),
    ("batch_records", "batch_id", "1.23E+11", "refused id_shortened"),
    ("batch_records", "batch_id", "1E+12", "refused id_shortened"),
    ("batch_records", "batch_id", "12E4", "12E4"),
    ("batch_records", "batch_id", "a\nb", "refused id_not_plain"),
    ("batch_records", "batch_id", "a\u200bb", "refused id_not_plain"),
    ("batch_records", "batch_id", "a\u00a0b", "refused id_not_plain"),
    ("batch_records", "batch_id", "x" * 501, "refused text_too_long"),
    ("batch_records", "product", "two\nlines", "two\nlines"),
    ("batch_records", "product", "bell\x07", "refused text_not_plain"),
    ("batch_records", "product", "x" * 500, "x" * 500),
    ("batch_records", "product", "x" * 501, "refused text_too_long"),
    ("batch_records", "stage", "drug_product", "drug_product"),
    ("batch_records", "stage", "Drug Product", "drug_product"),
    ("batch_records", "stage", "DRUG-PRODUCT", "drug_product"),
    ("batch_records", "currency", "chf", "CHF"),
    ("batch_records", "reworked", "Yes", True),
    ("batch_records", "reworked", "TRUE", True),
    ("batch_records", "reworked", "1", True),
    ("batch_records", "reworked", "y", True),
    ("batch_records", "reworked", "no", False),
    ("batch_records", "reworked", "0", False),
    ("batch_records", "reworked", "N", False),
    ("batch_records", "reworked", "maybe", "refused not_yes_no"),
    ("partners", "functions", "Testing; drug substance ;testing", "testing;drug_substance"),
    ("partners", "functions", "testing;baking", "refused not_allowed"),
    ("partners", "functions", ";", None),
]


@pytest.mark.parametrize(("name", "column", "cell", "expected"), CELLS)
def test_cells(name: str, column: str, cell: str, expected: object) -> None:
    cast = cast_column(dataset(name).column(column), pl.Series([cell]), None, PLAIN)
    if cast.faults.height:
        assert cast.values[0] is None
        assert f"refused {cast.faults['code'][0]}" == expected
    else:
        assert cast.values[0] == expected


@pytest.mark.parametrize(
    ("cell", "kind", "expected"),
    [
        ("1234", "number", None),
        ("12.5", "number", "id_became_number"),
        ("1234567890123456", "number", "id_became_number"),
        ("2024-03-04", "date", "id_became_date"),
        ("2024-03-04", None, None),
    ],
)
def test_identifiers_that_a_spreadsheet_has_changed(cell: str, kind: str | None, expected: str | None) -> None:
    column = dataset("batch_records").column("batch_id")
    cast = cast_column(column, pl.Series([cell]), pl.Series([kind], dtype=pl.String), PLAIN)
    assert cast.faults["code"].to_list() == ([expected] if expected else [])
