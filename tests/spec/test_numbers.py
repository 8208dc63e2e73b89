"""Which texts are numbers. "refused" is followed by the rule's name."""

from __future__ import annotations

import polars as pl
import pytest

from kpi.intake.cast import Conventions, cast_column
from kpi.intake.contracts import dataset
from tests.spec.test_dates import table

NUMBERS = """
    decimal | thousands | cell             | becomes
    -       | -         | 12               | 12
    -       | -         | 12.50            | 12.5
    -       | -         | -3               | -3
    -       | -         | +4               | 4
    -       | -         | 007              | 7
    -       | -         | 1,5              | refused ambiguous_number
    -       | -         | 1,234.5          | refused ambiguous_number
    -       | -         | 1.412.698.315    | refused ambiguous_number
    -       | -         | 1 234            | refused not_number
    -       | -         | 1e5              | refused not_number
    -       | -         | inf              | refused not_number
    -       | -         | nan              | refused not_number
    -       | -         | 12.              | refused not_number
    -       | -         | .5               | refused not_number
    -       | -         | 95 %             | refused not_number
    -       | -         | 1234567890123456 | refused not_number
    -       | -         | ٣                | refused not_number
    -       | -         | (5)              | refused not_number
    ,       | -         | 1234,5           | 1234.5
    ,       | -         | 1.234,5          | 1234.5
    ,       | -         | 1.412.698        | 1412698
    ,       | -         | 1.412.698.315    | refused ambiguous_number
    ,       | .         | 1.412.698.315    | refused ambiguous_number
    ,       | -         | 1.412.698.315,5  | 1412698315.5
    ,       | '         | 1'412'698'315    | 1412698315
    ,       | -         | 1.234            | refused ambiguous_number
    ,       | -         | 94.697           | refused ambiguous_number
    ,       | -         | 12.34,5          | refused not_number
    ,       | -         | 1.23             | refused not_number
    ,       | .         | 1.234            | 1234
    ,       | .         | 1.23             | refused not_number
    .       | -         | 1,234.5          | 1234.5
    .       | -         | 1,234            | refused ambiguous_number
    .       | ,         | 1,234            | 1234
    -       | '         | 1'234.5          | 1234.5
    ,       | space     | 1 234 567,5      | 1234567.5
    ,       | space     | 12 34            | refused not_number
"""


def said(sign: str) -> str | None:
    return {"-": None, "space": " "}.get(sign, sign)


def becomes(column_name: str, dataset_name: str, cell: str, conventions: Conventions, typed: str | None = None) -> str:
    kinds = None if typed is None else pl.Series([typed])
    cast = cast_column(dataset(dataset_name).column(column_name), pl.Series([cell]), kinds, conventions)
    if cast.faults.height:
        assert cast.values[0] is None
        return f"refused {cast.faults['code'][0]}"
    return f"{cast.values[0]:.15g}"


@pytest.mark.parametrize(("decimal", "thousands", "cell", "expected"), table(NUMBERS))
def test_numbers(decimal: str, thousands: str, cell: str, expected: str) -> None:
    conventions = Conventions(decimal=said(decimal), thousands=said(thousands))
    assert becomes("ordered_quantity", "deliveries", cell, conventions) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("14", "14"), ("14.0", "14"), ("14.5", "refused not_whole"), ("many", "refused not_number")],
)
def test_whole_numbers(cell: str, expected: str) -> None:
    assert becomes("release_tests", "batch_records", cell, Conventions()) == expected


def test_a_real_number_of_a_workbook_keeps_its_point_whatever_the_mapping_says() -> None:
    german = Conventions(decimal=",")
    assert becomes("ordered_quantity", "deliveries", "94.697", german, typed="number") == "94.697"
    assert becomes("ordered_quantity", "deliveries", "2024-01-01", german, typed="date") == "refused not_number"
