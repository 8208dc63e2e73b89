"""Scores against a plain calculation, on the sample and on figures made by hand."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.catalog.policy import Flag, ScorePolicy, Weight
from kpi.marts import load_marts
from kpi.signals.scorecard import CLEAR, NOT_KNOWN, RAISED, scorecard
from tests.signals.small_marts import OCTOBER, Figure, marts_of

OURS = load_catalog()
SEPTEMBER = date(2026, 9, 1)
FLAG = Flag("critical", "Open critical finding", "open_critical_findings", 1.0, 50.0, "It is grave.")
POLICY = replace(
    OURS.scoring,
    categories=(("lots", 0.6), ("delivery", 0.4)),
    weights=(
        Weight("lot_acceptance_rate", "lots", 0.25),
        Weight("right_first_time", "lots", 0.75),
        Weight("on_time_in_full", "delivery", 1.0),
    ),
    flags=(FLAG,),
    least_weight=0.3,
)
CATALOG = replace(OURS, scoring=POLICY)


def with_policy(**changes: object):
    return replace(OURS, scoring=replace(POLICY, **changes))


def figures_of(partner: str, acceptance: float, first_time: float, in_full: float, criticals: float = 0.0):
    """Attainments are the numbers given: limit 0, target 100."""
    return [
        Figure(partner, "lot_acceptance_rate", acceptance, 100, 0),
        Figure(partner, "right_first_time", first_time, 100, 0),
        Figure(partner, "on_time_in_full", in_full, 100, 0),
        Figure(partner, "open_critical_findings", criticals, 0, 0),
    ]


def one(marts, catalog=CATALOG, partner="A", month=OCTOBER):
    return next(score for score in scorecard(marts, catalog, month) if score.partner_id == partner)


def test_a_score_is_the_weighted_mean_and_its_points_add_up_to_it():
    score = one(marts_of(figures_of("A", 80, 40, 100)))
    assert score.score == pytest.approx(0.15 * 80 + 0.45 * 40 + 0.4 * 100)
    assert math.fsum(part.points for part in score.contributions) == pytest.approx(score.score)
    assert [part.weight for part in score.contributions] == pytest.approx([0.15, 0.45, 0.4])
    assert (score.rating_cap, score.capped) == (None, score.score)


@pytest.mark.parametrize("status", ["no data", "no activity", "too few", "no target"])
def test_a_figure_that_cannot_be_judged_gives_its_weight_to_the_rest(status):
    figures = figures_of("A", 80, 40, 100)
    figures[1] = replace(figures[1], status=status)
    score = one(marts_of(figures))
    assert score.contributions[1].left_out == status
    assert score.contributions[1].attainment is None
    assert (score.contributions[1].weight, score.contributions[1].points) == (0, 0)
    assert score.coverage == pytest.approx(0.55)
    assert [part.weight for part in score.contributions] == pytest.approx([0.15 / 0.55, 0, 0.4 / 0.55])
    assert score.score == pytest.approx((0.15 * 80 + 0.4 * 100) / 0.55)


def test_an_indicator_that_was_never_reported_is_no_data():
    score = one(marts_of(figures_of("A", 80, 40, 100)[2:]))
    assert [part.left_out for part in score.contributions] == ["no data", "no data", ""]
    assert score.score == pytest.approx(100)


def test_with_too_little_of_the_weight_there_is_no_score_and_the_flags_stay():
    marts = marts_of(figures_of("A", 80, 40, 100, criticals=2)[:1] + figures_of("A", 0, 0, 0, criticals=2)[3:])
    score = one(marts)
    assert score.coverage == pytest.approx(0.15)
    assert (score.score, score.capped, score.low, score.rank_low) == (None, None, None, None)
    assert (score.rating_cap, score.raised[0].value, score.of) == (50, 2, 0)


def test_a_weight_just_at_the_least_is_enough():
    figures = [Figure("A", "on_time_in_full", 70, 100, 0)]
    assert one(marts_of(figures), with_policy(least_weight=0.4)).score == pytest.approx(70)
    assert one(marts_of(figures), with_policy(least_weight=0.41)).score is None


@pytest.mark.parametrize(
    ("target", "limit", "value", "attained", "step"),
    [(90, 90, 90, 100, True), (90, 90, 89.9, 0, True), (90, float("nan"), 95, 100, True), (90, 80, 85, 50, False)],
)
def test_a_limit_that_equals_the_target_or_is_missing_makes_it_all_or_nothing(target, limit, value, attained, step):
    score = one(marts_of([Figure("A", "on_time_in_full", value, target, limit)]))
    assert score.contributions[2].attainment == pytest.approx(attained)
    assert score.contributions[2].all_or_nothing is step


def test_a_raised_flag_caps_the_rating_and_not_the_score():
    score = one(marts_of(figures_of("A", 100, 100, 100, criticals=1)))
    assert (score.score, score.rating_cap, score.capped) == (100, 50, 50)
    assert (score.low, score.high) == pytest.approx((100, 100))
    assert (score.capped_low, score.capped_high) == (50, 50)


def test_a_cap_never_lifts_a_score_below_it():
    assert one(marts_of(figures_of("A", 20, 20, 20, criticals=1))).capped == pytest.approx(20)


def test_the_lowest_of_two_caps_holds():
    lower = replace(FLAG, id="late", kpi_id="overdue_critical_deviations", cap=30.0)
    marts = marts_of([*figures_of("A", 90, 90, 90, criticals=1), Figure("A", "overdue_critical_deviations", 4, 0, 0)])
    assert one(marts, with_policy(flags=(FLAG, lower))).capped == 30


# the figure of September, of October (None: no data) → the state in October, the value and month it rests on
FLAG_TABLE = [
    (0, 0, CLEAR, 0, OCTOBER),
    (0, 1, RAISED, 1, OCTOBER),
    (1, 0, CLEAR, 0, OCTOBER),
    (1, None, RAISED, 1, SEPTEMBER),
    (0, None, NOT_KNOWN, 0, SEPTEMBER),
    (None, None, NOT_KNOWN, None, None),
]


@pytest.mark.parametrize(("before", "now", "state", "value", "month"), FLAG_TABLE)
def test_silence_never_lifts_a_flag(before, now, state, value, month):
    figures = [*figures_of("A", 90, 90, 90)[:3], Figure("B", "right_first_time", 1, 1, 0, month=SEPTEMBER)]
    for count, when in ((before, SEPTEMBER), (now, OCTOBER)):
        known = {"value": count} if count is not None else {"status": "no data"}
        figures.append(Figure("A", "open_critical_findings", target=0, limit=0, month=when, **known))
    score = one(marts_of(figures))
    found = score.flags[0]
    assert (found.state, found.value, found.month) == (state, value, month)
    assert found.stale is (month == SEPTEMBER)
    assert score.capped == pytest.approx(50 if state == RAISED else 90)


def test_a_later_month_does_not_exist_for_an_earlier_score():
    marts = marts_of(
        [
            *figures_of("A", 90, 90, 90, criticals=1),
            *(replace(figure, month=SEPTEMBER) for figure in figures_of("A", 10, 10, 10)),
        ]
    )
    assert one(marts, month=SEPTEMBER).score == pytest.approx(10)
    assert one(marts, month=SEPTEMBER).flags[0].state == CLEAR


def test_all_partners_without_data_have_no_score_and_no_rank():
    scores = scorecard(marts_of([], ["A", "B"]), CATALOG, OCTOBER)
    assert [score.partner_id for score in scores] == ["A", "B"]
    assert {(score.score, score.rank_high, score.of, score.coverage) for score in scores} == {(None, None, 0, 0)}
    assert {part.left_out for score in scores for part in score.contributions} == {"no data"}
    assert scorecard(marts_of([]), CATALOG, OCTOBER) == ()


def test_one_partner_alone_is_rank_one_of_one():
    score = one(marts_of(figures_of("A", 80, 40, 100)))
    assert (score.rank_low, score.rank_high, score.of) == (1, 1, 1)


def test_partners_without_a_score_take_no_rank():
    marts = marts_of([*figures_of("A", 80, 40, 100), *figures_of("C", 10, 10, 10)], ["A", "B", "C"])
    assert [(score.rank_low, score.rank_high, score.of) for score in scorecard(marts, CATALOG, OCTOBER)] == [
        (1, 1, 2),
        (None, None, 2),
        (2, 2, 2),
    ]


def test_equal_ratings_share_their_places():
    """Two capped at the same height, and one below: nobody is told apart by the order of ids."""
    marts = marts_of([*figures_of("A", 90, 90, 90, 1), *figures_of("B", 70, 70, 70, 1), *figures_of("C", 20, 20, 20)])
    assert [(score.rank_low, score.rank_high) for score in scorecard(marts, CATALOG, OCTOBER)] == [
        (1, 2),
        (1, 2),
        (3, 3),
    ]


def test_ranks_that_hang_on_the_weights_are_an_interval():
    """A is good at lots, B at deliveries: with 60 : 40 moved by a quarter either may be first."""
    marts = marts_of([*figures_of("A", 90, 90, 40), *figures_of("B", 55, 55, 90)])
    first, second = scorecard(marts, CATALOG, OCTOBER)
    assert (first.rank_low, first.rank_high, second.rank_low, second.rank_high) == (1, 2, 1, 2)
    assert first.low < first.score < first.high


def test_weights_that_are_not_moved_give_no_interval():
    marts = marts_of([*figures_of("A", 90, 90, 40), *figures_of("B", 55, 55, 90)])
    for score in scorecard(marts, with_policy(wobble=0.0), OCTOBER):
        assert score.low == pytest.approx(score.score)
        assert score.high == pytest.approx(score.score)
        assert score.rank_low == score.rank_high


def plain_draws(policy: ScorePolicy):
    """The moved weights, number by number."""
    dice = np.random.default_rng(policy.seed)
    by_category = dice.uniform(1 - policy.wobble, 1 + policy.wobble, (policy.draws, len(policy.categories)))
    by_share = dice.uniform(1 - policy.wobble, 1 + policy.wobble, (policy.draws, len(policy.weights)))
    for factors, share_factors in zip(by_category, by_share, strict=True):
        categories = {name: share * factor for (name, share), factor in zip(policy.categories, factors, strict=True)}
        shares = {w.kpi_id: w.share * factor for w, factor in zip(policy.weights, share_factors, strict=True)}
        yield {
            w.kpi_id: categories[w.category]
            / sum(categories.values())
            * shares[w.kpi_id]
            / sum(shares[other.kpi_id] for other in policy.weights if other.category == w.category)
            for w in policy.weights
        }


@pytest.fixture(scope="module")
def sample(sample_store):
    return load_marts(sample_store, OURS, scope=EVERYTHING)


def test_the_sample_against_a_plain_calculation(sample):
    scores = scorecard(sample, OURS, sample.last_month)
    found = {
        score.partner_id: {p.kpi_id: p.attainment for p in score.contributions if not p.left_out} for score in scores
    }
    agreed = {w.kpi_id: OURS.scoring.weight_of(w.kpi_id) for w in OURS.scoring.weights}
    caps = {score.partner_id: score.rating_cap or 100.0 for score in scores}

    def mean(weights, partner):
        known = found[partner]
        return sum(weights[kpi] * known[kpi] for kpi in known) / sum(weights[kpi] for kpi in known)

    drawn = [{partner: mean(weights, partner) for partner in found} for weights in plain_draws(OURS.scoring)]
    for score in scores:
        mine = [draw[score.partner_id] for draw in drawn]
        assert score.score == pytest.approx(mean(agreed, score.partner_id))
        assert score.low == pytest.approx(np.quantile(mine, 0.05))
        assert score.high == pytest.approx(np.quantile(mine, 0.95))
        ranks = [
            1 + sum(min(draw[p], caps[p]) > min(draw[score.partner_id], caps[score.partner_id]) + 1e-9 for p in draw)
            for draw in drawn
        ]
        assert score.rank_low == sorted(ranks)[math.ceil(0.05 * len(ranks)) - 1]


def test_scores_stand_by_partner_and_never_by_rank(sample):
    ids = [score.partner_id for score in scorecard(sample, OURS, sample.last_month)]
    assert ids == sorted(ids)


def test_row_order_and_repetition_change_nothing(sample):
    def as_text(marts):
        return json.dumps([asdict(score) for score in scorecard(marts, OURS, sample.last_month)], default=str)

    shuffled = replace(sample, kpi_monthly=sample.kpi_monthly.sample(frac=1, random_state=5))
    assert as_text(sample) == as_text(sample) == as_text(shuffled)


def test_who_else_is_there_changes_no_score_and_no_interval(sample):
    alone = sample.kpi_monthly[sample.kpi_monthly["partner_id"] == "TARN"]
    mine = one(replace(sample, kpi_monthly=alone), OURS, "TARN", sample.last_month)
    among = one(sample, OURS, "TARN", sample.last_month)
    assert (mine.score, mine.low, mine.high, mine.capped) == (among.score, among.low, among.high, among.capped)


def test_two_hundred_partners():
    dice = np.random.default_rng(1)
    figures = [f for p in range(200) for f in figures_of(f"P{p:03}", *dice.uniform(0, 100, 3))]
    scores = scorecard(marts_of(figures), CATALOG, OCTOBER)
    assert {score.of for score in scores} == {200}
    order = {score.partner_id: place for place, score in enumerate(sorted(scores, key=lambda s: -s.score), start=1)}
    for score in scores:
        assert 1 <= score.rank_low <= order[score.partner_id] <= score.rank_high <= 200
        assert score.low <= score.score <= score.high
