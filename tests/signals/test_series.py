"""From ``kpi_monthly`` to charts: what a month could know, silent partners, phases, and the order of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.rebaselines import Rebaseline
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.signals.chart import RULES, read_chart
from kpi.signals.grid import SERIES_KEY, grid_of
from kpi.signals.history import concern_history, concerns_as_they_came
from kpi.signals.series import POINT_COLUMNS, SERIES_COLUMNS, read_signals

KEY = list(SERIES_KEY)
CATALOG = load_catalog()


@pytest.fixture(scope="module")
def marts(sample_store: Store) -> Marts:
    return load_marts(sample_store, CATALOG, scope=EVERYTHING)


def with_rows(marts: Marts, rows: pd.DataFrame) -> Marts:
    return replace(marts, kpi_monthly=rows.reset_index(drop=True))


def months_of(marts: Marts) -> list[date]:
    return sorted({month.date() for month in marts.kpi_monthly["month"]})


def rebaseline(kpi_id: str, partner_id: str, month: date, **key: str) -> Rebaseline:
    named = {"grain": "partner", "site_id": "", "product": "", "currency": ""} | key
    at = datetime(2026, 11, 1)
    return Rebaseline(kpi_id, **named, partner_id=partner_id, month=month, reason="r", actor="a", at=at, version=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("grain", ["partner", "site", "product"])
@pytest.mark.parametrize("prime", [False, True])
def test_every_series_is_the_chart_of_its_own_rows(marts: Marts, grain: str, prime: bool) -> None:
    signals = read_signals(marts, CATALOG, grain=grain, prime=prime)
    assert tuple(signals.points.columns) == POINT_COLUMNS
    assert tuple(signals.series.columns) == SERIES_COLUMNS
    rows = marts.kpi_monthly[marts.kpi_monthly["grain"] == grain].sort_values("month")
    assert len(signals.points) == len(rows)
    alone = dict(iter(rows.groupby(KEY, observed=True)))
    drawn = dict(iter(signals.points.groupby(KEY, observed=True)))
    assert len(signals.series) == len(alone) == len(drawn)
    for key in list(alone)[:: max(len(alone) // 60, 1)]:
        mine, indicator = alone[key], CATALOG.indicators[key[0]]
        chart = indicator.chart + ("_prime" if prime and indicator.chart != "xmr" else "")
        wanted = read_chart(chart, mine["value"], mine["numerator"], mine["denominator"], scale=indicator.scale)
        found = drawn[key]
        np.testing.assert_allclose(found["value"], wanted.value, rtol=1e-12)
        for column, line in (("centre", "centre"), ("lower_limit", "lower"), ("upper_limit", "upper")):
            np.testing.assert_allclose(found[column], getattr(wanted, line), rtol=1e-9)
        assert found["rule"].tolist() == [RULES[code] for code in wanted.rule]


def test_series_are_in_the_catalogues_order(marts: Marts) -> None:
    series = read_signals(marts, CATALOG, grain="site").series
    place = {kpi_id: number for number, kpi_id in enumerate(CATALOG.indicators)}
    keys = [(place[row[0]], *row[1:]) for row in series[KEY].astype(str).itertuples(index=False)]
    assert keys == sorted(keys)


def test_the_order_of_rows_changes_nothing(marts: Marts) -> None:
    shuffled = with_rows(marts, marts.kpi_monthly.sample(frac=1, random_state=4))
    for grain in ("partner", "product"):
        ours, theirs = read_signals(marts, CATALOG, grain=grain), read_signals(shuffled, CATALOG, grain=grain)
        pd.testing.assert_frame_equal(ours.points, theirs.points)
        pd.testing.assert_frame_equal(ours.series, theirs.series)


def test_a_month_does_not_know_what_comes_after_it(marts: Marts) -> None:
    month = months_of(marts)[-9]
    cut = with_rows(marts, marts.kpi_monthly[marts.kpi_monthly["month"] <= str(month)])
    ours, theirs = read_signals(marts, CATALOG, month=month), read_signals(replace(cut, last_month=month), CATALOG)
    pd.testing.assert_frame_equal(ours.points, theirs.points)
    pd.testing.assert_frame_equal(ours.series, theirs.series)


def test_a_silent_partner_keeps_no_verdict(marts: Marts) -> None:
    """Its rows of the last month are gone, as they are where nothing was submitted."""
    last = months_of(marts)[-1]
    table = marts.kpi_monthly
    partner = sorted(set(table["partner_id"]))[0]
    spoke = read_signals(marts, CATALOG, partner=partner).series
    assert (spoke["variation"] != "").any()
    assert (spoke["assurance"] != "not known").any()
    silent = table[(table["partner_id"] != partner) | (table["month"] != str(last))]
    series = read_signals(with_rows(marts, silent), CATALOG, partner=partner).series
    assert set(series["variation"]) == {""}
    assert set(series["assurance"]) == {"not known"}
    assert series["last_month"].max().date() == months_of(marts)[-2]


def test_not_reported_is_not_known_and_no_activity_keeps_the_limits(marts: Marts) -> None:
    table = marts.kpi_monthly.copy()
    last = table["month"] == str(months_of(marts)[-1])
    for status, keeps in (("no data", False), ("no activity", True)):
        changed = table.copy()
        changed.loc[last, ["value", "numerator", "denominator"]] = np.nan
        changed.loc[last, "status"] = status
        series = read_signals(with_rows(marts, changed), CATALOG).series
        assert set(series["variation"]) == {""}
        assert ((series["assurance"] != "not known").any()) == keeps


def test_a_rebaseline_begins_a_phase_of_that_series_alone(marts: Marts) -> None:
    kpi_id, month = "right_first_time", months_of(marts)[-8]
    partner = sorted(set(marts.kpi_monthly["partner_id"]))[1]
    phases = [rebaseline(kpi_id, partner, month)]
    ours = read_signals(marts, CATALOG, rebaselines=phases)
    usual = read_signals(marts, CATALOG)
    mine = (ours.points["kpi_id"] == kpi_id) & (ours.points["partner_id"] == partner)
    pd.testing.assert_frame_equal(ours.points[~mine], usual.points[~mine])
    points = ours.points[mine]
    assert points["phase"].tolist() == [int(at >= pd.Timestamp(month)) for at in points["month"]]
    new = points[points["phase"] == 1]
    assert new["centre"].dropna().unique() == pytest.approx(new["numerator"].sum() / new["denominator"].sum())
    series = ours.series[(ours.series["kpi_id"] == kpi_id) & (ours.series["partner_id"] == partner)].iloc[0]
    assert series["points"] == new["value"].notna().sum()
    assert series["trial"]
    # before its month it does not exist
    before = months_of(marts)[-9]
    pd.testing.assert_frame_equal(
        read_signals(marts, CATALOG, month=before, rebaselines=phases).points,
        read_signals(marts, CATALOG, month=before).points,
    )


def test_a_phase_without_a_point_has_no_limits_to_meet_a_target_by(marts: Marts) -> None:
    kpi_id, last = "right_first_time", months_of(marts)[-1]
    table = marts.kpi_monthly.copy()
    table.loc[table["month"] == str(last), ["value", "numerator", "denominator"]] = np.nan
    table.loc[table["month"] == str(last), "status"] = "no activity"
    partner = sorted(set(table["partner_id"]))[1]
    chosen = {"kpis": [kpi_id], "partner": partner}
    series = read_signals(
        with_rows(marts, table), CATALOG, rebaselines=[rebaseline(kpi_id, partner, last)], **chosen
    ).series.iloc[0]
    assert (series["points"], series["assurance"], series["trial"]) == (0, "not known", True)
    assert np.isnan(series["upper_limit"])


@pytest.mark.parametrize("month", [date(2001, 1, 1), date(2050, 1, 1)])
def test_a_month_outside_the_figures_has_no_verdict(marts: Marts, month: date) -> None:
    series = read_signals(marts, CATALOG, month=month).series
    assert set(series["variation"]) == {""}
    assert set(series["assurance"]) == {"not known"}


def test_an_empty_store_and_an_empty_choice_have_the_same_columns(empty_store: Store, marts: Marts) -> None:
    nothing = read_signals(load_marts(empty_store, CATALOG, scope=EVERYTHING), CATALOG)
    nobody = read_signals(marts, CATALOG, partner="nobody")
    for signals in (nothing, nobody):
        assert (len(signals.points), len(signals.series)) == (0, 0)
        assert tuple(signals.points.columns) == POINT_COLUMNS
        assert tuple(signals.series.columns) == SERIES_COLUMNS


def test_no_rolling_figure_is_ever_on_a_chart(marts: Marts) -> None:
    monthly_only = with_rows(marts, marts.kpi_monthly.drop(columns=[c for c in marts.kpi_monthly if c[-1] in "32"]))
    pd.testing.assert_frame_equal(read_signals(monthly_only, CATALOG).points, read_signals(marts, CATALOG).points)


def test_history_is_what_each_month_read_then(marts: Marts) -> None:
    """Every month's label, from charts that end with it; compared with ``read_signals`` of that month."""
    months = months_of(marts)
    partners = sorted(set(marts.kpi_monthly["partner_id"]))
    series = [(kpi_id, "") for kpi_id in CATALOG.indicators if not CATALOG.indicators[kpi_id].split_by]
    phases = [rebaseline(series[3][0], partners[0], months[20])]
    asked = months[-12:]
    rule, points = concern_history(marts, CATALOG, phases, partners=partners, series=series, months=asked)
    assert rule.shape == points.shape == (len(partners), len(series), len(asked))
    assert rule.any()
    for place in (0, 5, 11):
        then = read_signals(marts, CATALOG, month=asked[place], rebaselines=phases).series
        for row in then[then["currency"] == ""].itertuples(index=False):
            if (row.kpi_id, "") not in series:
                continue
            at = partners.index(row.partner_id), series.index((row.kpi_id, "")), place
            assert RULES[rule[at]] == (row.variation_rule if row.variation == "concern" else "")
            assert points[at] == row.points


def test_history_of_months_that_the_marts_lack_has_no_concern(marts: Marts) -> None:
    months = [date(2050, 1, 1), date(2050, 2, 1)]
    rule, points = concern_history(
        marts, CATALOG, [], partners=["nobody", "VESS"], series=[("right_first_time", "")], months=months
    )
    assert not rule.any()
    assert points[0].tolist() == [[0, 0]]


def test_a_label_once_given_stays_in_history_though_the_chart_moves_on() -> None:
    """Seven low months after ten high ones: each label when it came, not as the whole chart has it today."""
    value = [10.0, 11] * 5 + [5.0, 5.5] * 7
    rule, points = concerns_as_they_came("xmr", value, None, None, better="higher")
    assert points.tolist() == list(range(1, 25))
    assert [RULES[code] for code in rule] == [""] * 10 + ["outside"] * 14
    assert {RULES[code] for code in read_chart("xmr", value, None, None).rule} == {"outside"}  # all 24, today
    for better in ("lower", "band"):
        other, _ = concerns_as_they_came("xmr", value, None, None, better=better)
        assert not other.any()


def test_a_grid_leaves_out_months_beyond_it(marts: Marts) -> None:
    rows = marts.kpi_monthly[marts.kpi_monthly["kpi_id"] == "right_first_time"]
    months = months_of(marts)
    grid = grid_of(rows, CATALOG, months[3], months[5])
    assert grid.place.shape[1] == 3
    found = rows.iloc[grid.place[grid.there]]
    assert {month.date() for month in found["month"]} == set(months[3:6])
