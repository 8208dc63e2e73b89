"""scores.toml: ours loads, and every mistake in it is refused by a line that says what is wrong and what is allowed."""

from __future__ import annotations

import math
import shutil
from datetime import date
from pathlib import Path

import pytest

from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS
from kpi.errors import DefinitionsInvalid

# What is written instead of what, and the line that the person who wrote it sees.
MISTAKES = [
    ("weight = 0.20", "weight = 0.15", "the categories' weights add up to 0.95; they must add up to 1"),
    (
        "right_first_time = 0.5",
        "right_first_time = 0.6",
        "category lots: the shares add up to 1.1; they must add up to 1",
    ),
    (
        "capa_on_time = 0.6",
        "capa_in_time = 0.6",
        "category capa: 'capa_in_time' is none of its indicators, capa_on_time, ",
    ),
    ("capa_on_time = 0.6", "fill_rate = 0.6", "category capa: 'fill_rate' is none of its indicators, capa_on_time, "),
    (
        "yield_attainment = 0.2",
        "cost_per_released_batch = 0.2",
        "category lots: cost_per_released_batch is split by currency; a score cannot add these up",
    ),
    ("[category.capa]", "[category.money]", "category money: there is none; allowed are lots, flow, "),
    ("weight = 0.10\n", "", "category capa: weight is None; it must be a number from 0 to 1"),
    ("weight = 0.10", "weight = -0.1", "category capa: weight is -0.1; it must be a number from 0 to 1"),
    ("weight = 0.10", "weight = nan", "category capa: weight is nan; it must be a number from 0 to 1"),
    ("weight = 0.10", 'weight = "a tenth"', "category capa: weight is 'a tenth'; it must be a number from 0 to 1"),
    (
        "shares = { submission_timeliness = 1.0 }",
        "shares = {}",
        "category reporting: shares must name its indicators, as { indicator = 0.5, … }",
    ),
    ("window = 3", "window = 6", "window is 6; allowed are 1, 3, 12 months"),
    ("window = 3", "window = true", "window is True; it must be a number from 1 to 12"),
    ("wobble = 0.25", "wobble = 1.5", "wobble is 1.5; it must be a number from 0 to 0.9"),
    ("draws = 1000", "draws = 0", "draws is 0; it must be a whole number from 1 to 10000"),
    ("seed = 20260930", 'seed = "today"', "seed is 'today'; it must be a whole number from 0 to "),
    ("least_weight = 0.5", "least_weight = 50", "least_weight is 50; it must be a number from 0 to 1"),
    ("review_by = 2027-09-30", 'review_by = "soon"', "review_by must be a date, written 2027-09-30"),
    ('owner = "Joint steering committee"', 'owner = ""', "owner is missing or not a text"),
    ("window = 3", "windows = 3", "'windows' is not a known entry"),
    (
        'kpi = "open_critical_findings"',
        'kpi = "criticals"',
        "flag open_critical_finding: kpi 'criticals' is no indicator",
    ),
    (
        'kpi = "open_critical_findings"',
        'kpi = "repeat_finding_rate"',
        "flag open_critical_finding: repeat_finding_rate is a proportion; a flag is a state at month end",
    ),
    ("cap = 50", "cap = 500", "flag open_critical_finding: cap is 500; it must be a number from 0 to 100"),
    ("cap = 50", "ceiling = 50", "flag open_critical_finding: 'ceiling' is not a known entry"),
    (
        'id = "open_critical_finding"',
        'id = "overdue_critical_deviation"',
        "flag overdue_critical_deviation: the id is used twice",
    ),
    ("[category.lots]", "[category.lots", "not readable as TOML: "),
]


def folder_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    (folder / "scores.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("written", "instead", "line"), MISTAKES, ids=[line[:60] for *_, line in MISTAKES])
def test_a_mistake_is_refused_by_name(tmp_path, written, instead, line):
    ours = (DEFINITIONS / "scores.toml").read_text(encoding="utf-8")
    assert written in ours
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder_with(tmp_path, ours.replace(written, instead, 1)))
    assert any(found.startswith(f"scores.toml: {line}") for found in refused.value.mistakes), refused.value.mistakes


def test_all_mistakes_are_named_at_once(tmp_path):
    ours = (DEFINITIONS / "scores.toml").read_text(encoding="utf-8")
    text = (
        ours.replace("window = 3", "window = 6").replace("cap = 50", "cap = 500").replace("weight = 0.10", "weight = 1")
    )
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder_with(tmp_path, text))
    assert [line.split(" is ")[0].split(" add ")[0] for line in refused.value.mistakes] == [
        "scores.toml: window",
        "scores.toml: the categories' weights",
        "scores.toml: flag open_critical_finding: cap",
    ]


def test_a_missing_file_is_one_line(tmp_path):
    folder = folder_with(tmp_path, "")
    (folder / "scores.toml").unlink()
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder)
    assert refused.value.mistakes == ("scores.toml: the file is missing",)


def test_our_policy_says_who_why_and_whence_and_names_the_three_grave_facts():
    policy = load_catalog().scoring
    assert policy.owner
    assert policy.why
    assert policy.source
    assert policy.review_by > date(2026, 1, 1)
    assert {flag.kpi_id for flag in policy.flags} == {
        "open_critical_findings",
        "overdue_critical_deviations",
        "open_critical_authority_findings",
    }


def test_the_weights_of_all_indicators_add_up_to_one():
    policy = load_catalog().scoring
    assert math.fsum(policy.weight_of(weight.kpi_id) for weight in policy.weights) == pytest.approx(1)
    assert policy.weight_of("right_first_time") == pytest.approx(0.1)
    assert policy.weight_of("deviation_rate") == 0


def test_no_single_indicator_carries_a_rating_alone():
    """What firms in FDA's pilots asked for."""
    policy = load_catalog().scoring
    assert max(policy.weight_of(weight.kpi_id) for weight in policy.weights) <= 0.1 + 1e-12
