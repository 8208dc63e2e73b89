"""The control chart drawn without a browser: what it shows of a page's months, and that it is always the same text."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from kpi.present.charts import RED_LINE, TARGET_LINE
from kpi.present.wording import look_of
from kpi.qbr.document.chart import NO_MONTHS, chart_svg
from kpi.qbr.document.chart_lines import lines_of, spread
from kpi.qbr.document.chart_marks import flags_of
from kpi.qbr.document.chart_scale import Span, decimals_of, month_ticks, value_ticks
from kpi.qbr.document.sparkline import trend_svg, trend_words
from kpi.qbr.pack import ChartMonth, IndicatorPage
from tests.qbr.packs import a_figure, an_indicator_page, days_figure
from tests.qbr.series import amounts, percentages

SVG = "{http://www.w3.org/2000/svg}"


def page_of(months: tuple[ChartMonth, ...], **changes: object) -> IndicatorPage:
    return an_indicator_page(a_figure(months=months), months, **changes)


def drawn(page: IndicatorPage) -> ElementTree.Element:
    return ElementTree.fromstring(chart_svg(page))


def words(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def marks(svg: ElementTree.Element, status: str) -> int:
    """Shapes in the colour of the status, those of the legend too."""
    colour = look_of(status).mark
    return sum(colour in (element.get("fill"), element.get("stroke")) for element in svg.iter())


@pytest.mark.parametrize("count", [1, 2, 36, 120])
def test_every_month_with_a_value_has_a_mark_and_every_n_a_bar(count: int) -> None:
    months = percentages(count, limit=None, target=0.5)
    svg = drawn(page_of(months))
    assert marks(svg, "met") == count + 1  # one in the legend
    assert len(list(svg.iter(f"{SVG}rect"))) == count


def test_lines_are_named_with_their_values() -> None:
    said = words(drawn(page_of(percentages(24))))
    assert {"Mean 88.0 %", "Target ≥ 95.0 %", "Limit ≥ 80.0 %", "Control limit 100.0 %"} <= set(said)


def test_short_units_stand_behind_numbers_and_long_ones_over_the_axis() -> None:
    months = amounts(12)
    assert "Mean 30.0 days" in words(drawn(an_indicator_page(days_figure(months=months), months)))
    rate = days_figure(months=months, unit="per 100 lots")
    assert {"Mean 30.0", "per 100 lots"} <= set(words(drawn(an_indicator_page(rate, months))))


def test_both_edges_of_a_band_are_drawn_and_named() -> None:
    months = tuple(
        replace(month, target=0.95, target_high=1.05, limit=0.9, limit_high=1.1) for month in percentages(12)
    )
    figure = a_figure(months=months, target=0.95, target_high=1.05, target_text="95.0–105.0 %", limit_high=1.1)
    svg = drawn(an_indicator_page(figure, months))
    assert {"Target 95.0 %", "Target 105.0 %", "Limit 90.0 %", "Limit 110.0 %"} <= set(words(svg))
    lines = [element.get("stroke") for element in svg.iter(f"{SVG}polyline")]
    assert (lines.count(TARGET_LINE), lines.count(RED_LINE)) == (2, 2)


def test_a_gap_breaks_the_line_of_values_and_not_the_mean() -> None:
    page = page_of(percentages(24, missing=(10,)))
    by_column = {steps.column: steps for steps in lines_of(page)}
    assert len(by_column["centre"].stretches) == 1
    assert len(by_column["upper_limit"].stretches) == 2
    assert len(by_column["target"].stretches) == 1
    months = amounts(24)
    gap = (*months[:10], replace(months[10], value=None, centre=None, phase=None), *months[11:])
    constant = an_indicator_page(days_figure(months=gap), gap, chart_name="XmR chart")
    assert [len(steps.stretches) for steps in lines_of(constant) if steps.column == "upper_limit"] == [1]


def test_limits_begin_anew_with_each_phase_and_say_why() -> None:
    months = percentages(36, phase_at=20)
    page = page_of(months, phases=((months[20].month, 'Line 3 <b>"moved"</b>'),))
    assert [len(steps.stretches) for steps in lines_of(page) if steps.column == "centre"] == [2]
    assert 'New limits: Line 3 <b>"moved"</b>' in words(drawn(page))
    assert "Mean 91.0 %" in words(drawn(page))  # of the last phase


def test_flagged_months_have_rings_told_apart_by_form_and_words() -> None:
    months = list(percentages(24))
    for place, (rule, reading, status) in enumerate(
        (("outside", "concern", "missed"), ("run", "improvement", "met"), ("trend", "low", "too few"))
    ):
        months[place] = replace(months[place], rule=rule, reading=reading, status=status)
    assert [entry[3] for entry in flags_of(months)] == [
        "Outside the control limits, for the worse",
        "Trend, too few records to judge",
        "Run on one side of the mean, for the better",
    ]
    plain, flagged = drawn(page_of(percentages(24))), drawn(page_of(tuple(months)))
    assert {entry[3] for entry in flags_of(months)} <= set(words(flagged)) - set(words(plain))
    rings = [element.tag.removeprefix(SVG) for element in flagged.iter() if element.get("stroke-width") == "1.8"]
    assert sorted(rings) == ["circle", "circle", "polygon", "polygon", "polygon", "polygon"]  # months and legend


def test_no_month_with_a_value_is_said_in_its_place() -> None:
    assert NO_MONTHS in words(drawn(page_of(())))
    assert NO_MONTHS in words(drawn(page_of(percentages(3, missing=(0, 1, 2)))))


def test_everything_stays_within_the_drawing() -> None:
    for count in (1, 7, 120):
        svg = drawn(page_of(percentages(count, flagged=(-1,)), phases=((date(2026, 9, 1), "n" * 200),)))
        width, height = float(svg.get("width", 0)), float(svg.get("height", 0))
        for element in svg.iter(f"{SVG}text"):
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            long = 0.5 * float(element.get("font-size", 0)) * len(element.text or "")
            start = {"start": x, "middle": x - long / 2, "end": x - long}[element.get("text-anchor", "start")]
            assert 0 <= start + 1 < start + long <= width, element.text
            assert 8 <= y <= height, element.text
        for element in svg.iter(f"{SVG}circle"):
            assert 0 < float(element.get("cx", 0)) < width
            assert 0 < float(element.get("cy", 0)) < height


def test_the_drawing_is_the_same_text_every_time() -> None:
    page = page_of(percentages(36, flagged=(3,)))
    assert chart_svg(page) == chart_svg(page_of(percentages(36, flagged=(3,))))


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (88, 101, ["90.0", "92.5", "95.0", "97.5", "100.0"]),
        (-3, 12, ["−2.5", "0.0", "2.5", "5.0", "7.5", "10.0"]),
        (0, 130_000, ["0", "25,000", "50,000", "75,000", "100,000", "125,000"]),
        (0.001, 0.0043, ["0.001", "0.002", "0.003", "0.004"]),
    ],
)
def test_ticks_are_round(low: float, high: float, texts: list[str]) -> None:
    ticks = value_ticks(Span(low, high, 100, 0))
    assert [text for _, text in ticks] == texts
    assert all(low <= value <= high for value, _ in ticks)


def test_months_are_named_as_closely_as_there_is_room() -> None:
    def names(count: int) -> list[tuple[str, str]]:
        last = 2026 * 12 + 9
        return [tick[1:] for tick in month_ticks(Span(last - count + 0.4, last + 0.6, 0, 500), 30)]

    assert [name for name, _ in names(12)] == [*calendar.month_abbr[11:], *calendar.month_abbr[1:11]]
    assert [year for _, year in names(12) if year] == ["2025", "2026"]
    assert {name for name, _ in names(120)} == {"Jan"}
    assert all(year for _, year in names(120))


def test_labels_move_apart_no_more_than_they_must() -> None:
    assert spread([10, 50, 90], 13, 0, 100) == [10, 50, 90]
    assert spread([50, 50], 12, 0, 100) == [44, 56]
    assert spread([98, 99, 100], 12, 0, 100) == [76, 88, 100]
    assert spread([0, 1], 12, 0, 100) == [0, 12]
    crowded = spread([90, 95, 96, 97, 100], 12, 0, 100)
    assert all(after - before >= 11.99 for before, after in pairwise(crowded))
    assert crowded[-1] <= 100


def test_decimals_are_those_of_the_number_format() -> None:
    assert [decimals_of(text) for text in ("0.0%", "#,##0", "#,##0.00", "0%", '0.0" days"')] == [1, 0, 2, 0, 1]


def test_a_trend_says_its_ends_in_words() -> None:
    figure = a_figure(trend=(None, 0.9, 0.85, None, 0.8))
    assert trend_words(figure) == "Right first time, the last 5 months: lowest 80.0 %, highest 90.0 %, last 80.0 %"
    svg = ElementTree.fromstring(trend_svg(figure))
    assert len(list(svg.iter(f"{SVG}polyline"))) == 1
    assert trend_words(a_figure(trend=(None, None))) == "Right first time: no month has a value"
