"""Variation and assurance of a series as icons and words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kpi.present.board import Cell
from kpi.present.verdicts import Verdict, verdict, with_verdict


def row(variation: str, rule: str = "", side: int = 0, assurance: str = "not known", points: int = 24):
    return SimpleNamespace(
        variation=variation, variation_rule=rule, variation_side=side, assurance=assurance, points=points
    )


@pytest.mark.parametrize(
    ("given", "icons", "is_special"),
    [
        (row("concern", "run", -1, "hit or miss"), ("concern low", "hit or miss"), True),
        (row("improvement", "outside", 1, "consistently passes"), ("improvement high", "consistently passes"), True),
        (row("high", "trend", 1), ("high",), True),
        (row("common cause", assurance="consistently fails"), ("common cause", "consistently fails"), False),
        (row("", assurance="hit or miss"), ("hit or miss",), False),
        (row(""), (), False),
    ],
)
def test_a_verdict_has_at_most_two_icons(given, icons, is_special):
    assert verdict(given).icons == icons
    assert verdict(given).is_special is is_special


def test_the_words_name_rule_target_and_trial_limits():
    variation, assurance = verdict(row("concern", "run", -1, "hit or miss")).sentences
    assert variation == "A special cause for the worse: 7 months in a row below the mean."
    assert "chance" in assurance


def test_trial_limits_foretell_nothing():
    trial = verdict(row("common cause", assurance="consistently passes", points=8))
    assert trial.icons == ("common cause",)
    assert trial.sentences[1].startswith("Trial limits: 8 months")


def test_a_cell_without_a_verdict_stays_as_it_is():
    cell = Cell(text="5", tip="Target ≥ 4")
    assert with_verdict(cell, None) is cell
    assert with_verdict(cell, Verdict("", "", 0, "not known", 0)) is cell
    assert with_verdict(cell, Verdict("common cause", "", 0, "not known", 24)).tip.startswith("Target ≥ 4\nCommon")
