"""Figures in words, and the two tables of looks."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpi.catalog import load_catalog
from kpi.marts.judgement import STATUSES as JUDGED_STATUSES
from kpi.present import wording

ROOT = Path(__file__).resolve().parents[2]
INDICATORS = load_catalog().indicators
PAGE = {"light": "#ffffff", "dark": "#12181f"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("kpi", "value", "currency", "text"),
    [
        ("right_first_time", 0.885, "", "88.5 %"),
        ("right_first_time", 0.0, "", "0.0 %"),
        ("right_first_time", None, "", "–"),
        ("right_first_time", float("nan"), "", "–"),
        ("disposition_lead_time", 12.25, "", "12.2 days"),
        ("delivery_lateness", -3.0, "", "−3.0 days"),
        ("deviation_rate", 4.1, "", "4.1 per 100 lots"),
        ("overdue_findings", 3.0, "", "3"),
        ("cost_per_released_batch", 1234.4, "EUR", "1,234 EUR"),
        ("invalidated_oos_rate", 0.005, "", "0.50 %"),
        ("yield_attainment", 1.031, "", "103.1 %"),
    ],
)
def test_a_value_is_written_with_its_unit(kpi, value, currency, text):
    assert wording.format_value(INDICATORS[kpi], value, currency) == text


@pytest.mark.parametrize(
    ("kpi", "target", "text"),
    [
        ("right_first_time", 0.85, "≥ 85.0 %"),
        ("disposition_lead_time", 35, "≤ 35.0 days"),
        ("yield_attainment", 0.95, "95.0–105.0 %"),
        ("right_first_time", float("nan"), "–"),
    ],
)
def test_a_target_says_which_way_is_good(kpi, target, text):
    assert wording.format_target(INDICATORS[kpi], target) == text


def test_a_minus_that_rounds_to_nothing_is_not_written():
    assert wording.format_number(-0.04, 1) == "0.0"


def test_an_interval_is_written_once_with_its_unit():
    assert wording.format_interval(INDICATORS["right_first_time"], 0.801, 0.936) == "80.1–93.6 %"
    assert wording.format_interval(INDICATORS["right_first_time"], float("nan"), 0.9) == ""


def test_periods_in_words():
    month = date(2026, 10, 1)
    assert wording.period_name(month, 1) == "October 2026"
    assert wording.period_name(month, 12) == "the 12 months to October 2026"


def test_names_in_a_row_stay_readable():
    assert wording.joined(["A"]) == "A"
    assert wording.joined(["A", "B", "C"]) == "A, B and C"
    assert wording.joined(["A", "B", "C"], limit=2) == "A, B and 1 more"
    assert wording.joined([]) == ""


def test_every_status_that_the_marts_give_has_a_look():
    assert set(wording.STATUSES) == set(JUDGED_STATUSES)
    assert set(wording.SEVERITY) == set(JUDGED_STATUSES)


@pytest.mark.parametrize("looks", [wording.STATUS_LOOKS, wording.COVERAGE_LOOKS])
def test_no_two_states_share_a_shape(looks):
    assert len({look.shape for look in looks}) == len(looks)
    assert len({look.symbol for look in looks}) == len(looks)


@pytest.mark.parametrize("look", [*wording.STATUS_LOOKS, *wording.COVERAGE_LOOKS], ids=lambda look: look.state)
def test_colours_can_be_read_on_both_themes(look):
    assert contrast(look.light, PAGE["light"]) >= 4.5
    assert contrast(look.dark, PAGE["dark"]) >= 4.5
    assert min(contrast(look.mark, page) for page in PAGE.values()) >= 3


def test_the_theme_file_holds_the_same_colours():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for look in (*wording.STATUS_LOOKS, *wording.COVERAGE_LOOKS):
        assert theme["light"][f"{look.hue}TextColor"] == look.light
        assert theme["dark"][f"{look.hue}TextColor"] == look.dark
    assert {name: theme[name]["backgroundColor"] for name in PAGE} == PAGE


def test_indicator_names_are_unique_because_links_use_them():
    names = [indicator.name.casefold() for indicator in INDICATORS.values()]
    assert len(set(names)) == len(names)


def test_a_new_unit_is_written_behind_the_number():
    unusual = replace(INDICATORS["deviation_rate"], unit="per audit")
    assert wording.format_value(unusual, 2.0) == "2.0 per audit"
