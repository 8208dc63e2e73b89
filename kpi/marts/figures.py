"""Counts → figures: for every indicator, grain and window the n, the value, its interval and its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.catalog import WINDOWS, Catalog, Indicator, Measure
from kpi.marts import intervals, windows
from kpi.marts.counts import Counted
from kpi.marts.entities import Entities, Portfolio
from kpi.marts.judgement import InForce, Sources, Target, judge, targets_in_force

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class WindowFigures:
    """One window of one indicator; every array is entities × months. NaN means that there is no such number."""

    n: Floats
    numerator: Floats
    denominator: Floats
    value: Floats
    lower: Floats
    upper: Floats
    status: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Figured:
    """One indicator at one grain, in one currency ("" for none). ``shown`` marks the rows that exist."""

    indicator: Indicator
    entities: Entities
    currency: str
    windows: dict[int, WindowFigures]
    target: Floats
    limit: Floats
    target_source: Sources  # by partner, not by entity
    reported: Flags
    shown: Flags


def figure_all(
    catalog: Catalog, counted: Counted, portfolio: Portfolio, targets: Iterable[Target], ends: dict[str, int]
) -> list[Figured]:
    """Every indicator at each of its grains, in the catalogue's order."""
    agreed = list(targets)
    shown = _shown_months(counted, portfolio, ends)
    month_starts = portfolio.axis.starts()
    figured: list[Figured] = []
    for indicator in catalog.indicators.values():
        reported = _reported_months(indicator, counted, portfolio) & shown
        in_force = targets_in_force(indicator, agreed, portfolio.partners, month_starts)
        for currency in _splits(indicator, counted):
            for grain in indicator.grains:
                entities = portfolio.grains[grain]
                kept = _kept_rows(indicator, counted, portfolio, entities, currency)
                figured.append(
                    _figure(indicator, counted, portfolio, entities, currency, reported, in_force, shown, kept)
                )
    return figured


def figures_of_counts(
    indicator: Indicator, numerator: Floats, denominator: Floats, reported: Flags, target: Floats, limit: Floats
) -> dict[int, WindowFigures]:
    """A proportion's or rate's figures from its monthly counts; every array is entities × months."""
    return {
        window: _window_figures(indicator, parts, reported, target, limit)
        for window, parts in _rolled(indicator, (denominator, numerator, denominator), reported)
    }


def _figure(
    indicator: Indicator,
    counted: Counted,
    portfolio: Portfolio,
    entities: Entities,
    currency: str,
    reported_by_partner: Flags,
    in_force: InForce,
    shown: Flags,
    kept: Flags,
) -> Figured:
    reported = reported_by_partner[entities.partner]
    target, limit = in_force.target[entities.partner], in_force.limit[entities.partner]
    by_window: dict[int, WindowFigures] = {}
    for window, parts in _parts(indicator, counted, portfolio, entities, currency, reported):
        by_window[window] = _window_figures(indicator, parts, reported, target, limit)
    return Figured(
        indicator=indicator,
        entities=entities,
        currency=currency,
        windows=by_window,
        target=target,
        limit=limit,
        target_source=in_force.source,
        reported=reported,
        shown=shown[entities.partner] & kept[:, np.newaxis],
    )


@dataclass(frozen=True)
class _Parts:
    """What a value is made of, before anything unreported is blanked."""

    n: Floats
    numerator: Floats
    denominator: Floats
    value: Floats


def _window_figures(
    indicator: Indicator, parts: _Parts, reported: Flags, target: Floats, limit: Floats
) -> WindowFigures:
    blank = np.full(parts.value.shape, np.nan)
    lower, upper = blank, blank
    if indicator.kind == "proportion":
        lower, upper = intervals.wilson(parts.numerator, parts.denominator)
    elif indicator.kind == "rate":
        lower, upper = intervals.poisson(parts.numerator, parts.denominator, indicator.scale)
    n, numerator, denominator, value, lower, upper = (
        np.where(reported, part, np.nan)
        for part in (parts.n, parts.numerator, parts.denominator, parts.value, lower, upper)
    )
    status = judge(indicator, value, n, reported, target, limit)
    return WindowFigures(n, numerator, denominator, value, lower, upper, status)


def _parts(
    indicator: Indicator,
    counted: Counted,
    portfolio: Portfolio,
    entities: Entities,
    currency: str,
    reported: Flags,
) -> Iterator[tuple[int, _Parts]]:
    """Per window, from reported months only: an unreported month adds nothing to a window that spans it."""
    if indicator.state is not None:
        parts = _state_parts(indicator, counted, portfolio, entities)
        yield from ((window, parts) for window in WINDOWS)
    elif indicator.values is not None:
        yield from _median_parts(indicator, counted, portfolio, entities, reported)
    else:
        yield from _rolled(indicator, _sum_parts(indicator, counted, portfolio, entities, currency), reported)


def _rolled(
    indicator: Indicator, monthly: tuple[Floats, Floats, Floats], reported: Flags
) -> Iterator[tuple[int, _Parts]]:
    clean = [np.where(reported, part, 0.0) for part in monthly]
    for window in WINDOWS:
        n, numerator, denominator = (windows.rolling_sum(part, window) for part in clean)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(denominator > 0, indicator.scale * numerator / denominator, np.nan)
        yield window, _Parts(n, numerator, denominator, value)


def _sum_parts(
    indicator: Indicator, counted: Counted, portfolio: Portfolio, entities: Entities, currency: str
) -> tuple[Floats, Floats, Floats]:
    """Monthly n, numerator and denominator. n is the denominator, or the records behind it where that is a sum."""
    numerator = _amount(indicator, "numerator", counted, portfolio, entities, currency)
    denominator = _amount(indicator, "denominator", counted, portfolio, entities, currency)
    if (indicator.id, "rows") in counted.amounts:
        return _amount(indicator, "rows", counted, portfolio, entities, currency), numerator, denominator
    return denominator, numerator, denominator


def _amount(
    indicator: Indicator, part: str, counted: Counted, portfolio: Portfolio, entities: Entities, currency: str
) -> Floats:
    if (indicator.id, part) in counted.distinct:
        return _distinct_amount(counted.distinct[indicator.id, part], portfolio, entities)
    counts = counted.amounts[indicator.id, part]
    amounts = counts.amounts[indicator.id, part]
    mine = counts.split == currency if indicator.split_by else np.ones(len(counts.cell), dtype=bool)
    entity = entities.of_cell[counts.cell[mine]]
    month = counts.month[mine] - portfolio.axis.first
    return windows.by_entity(entity, month, amounts[mine], entities.count, portfolio.axis.length)


def _distinct_amount(rows: list[tuple[str, str, int, int]], portfolio: Portfolio, entities: Entities) -> Floats:
    place = {
        (portfolio.partners[partner], site): index
        for index, (partner, site) in enumerate(zip(entities.partner, entities.site_id, strict=True))
    }
    amounts = np.zeros((entities.count, portfolio.axis.length))
    for partner_id, site_id, month, amount in rows:
        entity = place.get((partner_id, site_id))
        if entity is not None and portfolio.axis.first <= month <= portfolio.axis.last:
            amounts[entity, month - portfolio.axis.first] = amount
    return amounts


def _median_parts(
    indicator: Indicator, counted: Counted, portfolio: Portfolio, entities: Entities, reported: Flags
) -> Iterator[tuple[int, _Parts]]:
    found = counted.values[indicator.id]
    entity, place = entities.of_cell[found.cell], found.month - portfolio.axis.first
    inside = (entity >= 0) & (place >= 0) & (place < portfolio.axis.length)
    inside[inside] = reported[entity[inside], place[inside]]
    size = (entities.count, portfolio.axis.length)
    medians = windows.rolling_medians(entity[inside], place[inside], found.rank[inside], found.distinct, *size, WINDOWS)
    for window, (n, median) in medians.items():
        blank = np.full(n.shape, np.nan)
        yield window, _Parts(n, blank, blank, median)


def _state_parts(indicator: Indicator, counted: Counted, portfolio: Portfolio, entities: Entities) -> _Parts:
    cell, month, change = counted.states[indicator.id]
    entity = entities.of_cell[cell]
    state = windows.state_at_month_ends(
        entity, month - portfolio.axis.first, change, entities.count, portfolio.axis.length
    )
    return _Parts(state, state, np.full(state.shape, np.nan), state)


def _splits(indicator: Indicator, counted: Counted) -> list[str]:
    """The currencies an indicator is split by; one blank split for all others, and where nothing was found."""
    if not indicator.split_by:
        return [""]
    found = sorted(set(counted.amounts[indicator.id, "denominator"].split[_counts_at_all(indicator, counted)]) - {None})
    return [*found, ""]


def _counts_at_all(indicator: Indicator, counted: Counted) -> Flags:
    present: Flags = counted.amounts[indicator.id, "present"].amounts[indicator.id, "present"] > 0
    return present


def _kept_rows(
    indicator: Indicator, counted: Counted, portfolio: Portfolio, entities: Entities, currency: str
) -> Flags:
    """Which entities have rows in this currency: those whose partner ever used it; the blank is for the others."""
    if not indicator.split_by:
        return np.ones(entities.count, dtype=bool)
    counts = counted.amounts[indicator.id, "denominator"]
    used = _counts_at_all(indicator, counted)
    partner_of_cell = portfolio.grains["partner"].of_cell
    mine = used & (counts.split == currency) if currency else used
    has = np.isin(np.arange(len(portfolio.partners)), partner_of_cell[counts.cell[mine]])[entities.partner]
    return has if currency else ~has


def _reported_months(indicator: Indicator, counted: Counted, portfolio: Portfolio) -> Flags:
    """Partners × months: every dataset the indicator reads was received for the month, or has records in it."""
    needed: set[tuple[str, tuple[str, ...]]] = {(part.dataset, _dates(part)) for part in indicator.measures}
    if indicator.state is not None:
        dates = counted.month_dates()[indicator.state.dataset]
        needed.add((indicator.state.dataset, tuple(dates)))
    reported = np.ones((len(portfolio.partners), portfolio.axis.length), dtype=bool)
    for dataset, dates_of_part in sorted(needed):
        if dataset in portfolio.covered:
            reported &= _received(dataset, dates_of_part, counted, portfolio)
        else:  # reporting itself: known from the first month that any of the partner's files covers
            received = np.any(list(portfolio.covered.values()), axis=0)
            reported &= np.logical_or.accumulate(received, axis=1)
    return reported


def _dates(part: Measure) -> tuple[str, ...]:
    return (part.month_of,)


def _received(dataset: str, dates: Iterable[str], counted: Counted, portfolio: Portfolio) -> Flags:
    known = portfolio.covered[dataset].copy()
    for month_of in dates:
        known |= _event_counts(dataset, month_of, counted, portfolio) > 0
    months = np.arange(portfolio.axis.length)
    return known & (months <= portfolio.last_covered[dataset][:, np.newaxis])


def _event_counts(dataset: str, month_of: str, counted: Counted, portfolio: Portfolio) -> Floats:
    counts = counted.events[dataset, month_of]
    partners = portfolio.grains["partner"]
    return windows.by_entity(
        partners.of_cell[counts.cell],
        counts.month - portfolio.axis.first,
        counts.events,
        partners.count,
        portfolio.axis.length,
    )


def _shown_months(counted: Counted, portfolio: Portfolio, ends: dict[str, int]) -> Flags:
    """Partners × months that have rows: from a partner's first reported month to the portfolio's last."""
    known = np.zeros((len(portfolio.partners), portfolio.axis.length), dtype=bool)
    for dataset, dates in counted.month_dates().items():
        if dataset in portfolio.covered:
            known |= _received(dataset, dates, counted, portfolio)
    shown = np.logical_or.accumulate(known, axis=1)
    months = np.arange(portfolio.axis.length)
    last = np.max([portfolio.last_covered[dataset] for dataset in portfolio.covered], axis=0)
    for place, partner_id in enumerate(portfolio.partners):
        if partner_id in ends:
            shown[place] &= months <= max(ends[partner_id] - portfolio.axis.first, last[place])
    return shown
