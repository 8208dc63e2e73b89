"""The simulation as a whole: repeatable, true to its levels, and told of in docs/alarm-system.md."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kpi.catalog import load_catalog
from kpi.cli.app import cli
from kpi.simulation.drawing import draw
from kpi.simulation.scenario import CHANGES, REFERENCE, SCENARIOS, Change, Scenario

PAGE = Path(__file__).resolve().parents[2] / "docs" / "alarm-system.md"


def test_the_page_is_not_stale() -> None:
    """The page's small table comes from the same rules, levels and code as its large one and is quick to make again."""
    found = re.search(r"```text\n\$ python -m kpi (alarms --partners \d+)\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert found is not None
    run = CliRunner().invoke(cli, found[1].split())
    assert run.exit_code == 0
    assert run.stdout == found[2], "docs/alarm-system.md is stale: put both tables in again, and read them"


def test_every_scenario_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert all(text.count(scenario.title) >= 2 for scenario in SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_steady_partners_meet_every_target_in_truth(scenario: Scenario) -> None:
    catalog = load_catalog()
    for kpi_id, (numerator, denominator) in draw(scenario, 400, 36, np.random.default_rng(7)).items():
        indicator = catalog.indicators[kpi_id]
        value = indicator.scale * numerator.sum() / denominator.sum()
        assert indicator.target is not None
        worse = value - indicator.target if indicator.better == "lower" else indicator.target - value
        assert worse < 0, kpi_id


@pytest.mark.parametrize(("change", "before", "after"), list(zip(CHANGES, (0.90, 0.20), (0.80, 0.40), strict=True)))
def test_a_change_is_drawn_from_its_month_on(change: Change, before: float, after: float) -> None:
    counts = draw(REFERENCE, 2000, 20, np.random.default_rng(3), change.after(REFERENCE.levels), 10)
    numerator, denominator = counts[change.kpi_id]
    assert numerator[:, :10].sum() / denominator[:, :10].sum() == pytest.approx(before, abs=0.005)
    assert numerator[:, 10:].sum() / denominator[:, 10:].sum() == pytest.approx(after, abs=0.005)


def test_counts_of_one_dataset_hang_together() -> None:
    counts = draw(replace(REFERENCE, restless=0.3), 200, 24, np.random.default_rng(5))
    assert (counts["right_first_time"][0] <= counts["lot_acceptance_rate"][0]).all()
    assert (counts["serious_deviation_rate"][0] <= counts["deviation_rate"][0]).all()
    assert (counts["perfect_order"][0] <= counts["on_time_in_full"][0]).all()
    assert (counts["on_time_in_full"][0] <= counts["on_time_delivery"][0]).all()
    assert all((counts[kpi][0] <= counts[kpi][1]).all() for kpi in counts if "rate" not in kpi and "per" not in kpi)
