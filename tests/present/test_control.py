"""What the indicator's control chart says in words: verdicts, since when, flagged months, target and its clause."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest

from kpi.present.control import target_words
from kpi.present.indicator import statement
from kpi.present.verdict_sentences import assurance_verdict
from tests.present.charted import CATALOG, NONE, RATE, charted, marts_of, month_of, rebaseline

GOOD = [97, 96, 97, 96, 97, 96, 97, 96]
WORSE = [92, 93, 92, 93, 92, 93, 92]


def flagged(board: str) -> list[tuple[str, str, str]]:
    """(month, value, what it broke) of each row."""
    rows = json.loads(board)["rows"] if board else []
    return [(row["name"], *(row["cells"][place]["v"] for place in (0, 2))) for row in rows]


def test_a_special_cause_is_said_with_its_rule_and_since_when():
    control = charted(marts_of(GOOD + WORSE, 100))
    assert control.variation.icon == "concern low"
    assert control.variation.sentence == (
        "**Special cause for the worse** in March 2025: 7 months in a row below the mean. "
        "Every month since September 2024 (7 months) was flagged for the worse."
    )


def test_a_special_cause_of_one_month_has_no_since():
    control = charted(marts_of([*GOOD, *GOOD, 70], 100))
    assert control.variation.sentence == (
        "**Special cause for the worse** in May 2025: outside the control limits, low."
    )


def test_common_cause_names_the_last_special_cause():
    control = charted(marts_of([*GOOD, 70, *GOOD[:6], 88], 100))
    assert control.variation.icon == "common cause"
    assert control.variation.sentence == (
        "**Common cause** in April 2025: within the usual ups and downs. The last special cause was in September 2024, "
        "for the worse."
    )
    assert charted(marts_of(GOOD + GOOD, 100)).variation.sentence.endswith("within the usual ups and downs.")


def test_verdicts_from_few_months_are_provisional():
    few = charted(marts_of(GOOD, 100))
    assert few.variation.sentence.endswith("Provisional: it rests on 8 months.")
    assert few.assurance.sentence.endswith("Provisional: it rests on 8 months.")
    assert "Provisional" not in charted(marts_of(GOOD + GOOD, 100)).plain


@pytest.mark.parametrize(
    ("released", "month", "expected"),
    [
        ([9, 9, NONE], month_of(2), "**No verdict**: March 2024 has no value."),
        ([NONE, 9, 9], month_of(0), "**No verdict**: January 2024 has no value."),
    ],
)
def test_a_month_without_a_value_has_no_verdict(released, month, expected):
    lots = [NONE if value != value else 10 for value in released]
    control = charted(marts_of(released, lots), month)
    assert (control.variation.icon, control.variation.sentence) == ("", expected)
    assert (
        control.assurance.sentence
        == f"**No forecast**: {'March' if month.month == 3 else 'January'} 2024 has no value."
    )


@pytest.mark.parametrize(
    ("target", "icon", "says"),
    [
        (0.999, "consistently fails", "**Will miss the target** unless something is changed"),
        (0.5, "consistently passes", "**Will meet the target** if nothing changes"),
        (0.95, "hit or miss", "**Will meet the target in some months and miss it in others**"),
    ],
)
def test_whether_the_target_will_be_met_is_said_with_the_limits(target, icon, says):
    control = charted(marts_of([950, 948, 952, 949, 951, 950], 1000, targets=target, limit=0.1))
    assert control.assurance.icon == icon
    assert control.assurance.sentence.startswith(says)
    assert "the control limits (92.9 to 97.1 %)" in control.assurance.sentence
    assert "with care" not in control.assurance.sentence


def test_a_forecast_while_a_special_cause_acts_is_to_be_read_with_care():
    assert charted(marts_of(GOOD + WORSE, 100)).assurance.sentence.endswith("while a special cause is at work.")


def test_without_a_target_there_is_no_forecast():
    control = charted(marts_of(GOOD, 100, targets=NONE, sources=""))
    assert control.assurance.sentence == "**No forecast**: no target is agreed."
    assert control.target == "No target is agreed."


def test_few_months_give_trial_limits_and_more_do_not():
    assert "Trial limits: 5 months of the 12" in charted(marts_of([9] * 5, 10)).reading
    assert "Trial" not in charted(marts_of([9] * 12, 10)).reading


def test_no_value_at_all_is_said():
    assert charted(marts_of([NONE], [NONE])).reading == "No month has a value yet."


def test_a_primed_chart_says_so_and_states_sigma_z():
    scattered = [60, 99, 58, 97, 62, 99, 61, 98, 60, 99, 59, 98]
    usual, primed = (charted(marts_of(scattered, 100), prime=prime) for prime in (False, True))
    assert usual.reading.startswith("p chart of 12 months, mean 79.2 %. σz ")
    assert "vary more than chance alone explains" in usual.reading
    assert primed.reading.startswith("p′ chart of 12 months, mean 79.2 %. σz ")
    assert "monthly p′ chart" in primed.figure.layout.title.subtitle.text
    assert flagged(usual.flagged)
    assert not flagged(primed.flagged)


def test_flagged_months_are_listed_newest_first_with_the_rule_in_words():
    rows = flagged(charted(marts_of([*GOOD, 70, *GOOD, *WORSE], 100)).flagged)
    assert rows[0] == ("Dec 2025", "92.0 %", "7 months in a row below the mean (for the worse)")
    assert ("Sep 2024", "70.0 %", "Outside the control limits, low (for the worse)") in rows
    assert rows[-1] == ("Jan 2024", "97.0 %", "7 months in a row above the mean (for the better)")


def test_the_words_count_from_the_new_limits():
    released = [*GOOD, *WORSE]
    control = charted(marts_of(released, 100), rebaselines=[rebaseline(8)])
    assert control.reading.startswith("p chart of 7 months since the new limits of September 2024, mean 92.4 %.")
    assert control.variation.icon == "common cause"


@pytest.mark.parametrize(
    ("targets", "sources", "expected"),
    [
        ([0.98] * 4, "definition", "Target ≥ 98.0 %, limit 93.0 % (the definition's default)."),
        ([0.98] * 4, "QA-7, 3.1", "Target ≥ 98.0 %, limit 93.0 % (QA-7, 3.1)."),
        (
            [0.98, 0.98, 0.95, 0.95],
            ["definition", "definition", "QA-7, 3.1", "QA-7, 3.1"],
            "Target ≥ 95.0 %, limit 93.0 %, since March 2024 (QA-7, 3.1).",
        ),
        (
            [0.95, 0.98, 0.98, 0.95],
            ["QA-7", "QA-8", "QA-8", "QA-7"],
            "Target ≥ 95.0 %, limit 93.0 %, since April 2024 (QA-7).",
        ),
    ],
)
def test_the_target_comes_with_its_clause_and_since_when(targets, sources, expected):
    months = marts_of([9] * 4, 10, targets=targets, sources=sources).kpi_monthly
    assert target_words(RATE, months, month_of(3)) == expected


def test_the_target_is_the_one_in_force_in_the_month_looked_at():
    months = marts_of([9] * 3, 10, targets=[0.98, 0.95, 0.95]).kpi_monthly
    assert target_words(RATE, months, month_of(0)).startswith("Target ≥ 98.0 %")


def test_those_who_cannot_see_the_chart_hear_both_verdicts_without_markup():
    plain = charted(marts_of(GOOD + WORSE, 100)).plain
    assert plain.startswith("Special cause for the worse in March 2025")
    assert "*" not in plain
    assert "mean 94." in plain


def test_a_figure_in_one_sentence():
    row = next(marts_of([19], 20).kpi_monthly.itertuples(index=False))
    text = statement(RATE, row, date(2026, 1, 1), 1)
    assert text.endswith(
        "**95.0 %** in January 2026 (19 of 20, 95 % interval 76.4–99.1 %), target ≥ 98.0 %: "
        "target missed, within the limit."
    )
    assert statement(CATALOG.indicators["fill_rate"], None, date(2026, 1, 1), 3).endswith(
        "Nothing was ever reported for the 3 months to January 2026."
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict", "says"),
    [
        (0.97, 1.02, "consistently passes", "lie wholly within the target (95.0–105.0 %)"),
        (0.90, 0.94, "consistently fails", "lie wholly beyond the target (95.0–105.0 %)"),
        (0.90, 1.02, "hit or miss", "the control limits (90.0 to 102.0 %) reach beyond the target (95.0–105.0 %)"),
    ],
)
def test_a_band_is_within_or_beyond(low, high, verdict, says):
    row = SimpleNamespace(
        target=0.95, assurance=verdict, lower_limit=low, upper_limit=high, variation_rule="", points=20
    )
    said = assurance_verdict(CATALOG.indicators["yield_attainment"], row, month_of(0), "")
    assert says in said.sentence
