"""The indicator's charts and what they say in words."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpi.catalog import load_catalog
from kpi.present import charts
from kpi.present.indicator import draw_control, draw_rolling, statement

INDICATORS = load_catalog().indicators
HEADING = charts.Heading("<b>Muster & Co</b>", "Ledger version 7, definition v1 of abc")
NONE = float("nan")


def series(
    released: list[float], lots: list[float], status: list[str], targets: list[float] | None = None
) -> pd.DataFrame:
    numerator, denominator = np.array(released, dtype=float), np.array(lots, dtype=float)
    value = numerator / denominator
    months = pd.date_range("2026-01-01", periods=len(value), freq="MS")
    columns = {"month": months, "n": denominator, "numerator": numerator, "denominator": denominator, "value": value}
    frame = pd.DataFrame(columns | {"status": status, "currency": ""})
    frame["target"] = targets or [0.98] * len(value)
    frame["limit"], frame["lower"], frame["upper"] = 0.93, NONE, NONE
    frame["rolling_3"] = frame["rolling_12"] = frame["value"]
    return frame


def drawn(frame: pd.DataFrame, chosen: date = date(2026, 2, 1)):
    return draw_control(INDICATORS["lot_acceptance_rate"], frame, HEADING, chosen)


def traces(figure) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data if trace.name}


def test_values_are_drawn_in_the_unit_that_is_read():
    found = traces(drawn(series([9, 10, 8], [10, 10, 10], ["past limit", "met", "past limit"])).figure)
    assert list(found["Month"].y) == pytest.approx([90, 100, 80])
    assert list(found["Month"].marker.symbol) == ["diamond", "circle", "diamond"]


def test_a_month_without_a_value_is_a_gap_and_is_named():
    control = drawn(
        series([9, NONE, 8, NONE], [10, NONE, 10, NONE], ["past limit", "no data", "past limit", "no activity"])
    )
    found = traces(control.figure)
    assert np.isnan(found["Month"].y[1])
    assert not found["Month"].connectgaps
    assert control.gaps == "Not reported: Feb 2026. Nothing that counts happened in Apr 2026."


def test_a_new_target_does_not_redraw_the_old_months():
    found = traces(drawn(series([9, 9, 9], [10, 10, 10], ["met"] * 3, [0.8, 0.8, 0.98])).figure)
    line = found["Target ≥ 98.0 %"]
    assert list(line.y) == pytest.approx([80, 80, 80, 98, 98])
    assert line.line.shape == "hvh"


def test_a_rolling_chart_has_no_control_limits():
    frame = series([9, 10, 8], [10, 10, 10], ["missed", "met", "missed"])
    names = set(traces(draw_rolling(INDICATORS["lot_acceptance_rate"], frame, HEADING)))
    assert {"3 months", "12 months"} <= names
    assert not [name for name in names if "ontrol" in name or "Mean" in name]


def test_names_from_records_are_never_markup():
    title = drawn(series([9], [10], ["missed"])).figure.layout.title
    assert "&lt;b&gt;Muster &amp; Co&lt;/b&gt;" in title.subtitle.text
    assert "Ledger version 7, definition v1 of abc" in title.subtitle.text


def test_few_months_give_trial_limits_and_outside_months_are_named():
    assert "Trial limits: fewer than 12 months." in drawn(series([9] * 5, [10] * 5, ["missed"] * 5)).reading
    spike = drawn(series([98] * 14 + [60], [100] * 15, ["met"] * 14 + ["past limit"]))
    assert "Mar 2027 lies outside the control limits" in spike.reading
    assert "Trial" not in spike.reading


def test_one_month_alone_still_has_its_target_line():
    found = traces(drawn(series([9], [10], ["missed"])).figure)
    assert list(found["Target ≥ 98.0 %"].y) == pytest.approx([98, 98, 98])


def test_the_only_bar_of_a_chart_is_as_wide_as_one_among_many():
    bar = next(trace for trace in drawn(series([9], [10], ["past limit"])).figure.data if trace.type == "bar")
    assert list(bar.y) == [10]
    assert bar.width == charts.BAR_WIDTH > 86_400_000


def test_no_value_at_all_is_said():
    assert drawn(series([NONE], [NONE], ["no data"])).reading == "No month has a value yet."


def test_a_figure_in_one_sentence():
    row = next(series([19], [20], ["missed"]).itertuples(index=False))
    text = statement(INDICATORS["lot_acceptance_rate"], row, date(2026, 1, 1), 1)
    assert text.endswith("**95.0 %** in January 2026 (19 of 20), target ≥ 98.0 %: target missed, within the limit.")
    assert statement(INDICATORS["fill_rate"], None, date(2026, 1, 1), 3).endswith(
        "Nothing was ever reported for the 3 months to January 2026."
    )
