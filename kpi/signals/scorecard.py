"""Figures of one month → a score for every partner, with everything that it is made of.

A score is the weighted mean of attainments. A figure that cannot be judged is left out and its weight shared among the
rest in proportion. Flags cap the rating, whatever the mean. Methods: kpi.signals.attainment, kpi.signals.moved_weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.catalog.policy import Flag, ScorePolicy
from kpi.marts.select import in_window
from kpi.signals.attainment import attainment, is_step
from kpi.signals.moved_weights import scores, spread, weights_of

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.marts import Marts

NO_DATA, NO_ACTIVITY, TOO_FEW, NO_TARGET = LEFT_OUT = ("no data", "no activity", "too few", "no target")
RAISED, CLEAR, NOT_KNOWN = FLAG_STATES = ("raised", "clear", "not known")


@dataclass(frozen=True)
class FlagState:
    """One flag of one partner. ``value`` is the figure last known, of ``month``; None when there never was one.

    A flag that was raised stays raised while nothing newer is reported: silence must not lift a cap. One that was clear
    is not known in a month without data. ``stale``: ``month`` is an earlier one than that of the score.
    """

    flag: Flag
    state: str
    value: float | None
    month: date | None
    stale: bool = False


@dataclass(frozen=True)
class Contribution:
    """What one indicator adds to a score. Values as in ``kpi_monthly``; None where there is no such number.

    ``agreed_weight`` is the policy's, ``weight`` that after sharing out (both 0..1), ``points`` weight × attainment.
    ``left_out`` says why there is no attainment. ``all_or_nothing``: nothing lies between target and limit.
    """

    kpi_id: str
    value: float | None
    n: float | None
    target: float | None
    limit: float | None
    attainment: float | None
    agreed_weight: float
    weight: float
    points: float
    left_out: str = ""
    all_or_nothing: bool = False


@dataclass(frozen=True)
class Score:
    """One partner's score of one month, all of it 0..100, nothing rounded.

    ``score`` is the weighted mean, None when less than the policy's least weight has figures; ``coverage`` is the
    agreed weight that has figures, 0..1. ``rating_cap`` comes from the raised flags, ``capped`` is the rating after it.
    ``low`` and ``high``: the 5 and 95 % points of the score under moved weights. ``rank_low`` to ``rank_high``: the
    same for the rank of the capped rating among the ``of`` partners that have a score.
    """

    partner_id: str
    score: float | None
    rating_cap: float | None
    capped: float | None
    flags: tuple[FlagState, ...]
    contributions: tuple[Contribution, ...]
    coverage: float
    low: float | None
    high: float | None
    rank_low: int | None
    rank_high: int | None
    of: int

    @property
    def raised(self) -> tuple[FlagState, ...]:
        return tuple(state for state in self.flags if state.state == RAISED)

    @property
    def capped_low(self) -> float | None:
        """The lower end for the rating that is shown, which no cap exceeds."""
        return _least(self.low, self.rating_cap)

    @property
    def capped_high(self) -> float | None:
        return _least(self.high, self.rating_cap)


@dataclass(frozen=True)
class Draft:
    """What one partner brings to its score, before anybody is compared with others."""

    contributions: tuple[Contribution, ...]
    flags: tuple[FlagState, ...]

    @property
    def coverage(self) -> float:
        return math.fsum(part.agreed_weight for part in self.contributions if not part.left_out)

    @property
    def cap(self) -> float:
        """Infinite where no flag is raised."""
        return min((state.flag.cap for state in self.flags if state.state == RAISED), default=math.inf)


Drafts = dict[str, Draft]  # by partner


def scorecard(marts: Marts, catalog: Catalog, month: date) -> tuple[Score, ...]:
    """A score for every partner of the register or the figures, by partner id.

    A month without figures, an unknown one too, gives every partner "no data" throughout, and no score.
    """
    return scored(drafts_of(marts, catalog, month), catalog.scoring)


def drafts_of(marts: Marts, catalog: Catalog, month: date) -> Drafts:
    """A draft for every partner of the register or the figures."""
    policy = catalog.scoring
    partners = sorted({*map(str, marts.register["partner_id"]), *map(str, marts.kpi_monthly["partner_id"].unique())})
    found = _figures(marts, [weight.kpi_id for weight in policy.weights], month, policy.window)
    agreed = weights_of(policy)[0]
    flags = _flag_states(marts, catalog, partners, month)
    return {partner: Draft(_contributions(catalog, found, partner, agreed), flags[partner]) for partner in partners}


def scored(drafts: Drafts, policy: ScorePolicy) -> tuple[Score, ...]:
    """The scores of these partners among one another, by partner id."""
    partners = sorted(drafts)
    attained = np.array(
        [[_or_nan(part.attainment) for part in drafts[partner].contributions] for partner in partners], dtype=np.float64
    )
    attained = attained.reshape(len(partners), len(policy.weights))
    coverage = [drafts[partner].coverage for partner in partners]
    has_score = np.array([share > 0 and share >= policy.least_weight - 1e-9 for share in coverage], dtype=bool)
    caps = [drafts[partner].cap for partner in partners]
    means = scores(weights_of(policy), attained)[0] if policy.weights else np.full(len(partners), np.nan)
    moved = spread(policy, attained[has_score], np.array(caps)[has_score])
    place = np.cumsum(has_score) - 1
    return tuple(
        Score(
            partner_id=partner,
            score=float(means[row]) if has_score[row] else None,
            rating_cap=_finite(caps[row]),
            capped=_least(float(means[row]), _finite(caps[row])) if has_score[row] else None,
            flags=drafts[partner].flags,
            contributions=drafts[partner].contributions,
            coverage=coverage[row],
            low=float(moved.low[place[row]]) if has_score[row] else None,
            high=float(moved.high[place[row]]) if has_score[row] else None,
            rank_low=int(moved.rank_low[place[row]]) if has_score[row] else None,
            rank_high=int(moved.rank_high[place[row]]) if has_score[row] else None,
            of=int(has_score.sum()),
        )
        for row, partner in enumerate(partners)
    )


def _figures(marts: Marts, kpis: list[str], month: date, window: int) -> dict[tuple[str, str], Any]:
    """{(partner_id, kpi_id): row} of the month's figures at the partner's grain."""
    table = marts.kpi_monthly
    chosen = (table["grain"] == "partner") & (table["month"] == str(month)) & table["kpi_id"].isin(kpis)
    rows = in_window(table[chosen], window)
    return {(str(row.partner_id), str(row.kpi_id)): row for row in rows.itertuples(index=False)}


def _contributions(
    catalog: Catalog, found: dict[tuple[str, str], Any], partner: str, agreed: Any
) -> tuple[Contribution, ...]:
    drafts = [
        _contribution(catalog.indicators[weight.kpi_id], found.get((partner, weight.kpi_id)), float(share))
        for weight, share in zip(catalog.scoring.weights, agreed, strict=True)
    ]
    carried = math.fsum(part.agreed_weight for part in drafts if not part.left_out)
    return tuple(_weighed(part, carried) for part in drafts)


def _contribution(indicator: Indicator, row: Any, agreed: float) -> Contribution:
    if row is None:
        return Contribution(indicator.id, None, None, None, None, None, agreed, 0.0, 0.0, NO_DATA)
    value, n, target, limit = (_finite(float(part)) for part in (row.value, row.n, row.target, row.limit))
    status = str(row.status)
    if status in LEFT_OUT or value is None or target is None:
        left_out = status if status in LEFT_OUT else NO_ACTIVITY if value is None else NO_TARGET
        return Contribution(indicator.id, value, n, target, limit, None, agreed, 0.0, 0.0, left_out)
    step = is_step(target, _or_nan(limit), indicator.better)
    reached = attainment(value, target, _or_nan(limit), indicator.better, indicator.centre)
    return Contribution(indicator.id, value, n, target, limit, reached, agreed, 0.0, 0.0, "", step)


def _weighed(part: Contribution, carried: float) -> Contribution:
    if part.attainment is None or carried <= 0:
        return part
    weight = part.agreed_weight / carried
    return replace(part, weight=weight, points=weight * part.attainment)


def _flag_states(marts: Marts, catalog: Catalog, partners: list[str], month: date) -> dict[str, tuple[FlagState, ...]]:
    table = marts.kpi_monthly
    kpis = [flag.kpi_id for flag in catalog.scoring.flags]
    chosen = (table["grain"] == "partner") & (table["month"] <= str(month)) & table["kpi_id"].isin(kpis)
    rows = in_window(table[chosen], catalog.scoring.window)
    known = rows[rows["value"].notna()].sort_values("month")
    last = {(str(row.partner_id), str(row.kpi_id)): row for row in known.itertuples(index=False)}
    return {
        partner: tuple(_flag_state(flag, last.get((partner, flag.kpi_id)), month) for flag in catalog.scoring.flags)
        for partner in partners
    }


def _flag_state(flag: Flag, row: Any, month: date) -> FlagState:
    if row is None:
        return FlagState(flag, NOT_KNOWN, None, None)
    when, value = row.month.date(), float(row.value)
    state = RAISED if value >= flag.at_least else CLEAR if when == month else NOT_KNOWN
    return FlagState(flag, state, value, when, stale=when < month)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _least(value: float | None, cap: float | None) -> float | None:
    return value if value is None or cap is None else min(value, cap)
