"""A change of a rate taken apart: what each part changed itself, and what comes from parts weighing more or less.

Kitagawa, Components of a difference between two rates, Journal of the American Statistical Association 50 (1955).
Exact: everything is a Fraction, so the contributions add up to the change without a rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

ZERO = Fraction(0)


@dataclass(frozen=True)
class Amounts:
    """One part's numerator and denominator in one period. A part that isn't there has zeros."""

    numerator: Fraction
    denominator: Fraction

    @property
    def rate(self) -> Fraction | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Contribution:
    """What one part adds to the change, in the unit of the rate."""

    own: Fraction
    mix: Fraction


def rate_contributions(before: Sequence[Amounts], after: Sequence[Amounts]) -> list[Contribution]:
    """Per part its own change and its mix, for two periods with the same parts in the same order.

    With c = numerator and w = denominator as shares of the period's whole denominator, r̄ = the mean of the part's rates
    that exist (else R̄) and R̄ = the mean of the two whole rates: own = Δc − r̄·Δw, mix = (r̄ − R̄)·Δw. The shares of each
    period add up to 1, so all of it adds up to the change of the whole rate. A part that appears or vanishes has no
    change of its own, only mix; one that has a numerator but never a denominator only its own.
    Raises ZeroDivisionError where a period's denominators add up to zero: there is no rate to explain then.
    """
    whole_before, whole_after = _sum(before), _sum(after)
    middle = (whole_before.numerator / whole_before.denominator + whole_after.numerator / whole_after.denominator) / 2
    found = []
    for old, new in zip(before, after, strict=True):
        moved = new.numerator / whole_after.denominator - old.numerator / whole_before.denominator
        shifted = new.denominator / whole_after.denominator - old.denominator / whole_before.denominator
        rates = [rate for rate in (old.rate, new.rate) if rate is not None]
        own_rate = sum(rates, ZERO) / len(rates) if rates else middle
        found.append(Contribution(own=moved - own_rate * shifted, mix=(own_rate - middle) * shifted))
    return found


def count_contributions(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Contribution]:
    """A state is a sum over its parts: every part's change is its own."""
    return [Contribution(new - old, ZERO) for old, new in zip(before, after, strict=True)]


def _sum(parts: Sequence[Amounts]) -> Amounts:
    return Amounts(sum((p.numerator for p in parts), ZERO), sum((p.denominator for p in parts), ZERO))
