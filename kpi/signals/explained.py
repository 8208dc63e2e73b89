"""What an explanation of a change says: the change between two periods, and what each part adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

BREAKDOWNS = {"site": "site_id", "product": "product"}
ONE, REST, SMALLER = "one", "rest", "smaller"  # what a part is


@dataclass(frozen=True)
class Part:
    """One site or product, or REST: what belongs to none or to several of them, or SMALLER: the small ones together.

    ``n``, ``value``, ``share`` (of the whole's denominator, or of its records): before and after; ``value`` is None
    where there is none, ``share`` for states. ``own`` and ``mix`` in the unit of the indicator's value. ``entities``:
    how many sites or products are in it.
    """

    entity: str
    kind: str
    n: tuple[int, int]
    value: tuple[float | None, float | None]
    share: tuple[Fraction, Fraction] | None
    own: Fraction
    mix: Fraction
    entities: int = 1

    @property
    def total(self) -> Fraction:
        return self.own + self.mix


@dataclass(frozen=True)
class Period:
    """Up to and including ``month``, ``window`` months long; the value is that of all parts together."""

    month: date
    window: int
    value: Fraction


@dataclass(frozen=True)
class Explained:
    """The change from ``before`` to ``after``. ``parts``: the largest contribution first, none that is nothing."""

    kpi_id: str
    partner_id: str
    currency: str
    by: str
    before: Period
    after: Period
    parts: tuple[Part, ...]

    @property
    def change(self) -> Fraction:
        return self.after.value - self.before.value


@dataclass(frozen=True)
class NotComparable:
    """One of the periods has no value. ``status``: why, as in kpi_monthly; "" where the month has no row at all."""

    month: date
    window: int
    status: str
