"""Control limits of XmR, p, u, p′ and u′ charts, for many series at once.

Every function takes arrays of shape (..., points): the last axis runs through one series in the order of time, NaN is a
point that does not exist. Points that do exist are neighbours even with a gap between them.

Methods: XmR as in NHSRplotthedots 0.2.2 (mean ± 2.66 × mean moving range; moving ranges above 3.267 × their mean are
screened out once; no clipping); p and u as in Montgomery, Introduction to Statistical Quality Control, chapter 7, with
limits for each point's own n, clipped to what is possible. Overdispersion is reported as Laney's sigma z and never
silently corrected: p′ and u′ (Laney, Improved control charts for attributes, Quality Engineering 14, 2002) are charts
of their own, whose sigma of each point is multiplied by sigma z. Near limits lie two thirds of the way to the limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CHARTS: tuple[str, ...] = ("xmr", "p", "u", "p_prime", "u_prime")
XMR_FACTOR = 2.66  # 3 / d2 for ranges of two, rounded as the published charts do
SCREEN_FACTOR = 3.267  # D4 for ranges of two
SIGMAS = 3.0
NEAR = 2 / 3  # of the way from the centre to a limit
D2_OF_TWO = 1.128
POINTS_FOR_LIMITS = 12  # with fewer the limits are called trial limits
NOISE = 1e-13  # of the largest value: what is nearer than this differs only by the order of additions


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
    near_lower: Floats
    near_upper: Floats
    outside: Flags
    points: npt.NDArray[np.int64]
    trial: Flags
    sigma_z: Floats


def limits_of(
    chart: str,
    value: object,
    numerator: object,
    denominator: object,
    scale: float = 1.0,
    *,
    screen: bool = True,
    baseline: int | None = None,
    clip: bool = True,
) -> Limits:
    """The limits of series by the name of their chart, one of CHARTS. Raises ValueError for any other name.

    ``screen`` is for XmR alone, ``scale`` and ``clip`` for all the others, which take no ``value``.
    """
    if chart == "xmr":
        return xmr(value, screen=screen, baseline=baseline)
    if chart in ("p", "p_prime"):
        prime = chart == "p_prime"
        return p_chart(numerator, denominator, scale, baseline=baseline, prime=prime, clip=clip)
    if chart in ("u", "u_prime"):
        prime = chart == "u_prime"
        return u_chart(numerator, denominator, scale, baseline=baseline, prime=prime, clip=clip)
    raise ValueError(f"unknown chart {chart!r}: allowed are {', '.join(CHARTS)}")


def xmr(value: object, *, screen: bool = True, baseline: int | None = None) -> Limits:
    """Individuals chart. ``baseline`` takes the limits from each series' first points only.

    One point has a centre and no limits; points that are all equal have limits of no width, and none is outside.
    """
    values = _floats(value)
    base = packed(values)[..., :baseline]
    mean = _mean(base)
    spread = XMR_FACTOR * _mean_range(np.abs(np.diff(base, axis=-1)), screen)
    no_sigma = np.full(values.shape[:-1], np.nan)
    return _limits(values, mean, spread, (-np.inf, np.inf), no_sigma, baseline)


def p_chart(
    count: object,
    n: object,
    scale: float = 1.0,
    *,
    baseline: int | None = None,
    prime: bool = False,
    clip: bool = True,
) -> Limits:
    """Proportions: p̄ ± 3·√(p̄(1 − p̄)/nᵢ), clipped to 0..1, times ``scale``. Points with n = 0 do not exist."""
    counts, sizes = _counts(count, n)
    centre = _pooled(counts, sizes, baseline)
    sigma = np.sqrt(np.clip(centre * (1 - centre), 0, None) / sizes)
    return _attributes(counts / sizes, centre, sigma, (0.0, 1.0) if clip else None, scale, baseline, prime)


def u_chart(
    count: object,
    n: object,
    scale: float = 1.0,
    *,
    baseline: int | None = None,
    prime: bool = False,
    clip: bool = True,
) -> Limits:
    """Events per unit: ū ± 3·√(ū/nᵢ), clipped at 0, times ``scale`` (100 for "per 100 lots")."""
    counts, sizes = _counts(count, n)
    centre = _pooled(counts, sizes, baseline)
    sigma = np.sqrt(centre / sizes)
    return _attributes(counts / sizes, centre, sigma, (0.0, np.inf) if clip else None, scale, baseline, prime)


def noise_of(values: Floats) -> Floats:
    """How far two numbers of a series may differ and still be the same, with the last axis kept."""
    highest = np.max(values, axis=-1, keepdims=True, initial=0.0)
    largest: Floats = np.maximum(highest, -np.min(values, axis=-1, keepdims=True, initial=0.0))
    if np.isnan(largest).any():  # passing NaN over takes several times as long
        largest = np.nanmax(np.abs(values), axis=-1, keepdims=True, initial=0.0)
    return NOISE * largest


def packed(values: Floats) -> Floats:
    """The points of each series moved together to the front, in their order; the rest NaN."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    return np.take_along_axis(values, np.argsort(missing, axis=-1, kind="stable"), axis=-1)


def _attributes(
    value: Floats,
    centre: Floats,
    sigma: Floats,
    possible: tuple[float, float] | None,
    scale: float,
    baseline: int | None,
    prime: bool,
) -> Limits:
    """A chart of counts whose points have a sigma each; where that is zero, sigma z is not known and not needed."""
    sigma_z = _sigma_z(value, centre, sigma, baseline)
    if prime:
        sigma = np.where(sigma > 0, sigma * sigma_z[..., np.newaxis], sigma)
    low, high = (-np.inf, np.inf) if possible is None else possible
    ends = (low * scale, high * scale)
    return _limits(value * scale, centre * scale, SIGMAS * sigma * scale, ends, sigma_z, baseline)


def _limits(
    value: Floats,
    centre: Floats,
    spread: Floats,
    possible: tuple[float, float],
    sigma_z: Floats,
    baseline: int | None,
) -> Limits:
    """``centre`` and ``spread`` are of each point or of each series (last axis 1).

    Limits are trial limits by the number of points that they were made from.
    """
    missing = np.isnan(value)
    lines = (centre, centre - spread, centre + spread, centre - NEAR * spread, centre + NEAR * spread)
    clipped = [np.clip(line, *possible) for line in lines]
    if missing.any():
        clipped = [np.where(missing, np.nan, line) for line in clipped]
    centre, lower, upper, near_lower, near_upper = (np.broadcast_to(line, value.shape) for line in clipped)
    noise = noise_of(value)
    with np.errstate(invalid="ignore"):
        outside = (value + noise < lower) | (value - noise > upper)
    points = (~missing).sum(axis=-1)
    trial = (points if baseline is None else np.minimum(points, baseline)) < POINTS_FOR_LIMITS
    return Limits(value, centre, lower, upper, near_lower, near_upper, outside, points, trial, sigma_z)


def _floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _counts(count: object, n: object) -> tuple[Floats, Floats]:
    counts, sizes = np.broadcast_arrays(_floats(count), _floats(n))
    missing = np.isnan(counts) | np.isnan(sizes) | (sizes <= 0)
    return np.where(missing, np.nan, counts), np.where(missing, np.nan, sizes)


def _pooled(counts: Floats, sizes: Floats, baseline: int | None) -> Floats:
    """Σ counts / Σ sizes of each series, with the last axis kept; NaN where there is no point."""
    base_counts, base_sizes = (part if baseline is None else packed(part)[..., :baseline] for part in (counts, sizes))
    total = np.nansum(base_sizes, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(base_counts, axis=-1, keepdims=True) / total


def _mean(values: Floats) -> Floats:
    """The mean of the points that exist, with the last axis kept; NaN where there is none."""
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(values, axis=-1, keepdims=True) / count


def _mean_range(ranges: Floats, screen: bool) -> Floats:
    """The mean moving range, after one screening of ranges above SCREEN_FACTOR times their mean.

    Where only ranges of zero would be left (a count that is nearly always the same) none is screened: limits without
    any width would flag every month.
    """
    mean = _mean(ranges)
    if not screen:
        return mean
    with np.errstate(invalid="ignore"):
        screened = _mean(np.where(ranges > SCREEN_FACTOR * mean * (1 + NOISE), np.nan, ranges))
        return np.where(screened > 0, screened, mean)


def _sigma_z(value: Floats, centre: Floats, sigma: Floats, baseline: int | None) -> Floats:
    """Laney's sigma z: the mean moving range of the (baseline) points' z-scores, over 1.128."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z = packed(np.where(sigma > 0, (value - centre) / sigma, np.nan))[..., :baseline]
    return _mean(np.abs(np.diff(z, axis=-1)))[..., 0] / D2_OF_TWO
