"""Every indicator counted a second time, in plain Python, from the definitions in words.

It shares no code with the product: lists of dicts, dates and loops, no data frame and no SQL. ``figures`` gives
for every indicator, grain, partner, site, product, currency and month what the product must show.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tests.marts import oracle_indicators as counted
from tests.marts.oracle_calendar import RECORD_DATASETS, Coverage, month_end, window_months
from tests.marts.oracle_indicators import Event, Neighbours
from tests.marts.oracle_judgement import poisson, wilson
from tests.marts.oracle_rows import EVENT_DATES, Entity, Portfolio, entities_of

EVERY_GRAIN = ("partner", "site", "product")
WITHOUT_PRODUCT = ("partner", "site")
PARTNER_ONLY = ("partner",)
REPORTING_DAY = 10


EventOf = Callable[[dict, Neighbours], Event | None]


@dataclass(frozen=True)
class Rule:
    """How an indicator is counted: its kind, and what each dataset's records add in the month of which date.

    ``events``: dataset → (the date that puts a record into a month, what it adds there). ``open_at``: for snapshots.
    """

    kind: str
    events: dict[str, tuple[str, EventOf]] = field(default_factory=dict)
    open_at: tuple[str, Callable[[dict, date], bool]] | None = None
    grains: tuple[str, ...] = EVERY_GRAIN
    scale: float = 1
    per_currency: bool = False

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The datasets that must have been reported, each with the dates that show it."""
        if self.open_at is not None:
            return {self.open_at[0]: EVENT_DATES[self.open_at[0]]}
        return {dataset: (column,) for dataset, (column, _) in self.events.items()}


def _batches(kind: str, column: str, event: EventOf) -> Rule:
    return Rule(kind, {"batch_records": (column, event)})


def _deviations(kind: str, column: str, event: EventOf) -> Rule:
    return Rule(kind, {"deviations": (column, event)})


def _findings(kind: str, column: str, event: EventOf) -> Rule:
    return Rule(kind, {"audit_findings": (column, event)}, grains=WITHOUT_PRODUCT)


def _deliveries(kind: str, event: EventOf) -> Rule:
    return Rule(kind, {"deliveries": ("promised_date", event)})


def _snapshot(dataset: str, is_open: Callable[[dict, date], bool], grains: tuple[str, ...] = EVERY_GRAIN) -> Rule:
    return Rule("snapshot", open_at=(dataset, is_open), grains=grains)


def _per_batch(kind: str, opened: EventOf, batch: EventOf, scale: float = 1) -> Rule:
    both = {"deviations": ("opened_date", opened), "batch_records": ("completed_date", batch)}
    return Rule(kind, both, scale=scale)


RULES: dict[str, Rule] = {
    "lot_acceptance_rate": _batches("proportion", "disposition_date", counted.lot_acceptance_rate),
    "right_first_time": _batches("proportion", "disposition_date", counted.right_first_time),
    "disposition_lead_time": _batches("median", "disposition_date", counted.disposition_lead_time),
    "record_turnaround": _batches("median", "record_received_date", counted.record_turnaround),
    "schedule_adherence": _batches("proportion", "planned_start_date", counted.schedule_adherence),
    "yield_attainment": _batches("ratio", "completed_date", counted.yield_attainment),
    "lots_pending_over_30_days": _snapshot("batch_records", counted.pending_over_30_days),
    "cost_per_released_batch": Rule(
        "ratio", {"batch_records": ("disposition_date", counted.cost_per_released_batch)}, per_currency=True
    ),
    "deviation_rate": _per_batch("rate", counted.deviation_opened, counted.batch_completed, 100),
    "serious_deviation_rate": _per_batch("rate", counted.serious_deviation_opened, counted.batch_completed, 100),
    "deviation_on_time_closure": _deviations("proportion", "due_date", counted.on_time("due_date", "closed_date")),
    "deviation_cycle_time": _deviations("median", "closed_date", counted.deviation_cycle_time),
    "overdue_deviations": _snapshot("deviations", counted.overdue("opened_date", "due_date", "closed_date")),
    "overdue_critical_deviations": _snapshot(
        "deviations", counted.overdue("opened_date", "due_date", "closed_date", severity="critical")
    ),
    "recurring_deviation_rate": _deviations("proportion", "closed_date", counted.recurring_deviation_rate),
    "invalidated_oos_rate": _per_batch("proportion", counted.oos_invalidated, counted.release_tests_performed),
    "capa_on_time": _deviations("proportion", "capa_due_date", counted.on_time("capa_due_date", "capa_closed_date")),
    "capa_effectiveness": _deviations("proportion", "capa_evaluated_date", counted.capa_effectiveness),
    "overdue_capas": _snapshot("deviations", counted.overdue("opened_date", "capa_due_date", "capa_closed_date")),
    "audit_response_on_time": _findings(
        "proportion", "response_due_date", counted.on_time("response_due_date", "response_date")
    ),
    "finding_closure_on_time": _findings("proportion", "due_date", counted.on_time("due_date", "closed_date")),
    "overdue_findings": _snapshot(
        "audit_findings", counted.overdue("audit_date", "due_date", "closed_date"), WITHOUT_PRODUCT
    ),
    "open_critical_findings": _snapshot("audit_findings", counted.open_critical_finding, WITHOUT_PRODUCT),
    "overdue_critical_findings": _snapshot(
        "audit_findings",
        counted.overdue("audit_date", "due_date", "closed_date", severity="critical"),
        WITHOUT_PRODUCT,
    ),
    "open_critical_authority_findings": _snapshot(
        "audit_findings", counted.open_critical_authority_finding, WITHOUT_PRODUCT
    ),
    "findings_per_audit": _findings("rate", "audit_date", counted.findings_per_audit),
    "repeat_finding_rate": _findings("proportion", "audit_date", counted.repeat_finding_rate),
    "on_time_delivery": _deliveries("proportion", counted.on_time("promised_date", "delivered_date")),
    "on_time_in_full": _deliveries("proportion", counted.on_time_in_full),
    "fill_rate": _deliveries("ratio", counted.fill_rate),
    "perfect_order": _deliveries("proportion", counted.perfect_order),
    "delivery_lateness": _deliveries("median", counted.delivery_lateness),
    "past_due_deliveries": _snapshot("deliveries", counted.past_due_delivery),
    "submission_timeliness": Rule("proportion", grains=PARTNER_ONLY),
}


@dataclass(frozen=True)
class Figure:
    """What stands in one cell. A median has no numerator and denominator, a snapshot no denominator.

    Not reported ("no data") is a figure too: one without anything in it.
    """

    n: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    reported: bool = True


NO_DATA = Figure(reported=False)

Key = tuple[str, str, str, str, str, str, date]
"""kpi_id, grain, partner_id, site_id, product, currency, month."""


def figures(
    records: dict[str, list[dict]],
    coverage: list[dict],
    *,
    window: int = 1,
    reporting_day: int = REPORTING_DAY,
    timeliness_datasets: tuple[str, ...] = RECORD_DATASETS,
    known_on: date | None = None,
) -> dict[Key, Figure]:
    """Every figure: ``records`` are the current ones by dataset; ``coverage``, ``known_on``: see ``Coverage``."""
    covered = Coverage(coverage, known_on)
    portfolio = Portfolio(records, covered)
    near = Neighbours.of(records.get("deviations", []))
    found: dict[Key, Figure] = {}
    for kpi_id, rule in RULES.items():
        if kpi_id == "submission_timeliness":
            counted_figures = _timeliness(portfolio, window, reporting_day, timeliness_datasets)
        elif rule.kind == "snapshot":
            counted_figures = _open_records(rule, records, portfolio)
        else:
            counted_figures = _sums(rule, records, near, portfolio, window)
        for entity, month, figure in counted_figures:
            place = (entity.grain, entity.partner_id, entity.site_id, entity.product, entity.currency)
            found[(kpi_id, *place, month)] = figure
    return found


@dataclass
class Cell:
    """The sums of one entity and month."""

    numerator: float = 0
    denominator: float = 0
    records: int = 0
    days: list[int] = field(default_factory=list)
    audits: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        self.numerator += event.numerator
        self.denominator += event.denominator
        self.records += event.records
        if event.days is not None:
            self.days.append(event.days)
        if event.audit is not None:
            self.audits.add(event.audit)


def _sums(
    rule: Rule, records: dict[str, list[dict]], near: Neighbours, portfolio: Portfolio, window: int
) -> Iterator[tuple[Entity, date, Figure]]:
    cells: dict[Entity, dict[date, Cell]] = defaultdict(lambda: defaultdict(Cell))
    currencies: dict[str, set[str]] = defaultdict(set)
    for dataset, (_, event_of) in rule.events.items():
        for row in records.get(dataset, []):
            event = event_of(row, near)
            if event is None:
                continue
            currencies[row["partner_id"]].add(event.currency)
            for entity in entities_of(row, rule.grains, event.currency):
                cells[entity][event.month].add(event)
    for line in portfolio.lines:
        if line.grain not in rule.grains:
            continue
        reported = portfolio.reported_months(line.partner_id, rule.needs)
        for currency in sorted(currencies[line.partner_id]) or [""]:
            entity = replace(line, currency=currency)
            by_month = cells.get(entity, {})
            for month in portfolio.months[line.partner_id]:
                inside = [by_month[m] for m in window_months(month, window) if m in reported and m in by_month]
                yield entity, month, _figure(rule, inside) if month in reported else NO_DATA


def _figure(rule: Rule, cells: list[Cell]) -> Figure:
    if rule.kind == "median":
        days = [value for cell in cells for value in cell.days]
        return Figure(len(days), None, None, statistics.median(days) if days else None)
    numerator = math.fsum(cell.numerator for cell in cells)
    denominator = math.fsum(cell.denominator + len(cell.audits) for cell in cells)
    n = sum(cell.records for cell in cells) if rule.kind == "ratio" else denominator
    return _divided(rule, n, numerator, denominator)


def _divided(rule: Rule, n: float, numerator: float, denominator: float) -> Figure:
    if denominator == 0:
        return Figure(n, numerator, denominator, None)
    interval = None
    if rule.kind == "proportion":
        interval = wilson(numerator, denominator)
    elif rule.kind == "rate":
        ends = poisson(round(numerator))
        interval = (rule.scale * ends[0] / denominator, rule.scale * ends[1] / denominator)
    lower, upper = interval or (None, None)
    return Figure(n, numerator, denominator, rule.scale * numerator / denominator, lower, upper)


def _open_records(
    rule: Rule, records: dict[str, list[dict]], portfolio: Portfolio
) -> Iterator[tuple[Entity, date, Figure]]:
    """A snapshot: how many records are open at each month's end. None of them is a figure too: 0."""
    assert rule.open_at is not None
    dataset, is_open = rule.open_at
    counts: dict[tuple[Entity, date], int] = defaultdict(int)
    ends = {month: month_end(month) for months in portfolio.months.values() for month in months}
    for row in records.get(dataset, []):
        for month, end in ends.items():
            if is_open(row, end):
                for entity in entities_of(row, rule.grains):
                    counts[entity, month] += 1
    for line in portfolio.lines:
        if line.grain in rule.grains:
            reported = portfolio.reported_months(line.partner_id, rule.needs)
            for month in portfolio.months[line.partner_id]:
                count = counts.get((line, month), 0)
                yield line, month, Figure(count, count, None, count) if month in reported else NO_DATA


def _timeliness(
    portfolio: Portfolio, window: int, reporting_day: int, datasets: tuple[str, ...]
) -> Iterator[tuple[Entity, date, Figure]]:
    """Judged in every month from the partner's first covered one on: what did not come was expected all the same."""
    rule = RULES["submission_timeliness"]
    for partner, months in portfolio.months.items():
        first = portfolio.coverage.first_month_of(partner)
        assert first is not None
        by_month = {
            month: portfolio.coverage.expected_and_punctual(partner, month, datasets, reporting_day)
            for month in months
            if month >= first
        }
        for month in months:
            inside = [by_month[m] for m in window_months(month, window) if m in by_month]
            expected = sum(e for e, _ in inside)
            punctual = sum(p for _, p in inside)
            figure = _divided(rule, expected, punctual, expected) if month in by_month else NO_DATA
            yield Entity("partner", partner), month, figure


__all__ = ["NO_DATA", "RULES", "Figure", "Key", "Rule", "figures"]
