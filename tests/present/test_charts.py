"""The control chart and the rolling chart as drawings."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpi.present import charts
from kpi.present.chart_points import PALE, RINGS
from tests.present.charted import HEADING, NONE, RATE, charted, marts_of, month_of, rebaseline, traces

STEADY = [96, 95, 97, 94, 96, 95, 97, 96, 94, 95, 96, 97, 95, 96]
HUNDRED = 100.0


def test_values_are_drawn_in_the_unit_that_is_read():
    found = traces(charted(marts_of([9, 10, 8], 10)).figure)
    assert list(found["Month"].y) == pytest.approx([90, 100, 80])
    assert list(found["Month"].marker.symbol) == ["diamond", "circle", "diamond"]


def test_a_month_without_a_value_is_a_gap_and_is_named():
    control = charted(marts_of([9, NONE, 8, 0], [10, NONE, 10, 0]))
    found = traces(control.figure)
    assert np.isnan(found["Month"].y[1])
    assert not found["Month"].connectgaps
    assert control.gaps == "Not reported: Feb 2024. Nothing that counts happened in Apr 2024."


def test_a_new_target_does_not_redraw_the_old_months():
    found = traces(charted(marts_of([9, 9, 9], 10, targets=[0.8, 0.8, 0.98])).figure)
    line = found["Target ≥ 98.0 %"]
    assert list(line.y) == pytest.approx([80, 80, 80, 98, 98])
    assert line.line.shape == "hvh"


def test_a_rolling_chart_has_no_control_limits():
    months = marts_of([9, 10, 8], 10).kpi_monthly
    names = set(traces(charts.rolling_chart(RATE, months, HEADING)))
    assert {"3 months", "12 months"} <= names
    assert not [name for name in names if "ontrol" in name or "Mean" in name]


def test_names_and_reasons_from_records_are_never_markup():
    control = charted(marts_of(STEADY, HUNDRED), rebaselines=[rebaseline(5, "<i>line</i> & more")])
    title = control.figure.layout.title
    assert "&lt;b&gt;Muster &amp; Co&lt;/b&gt;" in title.subtitle.text
    assert "Ledger version 7, definition v1 of abc" in title.subtitle.text
    assert "monthly p chart, Jan 2024 to Feb 2025" in title.subtitle.text
    assert "&lt;i&gt;line&lt;/i&gt; &amp; more" in control.figure.layout.annotations[0].text


def test_one_month_alone_still_has_its_target_line():
    found = traces(charted(marts_of([9], 10)).figure)
    assert list(found["Target ≥ 98.0 %"].y) == pytest.approx([98, 98, 98])


def test_the_only_bar_of_a_chart_is_as_wide_as_one_among_many():
    bar = next(trace for trace in charted(marts_of([9], 10)).figure.data if trace.type == "bar")
    assert list(bar.y) == [10]
    assert bar.width == charts.BAR_WIDTH > 86_400_000


FALL = [96, 95, 97, 94, 96, 95, 97, 96, 94, 95, 96, 97, 70, 96, 95]
RUN = [97, 96, 97, 96, 97, 96, 97, 96, 92, 93, 92, 93, 92, 93, 92]
TREND = [96, 95, 96, 95, 96, 95, 90, 91, 92, 93, 94, 95, 96]


@pytest.mark.parametrize(
    ("released", "rule", "places", "reading"),
    [
        (FALL, "outside", [12], "for the worse"),
        (RUN, "run", [8, 9, 10, 11, 12, 13, 14], "for the worse"),
        (TREND, "trend", [6, 7, 8, 9, 10, 11, 12], "for the better"),
    ],
)
def test_each_rule_rings_its_months_in_a_form_of_its_own(released, rule, places, reading):
    form, name = RINGS[rule]
    ring = traces(charted(marts_of(released, HUNDRED)).figure)[f"{name}, {reading}"]
    assert ring.marker.symbol == form
    assert [month.date() for month in pd.DatetimeIndex(ring.x)] == [month_of(place) for place in places]


def test_every_rule_has_another_ring():
    assert len({form for form, _ in RINGS.values()}) == len(RINGS)


def test_a_pointer_reads_the_rule_in_words():
    texts = list(traces(charted(marts_of(FALL, HUNDRED)).figure)["Month"].text)
    assert "special cause: outside the control limits, low (for the worse)" in texts[12]
    assert "special cause" not in texts[14]


def test_months_after_the_one_looked_at_are_pale_and_change_nothing():
    whole, early = charted(marts_of(FALL, HUNDRED), month_of(9)), charted(marts_of(FALL[:10], HUNDRED))
    found, before = traces(whole.figure), traces(early.figure)
    assert list(found["Month"].y) == list(before["Month"].y)
    assert list(found["Later month"].y)[1:] == pytest.approx(FALL[10:])
    assert found["Later month"].opacity == PALE
    assert found["Later month"].marker.size[0] == 0  # only where the pale line begins
    assert [name for name in found if "Mean" in name] == [name for name in before if "Mean" in name]
    assert "Later month" not in before
    assert whole.reading == early.reading


def test_limits_start_anew_with_each_phase():
    released = [96, 95, 97, 94, 96, 95, 97, 86, 85, 87, 84, 86, 85, 87]
    control = charted(marts_of(released, HUNDRED), rebaselines=[rebaseline(7)])
    means = [trace for trace in control.figure.data if (trace.name or "").startswith("Mean")]
    assert [trace.y[0] for trace in means] == pytest.approx([95.714, 85.714], abs=0.001)
    assert [trace.showlegend for trace in means] == [False, True]
    gap = pd.Timestamp(means[1].x[0]) - pd.Timestamp(means[0].x[-1])
    assert gap < pd.Timedelta(days=3)
    assert control.figure.layout.annotations[0].text == "New limits: New filling line"
    assert "Trial control limits" in traces(control.figure)


def test_a_phase_that_begins_later_than_the_month_looked_at_is_not_there_yet():
    control = charted(marts_of(STEADY, HUNDRED), month_of(4), rebaselines=[rebaseline(8)])
    assert not control.figure.layout.annotations
    assert "new limits" not in control.reading


def test_below_the_least_number_a_month_shows_its_interval_in_grey_and_no_colour():
    few = [False] * 6 + [True]
    control = charted(marts_of([96, 95, 97, 94, 96, 95, 2], [100] * 6 + [3]))
    month = traces(control.figure)["Month"]
    assert ~np.isnan(np.array(month.error_y.array, float)) == pytest.approx(np.array(few))
    assert month.y[6] + month.error_y.array[6] == pytest.approx(93.9, abs=0.1)
    assert month.marker.color[6] == month.error_y.color
    assert month.marker.symbol[6] == "circle-open"
    low, high = control.figure.layout.yaxis.range
    assert low > 20.8  # the bar may leave the axis; it does not press all other months together
    assert high < 110


@pytest.mark.parametrize("released", [[9], [10], [9, 9], [0, 0, 0]])
def test_the_axis_has_room_around_few_and_equal_values(released):
    low, high = charted(marts_of(released, 10)).figure.layout.yaxis.range
    assert low < 10 * min(released) <= 10 * max(released) < high


def test_a_chosen_month_is_shaded():
    shapes = charted(marts_of(STEADY, HUNDRED), date(2024, 3, 1)).figure.layout.shapes
    assert pd.Timestamp(shapes[0].x0) < pd.Timestamp("2024-03-01") < pd.Timestamp(shapes[0].x1)


def test_a_flagged_month_of_too_few_records_has_a_ring_without_a_colour():
    found = traces(charted(marts_of([*[990, 985] * 7, 0], [1000] * 14 + [2])).figure)
    ring = found["Outside the control limits, too few records to judge"]
    assert ring.marker.color == found["Month"].marker.color[14]
    assert "Outside the control limits, for the worse" not in found
