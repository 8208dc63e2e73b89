"""``scorecard``: one row per partner by id, everything it is made of as JSON, and requests that make no sense."""

from __future__ import annotations

import json

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.marts import load_marts
from kpi.signals.scorecard import scorecard


@pytest.fixture(scope="module")
def expected(sample_store):
    catalog = load_catalog()
    marts = load_marts(sample_store, catalog, scope=EVERYTHING)
    return scorecard(marts, catalog, marts.last_month)


def test_csv_has_a_row_for_every_partner_by_its_id(on_sample, expected):
    ended = on_sample("scorecard", "--format", "csv")
    assert ended.code == 0
    assert [row["partner_id"] for row in ended.rows] == [score.partner_id for score in expected]
    for row, score in zip(ended.rows, expected, strict=True):
        assert row["month"] == "2026-10"
        assert float(row["score"]) == score.score
        assert float(row["rating"]) == score.capped
        assert row["rating_cap"] == ("" if score.rating_cap is None else str(score.rating_cap))
        assert (row["rank_low"], row["rank_high"], row["of"]) == (str(score.rank_low), str(score.rank_high), "8")
        assert row["flags_raised"].split(";") == ([state.flag.id for state in score.raised] or [""])


def test_json_has_contributions_and_flags(on_sample, expected):
    found = json.loads(on_sample("scorecard", "--partner", "TARN", "--format", "json").out)
    assert len(found) == 1
    score = next(score for score in expected if score.partner_id == "TARN")
    assert found[0]["score"] == score.score
    assert [part["points"] for part in found[0]["contributions"]] == [part.points for part in score.contributions]
    assert sum(part["points"] for part in found[0]["contributions"]) == pytest.approx(score.score)
    assert {flag["flag"]: flag["state"] for flag in found[0]["flags"]} == {s.flag.id: s.state for s in score.flags}


def test_one_partner_keeps_the_rank_it_has_among_all(on_sample, expected):
    row = on_sample("scorecard", "--partner", "TARN", "--format", "csv").rows[0]
    score = next(score for score in expected if score.partner_id == "TARN")
    assert (int(row["rank_low"]), int(row["of"])) == (score.rank_low, 8)


def test_an_empty_store_has_no_scores_and_no_error(command):
    ended = command("scorecard", "--format", "csv")
    assert (ended.code, ended.rows) == (0, [])
    assert ended.out.startswith("month,partner_id,score,")
    assert json.loads(command("scorecard", "--format", "json").out) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--month", "2030-01"), "There are no figures for 2030-01. Choose a month from "),
        (("--partner", "tarm"), 'There is no partner "tarm". Nearest: TARN'),
        (("--as-of", "9999"), "9999"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(on_sample, words, line):
    ended = on_sample("scorecard", *words)
    assert ended.code == 2
    assert line in ended.err


def test_the_same_version_prints_the_same_bytes(on_sample):
    assert on_sample("scorecard", "--format", "json").out == on_sample("scorecard", "--format", "json").out
