"""The funnel in words and as a figure: constructed portfolios, and the sample against the marts."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.marts import load_marts
from kpi.present.funnel import funnel_view
from tests.signals.small_marts import OCTOBER, Figure, marts_of

CATALOG = load_catalog()
FIRST_TIME = CATALOG.indicators["right_first_time"]
RATE = CATALOG.indicators["serious_deviation_rate"]
CHANCE = "By chance alone about 1 in 20 would be outside the 95 % limits, and 1 in 500 outside the 99.8 % limits."


def shares(*pairs: tuple[int, int], status: str = "met", kpi: str = "right_first_time"):
    return [
        Figure(f"P{i:02}", kpi, count / n if n else float("nan"), n=n, numerator=count, denominator=n, status=status)
        for i, (count, n) in enumerate(pairs)
    ]


def view(figures, indicator=FIRST_TIME, **kwargs):
    return funnel_view(marts_of(figures), indicator, OCTOBER, 12, **kwargs)


def states(found) -> dict[str, str]:
    return {row["name"]: row["cells"][0]["s"] for row in json.loads(found.outside)["rows"]} if found.outside else {}


def test_who_lies_outside_is_named_by_name_with_its_own_limits():
    found = view(shares((88, 100), (90, 100), (60, 100), (87, 100), (99, 100), (45, 50)))
    assert states(found) == {"P02": "worse, outside 99.8 %", "P04": "better, outside 99.8 %"}
    assert (
        found.sentences[0] == f"2 of 6 partners lie outside the 99.8 % limits, none outside the 95 % limits. {CHANCE}"
    )
    row = json.loads(found.outside)["rows"][0]
    assert [cell["v"] for cell in row["cells"][:2]] == ["60.0 %", "100"]
    assert row["opens"] == {"partner": "P02"}


def test_a_higher_rate_is_the_worse_one_where_lower_is_better():
    found = view(shares((2, 100), (30, 100), (3, 100), kpi=RATE.id), RATE)
    assert states(found)["P01"] == "worse, outside 99.8 %"


def test_nobody_outside_leaves_no_table():
    found = view(shares((88, 100), (90, 100), (86, 100)))
    assert found.outside == ""
    assert found.sentences[0].startswith("None of 3 partners lies outside the 99.8 % limits, none outside the 95 %")
    assert found.sentences[1].startswith("Partners differ no more than chance explains (φ ")


def test_over_dispersion_is_said_with_its_figures():
    found = view(shares((50, 100), (90, 100), (99, 100), (60, 100), (95, 100)))
    assert found.sentences[1].startswith("Partners differ by more than chance explains (φ ")
    assert ", p < 0.001). What they make or how they count may differ too" in found.sentences[1]


def test_few_events_give_no_verdict_on_the_spread():
    found = view(shares((9, 10), (10, 10), (8, 10)))
    assert found.sentences[1].startswith("There are too few events to say whether partners differ by more than chance")


def test_the_same_figure_everywhere():
    assert view(shares((10, 10), (30, 30))).sentences[1] == "All partners have the same figure."


def test_below_the_minimum_n_a_point_is_drawn_and_not_judged():
    few = shares((0, 4), status="too few")
    found = view([*few, *(f for f in shares((0, 0), (90, 100), (88, 100))[1:])])
    assert found.outside == ""
    assert found.sentences[0].startswith("None of 2 partners")
    assert "too few records to judge" in [trace.name for trace in found.figure.data]
    assert view(shares((1, 4), (2, 3), status="too few")).sentences[0].startswith("Every partner has too few records")


def test_a_partner_without_a_figure_is_said_to_have_no_point():
    found = view(shares((88, 100), (90, 100), (0, 0)))
    assert found.sentences[-1] == "1 partner has no figure for this period and no point."


@pytest.mark.parametrize(
    ("figures", "indicator", "sentence"),
    [
        ([], FIRST_TIME, "No partner has a figure for the 12 months to October 2026, so there is nothing to compare."),
        (
            shares((5, 6)),
            FIRST_TIME,
            "Only one partner has a figure for the 12 months to October 2026, so there is nothing to compare.",
        ),
        (
            [],
            CATALOG.indicators["disposition_lead_time"],
            "A funnel compares proportions and rates; this indicator is a median.",
        ),
    ],
)
def test_with_nothing_to_compare_there_is_a_sentence_and_no_figure(figures, indicator, sentence):
    found = view(figures, indicator)
    assert (found.figure, found.sentences, found.outside) == (None, (sentence,), "")


def test_names_from_records_are_no_markup_and_stay_out_of_the_sentences():
    marts = marts_of(shares((60, 100), (90, 100), (88, 100), (99, 100)))
    marts.register["partner_name"] = marts.register["partner_name"].replace("P00", "<b>Bold</b> & Co")
    found = funnel_view(marts, FIRST_TIME, OCTOBER, 12, partner="P00")
    drawn = json.dumps(found.figure.to_plotly_json(), default=str, ensure_ascii=False)
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Co" in drawn
    assert "<b>Bold" not in drawn
    assert "Bold" not in " ".join(found.sentences)


def test_every_point_of_the_sample_stands_at_its_figure(sample_store):
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    month: date = marts.last_month
    for indicator in CATALOG.indicators.values():
        for grain in ("partner", "site"):
            found = funnel_view(marts, indicator, month, 12, grain=grain, partner="TARN")
            assert found.sentences
            if found.figure is None:
                continue
            table = marts.kpi_monthly
            rows = table[(table.kpi_id == indicator.id) & (table.grain == grain) & (table.month == str(month))]
            unit = 100 if indicator.unit == "%" else 1
            pairs = zip(rows.denominator_12, rows.rolling_12 * unit, strict=True)
            expected = sorted((n, value) for n, value in pairs if n > 0)
            traces = [trace for trace in found.figure.data if trace.mode == "markers+text"]
            points = sorted((x, y) for trace in traces for x, y in zip(trace.x, trace.y, strict=True))
            assert points == [pytest.approx(point) for point in expected]
