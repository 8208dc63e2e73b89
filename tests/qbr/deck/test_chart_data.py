"""The charts of a deck: what they draw, and the workbook that opens under "Edit data"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.qbr.deck import write_deck
from kpi.qbr.deck.columns import chart_data
from kpi.qbr.pack import ChartMonth, IndicatorPage
from tests.qbr.deck.reading import CHART, charts_of, drawn_series, opened, sheet_of
from tests.qbr.packs import NAMES, a_figure, a_pack, an_indicator_page, days_figure
from tests.qbr.series import amounts, percentages

MONTHS = {1: (), 12: (3,), 36: (0, 7, 8), 120: (5, 60)}


def chart_of(page: IndicatorPage) -> Any:
    (chart,) = charts_of(opened(write_deck(a_pack(pages=[page]))))
    return chart


def expected(months: tuple[ChartMonth, ...], name: str) -> dict[int, float]:
    return {place: value for place, month in enumerate(months) if (value := getattr(month, name)) is not None}


@pytest.mark.parametrize("count", MONTHS)
def test_chart_and_workbook_hold_the_numbers_of_the_pack(count: int) -> None:
    months = percentages(count, missing=MONTHS[count])
    chart = chart_of(an_indicator_page(a_figure("Right first time", months=months), months))
    series, rows = drawn_series(chart), sheet_of(chart)
    names = {
        "Right first time (%)": "value",
        "n": "n",
        "Upper control limit": "upper_limit",
        "Lower control limit": "lower_limit",
        "Target": "target",
        "Limit": "limit",
    }
    head = rows[0]
    assert head[0] == "Month"
    assert [row[0] for row in rows[1:]] == [datetime(m.month.year, m.month.month, 1) for m in months]
    for header, name in names.items():
        wanted = expected(months, name)
        assert series[header] == pytest.approx(wanted), header
        column = [row[head.index(header)] for row in rows[1:]]
        assert {place: value for place, value in enumerate(column) if value is not None} == pytest.approx(wanted), (
            header
        )
    assert series["Mean"].items() >= expected(months, "centre").items()
    assert set(series["Mean"].values()) == {0.88}


def test_flagged_months_are_a_series_with_its_own_name_and_marker() -> None:
    months = percentages(24, flagged=(4, -1))
    chart = chart_of(an_indicator_page(months=months))
    series = drawn_series(chart)["Special cause, worse"]
    assert series == {place: months[place].value for place in (4, 23)}
    (element,) = (
        found for found in chart.part._element.iter(f"{CHART}ser") if "Special cause" in "".join(found.itertext())
    )
    assert element.find(f"{CHART}marker/{CHART}symbol").get("val") == "diamond"
    assert element.find("{*}spPr/{*}ln/{*}noFill") is not None
    rule = sheet_of(chart)[0].index("Rule")
    assert [row[rule] for row in sheet_of(chart)[1:] if row[rule]] == ["below the lower control limit"] * 2


def test_flags_of_months_with_too_few_records_are_not_told_as_good_or_bad() -> None:
    months = percentages(12, flagged=(-1,))
    months = (*months[:-1], replace(months[-1], status="too few"))
    series = drawn_series(chart_of(an_indicator_page(months=months)))
    assert "Special cause, worse" not in series
    assert series["Special cause, few records"] == {11: months[-1].value}


def test_limits_of_a_phase_end_where_it_ends() -> None:
    months = percentages(24, phase_at=10, missing=(9,))
    series = drawn_series(chart_of(an_indicator_page(months=months)))
    assert set(series["Upper control limit"]) == set(range(10, 24))
    assert set(series["Upper control limit until Jul 2025"]) == set(range(9))
    assert set(series["Mean until Jul 2025"].values()) == {0.88}
    assert set(series["Mean"].values()) == {months[-1].centre}


def test_a_mean_goes_on_through_a_month_without_a_point_and_limits_that_differ_do_not() -> None:
    data = chart_data(an_indicator_page(months=percentages(12, missing=(5,))))
    columns = {column.header: column.values for column in data.columns}
    assert columns["Mean"][5] == 0.88
    assert columns["Upper control limit"][5] is None


def test_both_edges_of_a_band_are_drawn() -> None:
    months = tuple(replace(month, target_high=1.05, limit_high=1.1) for month in percentages(6))
    series = drawn_series(chart_of(an_indicator_page(months=months)))
    assert series["Target, upper edge"] == dict.fromkeys(range(6), 1.05)
    assert series["Limit, upper edge"] == dict.fromkeys(range(6), 1.1)
    assert "Target, lower edge" in series
    assert "Target" not in series


def test_what_is_not_agreed_is_no_series() -> None:
    series = drawn_series(chart_of(an_indicator_page(months=percentages(6, target=None, limit=None))))
    assert not [name for name in series if name.startswith(("Target", "Limit"))]


def test_a_plain_count_needs_no_bars_of_its_own_n() -> None:
    months = tuple(replace(month, value=month.n) for month in percentages(12))
    chart = chart_of(an_indicator_page(months=months))
    assert "n" not in drawn_series(chart)
    assert "n" in sheet_of(chart)[0]


def test_numbers_have_the_figures_format_and_the_axis_names_the_unit() -> None:
    months = amounts(24)
    chart = chart_of(an_indicator_page(days_figure(months=months), months))
    xml = chart.part._element
    formats = {code.text for code in xml.iter(f"{CHART}formatCode")}
    assert {"#,##0.0", "#,##0", "[$-809]mmm yyyy"} == formats
    assert [text.text for text in xml.iter("{*}t")] == ["days"]


@pytest.mark.parametrize(("count", "step"), [(1, "1"), (12, "2"), (36, "6"), (120, "24")])
def test_the_date_axis_has_few_labels(count: int, step: str) -> None:
    months = percentages(count)
    xml = chart_of(an_indicator_page(months=months)).part._element
    assert xml.find(f".//{CHART}dateAx/{CHART}majorUnit").get("val") == step
    assert xml.find(f".//{CHART}dateAx/{CHART}baseTimeUnit").get("val") == "months"


@pytest.mark.parametrize("name", [*NAMES, "=1+1", "n", "Mean", "http://example.org"])
def test_no_text_in_a_workbook_is_a_formula_or_a_link(name: str) -> None:
    months = tuple(replace(month, rule_text="=cmd()") for month in percentages(3))
    chart = chart_of(an_indicator_page(replace(a_figure(months=months), name=name, unit=""), months))
    rows = sheet_of(chart)
    assert len(set(rows[0])) == len(rows[0])
    assert rows[1][-1] == "=cmd()"
    blob = chart.part.chart_workbook.xlsx_part.blob
    sheet = _part(blob, "xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_workbooks_say_the_versions_moment_not_the_exports() -> None:
    chart = chart_of(an_indicator_page())
    properties = _part(chart.part.chart_workbook.xlsx_part.blob, "docProps/core.xml")
    assert b"2026-11-03T09:12:44Z" in properties
    assert f"{date.today():%Y-%m-%d}".encode() not in properties


def _part(content: bytes, name: str) -> bytes:
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(content)).read(name)
