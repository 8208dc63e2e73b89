"""A score in words: constructed cases, and the tables against the score they show."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.catalog.policy import Flag
from kpi.marts import load_marts
from kpi.present.scorecard import contributions_board, flags_board, score_sentences
from kpi.signals.scorecard import Contribution, FlagState, Score, scorecard

CATALOG = load_catalog()
POLICY = CATALOG.scoring
OCTOBER = date(2026, 10, 1)
GRAVE = Flag("critical", "Open critical finding", "open_critical_findings", 1.0, 50.0, "It is grave.")
CLEAR = FlagState(GRAVE, "clear", 0.0, OCTOBER)
RAISED = FlagState(GRAVE, "raised", 2.0, OCTOBER)
SILENT = FlagState(GRAVE, "raised", 2.0, date(2026, 8, 1), stale=True)
UNKNOWN = FlagState(GRAVE, "not known", 0.0, date(2026, 8, 1), stale=True)


def part(left_out: str = "") -> Contribution:
    return Contribution("right_first_time", 0.8, 20, 0.85, 0.7, None if left_out else 66.7, 0.1, 0.1, 6.7, left_out)


def score_of(mean: float | None = 72.4, **changes: object) -> Score:
    base = Score("A", mean, None, mean, (CLEAR,), (part(),), 1.0, 68.2, 75.1, 3, 5, 8)
    return replace(base, **changes)


MOVED = "Moving every weight by up to a quarter puts the mean between 68 and 75"
CASES = {
    "plain": (score_of(), ["72 of 100.", f"{MOVED} and the rating between rank 3 and 5 of 8."]),
    "one rank": (
        score_of(rank_low=4, rank_high=4),
        ["72 of 100.", f"{MOVED} and the rating at rank 4 of 8."],
    ),
    "nobody else": (
        score_of(rank_low=1, rank_high=1, of=1),
        ["72 of 100.", f"{MOVED}. No other partner has a score, so a rank would say nothing."],
    ),
    "capped": (
        score_of(flags=(RAISED,), rating_cap=50.0, capped=50.0),
        [
            "50 of 100: capped, the mean of the figures is 72.",
            "Capped at 50 by a flag: open critical finding (2 in October 2026).",
            f"{MOVED} and the rating between rank 3 and 5 of 8.",
        ],
    ),
    "silent about a raised flag": (
        score_of(flags=(SILENT,), rating_cap=50.0, capped=50.0),
        [
            "50 of 100: capped, the mean of the figures is 72.",
            "Capped at 50 by a flag: open critical finding (2 in August 2026, nothing reported since).",
            f"{MOVED} and the rating between rank 3 and 5 of 8.",
        ],
    ),
    "a flag not known": (
        score_of(flags=(UNKNOWN,)),
        [
            "72 of 100.",
            "Not known, for want of data: open critical finding.",
            f"{MOVED} and the rating between rank 3 and 5 of 8.",
        ],
    ),
    "one reason": (
        score_of(contributions=(part(), part("no data")), coverage=0.9),
        [
            "72 of 100.",
            "1 of 2 indicators has no data; its weight, 10 % of the whole, is shared among the rest.",
            f"{MOVED} and the rating between rank 3 and 5 of 8.",
        ],
    ),
    "several reasons": (
        score_of(contributions=(part(), part("no data"), part("too few"), part("too few")), coverage=0.655),
        [
            "72 of 100.",
            "3 of 4 indicators are left out: 1 has no data and 2 have too few records; their weight, 34.5 % of the "
            "whole, is shared among the rest.",
            f"{MOVED} and the rating between rank 3 and 5 of 8.",
        ],
    ),
    "no score": (
        score_of(None, contributions=(part("no data"),), coverage=0.05, low=None, high=None, rank_low=None, of=7),
        ["No score: figures that can be judged carry 5 % of the weight, and a score needs at least 50 %."],
    ),
    "no score, and a flag": (
        score_of(
            None, flags=(RAISED,), rating_cap=50.0, contributions=(part("no data"),), coverage=0.0, low=None, of=0
        ),
        [
            "No score: figures that can be judged carry 0 % of the weight, and a score needs at least 50 %.",
            "Raised all the same: open critical finding (2 in October 2026).",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_score_explains_itself(name):
    score, sentences = CASES[name]
    assert list(score_sentences(score, POLICY)) == sentences


@pytest.fixture(scope="module")
def scores(sample_store):
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    return scorecard(marts, CATALOG, marts.last_month)


def test_the_table_shows_every_contribution_and_adds_up(scores):
    for score in scores:
        table = json.loads(contributions_board(score, CATALOG, OCTOBER))
        shown = [row for row in table["rows"] if "heading" not in row]
        assert len(shown) == len(score.contributions)
        points = sum(float(row["cells"][4]["v"]) for row in shown if row["cells"][4].get("v"))
        assert points == pytest.approx(score.score, abs=0.05 * len(shown))
        headings = [row["heading"] for row in table["rows"] if "heading" in row]
        assert sum(float(text.split(", ")[1].split(" ")[0]) for text in headings) == pytest.approx(score.score, abs=0.5)


def test_what_is_left_out_says_so_and_weighs_nothing(scores):
    left_out = [part for score in scores for part in score.contributions if part.left_out]
    assert left_out
    for score in scores:
        rows = [row for row in json.loads(contributions_board(score, CATALOG, OCTOBER))["rows"] if "heading" not in row]
        by_name = {row["name"]: row["cells"] for row in rows}
        for part in score.contributions:
            cells = by_name[CATALOG.indicators[part.kpi_id].name]
            if part.left_out:
                assert cells[2]["v"] == cells[2]["s"] == part.left_out
                assert (cells[3]["v"], cells[3]["n"].split()[0]) == ("0 %", "agreed")
                assert "v" not in cells[4]


def test_all_or_nothing_is_said():
    step = replace(part(), all_or_nothing=True, attainment=0.0)
    row = json.loads(contributions_board(score_of(contributions=(step,)), CATALOG, OCTOBER))["rows"][1]
    assert row["cells"][2] == {"v": "0", "n": "all or nothing", "s": "past limit", "t": row["cells"][2]["t"]}


def test_the_flags_are_listed_with_state_cap_and_reason():
    table = json.loads(flags_board(score_of(flags=(RAISED, UNKNOWN)), OCTOBER))
    texts = [
        (row["cells"][0]["s"], row["cells"][0]["n"], *(cell["v"] for cell in row["cells"])) for row in table["rows"]
    ]
    assert texts == [
        ("raised", "2 in October 2026", "raised", "50", "It is grave."),
        ("not known", "0 in August 2026, nothing reported since", "not known", "50", "It is grave."),
    ]
    assert flags_board(score_of(flags=()), OCTOBER) == ""
