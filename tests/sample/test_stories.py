"""Every story of the sample shows in a plain count, and is told in words that a committee would use."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import pstdev

import pytest

from kpi.catalog import load_catalog
from tests.sample.plain import (
    PORTFOLIO,
    deviations_per_100,
    files,
    lead_time,
    of,
    on_time,
    overdue,
    records,
    right_first_time,
)

STORIES = {story.id: story for story in PORTFOLIO.stories}
FIRST, LAST = PORTFOLIO.first, PORTFOLIO.last_day


def test_every_partner_has_one_story_told_in_a_title_and_a_sentence():
    assert Counter(story.partner_id for story in PORTFOLIO.stories) == {
        partner.partner_id: 1 for partner in PORTFOLIO.partners
    }
    for story in PORTFOLIO.stories:
        assert story.title
        assert not story.title.endswith(".")
        assert story.sentence.endswith(".")


@pytest.mark.parametrize("story", PORTFOLIO.stories, ids=lambda story: story.id)
def test_a_story_names_indicators_that_exist(story):
    assert story.see
    assert set(story.see) <= set(load_catalog().indicators)


def test_tarnwick_south_deteriorates_after_the_line_came():
    before, after = (date(2024, 12, 1), date(2025, 11, 30)), (date(2026, 1, 1), LAST)
    site = ("TARN", "TARN-2")
    assert right_first_time(*site, *before) - right_first_time(*site, *after) >= 0.10
    assert deviations_per_100(*site, *after) >= 2 * deviations_per_100(*site, *before)
    assert lead_time(*site, *after) - lead_time(*site, *before) >= 5


def test_tarnwicks_other_site_stays_as_it_was():
    before, after = (date(2024, 12, 1), date(2025, 11, 30)), (date(2026, 1, 1), LAST)
    site = ("TARN", "TARN-1")
    assert abs(right_first_time(*site, *before) - right_first_time(*site, *after)) < 0.08
    assert abs(lead_time(*site, *after) - lead_time(*site, *before)) < 3


def test_lindqvarn_reports_late_and_leaves_gaps():
    own = [file for file in files() if file.file_name.startswith("LMCC_")]
    late = [file for file in own if file.received_at.day > 10]
    assert len(late) > len(own) / 2
    sent = {(file.dataset, file.month_from) for file in own}
    months = [month for month in PORTFOLIO.months if month > PORTFOLIO.history_until]
    expected = {(dataset, month) for dataset in ("batch_records", "deviations", "deliveries") for month in months}
    assert expected - sent == {
        ("deviations", date(2026, 3, 1)),
        ("deliveries", date(2026, 9, 1)),
        ("deliveries", date(2026, 10, 1)),
    }


def test_every_other_partner_reports_by_the_tenth():
    monthly = [file for file in files() if file.reason.startswith("Monthly report")]
    assert all(file.received_at.day <= 10 for file in monthly if not file.file_name.startswith("LMCC_"))


def test_serivaux_makes_three_to_five_lots_a_month():
    lots = Counter(row["planned_start_date"].replace(day=1) for row in of("batch_records", "SERI"))
    assert len(lots) == 36
    assert set(lots.values()) <= {3, 4, 5}


def test_cobrook_recovers_after_the_for_cause_audit():
    findings, deviations = of("audit_findings", "COBR"), of("deviations", "COBR")
    assert any(row["audit_type"] == "for_cause" and row["audit_date"] == date(2025, 10, 14) for row in findings)
    assert overdue(findings, "due_date", "closed_date", date(2025, 10, 31)) >= 8
    assert overdue(findings, "due_date", "closed_date", LAST) <= 2
    capas = ("capa_due_date", "capa_closed_date")
    assert on_time(deviations, *capas, date(2025, 1, 1), date(2025, 12, 31)) < 0.6
    assert on_time(deviations, *capas, date(2026, 7, 1), LAST) > 0.8


def test_the_stopper_feed_keeps_coming_back_at_gruenau_and_nowhere_else():
    story = STORIES["recurring_cause"]
    seen = [row for row in records("deviations") if (row["root_cause"], row["area"]) == (story.root_cause, story.area)]
    assert {(row["partner_id"], row["site_id"]) for row in seen} == {("0042", "02")}
    assert len(seen) >= 15
    closed = [row for row in of("deviations", "0042", "02") if row["root_cause"]]
    assert len(seen) / len(closed) > 0.25


def test_vessandra_is_steady_and_better_than_the_rest():
    rate = deviations_per_100("VESS", None, FIRST, LAST)
    rest = [p.partner_id for p in PORTFOLIO.partners if p.partner_id != "VESS"]
    assert all(rate < deviations_per_100(partner_id, None, FIRST, LAST) for partner_id in rest)
    years = [
        (date(2023, 11, 1), date(2024, 10, 31)),
        (date(2024, 11, 1), date(2025, 10, 31)),
        (date(2025, 11, 1), LAST),
    ]
    yearly = [right_first_time("VESS", None, *year) for year in years]
    assert min(yearly) > 0.88
    assert pstdev(yearly) < 0.025


def test_bramblecotes_deliveries_slip_in_one_quarter_and_recover():
    lines, promise = of("deliveries", "BRAM"), ("promised_date", "delivered_date")
    before = on_time(lines, *promise, date(2025, 1, 1), date(2025, 12, 31))
    during = on_time(lines, *promise, date(2026, 1, 1), date(2026, 3, 31))
    after = on_time(lines, *promise, date(2026, 4, 1), LAST)
    assert before > 0.92
    assert during < 0.65
    assert after > 0.92


def test_orrinmoor_starts_fourteen_months_ago_and_settles():
    lots = of("batch_records", "ORRI")
    assert min(row["planned_start_date"] for row in lots).replace(day=1) == date(2025, 9, 1)
    start = right_first_time("ORRI", None, date(2025, 9, 1), date(2026, 2, 28))
    assert right_first_time("ORRI", None, date(2026, 5, 1), LAST) - start > 0.05


def test_the_last_half_year_is_neither_all_red_nor_all_green():
    half_year = (date(2026, 5, 1), LAST)
    targets = {name: indicator.target for name, indicator in load_catalog().indicators.items()}
    met = []
    for partner_id in (partner.partner_id for partner in PORTFOLIO.partners):
        deviations = of("deviations", partner_id)
        met += [
            right_first_time(partner_id, None, *half_year) >= targets["right_first_time"],
            deviations_per_100(partner_id, None, *half_year) <= targets["deviation_rate"],
            on_time(deviations, "due_date", "closed_date", *half_year) >= targets["deviation_on_time_closure"],
            on_time(deviations, "capa_due_date", "capa_closed_date", *half_year) >= targets["capa_on_time"],
        ]
    assert 0.4 < sum(met) / len(met) < 0.8
