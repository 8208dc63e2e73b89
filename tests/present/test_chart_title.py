"""The lines over a chart: whose, when, how many records, which data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.catalog import load_catalog
from kpi.present import charts
from kpi.present.chart_title import n_of_months, source_of
from kpi.present.funnel import funnel_view
from tests.present.charted import HEADING, NONE, RATE, charted, marts_of
from tests.signals.small_marts import OCTOBER, Figure
from tests.signals.small_marts import marts_of as marts_of_figures

OVERDUE = load_catalog().indicators["overdue_capas"]


@pytest.mark.parametrize(
    ("released", "lots", "expected"),
    [
        ([9, 10, 8], 10, "n 30 in 3 months, 10 a month"),
        ([9, 10, 8], [10, 12, 1000], "n 1,022 in 3 months, 10 to 1,000 a month"),
        ([9], 10, "n 10 in 1 month"),
        ([9, NONE, 0, 8], [10, NONE, 0, 12], "n 22 in 2 months, 10 to 12 a month"),  # not reported; nothing happened
        ([NONE, NONE], NONE, "n: no month has a value"),
    ],
)
def test_n_counts_the_months_with_a_value(released, lots, expected):
    assert n_of_months(RATE, marts_of(released, lots).kpi_monthly) == expected


def test_what_stands_at_month_ends_is_not_added_up():
    months = marts_of([2, 2, 3], [2, 2, 3]).kpi_monthly
    assert n_of_months(OVERDUE, months) == "n: the count itself, at the end of 3 months"


def test_synthetic_data_is_called_so_in_the_picture():
    marts = marts_of([9], 10)
    assert source_of(RATE, marts) == f"Ledger version 7, definition v{RATE.version} of abc"
    assert source_of(RATE, replace(marts, synthetic=True)).startswith("Synthetic sample data. Ledger version 7")


def lines(figure) -> list[str]:
    return figure.layout.title.subtitle.text.split("<br>")


def test_every_kind_of_chart_has_all_lines():
    marts = marts_of([9, 10, 8], [10, 12, 9])
    assert lines(charted(marts).figure)[1:] == ["n 31 in 3 months, 9 to 12 a month", HEADING.source]
    assert lines(charts.rolling_chart(RATE, marts.kpi_monthly, HEADING))[1:] == [
        "n 31 in 3 months, 9 to 12 a month",
        HEADING.source,
    ]
    figures = [
        Figure(f"P{i}", "right_first_time", count / 1000, n=1000, numerator=count, denominator=1000)
        for i, count in enumerate((880, 900))
    ]
    first_time = load_catalog().indicators["right_first_time"]
    funnel = funnel_view(marts_of_figures(figures), first_time, OCTOBER, 12, source="Ledger version 7")
    assert lines(funnel.figure) == [
        "Partners, the 12 months to October 2026",
        "n 2,000 of 2 partners",
        "Ledger version 7",
    ]


def test_later_months_are_drawn_and_counted_alike():
    """The period in the title is of all months drawn, pale ones too, and so is n."""
    figure = charted(marts_of([9, 10, 8], 10), date(2024, 2, 1)).figure
    assert lines(figure)[0].endswith("Jan 2024 to Mar 2024")
    assert lines(figure)[1] == "n 30 in 3 months, 10 a month"
