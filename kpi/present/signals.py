"""What control charts say, in words: which rule a month broke, and the two verdicts on a series."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kpi.present.wording import format_number, is_missing, plural
from kpi.signals.limits import POINTS_FOR_LIMITS
from kpi.signals.rules import IN_A_ROW

if TYPE_CHECKING:
    from kpi.catalog import Indicator

# How much sigma z scatters by chance where the chart's assumption holds: its standard deviation times √(points − 1).
# From the variance (0.727) and the neighbours' covariance (0.163) of |zᵢ − zᵢ₋₁| for independent standard normal z.
SIGMA_Z_SPREAD = 0.91
CHANCE = 1.96  # standard deviations: 95 of 100 charts that assume rightly lie within

_READINGS = {
    "": "No verdict: the month has no point, or its chart has no limits yet",
    "common cause": "Common variation only: what the process always does, nothing to explain in this month alone",
    "improvement": "A special cause for the better",
    "concern": "A special cause for the worse",
    "high": "A special cause, high",
    "low": "A special cause, low",
}
_ASSURANCES = {
    "not known": "No verdict on the target: there is no target, no control limit or no report to judge by.",
    "consistently passes": "Unless the process changes, every month will meet the target: "
    "it lies outside the control limits.",
    "consistently fails": "Unless the process changes, no month will meet the target: "
    "it lies outside the control limits.",
    "hit or miss": "The target lies within the control limits: whether a month meets it is chance.",
}


def rule_words(rule: str, side: int, indicator: Indicator | None = None) -> str:
    """The rule that a month's point broke, to stand after a value or a colon; "" for no rule.

    With ``indicator`` a side is also named as better or worse. Raises KeyError for a rule that there is none of.
    """
    if not rule:
        return ""
    up = side > 0
    words = {
        "outside": f"outside the control limits, {'high' if up else 'low'}",
        "trend": f"a trend of {IN_A_ROW} months {'upwards' if up else 'downwards'}",
        "two_of_three": f"2 of 3 months near the {'upper' if up else 'lower'} limit",
        "run": f"{IN_A_ROW} months in a row {'above' if up else 'below'} the mean",
    }[rule]
    direction = "" if indicator is None else _direction(side, indicator)
    return f"{words} ({direction})" if direction else words


def variation_words(reading: str, rule: str = "", side: int = 0) -> str:
    """The verdict on the newest month in one sentence. ``reading`` is one of kpi.signals.verdicts.READINGS."""
    start = _READINGS[reading]
    words = rule_words(rule, side)
    return f"{start}: {words}." if words else f"{start}."


def assurance_words(assurance: str) -> str:
    """The verdict on the target in one sentence. ``assurance`` is one of kpi.signals.verdicts.ASSURANCES."""
    return _ASSURANCES[assurance]


def trial_words(points: int) -> str:
    """That the limits are trial limits; "" for enough points."""
    if points >= POINTS_FOR_LIMITS:
        return ""
    return f"Trial limits: {plural(points, 'month')} of the {POINTS_FOR_LIMITS} that limits need to be steady."


def dispersion_words(sigma_z: float | None, points: int, *, prime: bool = False) -> str:
    """What Laney's sigma z says of a p or u chart, and what to do; "" where there is none.

    ``points`` of the phase tell how far sigma z may stray from 1 by chance alone. ``prime``: the limits shown already
    allow for it.
    """
    if is_missing(sigma_z) or points < 2:
        return ""
    ratio = float(sigma_z)  # type: ignore[arg-type]
    stray = CHANCE * SIGMA_Z_SPREAD / math.sqrt(points - 1)
    said = f"σz {format_number(ratio, 2)}"
    if prime:
        return f"{said}: the limits are drawn {format_number(ratio, 2)} times as wide as chance alone would have them."
    if ratio > 1 + stray:
        return f"{said}: the months vary more than chance alone explains. Limits that allow for it (p′, u′) are wider."
    if ratio < 1 - stray:
        return f"{said}: the months vary less than chance alone would have them. Look at how the records come about."
    return f"{said}: the months vary as chance alone would have them."


def _direction(side: int, indicator: Indicator) -> str:
    good = {"higher": 1, "lower": -1}.get(indicator.better, 0)
    return "" if not good else "for the better" if side == good else "for the worse"
