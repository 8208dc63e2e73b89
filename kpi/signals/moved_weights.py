"""How much scores and ranks depend on the weights: every weight moved many times, the same way for all partners.

Each number in the settings, a category's weight or an indicator's share in its category, is multiplied by a factor
drawn evenly from 1 − wobble to 1 + wobble; categories and shares are then scaled back to sums of 1. Missing figures
give their weight to the rest in every draw, as in the score itself. The seed is a setting, so the same figures always
give the same intervals. The idea: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.catalog.policy import ScorePolicy
from kpi.signals.attainment import HIGHEST

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

LOW, HIGH = 0.05, 0.95
DECIMALS = 9  # scores nearer than this are equal: what differs further behind is the order of additions


@dataclass(frozen=True)
class Spread:
    """Per partner the 5 % and 95 % points of the score, and of the rank among all partners given.

    Equal ratings share a rank interval from the best to the worst place that they could take. Each interval contains
    what the weights give as they stand.
    """

    low: Floats
    high: Floats
    rank_low: Counts
    rank_high: Counts


def weights_of(policy: ScorePolicy) -> Floats:
    """The weights as they stand, in the policy's order, shape (1, weights)."""
    return _combined(policy, np.ones((1, len(policy.categories))), np.ones((1, len(policy.weights))))


def moved_weights(policy: ScorePolicy) -> Floats:
    """The moved weights, shape (draws, weights); each row adds up to 1."""
    dice = np.random.default_rng(policy.seed)
    edges = 1 - policy.wobble, 1 + policy.wobble
    by_category = dice.uniform(*edges, (policy.draws, len(policy.categories)))
    return _combined(policy, by_category, dice.uniform(*edges, (policy.draws, len(policy.weights))))


def _combined(policy: ScorePolicy, category_factors: Floats, share_factors: Floats) -> Floats:
    names = [name for name, _ in policy.categories]
    of_category = np.array([names.index(weight.category) for weight in policy.weights], dtype=np.intp)
    categories = category_factors * np.array([share for _, share in policy.categories])
    shares = share_factors * np.array([weight.share for weight in policy.weights])
    in_category = of_category[:, np.newaxis] == np.arange(len(names))
    return _parts(categories)[:, of_category] * shares / _added(shares, in_category)[:, of_category]


def _parts(weights: Floats) -> Floats:
    total: Floats = weights.sum(axis=-1, keepdims=True)
    return weights / total


def _added(shares: Floats, in_category: npt.NDArray[np.bool_]) -> Floats:
    """Sum of the shares of each category, never 0: a category whose shares are all 0 weighs nothing anyway."""
    total: Floats = np.einsum("dw,wc->dc", shares, in_category.astype(np.float64))
    return np.where(total > 0, total, 1.0)


def scores(weights: Floats, attained: Floats) -> Floats:
    """Scores, shape (draws, partners), of attainments (partners, weights), NaN where there is none to weigh.

    Added up one by one in the weights' order, so that a partner's score never depends on who else is there.
    """
    known = ~np.isnan(attained)
    points = np.zeros((len(weights), len(attained)))
    carried = np.zeros_like(points)
    for place in range(attained.shape[1]):
        points += weights[:, place, np.newaxis] * np.where(known[:, place], attained[:, place], 0.0)
        carried += weights[:, place, np.newaxis] * known[:, place]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(carried > 0, np.minimum(points / carried, HIGHEST), np.nan)  # rounding may end a hair above


def spread(policy: ScorePolicy, attained: Floats, caps: Floats) -> Spread:
    """``attained`` (partners, weights): 0..100, NaN for left out; ``caps``: of each partner's rating, inf for none.

    Every partner given has a score. Ranks compare the capped ratings, the highest first.
    """
    from scipy.stats import rankdata

    if not len(attained):
        nobody = np.zeros(0, dtype=np.int64)
        return Spread(np.zeros(0), np.zeros(0), nobody, nobody)
    drawn = np.concatenate([scores(weights_of(policy), attained), scores(moved_weights(policy), attained)])
    low, high = np.quantile(drawn[1:], [LOW, HIGH], axis=0)
    ratings = -np.minimum(np.round(drawn, DECIMALS), caps)
    best, worst = rankdata(ratings, method="min", axis=1), rankdata(ratings, method="max", axis=1)
    rank_low = np.quantile(best[1:], LOW, axis=0, method="inverted_cdf")
    rank_high = np.quantile(worst[1:], HIGH, axis=0, method="inverted_cdf")
    return Spread(
        np.minimum(low, drawn[0]),
        np.maximum(high, drawn[0]),
        np.minimum(rank_low, best[0]).astype(np.int64),
        np.maximum(rank_high, worst[0]).astype(np.int64),
    )
