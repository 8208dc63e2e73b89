"""Three ways to raise an alarm, each read month by month from the same panel.

Ours: the rules of escalation.toml. Red: the month's value is past its limit, however small its n. Three SD: the value
is further than three standard deviations of all months so far, the newest included, on the worse side of their mean,
which is how a spreadsheet does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kpi.catalog import Catalog
from kpi.catalog.policy import Family, Rule
from kpi.marts.judgement import PAST_LIMIT, judge
from kpi.signals.conditions import watched_series
from kpi.signals.episodes import states_of
from kpi.signals.limits import NOISE
from kpi.signals.panel import Flags, Panel
from kpi.signals.states import NORMAL, PENDING

SDS = 3.0


@dataclass(frozen=True)
class Alarms:
    """(partners, subjects, months). ``raised``: how many alarms begin in the month. ``standing``: one is not over yet.

    Subjects are the panel's series in their order; our rules about partners follow after them.
    """

    raised: npt.NDArray[np.int64]
    standing: Flags


def our_rules(panel: Panel, catalog: Catalog) -> Alarms:
    """An alarm is an escalation that becomes open beside none that covers it; it stands until it closes.

    One that covers an earlier alarm of the same subject, such as a higher tier, is an alarm of its own. Rules that
    watch nothing in the panel stay out, and so do clocks and what people do.
    """
    rules = [rule for rule in catalog.escalation.rules if watched_series(rule, panel, catalog)]
    rules = [rule for rule in rules if rule.enter[0].kind != "missing_data"]
    opened = {rule.id: _open_by(rule, panel, catalog) for rule in rules}
    by_indicator = [
        (opened[rule.id], opened[rule.id] & ~_covered(rule, rules, opened, panel, catalog.escalation.families))
        for rule in rules
        if rule.subject == "indicator"
    ]
    raised, standing = np.zeros(panel.shape, dtype=np.int64), np.zeros(panel.shape, dtype=bool)
    for is_open, shown in by_indicator:
        raised += _first_shown(is_open, shown)
        standing |= shown
    whole = [opened[rule.id] for rule in rules if rule.subject == "partner"]
    return Alarms(
        raised=np.concatenate([raised, *(_begins(is_open).astype(np.int64) for is_open in whole)], axis=1),
        standing=np.concatenate([standing, *whole], axis=1),
    )


def red_month(panel: Panel, catalog: Catalog) -> Alarms:
    """Past the limit, whatever n is."""
    red = np.zeros(panel.shape, dtype=bool)
    for place, (kpi_id, _) in enumerate(panel.series):
        indicator = replace(catalog.indicators[kpi_id], minimum_n=0)
        value, n = panel.value[1][:, place], panel.n[1][:, place]
        reported = np.ones(value.shape, dtype=bool)
        status = judge(indicator, value, n, reported, panel.target[:, place], panel.limit[:, place])
        red[:, place] = status == PAST_LIMIT
    return _episodes(red, panel)


def three_sd(panel: Panel, catalog: Catalog) -> Alarms:
    """Further for the worse than the mean ± 3 × the overall standard deviation of the months so far."""
    value = panel.value[1]
    there = ~np.isnan(value)
    known, count = np.where(there, value, 0.0), there.cumsum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = known.cumsum(axis=-1) / count
        squares = (known**2).cumsum(axis=-1) - count * mean**2
        spread = SDS * np.sqrt(np.clip(squares, 0.0, None) / (count - 1))
    lower_is_better = np.array([catalog.indicators[kpi_id].better == "lower" for kpi_id, _ in panel.series])
    worse = np.where(lower_is_better[:, np.newaxis], value - mean, mean - value)
    with np.errstate(invalid="ignore"):
        far = worse > spread + NOISE * np.abs(mean)
    return _episodes(there & far, panel)


WAYS: dict[str, Callable[[Panel, Catalog], Alarms]] = {
    "our rules": our_rules,
    "red on the month": red_month,
    "mean ± 3 SD": three_sd,
}


def _open_by(rule: Rule, panel: Panel, catalog: Catalog) -> Flags:
    """(P, K, T) for a rule about indicators, (P, 1, T) for one about the partner."""
    subjects, states, _ = states_of(rule, panel, catalog)
    is_open = (states != NORMAL) & (states != PENDING)
    if rule.subject == "partner":
        return is_open
    whole = np.zeros(panel.shape, dtype=bool)
    whole[:, list(subjects)] = is_open
    return whole


def _covered(
    rule: Rule, rules: list[Rule], opened: dict[str, Flags], panel: Panel, families: tuple[Family, ...]
) -> Flags:
    """Where one of ``rule`` adds nothing: beside an open escalation about an indicator of at least its tier, whose rule
    covers it or whose indicator leads its family. What a rule about partners covers is counted all the same."""
    covered = np.zeros(panel.shape, dtype=bool)
    for other in rules:
        if other.subject == "partner" or other.tier < rule.tier:
            continue
        for rule_id, _, kpi_id in (entry.partition(":") for entry in other.covers):
            if rule_id == rule.id and kpi_id:
                covered[:, panel.places_of(kpi_id)] |= opened[other.id].any(axis=1, keepdims=True)
            elif rule_id == rule.id:
                covered |= opened[other.id]
        for family in families:
            of_lead = opened[other.id][:, panel.places_of(family.lead)].any(axis=1, keepdims=True)
            for member in family.members:
                covered[:, panel.places_of(member)] |= of_lead
    return covered


def _first_shown(is_open: Flags, shown: Flags) -> Flags:
    """The month in which each open spell is shown for the first time."""
    first = np.zeros(shown.shape, dtype=bool)
    seen = np.zeros(shown.shape[:-1], dtype=bool)
    for month in range(shown.shape[-1]):
        seen &= is_open[..., month]
        first[..., month] = shown[..., month] & ~seen
        seen |= shown[..., month]
    return first


def _episodes(alarm: Flags, panel: Panel) -> Alarms:
    """Months of alarm in a row are one alarm; a month without a figure changes nothing."""
    there = ~np.isnan(panel.value[1])
    places = np.where(there, np.arange(alarm.shape[-1]), -1)
    newest = np.maximum.accumulate(places, axis=-1)
    standing = np.take_along_axis(alarm, np.maximum(newest, 0), axis=-1) & (newest >= 0)
    return Alarms(_begins(standing).astype(np.int64), standing)


def _begins(standing: Flags) -> Flags:
    begins = standing.copy()
    begins[..., 1:] &= ~standing[..., :-1]
    return begins
