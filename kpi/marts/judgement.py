"""Figures → status: which target and limit were in force in a month, and what the value is by them. Pure array work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from kpi.catalog import Indicator

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STATUSES = ("met", "missed", "past limit", "too few", "no target", "no activity", "no data")
MET, MISSED, PAST_LIMIT, TOO_FEW, NO_TARGET, NO_ACTIVITY, NO_DATA = range(len(STATUSES))
ALL_PARTNERS = "*"


@dataclass(frozen=True)
class Target:
    """One agreed target, from the first whole month on or after ``effective_from``."""

    partner_id: str
    kpi_id: str
    effective_from: date
    target: float
    limit: float | None
    source: str


@dataclass(frozen=True)
class Sources:
    """Where the targets stand in writing: ``codes`` (partners × months) are places in ``names``."""

    names: tuple[str, ...]
    codes: npt.NDArray[np.int64]


@dataclass(frozen=True)
class InForce:
    """Partners × months: target and limit (NaN for none), and where the target stands in writing."""

    target: Floats
    limit: Floats
    source: Sources


def targets_in_force(
    indicator: Indicator, agreed: Iterable[Target], partners: tuple[str, ...], month_starts: npt.NDArray[np.datetime64]
) -> InForce:
    """The newest target effective on the month's first day; the partner's own before one for all partners.

    A month is never judged by a target agreed after it began. A target without a limit keeps the definition's limit
    unless that lies on the better side of the target.
    """
    shape = (len(partners), len(month_starts))
    target = np.full(shape, np.nan if indicator.target is None else indicator.target)
    limit = np.full(shape, np.nan if indicator.limit is None else indicator.limit)
    names = ["definition" if indicator.target is not None else ""]
    codes = np.zeros(shape, dtype=np.int64)
    mine = [row for row in agreed if row.kpi_id == indicator.id]
    for row in sorted(mine, key=lambda row: (row.partner_id != ALL_PARTNERS, row.effective_from)):
        who = np.array([row.partner_id in (ALL_PARTNERS, partner) for partner in partners], dtype=bool)
        where = np.ix_(who, month_starts >= np.datetime64(row.effective_from))
        target[where] = row.target
        limit[where] = _limit_beside(indicator, row)
        codes[where] = len(names)
        names.append(row.source or "agreed target")
    return InForce(target, limit, Sources(tuple(names), codes))


def _limit_beside(indicator: Indicator, row: Target) -> float:
    if row.limit is not None:
        return row.limit
    if indicator.limit is None:
        return float("nan")
    contradicts = indicator.limit < row.target if indicator.better == "lower" else indicator.limit > row.target
    return float("nan") if contradicts else indicator.limit


def judge(
    indicator: Indicator, value: Floats, n: Floats, reported: Flags, target: Floats, limit: Floats
) -> npt.NDArray[np.int8]:
    """Status codes (places in STATUSES) for arrays of one shape. Compares before anything is rounded."""
    status = np.full(value.shape, MISSED, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        status[_reaches(indicator, value, target)] = MET
        status[~np.isnan(limit) & ~_reaches(indicator, value, limit)] = PAST_LIMIT
    status[np.isnan(target)] = NO_TARGET
    if indicator.kind != "snapshot":
        status[n < indicator.minimum_n] = TOO_FEW
    status[np.isnan(value)] = NO_ACTIVITY
    status[~reported] = NO_DATA
    return status


def _reaches(indicator: Indicator, value: Floats, mark: Floats) -> Flags:
    """Whether ``value`` is at ``mark`` or on its better side; for a band, within mark … 2 × centre − mark."""
    if indicator.better == "lower":
        return value <= mark
    if indicator.better == "higher" or indicator.centre is None:
        return value >= mark
    return (value >= mark) & (value <= 2 * indicator.centre - mark)
