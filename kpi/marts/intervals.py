"""95 % intervals for small numbers, vectorised.

Proportions: Wilson's score interval (Wilson 1927). Rates: the exact Poisson interval from chi-square quantiles
(Garwood 1936). Both are the ones the design's sources ask for; nothing here rounds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Z95 = 1.959964  # two-sided 95 %
ALPHA = 0.05


def wilson(numerator: Array, denominator: Array) -> tuple[Array, Array]:
    """Lower and upper bounds of numerator / denominator, as fractions; NaN where n is 0 or the counts contradict."""
    with np.errstate(divide="ignore", invalid="ignore"):
        usable = (denominator > 0) & (numerator >= 0) & (numerator <= denominator)
        share = numerator / denominator
        spread = Z95**2 / denominator
        middle = (share + spread / 2) / (1 + spread)
        half = Z95 / (1 + spread) * np.sqrt(share * (1 - share) / denominator + spread / (4 * denominator))
        lower = np.where(usable, np.clip(middle - half, 0.0, 1.0), np.nan)
        upper = np.where(usable, np.clip(middle + half, 0.0, 1.0), np.nan)
    # The score interval touches its ends exactly there; the square root leaves 1e-17 behind.
    return np.where(usable & (numerator == 0), 0.0, lower), np.where(usable & (numerator == denominator), 1.0, upper)


def poisson(count: Array, exposure: Array, scale: float = 1.0) -> tuple[Array, Array]:
    """Lower and upper bounds of scale × count / exposure; NaN where there is no exposure."""
    with np.errstate(divide="ignore", invalid="ignore"):
        usable = (exposure > 0) & (count >= 0)
        lower, upper = _count_limits(np.where(usable, count, 0.0))
        return (
            np.where(usable, scale * lower / exposure, np.nan),
            np.where(usable, scale * upper / exposure, np.nan),
        )


def _count_limits(count: Array) -> tuple[Array, Array]:
    """Garwood's limits of each count. The quantile is slow and counts repeat, so each is looked up once."""
    from scipy.special import gammaincinv

    distinct, place = np.unique(count, return_inverse=True)
    lower = np.where(distinct > 0, gammaincinv(np.maximum(distinct, 1.0), ALPHA / 2), 0.0)
    upper = gammaincinv(distinct + 1.0, 1 - ALPHA / 2)
    return lower[place].reshape(count.shape), upper[place].reshape(count.shape)
