"""Small panels of one's own for tests of rules: figures as they are given, everything else harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from kpi.catalog import WINDOWS
from kpi.catalog.policy import Condition, EscalationPolicy, Rule, Tier
from kpi.marts.judgement import NO_DATA, STATUSES
from kpi.signals.clocks import months_before
from kpi.signals.panel import Panel
from kpi.signals.receipts import due_days

REPORTING_DAY = 10


@dataclass(frozen=True)
class Series:
    """One indicator of partner P by month. ``wider``: statuses of 3 and 12 months, else as ``status``."""

    status: Sequence[str]
    value: Sequence[float] = ()
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    numerator: Sequence[float] = ()
    denominator: Sequence[float] = ()
    concern: Sequence[int] = ()
    points: int = 36
    target: float = 0.9
    wider: Mapping[int, Sequence[str]] = field(default_factory=dict)


def panel(series: Mapping[str, Series], *, first: date = date(2025, 1, 1), day: date | None = None) -> Panel:
    """Partner P on ``day``, by default long after the last month: every month was known on its reporting day."""
    length = max(len(one.status) for one in series.values())
    months = tuple(months_before(first, -place) for place in range(length))
    due_on = due_days(np.array(months, dtype="datetime64[M]"), REPORTING_DAY)
    shape = (1, len(series), length)

    def numbers(name: str) -> Any:
        laid = np.full(shape, np.nan)
        for place, one in enumerate(series.values()):
            given = getattr(one, name)
            laid[0, place, : len(given)] = given
        return dict.fromkeys(WINDOWS, laid)

    status = {window: np.full(shape, NO_DATA, dtype=np.int8) for window in WINDOWS}
    concern = np.zeros(shape, dtype=np.int8)
    for place, one in enumerate(series.values()):
        for window in WINDOWS:
            codes = [STATUSES.index(name) for name in one.wider.get(window, one.status)]
            status[window][0, place, : len(codes)] = codes
        concern[0, place, : len(one.concern)] = one.concern
    known_on = np.broadcast_to(due_on, shape).copy()
    return Panel(
        day=day or date(2030, 1, 1),
        partners=("P",),
        series=tuple((name, "") for name in series),
        months=months,
        status=status,
        n=numbers("denominator"),
        numerator=numbers("numerator"),
        denominator=numbers("denominator"),
        value=numbers("value"),
        lower=numbers("lower"),
        upper=numbers("upper"),
        target=np.broadcast_to(np.array([[[one.target]] for one in series.values()])[:, 0], shape[1:])[
            np.newaxis
        ].copy(),
        limit=np.full(shape, np.nan),
        concern=concern,
        points=np.broadcast_to(np.array([[one.points] for one in series.values()]), shape[1:])[np.newaxis].copy(),
        datasets=(),
        due_on=due_on,
        received=np.zeros((0, 1, length), dtype="datetime64[D]"),
        owed=np.zeros((0, 1, length), dtype=np.bool_),
        ended=np.zeros((1, length), dtype=np.bool_),
        known_on=known_on,
        clock_from=known_on,
    )


TIERS = (
    Tier(1, "Operational team", 10, "calendar"),
    Tier(2, "Joint steering committee", 20, "calendar"),
    Tier(3, "Executive sponsors", None, "calendar"),
)


def policy(*rules: Rule, holidays: tuple[date, ...] = ()) -> EscalationPolicy:
    return EscalationPolicy(rules, TIERS, holidays, 3, 12)


def rule(
    rule_id: str = "watched",
    *,
    enter: Sequence[Condition] = (Condition("status", statuses=("past limit",)),),
    leave: Sequence[Condition] = (Condition("status", statuses=("met",)),),
    tier: int = 1,
    enter_months: int = 1,
    exit_months: int = 2,
    subject: str = "indicator",
    **more: Any,
) -> Rule:
    return Rule(
        id=rule_id,
        version=1,
        name=rule_id,
        tier=tier,
        subject=subject,
        enter=tuple(enter),
        enter_when=more.pop("enter_when", "all"),
        enter_months=enter_months,
        exit=tuple(leave),
        exit_when=more.pop("exit_when", "all"),
        exit_months=exit_months,
        response="Look.",
        owner="Somebody",
        why="A test.",
        source="A test.",
        review_by=date(2030, 1, 1),
        **more,
    )
