"""Draws what partners report: monthly counts of every proportion and rate that has a target.

Counts of one dataset hang together as they do in records: a lot right first time is also accepted, a perfect order is
also on time. Audits are rare, CAPAs few. Reporting itself is left out: everybody sends everything in time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi.simulation.scenario import Levels, Scenario

Counts = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TESTS_PER_LOT = 15
CAPAS_PER_DEVIATION = 0.45
EVALUATED_PER_CAPA = 0.7
LINES_PER_LOT = 0.75  # order lines
AUDITS_PER_LOT = 1 / 120  # one audit a year for a site of ten lots a month
MONTHS_TO_ANSWER, MONTHS_TO_CLOSE = 1, 4  # from the audit to the month in which an answer, a closing falls due


def draw(
    scenario: Scenario, partners: int, months: int, dice: np.random.Generator, after: Levels | None = None, at: int = 0
) -> dict[str, tuple[Counts, Counts]]:
    """Indicator → numerator and denominator, each partners × months. From month ``at`` on the levels are ``after``."""
    return _Draw(scenario, partners, months, dice, after, at).all()


class _Draw:
    def __init__(
        self, scenario: Scenario, partners: int, months: int, dice: np.random.Generator, after: Levels | None, at: int
    ) -> None:
        self.scenario, self.shape, self.dice, self.after, self.at = scenario, (partners, months), dice, after, at

    def all(self) -> dict[str, tuple[Counts, Counts]]:
        counts = {**self._lots(), **self._deviations(), **self._audits(), **self._deliveries()}
        return {
            kpi_id: (numerator.astype(np.float64), denominator.astype(np.float64))
            for kpi_id, (numerator, denominator) in counts.items()
        }

    def _lots(self) -> dict[str, tuple[Ints, Ints]]:
        judged, planned = self._number(self.scenario.lots), self._number(self.scenario.lots)
        accepted = self._share(judged, "accepted")
        # Right first time is a share of all lots; of the accepted ones it is a larger one.
        right = self.dice.binomial(accepted, np.minimum(self._level("right_first_time") / self._level("accepted"), 1.0))
        return {
            "lot_acceptance_rate": (accepted, judged),
            "right_first_time": (right, judged),
            "schedule_adherence": (self._share(planned, "on_schedule"), planned),
        }

    def _deviations(self) -> dict[str, tuple[Ints, Ints]]:
        completed = self._number(self.scenario.lots)
        opened = self.dice.poisson(self._level("deviations", rate=True) * completed)
        usual = self.scenario.levels.deviations * self.scenario.lots
        due, closed = self._number(usual), self._number(usual)
        capas = self._number(usual * CAPAS_PER_DEVIATION)
        evaluated = self._number(usual * CAPAS_PER_DEVIATION * EVALUATED_PER_CAPA)
        tests = completed * TESTS_PER_LOT
        return {
            "deviation_rate": (opened, completed),
            "serious_deviation_rate": (self._share(opened, "serious"), completed),
            "deviation_on_time_closure": (self._share(due, "closed_on_time"), due),
            "recurring_deviation_rate": (self._share(closed, "recurring"), closed),
            "invalidated_oos_rate": (self._share(tests, "invalidated"), tests),
            "capa_on_time": (self._share(capas, "capa_on_time"), capas),
            "capa_effectiveness": (self._share(evaluated, "capa_effective"), evaluated),
        }

    def _audits(self) -> dict[str, tuple[Ints, Ints]]:
        held = self.dice.random(self.shape) < self.scenario.lots * AUDITS_PER_LOT
        findings = self.dice.poisson(self._level("findings_per_audit", rate=True)) * held
        audits = (findings > 0).astype(np.int64)  # an audit without a finding leaves no record
        answers, closings = _later(findings, MONTHS_TO_ANSWER), _later(findings, MONTHS_TO_CLOSE)
        return {
            "audit_response_on_time": (self._share(answers, "answered_on_time"), answers),
            "finding_closure_on_time": (self._share(closings, "findings_closed_on_time"), closings),
            "findings_per_audit": (findings, audits),
            "repeat_finding_rate": (self._share(findings, "repeated"), findings),
        }

    def _deliveries(self) -> dict[str, tuple[Ints, Ints]]:
        lines = self._number(self.scenario.lots * LINES_PER_LOT)
        on_time = self._share(lines, "delivered_on_time")
        in_full = self._share(on_time, "in_full")
        return {
            "on_time_delivery": (on_time, lines),
            "on_time_in_full": (in_full, lines),
            "perfect_order": (self._share(in_full, "perfect"), lines),
        }

    def _number(self, mean: float) -> Ints:
        return self.dice.poisson(mean, self.shape)

    def _share(self, of: Ints, level: str) -> Ints:
        return self.dice.binomial(of, self._level(level))

    def _level(self, name: str, *, rate: bool = False) -> Counts:
        """The level of every partner and month; it wanders where the scenario is restless."""
        levels = np.full(self.shape, float(getattr(self.scenario.levels, name)))
        if self.after is not None:
            levels[:, self.at :] = getattr(self.after, name)
        if not self.scenario.restless:
            return levels
        moved = self.scenario.restless * self.dice.standard_normal(self.shape)
        if rate:
            return levels * np.exp(moved - self.scenario.restless**2 / 2)
        odds = levels / (1 - levels) * np.exp(moved)
        return odds / (1 + odds)


def _later(counts: Ints, months: int) -> Ints:
    """The same counts so many months later; nothing before."""
    late = np.zeros_like(counts)
    late[:, months:] = counts[:, :-months]
    return late
