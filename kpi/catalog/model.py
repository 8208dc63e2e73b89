"""What a KPI definition is, as frozen objects. The data itself stands in kpi/definitions, one file per indicator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpi.catalog.peers import PeerPolicy
from kpi.catalog.plausibility import Plausibility
from kpi.catalog.policy import EscalationPolicy, ScorePolicy

Kind = Literal["proportion", "rate", "median", "ratio", "snapshot"]
Better = Literal["higher", "lower", "band"]

KINDS: tuple[str, ...] = ("proportion", "rate", "median", "ratio", "snapshot")
BETTER: tuple[str, ...] = ("higher", "lower", "band")
CHARTS: tuple[str, ...] = ("p", "u", "xmr")
GRAINS: tuple[str, ...] = ("partner", "site", "product")
UNITS: tuple[str, ...] = ("%", "days", "count", "currency", "per 100 lots", "per audit")
WINDOWS: tuple[int, ...] = (1, 3, 12)


@dataclass(frozen=True)
class Measure:
    """Something counted or summed over the records of one dataset whose ``month_of`` date falls in the month.

    ``amount`` is "count", "sum", "count_if", "count_distinct" or "days"; all but "count" apply ``of``, an expression.
    """

    text: str
    dataset: str
    month_of: str
    where: str
    amount: str = "count"
    of: str = ""


@dataclass(frozen=True)
class State:
    """Something that holds at a month's end: from the day ``starts`` until the day before ``ends``, blank for still."""

    text: str
    dataset: str
    where: str
    starts: str
    ends: str


@dataclass(frozen=True)
class Indicator:
    """One KPI definition. Proportions and ratios are fractions (0.95 is 95 %); rates are already scaled."""

    id: str
    version: int
    name: str
    category: str
    order: int
    headline: bool
    sentence: str
    why: str
    caveat: str
    kind: Kind
    unit: str
    decimals: int
    better: Better
    chart: str
    minimum_n: int
    grains: tuple[str, ...]
    source: str
    owner: str
    review_by: date
    target: float | None = None
    limit: float | None = None
    centre: float | None = None
    scale: float = 1.0
    split_by: str = ""
    parameters: tuple[tuple[str, float], ...] = ()
    numerator: Measure | None = None
    denominator: Measure | None = None
    values: Measure | None = None
    state: State | None = None
    file: str = ""

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(part for part in (self.numerator, self.denominator, self.values) if part is not None)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets this indicator reads, each once, in the order numerator, denominator."""
        parts: tuple[Measure | State, ...] = (*self.measures, *((self.state,) if self.state else ()))
        return tuple(dict.fromkeys(part.dataset for part in parts))

    @property
    def numerator_text(self) -> str:
        part = self.numerator or self.values or self.state
        return part.text if part else ""

    @property
    def denominator_text(self) -> str:
        return self.denominator.text if self.denominator else ""

    @property
    def month_text(self) -> str:
        """Which date puts a record into a month, in words."""
        if self.state:
            return "state at the month's end"
        dates = dict.fromkeys(part.month_of for part in self.measures)
        return " / ".join(name.replace("_", " ") for name in dates)


@dataclass(frozen=True)
class Category:
    id: str
    name: str


@dataclass(frozen=True)
class Calendar:
    """When a month's files are due: ``reporting_day`` of the following month, for each of ``datasets``."""

    reporting_day: int
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Catalog:
    """All definitions, in the order screens list them. ``digest`` changes with every file that makes figures."""

    indicators: dict[str, Indicator]
    categories: tuple[Category, ...]
    calendar: Calendar
    fields: dict[str, dict[str, str]] = field(repr=False)
    digest: str
    escalation: EscalationPolicy
    scoring: ScorePolicy
    plausibility: Plausibility
    peers: PeerPolicy

    def in_category(self, category_id: str) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators.values() if i.category == category_id)

    @property
    def headlines(self) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators.values() if i.headline)
