"""How a file was read, in a sentence for a person."""

from __future__ import annotations

from kpi.intake.table import Reading


def test_dates_are_named_as_a_person_writes_them() -> None:
    reading = Reading("csv", encoding="cp1252", delimiter=";", header_row=1, date_format="%d.%m.%Y", decimal=",")
    assert reading.sentence() == (
        'Read as CSV, cp1252, separated by semicolons, header in row 1, dates as dd.mm.yyyy, decimal sign ",".'
    )
