"""The charts' verdicts in words."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.catalog import load_catalog
from kpi.present.signals import assurance_words, dispersion_words, rule_words, trial_words, variation_words
from kpi.signals.limits import POINTS_FOR_LIMITS
from kpi.signals.rules import RULES
from kpi.signals.verdicts import ASSURANCES, READINGS

INDICATORS = load_catalog().indicators
RULE_WORDS = [
    ("", 0, ""),
    ("outside", 1, "outside the control limits, high"),
    ("outside", -1, "outside the control limits, low"),
    ("trend", 1, "a trend of 7 months upwards"),
    ("trend", -1, "a trend of 7 months downwards"),
    ("two_of_three", 1, "2 of 3 months near the upper limit"),
    ("two_of_three", -1, "2 of 3 months near the lower limit"),
    ("run", 1, "7 months in a row above the mean"),
    ("run", -1, "7 months in a row below the mean"),
]


@pytest.mark.parametrize(("rule", "side", "words"), RULE_WORDS)
def test_rules(rule: str, side: int, words: str) -> None:
    assert rule_words(rule, side) == words


def test_every_rule_has_words() -> None:
    assert {rule for rule, _, _ in RULE_WORDS} == set(RULES)
    with pytest.raises(KeyError):
        rule_words("hunch", 1)


@pytest.mark.parametrize(
    ("kpi_id", "ends"),
    [
        ("right_first_time", "below the mean (for the worse)"),
        ("deviation_rate", "below the mean (for the better)"),
        ("yield_attainment", "below the mean"),
    ],
)
def test_with_the_indicator_a_side_is_named_better_or_worse(kpi_id: str, ends: str) -> None:
    assert rule_words("run", -1, INDICATORS[kpi_id]).endswith(ends)


def test_every_verdict_has_one_sentence_of_its_own() -> None:
    variations = [variation_words(reading) for reading in READINGS]
    assurances = [assurance_words(verdict) for verdict in ASSURANCES]
    for sentences in (variations, assurances):
        assert len(set(sentences)) == len(sentences)
        assert all(sentence.endswith(".") and sentence.count(". ") == 0 for sentence in sentences)
    assert variation_words("concern", "run", -1) == "A special cause for the worse: 7 months in a row below the mean."


@pytest.mark.parametrize(("points", "said"), [(0, "0 months"), (1, "1 month "), (POINTS_FOR_LIMITS - 1, "11 months")])
def test_trial_limits_are_named(points: int, said: str) -> None:
    assert said in trial_words(points)
    assert str(POINTS_FOR_LIMITS) in trial_words(points)


def test_enough_points_need_no_words() -> None:
    assert trial_words(POINTS_FOR_LIMITS) == ""


@pytest.mark.parametrize(
    ("sigma_z", "points", "said"),
    [
        (1.0, 36, "as chance alone"),
        (1.25, 36, "as chance alone"),
        (1.35, 36, "more than chance alone explains"),
        (0.65, 36, "less than chance alone"),
        (1.35, 10, "as chance alone"),
    ],
)
def test_dispersion(sigma_z: float, points: int, said: str) -> None:
    assert said in dispersion_words(sigma_z, points)
    assert dispersion_words(sigma_z, points).startswith(f"σz {sigma_z:.2f}: ")


@pytest.mark.parametrize(("sigma_z", "points"), [(float("nan"), 36), (None, 36), (1.5, 1)])
def test_no_sigma_z_no_words(sigma_z: float | None, points: int) -> None:
    assert dispersion_words(sigma_z, points) == ""


def test_primed_limits_say_how_much_wider_they_are() -> None:
    assert "1.40 times as wide" in dispersion_words(1.4, 36, prime=True)


def test_chance_alone_is_called_so_nineteen_times_in_twenty() -> None:
    """On 4,000 charts that assume rightly, of 36 points each: the spread of sigma z is the one the words rest on."""
    from kpi.signals.limits import p_chart

    rng = np.random.default_rng(11)
    n = np.full((4000, 36), 400)
    sigma_z = p_chart(rng.binomial(n, 0.4), n).sigma_z
    called = np.mean(["as chance alone" in dispersion_words(ratio, 36) for ratio in sigma_z])
    assert called == pytest.approx(0.95, abs=0.015)
