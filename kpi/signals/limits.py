"""Control limits of XmR, p and u charts, for many series at once.

Every function takes arrays of shape (..., points): the last axis runs through one series in the order of time, NaN is a
point that does not exist. Points that do exist are neighbours even with a gap between them.

Methods: XmR as in NHSRplotthedots 0.2.2 (mean ± 2.66 × mean moving range; moving ranges above 3.267 × their mean are
screened out once; no clipping); p and u as in Montgomery, Introduction to Statistical Quality Control, chapter 7, with
limits for each point's own n, clipped to what is possible. Overdispersion is reported as Laney's sigma z and never
silently corrected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

XMR_FACTOR = 2.66  # 3 / d2 for ranges of two, rounded as the published charts do
SCREEN_FACTOR = 3.267  # D4 for ranges of two
SIGMAS = 3.0
D2_OF_TWO = 1.128
POINTS_FOR_LIMITS = 12  # with fewer the limits are called trial limits


@dataclass(frozen=True)
class Limits:
    """Centre and limits, each of shape (..., points), in the unit of ``value``; NaN where there is no point.

    ``outside`` marks points strictly beyond a limit, compared before any rounding. ``points`` counts each series'
    points, ``trial`` says that they are fewer than POINTS_FOR_LIMITS. ``sigma_z`` is Laney's ratio (1 when the points
    vary as the chart assumes; NaN for XmR, which assumes nothing of the kind).
    """

    value: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    outside: Flags
    points: npt.NDArray[np.int64]
    trial: Flags
    sigma_z: Floats


def limits_of(chart: str, value: object, numerator: object, denominator: object, scale: float = 1.0) -> Limits:
    """The limits of an indicator's series by its definition's chart ("xmr", "p" or "u"). Raises ValueError else."""
    if chart == "xmr":
        return xmr(value)
    if chart == "p":
        return p_chart(numerator, denominator)
    if chart == "u":
        return u_chart(numerator, denominator, scale)
    raise ValueError(f"unknown chart {chart!r}: allowed are xmr, p, u")


def xmr(value: object, *, screen: bool = True, baseline: int | None = None) -> Limits:
    """Individuals chart. ``baseline`` takes the limits from each series' first points only."""
    values = _floats(value)
    packed = _packed(values)
    base = packed if baseline is None else packed[..., :baseline]
    mean = _mean(base)
    spread = XMR_FACTOR * _mean_range(np.abs(np.diff(base, axis=-1)), screen)
    centre = np.broadcast_to(mean, values.shape)
    no_sigma = np.full(values.shape[:-1], np.nan)
    return _limits(values, centre, centre - spread, centre + spread, no_sigma)


def p_chart(count: object, n: object, *, baseline: int | None = None) -> Limits:
    """Proportions: p̄ ± 3·√(p̄(1 − p̄)/nᵢ), clipped to 0..1. Points with n = 0 do not exist."""
    counts, sizes = _counts(count, n)
    centre = _pooled(counts, sizes, baseline)
    sigma = np.sqrt(np.clip(centre * (1 - centre), 0, None) / sizes)
    value = counts / sizes
    lower, upper = np.clip(centre - SIGMAS * sigma, 0, 1), np.clip(centre + SIGMAS * sigma, 0, 1)
    return _limits(value, centre, lower, upper, _sigma_z(value, centre, sigma))


def u_chart(count: object, n: object, scale: float = 1.0, *, baseline: int | None = None) -> Limits:
    """Events per unit: ū ± 3·√(ū/nᵢ), clipped at 0, times ``scale`` (100 for "per 100 batches")."""
    counts, sizes = _counts(count, n)
    centre = _pooled(counts, sizes, baseline)
    sigma = np.sqrt(centre / sizes)
    value = counts / sizes
    lower, upper = np.clip(centre - SIGMAS * sigma, 0, None), centre + SIGMAS * sigma
    sigma_z = _sigma_z(value, centre, sigma)
    return _limits(value * scale, centre * scale, lower * scale, upper * scale, sigma_z)


def _limits(value: Floats, centre: Floats, lower: Floats, upper: Floats, sigma_z: Floats) -> Limits:
    missing = np.isnan(value)
    centre, lower, upper = (np.where(missing, np.nan, line) for line in (centre, lower, upper))
    with np.errstate(invalid="ignore"):
        outside = (value < lower) | (value > upper)
    points = (~missing).sum(axis=-1)
    return Limits(value, centre, lower, upper, outside, points, points < POINTS_FOR_LIMITS, sigma_z)


def _floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _counts(count: object, n: object) -> tuple[Floats, Floats]:
    counts, sizes = np.broadcast_arrays(_floats(count), _floats(n))
    missing = np.isnan(counts) | np.isnan(sizes) | (sizes <= 0)
    return np.where(missing, np.nan, counts), np.where(missing, np.nan, sizes)


def _pooled(counts: Floats, sizes: Floats, baseline: int | None) -> Floats:
    """Σ counts / Σ sizes of each series, as wide as the series."""
    if baseline is not None:
        packed_counts, packed_sizes = _packed(counts)[..., :baseline], _packed(sizes)[..., :baseline]
    else:
        packed_counts, packed_sizes = counts, sizes
    total = np.nansum(packed_sizes, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.nansum(packed_counts, axis=-1, keepdims=True) / total
    return np.broadcast_to(centre, counts.shape)


def _packed(values: Floats) -> Floats:
    """The points of each series moved together to the front, in their order; the rest NaN."""
    order = np.argsort(np.isnan(values), axis=-1, kind="stable")
    return np.take_along_axis(values, order, axis=-1)


def _mean(values: Floats) -> Floats:
    """The mean of the points that exist, with the last axis kept; NaN where there is none."""
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(values, axis=-1, keepdims=True) / count


def _mean_range(ranges: Floats, screen: bool) -> Floats:
    """The mean moving range, after one screening of ranges above SCREEN_FACTOR times their mean."""
    mean = _mean(ranges)
    if not screen:
        return mean
    with np.errstate(invalid="ignore"):
        return _mean(np.where(ranges > SCREEN_FACTOR * mean, np.nan, ranges))


def _sigma_z(value: Floats, centre: Floats, sigma: Floats) -> Floats:
    """Laney's sigma z: the mean moving range of the points' z-scores, over 1.128."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z = _packed(np.where(sigma > 0, (value - centre) / sigma, np.nan))
    return _mean(np.abs(np.diff(z, axis=-1)))[..., 0] / D2_OF_TWO
