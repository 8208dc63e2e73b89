"""Alarms → the two figures that a way of raising them is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.signals.panel import Flags
from kpi.simulation.ways import Alarms

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Detection:
    """``median`` and ``mean`` months from the change until a new alarm, the month of the change being the first.

    A change not found in the months that followed counts as found after all of them. ``within_a_year``: the share found
    in the first twelve months. NaN where there was no partner to look at.
    """

    median: float
    mean: float
    within_a_year: float


def false_alarms_per_year(alarms: Alarms, first: int) -> float:
    """Alarms of a steady partner per year, all subjects together, counted from month number ``first`` (from 0) on."""
    partners, _, months = alarms.raised.shape
    return float(alarms.raised[..., first:].sum() / (partners * (months - first)) * MONTHS_A_YEAR)


def stood_already(alarms: Alarms, subject: int, change: int) -> Flags:
    """Partners about whose subject an alarm stood in the month before ``change``, so that no new one can tell of it."""
    return alarms.standing[:, subject, change - 1]


def detection(alarms: Alarms, subject: int, change: int, fresh: Flags) -> Detection:
    """How soon the subject's first new alarm comes after its level changed in month number ``change`` (from 0), over
    the partners that are ``fresh``."""
    if not fresh.any():
        return Detection(np.nan, np.nan, np.nan)
    after = alarms.raised[fresh, subject, change:] > 0
    followed = after.shape[-1]
    months = np.where(after.any(axis=-1), after.argmax(axis=-1) + 1, followed)
    found = after[:, :MONTHS_A_YEAR].any(axis=-1)
    return Detection(float(np.median(months)), float(months.mean()), float(found.mean()))
