"""Partners or sites side by side against chance: a funnel of exact limits about what all of them reach together.

Method: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005). Limits
are where the exact tail of the binomial (proportions) or Poisson distribution (rates) reaches that of z = 1.959964
(95 %) and 3.090232 (99.8 %), two-sided. With many records they are centre ± z · standard error; with the ten lots of a
month that approximation would call too many partners unusual. Between counts the distribution is continued smoothly by
the incomplete beta and gamma functions, so the drawn lines and the verdicts always agree.

Dispersion is reported and never silently corrected: φ is the mean of the squared z-scores, about 1 when nothing but
chance makes the points differ; its p-value is that of Σz² by chi-square with one degree of freedom less than points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

KINDS = ("proportion", "rate")
Z_95, Z_998 = 1.959964, 3.090232
POSITIONS = ("", "inside", "outside 95 %", "outside 99.8 %")  # "" is no point
NO_POINT, INSIDE, OUTSIDE_95, OUTSIDE_998 = range(len(POSITIONS))
CURVE_POINTS = 121
HALVINGS = 60
LEAST_EXPECTED = 5.0  # events and non-events per point that a chi-square needs (Cochran 1954)
SURE = 0.05


@dataclass(frozen=True)
class Limits:
    """Limits for the sizes ``n``, in the unit of the value; all of one shape."""

    n: Floats
    lower_95: Floats
    upper_95: Floats
    lower_998: Floats
    upper_998: Floats


@dataclass(frozen=True)
class Funnel:
    """``value``, ``n``, ``z``, ``position`` and ``side`` are aligned to what was given; NaN, 0 where there is no point.

    ``position``: places in POSITIONS; ``side`` +1 above, -1 below the centre, 0 on it. ``curve`` runs over the sizes
    from a little below the smallest point to a little above the largest. ``phi`` and ``p_value`` are NaN with fewer
    than two points or where nothing varies; ``thin`` says that events are too few for the p-value to be trusted.
    """

    kind: str
    scale: float
    centre: float
    value: Floats
    n: Floats
    z: Floats
    position: Codes
    side: Codes
    curve: Limits
    points: int
    phi: float
    p_value: float
    thin: bool

    @property
    def over_dispersed(self) -> bool:
        """More spread than chance explains, at the 5 % level and with enough events to say so."""
        return self.phi > 1 and self.p_value < SURE and not self.thin


def funnel(
    numerator: object, denominator: object, kind: str, scale: float = 1.0, *, about: float | None = None
) -> Funnel | None:
    """The funnel of one figure over many partners or sites; None when not one of them has a point.

    ``about``: a centre from elsewhere, scaled as values are; None is what all of these reach together. Counts that are
    missing, a denominator of zero, and for proportions a numerator above it, make no point. Values are ``scale`` ×
    numerator / denominator. Raises ValueError for a kind other than "proportion" or "rate".
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}: allowed are {', '.join(KINDS)}")
    count, n = _usable(numerator, denominator, kind)
    has_point = ~np.isnan(n)
    points = int(has_point.sum())
    if not points:
        return None
    rate = float(np.nansum(count) / np.nansum(n)) if about is None else about / scale
    variance = rate * (1 - rate) if kind == "proportion" else rate
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (count / n - rate) / np.sqrt(variance / n) if variance > 0 else np.where(has_point, 0.0, np.nan)
    phi, p_value = _dispersion(z[has_point], variance)
    return Funnel(
        kind=kind,
        scale=scale,
        centre=scale * rate,
        value=scale * count / n,
        n=n,
        z=z,
        position=_positions(count, n, rate, kind),
        side=np.sign(np.nan_to_num(z)).astype(np.int8),
        curve=curve_over(n[has_point], rate, kind, scale),
        points=points,
        phi=phi,
        p_value=p_value,
        thin=_thin(n[has_point], rate, kind),
    )


def limits(n: Floats, rate: float, kind: str, scale: float = 1.0) -> Limits:
    """Exact limits about ``rate`` (events per unit, not scaled) for sizes ``n``, in the scaled unit."""
    ends = [scale * _limit_count(n, rate, kind, z, side) / n for z in (Z_95, Z_998) for side in (-1, 1)]
    return Limits(n, *ends)


def curve_over(n: Floats, rate: float, kind: str, scale: float = 1.0) -> Limits:
    """Limits for drawing, over sizes from a little below the smallest of ``n`` to a little above the largest."""
    return limits(_sizes(n), rate, kind, scale)


def _usable(numerator: object, denominator: object, kind: str) -> tuple[Floats, Floats]:
    count, n = np.broadcast_arrays(np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64))
    with np.errstate(invalid="ignore"):
        usable = (n > 0) & (count >= 0) & np.isfinite(n) & np.isfinite(count)
        if kind == "proportion":
            usable &= count <= n
    return np.where(usable, count, np.nan), np.where(usable, n, np.nan)


def _tail(z: float) -> float:
    """The share of a normal distribution beyond z: 0.025 and 0.001."""
    from scipy.special import ndtr

    return float(ndtr(-z))


def _at_most(count: Floats, n: Floats, rate: float, kind: str) -> Floats:
    """P(events ≤ count) out of n, continued smoothly between whole counts; 0 below zero events."""
    from scipy.special import betainc, gammaincc

    events = np.maximum(count, -1.0)
    with np.errstate(invalid="ignore"):
        if kind == "rate":
            share = gammaincc(events + 1, rate * n)
        else:
            share = np.where(events >= n, 1.0, betainc(np.maximum(n - events, 1e-300), events + 1, 1 - rate))
    return np.where(events <= -1, 0.0, share)


def _positions(count: Floats, n: Floats, rate: float, kind: str) -> Codes:
    """By the exact tails: outside when so many events or more, or so few or fewer, are rarer than the limit's tail."""
    below = _at_most(count, n, rate, kind)
    above = 1 - _at_most(count - 1, n, rate, kind)
    smaller = np.minimum(below, above)
    position = np.full(n.shape, INSIDE, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        position[smaller < _tail(Z_95)] = OUTSIDE_95
        position[smaller < _tail(Z_998)] = OUTSIDE_998
    position[np.isnan(n)] = NO_POINT
    return position


def _limit_count(n: Floats, rate: float, kind: str, z: float, side: int) -> Floats:
    """The count at which the tail of ``z`` is reached, by halving; within 0 and, for proportions, n."""
    tail = _tail(z)
    low = np.zeros_like(n)
    high = n.copy() if kind == "proportion" else rate * n + 10 * z * np.sqrt(rate * n) + 10 * z
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if side > 0:
            too_low = 1 - _at_most(middle - 1, n, rate, kind) >= tail
        else:
            too_low = _at_most(middle, n, rate, kind) < tail
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return high if side > 0 else low


def _sizes(n: Floats) -> Floats:
    """Sizes for the curves, denser where they bend; wide enough to be seen when all points have one size."""
    first, last = float(n.min()), float(n.max())
    start, stop = max(first * 0.8, min(first, 1.0)), last * 1.08
    grid: Floats = np.geomspace(start, stop, CURVE_POINTS)
    return grid


def _dispersion(z: Floats, variance: float) -> tuple[float, float]:
    from scipy.special import gammaincc

    if len(z) < 2 or variance <= 0:
        return float("nan"), float("nan")
    total = float((z**2).sum())
    return total / len(z), float(gammaincc((len(z) - 1) / 2, total / 2))


def _thin(n: Floats, rate: float, kind: str) -> bool:
    """Whether a fifth or more of the points expect fewer than LEAST_EXPECTED events, or non-events of a proportion."""
    expected = n * (min(rate, 1 - rate) if kind == "proportion" else rate)
    return bool((expected < LEAST_EXPECTED).mean() >= 0.2)
