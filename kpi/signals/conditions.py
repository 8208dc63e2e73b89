"""What the conditions of a rule mean: each is true, false or not known of a subject in a month.

All arrays are (partners, subjects, months). A rule about indicators has the series it is about as subjects, a rule
about partners has one. Not known is neither good nor bad: no data, nothing that counts happened, too few records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.catalog import WINDOWS, Catalog
from kpi.catalog.policy import Condition, Rule
from kpi.marts.judgement import MET, MISSED, NO_ACTIVITY, NO_DATA, PAST_LIMIT, STATUSES, TOO_FEW
from kpi.signals.panel import Flags, Floats, Int8, Panel
from kpi.signals.rules import RULES
from kpi.signals.states import FALSE, NOT_KNOWN, TRUE

PARTNER_AS_A_WHOLE = -1
ONE_TAIL = 0.025  # the tail of a 95 % interval on the side of the worse


@dataclass(frozen=True)
class Truths:
    """``subjects``: places in the panel's series, or PARTNER_AS_A_WHOLE alone. ``enter`` and ``leave``: TRUE, FALSE or
    NOT_KNOWN. ``blind``: data are missing that the rule looks at, and they are due."""

    subjects: tuple[int, ...]
    enter: Int8
    leave: Int8
    blind: Flags


def truths_of(rule: Rule, panel: Panel, catalog: Catalog) -> Truths:
    """The rule's two sides over the whole panel; not for a rule about missing data, which goes by days."""
    watched = watched_series(rule, panel, catalog)
    look = _Look(panel, catalog, watched, rule.subject == "partner")
    enter = _together([look.truth(condition) for condition in rule.enter], rule.enter_when)
    leave = _together([look.truth(condition) for condition in rule.exit], rule.exit_when)
    if rule.subject == "indicator" and not rule.kpis:
        # The rule is about whatever has a target in the month; without one there is nothing to call anybody about.
        without = np.isnan(panel.target[:, watched])
        enter, leave = (np.where(without, NOT_KNOWN, truth).astype(np.int8) for truth in (enter, leave))
    blind = look.blind((*rule.enter, *rule.exit)) & panel.due
    subjects = (PARTNER_AS_A_WHOLE,) if rule.subject == "partner" else tuple(watched)
    return Truths(subjects, enter, leave, blind)


def watched_series(rule: Rule, panel: Panel, catalog: Catalog) -> list[int]:
    """Places of the series that the rule is about: those it names, else all but those it leaves out."""
    if rule.kpis:
        return [place for place, (kpi_id, _) in enumerate(panel.series) if kpi_id in rule.kpis]
    with_target = np.any(~np.isnan(panel.target), axis=(0, 2)).tolist()
    return [
        place
        for place, (kpi_id, _) in enumerate(panel.series)
        if kpi_id not in rule.not_kpis and (catalog.indicators[kpi_id].target is not None or with_target[place])
    ]


def satisfied(condition: Condition, panel: Panel, catalog: Catalog, series: Sequence[int]) -> Int8:
    """The "status" part of a condition for each of ``series``: TRUE, FALSE or NOT_KNOWN. (partners, series, months)"""
    truth = _in_window(condition, condition.window, panel, catalog, list(series))
    if condition.widen:
        sparse = np.isin(panel.status[condition.window][:, list(series)], (TOO_FEW, NO_ACTIVITY))
        for window in (wider for wider in WINDOWS if wider > condition.window):
            found = _in_window(condition, window, panel, catalog, list(series))
            truth = np.where(sparse & (truth == NOT_KNOWN), found, truth).astype(np.int8)
    return truth


def _in_window(condition: Condition, window: int, panel: Panel, catalog: Catalog, places: list[int]) -> Int8:
    status = panel.status[window][:, places]
    wanted = [STATUSES.index(name) for name in condition.statuses]
    truth = np.where(np.isin(status, wanted), TRUE, FALSE)
    if condition.beyond_chance:
        truth = np.where(_beyond_chance(window, panel, catalog, places), truth, FALSE)
    judged = np.isin(status, (MET, MISSED, PAST_LIMIT))
    return np.where(judged, truth, NOT_KNOWN).astype(np.int8)


def _beyond_chance(window: int, panel: Panel, catalog: Catalog, places: list[int]) -> Flags:
    """Whether a partner exactly at the target would do as badly less than once in 40 times (ONE_TAIL).

    Proportions by the exact binomial tail: Wilson's interval, shown beside the figure, excludes a target near 0 or 1
    after a single event. Rates by their exact Poisson interval, which is the same test. A figure without an interval,
    such as a count, is what it is: true. A band has two wrong sides.
    """
    indicators = [catalog.indicators[panel.series[place][0]] for place in places]
    lower, upper = panel.lower[window][:, places], panel.upper[window][:, places]
    target = panel.target[:, places]
    lower_is_better = np.array([i.better == "lower" for i in indicators], dtype=bool)[:, np.newaxis]
    centre = np.array([np.nan if i.centre is None else i.centre for i in indicators])[:, np.newaxis]
    is_proportion = np.array([i.kind == "proportion" for i in indicators], dtype=bool)[:, np.newaxis]
    with np.errstate(invalid="ignore"):
        too_high = lower > np.where(lower_is_better, target, 2 * centre - target)
        too_low = ~lower_is_better & (upper < target)
        by_interval = too_high | too_low | np.isnan(lower) | np.isnan(upper)
    count, of = panel.numerator[window][:, places], panel.denominator[window][:, places]
    return np.where(is_proportion, _tail(count, of, target, lower_is_better) <= ONE_TAIL, by_interval)


def _tail(count: Floats, of: Floats, target: Floats, lower_is_better: Flags) -> Floats:
    """The chance of a count as bad as this, or worse, out of ``of`` at the target; NaN where there is no figure."""
    from scipy.special import bdtr, bdtrc

    trials = np.nan_to_num(of).astype(np.int64)
    with np.errstate(invalid="ignore"):
        few, many = bdtr(count, trials, target), np.where(count > 0, bdtrc(count - 1, trials, target), 1.0)
    return np.where(lower_is_better, many, few)


def _together(truths: list[Int8], when: str) -> Int8:
    """Kleene's three-valued logic: "all" is as true as its least true part, "any" as its most true one."""
    order = np.stack([np.where(truth == NOT_KNOWN, 0.5, truth) for truth in truths])
    joined = order.min(axis=0) if when == "all" else order.max(axis=0)
    return np.where(joined == 0.5, NOT_KNOWN, joined).astype(np.int8)


class _Look:
    """Looks at one panel for one rule."""

    def __init__(self, panel: Panel, catalog: Catalog, watched: list[int], whole_partner: bool) -> None:
        self.panel, self.catalog, self.watched, self.whole_partner = panel, catalog, watched, whole_partner
        partners, _, months = panel.shape
        self.shape = (partners, 1 if whole_partner else len(watched), months)

    def truth(self, condition: Condition) -> Int8:
        truth = getattr(self, f"_{condition.kind}")(condition)
        if condition.negated:
            truth = np.where(truth == NOT_KNOWN, NOT_KNOWN, 1 - truth)
        return np.broadcast_to(truth, self.shape).astype(np.int8)

    def blind(self, conditions: Sequence[Condition]) -> Flags:
        """Whether any figure looked at has no data in the month."""
        absent = self.panel.status[1] == NO_DATA
        own = absent[:, self.watched]
        blind = own.any(axis=1, keepdims=True) if self.whole_partner else own
        for kpi_id in dict.fromkeys(condition.kpi for condition in conditions if condition.kpi):
            blind = blind | absent[:, self.panel.places_of(kpi_id)].any(axis=1, keepdims=True)
        return np.broadcast_to(blind, self.shape)

    def _status(self, condition: Condition) -> Int8:
        return satisfied(condition, self.panel, self.catalog, self.watched)

    def _signal(self, condition: Condition) -> Int8:
        """A month without a point is not known, nor one of too few records, nor one on a chart of too few points.

        The limits rest on the normal distribution, which promises nothing about two records.
        """
        concern, points = self.panel.concern[:, self.watched], self.panel.points[:, self.watched]
        wanted = [RULES.index(name) for name in condition.signals]
        enough = ~np.isin(self.panel.status[1][:, self.watched], (TOO_FEW, NO_ACTIVITY, NO_DATA))
        known = enough & (points >= condition.least_points)
        return np.where(known, np.where(np.isin(concern, wanted), TRUE, FALSE), NOT_KNOWN).astype(np.int8)

    def _amount(self, condition: Condition) -> Int8:
        """At least so much of one indicator; known wherever the amount is a number, however small its n."""
        places = self.panel.places_of(condition.kpi)
        amount = self._measure(condition)[:, places]
        if not places:
            return np.full(self.shape, NOT_KNOWN, dtype=np.int8)
        with np.errstate(invalid="ignore"):
            reached = np.where(amount >= condition.at_least, TRUE, FALSE)
        return np.where(np.isnan(amount), NOT_KNOWN, reached)[:, :1].astype(np.int8)

    def _measure(self, condition: Condition) -> Floats:
        window = condition.window
        if condition.measure == "value":
            return self.panel.value[window]
        if condition.measure == "numerator":
            return self.panel.numerator[window]
        return self.panel.denominator[window] - self.panel.numerator[window]

    def _several(self, condition: Condition) -> Int8:
        """So many of the watched indicators. Not known where those without data could still make up the number."""
        each = satisfied(condition, self.panel, self.catalog, self.watched)
        count = (each == TRUE).sum(axis=1, keepdims=True)
        absent = (self.panel.status[condition.window][:, self.watched] == NO_DATA).sum(axis=1, keepdims=True)
        could = np.where(count + absent >= condition.at_least, NOT_KNOWN, FALSE)
        return np.where(count >= condition.at_least, TRUE, could).astype(np.int8)
