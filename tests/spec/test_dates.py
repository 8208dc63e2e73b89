"""Which texts are dates. "refused" is followed by the rule's name."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from kpi.intake.cast import Conventions, cast_column
from kpi.intake.contracts import dataset

COLUMN = dataset("deliveries").column("promised_date")

WITHOUT_A_MAPPING = """
    cell                 | becomes
    2024-02-03           | 2024-02-03
    2024-02-29           | 2024-02-29
    2024-02-03 00:00:00  | 2024-02-03
    2024-02-03T00:00     | 2024-02-03
    2023-02-29           | refused impossible_date
    2024-2-3             | refused date_form
    2024-02-03 14:00     | refused not_date
    03/02/2024           | refused ambiguous_date
    03-02-24             | refused ambiguous_date
    05.05.2024           | refused ambiguous_date
    31.12.2024           | refused date_form
    12/31/2024           | refused date_form
    2024/12/31           | refused date_form
    20241231             | refused date_form
    02-Jun-06            | refused date_form
    2 June 2006          | refused date_form
    02-Juin-06           | refused date_form
    31.02.2024           | refused impossible_date
    45366                | refused not_date
    n/a                  | refused not_date
    March 2024           | refused not_date
"""

WITH_A_FORMAT = """
    format                | cell                 | becomes
    %d.%m.%Y              | 31.12.2024           | 2024-12-31
    %d.%m.%Y              | 1.2.2024             | 2024-02-01
    %d.%m.%Y              | 31.02.2024           | refused impossible_date
    %d.%m.%Y              | 2024-12-31           | refused not_date
    %d.%m.%Y              | 31.12.24             | refused not_date
    %d/%m/%Y              | 03/02/2024           | 2024-02-03
    %m/%d/%Y              | 03/02/2024           | 2024-03-02
    %d-%b-%y              | 02-Jun-06            | 2006-06-02
    %d-%b-%y              | 02-JUN-06            | 2006-06-02
    %d-%b-%y              | 02-Jun-68            | 2068-06-02
    %d-%b-%y              | 02-Jun-69            | 1969-06-02
    %d-%b-%y              | 02-Sept-06           | refused not_date
    %d %B %Y              | 2 June 2006          | 2006-06-02
    %b.%y                 | nov.18               | 2018-11-01
    %Y%m%d                | 20241231             | 2024-12-31
    %m/%d/%Y %I:%M %p     | 6/2/2006 12:00 AM    | 2006-06-02
    %d.%m.%Y %H:%M:%S     | 02.06.2006 23:59:00  | 2006-06-02
"""


def table(text: str) -> list[list[str]]:
    """The cells of a table, without its head."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


def becomes(cell: str, conventions: Conventions, typed: str | None = None) -> str:
    kinds = None if typed is None else pl.Series([typed])
    cast = cast_column(COLUMN, pl.Series([cell]), kinds, conventions)
    if cast.faults.height:
        assert cast.values[0] is None
        return f"refused {cast.faults['code'][0]}"
    assert isinstance(cast.values[0], date)
    return cast.values[0].isoformat()


@pytest.mark.parametrize(("cell", "expected"), table(WITHOUT_A_MAPPING))
def test_without_a_mapping(cell: str, expected: str) -> None:
    assert becomes(cell, Conventions()) == expected


@pytest.mark.parametrize(("form", "cell", "expected"), table(WITH_A_FORMAT))
def test_with_a_format(form: str, cell: str, expected: str) -> None:
    assert becomes(cell, Conventions(date_format=form)) == expected


def test_a_real_date_of_a_workbook_needs_no_format() -> None:
    assert becomes("2024-12-31", Conventions(date_format="%d.%m.%Y"), typed="date") == "2024-12-31"
    assert becomes("2024-12-31", Conventions(date_format="%d.%m.%Y"), typed=None) == "refused not_date"
