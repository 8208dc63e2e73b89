"""Every indicator counted a second time, in plain Python, from the definitions in words.

It shares no code with the product: lists of dicts, dates and loops, no data frame and no SQL. ``figures``
gives for every indicator, grain, entity, currency and month what the product must show; a figure that is
absent was not reported.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.marts import oracle_indicators as counted
from tests.marts.oracle_calendar import (
    RECORD_DATASETS,
    Coverage,
    add_months,
    month_end,
    month_of,
    months_from,
    window_months,
)
from tests.marts.oracle_indicators import Event, Neighbours
from tests.marts.oracle_judgement import poisson, wilson

EVERY_GRAIN = ("partner", "site", "product")
WITHOUT_PRODUCT = ("partner", "site")
PARTNER_ONLY = ("partner",)
REPORTING_DAY = 10


@dataclass(frozen=True)
class Rule:
    """How an indicator is counted: its kind, and per dataset what a record adds."""

    kind: str
    events: dict[str, Callable[[dict, Neighbours], Event | None]] = field(default_factory=dict)
    open_at: tuple[str, Callable[[dict, date], bool]] | None = None
    grains: tuple[str, ...] = EVERY_GRAIN
    scale: float = 1
    without_currency: bool = True

    @property
    def datasets(self) -> tuple[str, ...]:
        return tuple(self.events) if self.open_at is None else (self.open_at[0],)


def _batches(kind: str, event) -> Rule:
    return Rule(kind, {"batch_records": event})


def _deviations(kind: str, event) -> Rule:
    return Rule(kind, {"deviations": event})


def _findings(kind: str, event) -> Rule:
    return Rule(kind, {"audit_findings": event}, grains=WITHOUT_PRODUCT)


def _deliveries(kind: str, event) -> Rule:
    return Rule(kind, {"deliveries": event})


def _snapshot(dataset: str, is_open, grains: tuple[str, ...] = EVERY_GRAIN) -> Rule:
    return Rule("snapshot", open_at=(dataset, is_open), grains=grains)


def _per_completed_batch(opened) -> Rule:
    return Rule("rate", {"deviations": opened, "batch_records": counted.batch_completed}, scale=100)


RULES: dict[str, Rule] = {
    "lot_acceptance_rate": _batches("proportion", counted.lot_acceptance_rate),
    "right_first_time": _batches("proportion", counted.right_first_time),
    "disposition_lead_time": _batches("median", counted.disposition_lead_time),
    "record_turnaround": _batches("median", counted.record_turnaround),
    "schedule_adherence": _batches("proportion", counted.schedule_adherence),
    "yield_attainment": _batches("ratio", counted.yield_attainment),
    "lots_pending_over_30_days": _snapshot("batch_records", counted.pending_over_30_days),
    "cost_per_released_batch": Rule(
        "ratio", {"batch_records": counted.cost_per_released_batch}, without_currency=False
    ),
    "deviation_rate": _per_completed_batch(counted.deviation_opened),
    "serious_deviation_rate": _per_completed_batch(counted.serious_deviation_opened),
    "deviation_on_time_closure": _deviations("proportion", counted.on_time("due_date", "closed_date")),
    "deviation_cycle_time": _deviations("median", counted.deviation_cycle_time),
    "overdue_deviations": _snapshot("deviations", counted.overdue("opened_date", "due_date", "closed_date")),
    "overdue_critical_deviations": _snapshot(
        "deviations", counted.overdue("opened_date", "due_date", "closed_date", severity="critical")
    ),
    "recurring_deviation_rate": _deviations("proportion", counted.recurring_deviation_rate),
    "invalidated_oos_rate": Rule(
        "proportion",
        {"deviations": counted.oos_invalidated, "batch_records": counted.release_tests_performed},
    ),
    "capa_on_time": _deviations("proportion", counted.on_time("capa_due_date", "capa_closed_date")),
    "capa_effectiveness": _deviations("proportion", counted.capa_effectiveness),
    "overdue_capas": _snapshot(
        "deviations", counted.overdue("opened_date", "capa_due_date", "capa_closed_date")
    ),
    "audit_response_on_time": _findings("proportion", counted.on_time("response_due_date", "response_date")),
    "finding_closure_on_time": _findings("proportion", counted.on_time("due_date", "closed_date")),
    "overdue_findings": _snapshot(
        "audit_findings", counted.overdue("audit_date", "due_date", "closed_date"), WITHOUT_PRODUCT
    ),
    "open_critical_findings": _snapshot("audit_findings", counted.open_critical_finding, WITHOUT_PRODUCT),
    "findings_per_audit": _findings("rate", counted.findings_per_audit),
    "repeat_finding_rate": _findings("proportion", counted.repeat_finding_rate),
    "on_time_delivery": _deliveries("proportion", counted.on_time("promised_date", "delivered_date")),
    "on_time_in_full": _deliveries("proportion", counted.on_time_in_full),
    "fill_rate": _deliveries("ratio", counted.fill_rate),
    "perfect_order": _deliveries("proportion", counted.perfect_order),
    "delivery_lateness": _deliveries("median", counted.delivery_lateness),
    "past_due_deliveries": _snapshot("deliveries", counted.past_due_delivery),
    "submission_timeliness": Rule("proportion", grains=PARTNER_ONLY),
}

EVENT_DATES = {
    "batch_records": ("planned_start_date", "completed_date", "record_received_date", "disposition_date"),
    "deviations": ("opened_date", "due_date", "closed_date", "capa_due_date", "capa_evaluated_date"),
    "audit_findings": ("audit_date", "response_due_date", "due_date"),
    "deliveries": ("promised_date",),
}


@dataclass(frozen=True)
class Entity:
    """One line of the portfolio: a partner, one of its sites, or one of its products; currency for costs."""

    grain: str
    partner_id: str
    site_id: str = ""
    product: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Figure:
    """What stands in one cell. A median has no numerator and denominator, a snapshot no denominator."""

    n: float
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None = None
    upper: float | None = None


Key = tuple[str, str, str, str, str, str, date]
"""kpi_id, grain, partner_id, site_id, product, currency, month."""


def figures(
    records: dict[str, list[dict]],
    coverage: list[dict],
    *,
    window: int = 1,
    reporting_day: int = REPORTING_DAY,
    timeliness_datasets: tuple[str, ...] = RECORD_DATASETS,
) -> dict[Key, Figure]:
    """Every reported figure.

    ``records``: the current records by dataset. ``coverage``: the standing submissions, see ``Coverage``.
    """
    covered = Coverage(coverage)
    if covered.last_month is None:
        return {}
    found: dict[Key, Figure] = {}
    near = Neighbours.of(records.get("deviations", []))
    first = min([covered.first_month, *_event_months(records)])
    months = list(months_from(first, covered.last_month))
    for kpi_id, rule in RULES.items():
        if kpi_id == "submission_timeliness":
            counted_figures = _timeliness(covered, months, window, reporting_day, timeliness_datasets)
        elif rule.kind == "snapshot":
            counted_figures = _open_records(rule, records, covered, months)
        else:
            counted_figures = _sums(rule, records, near, covered, months, window)
        for entity, month, figure in counted_figures:
            place = (entity.grain, entity.partner_id, entity.site_id, entity.product, entity.currency)
            found[(kpi_id, *place, month)] = figure
    return found


def _event_months(records: dict[str, list[dict]]) -> Iterator[date]:
    for dataset, columns in EVENT_DATES.items():
        for row in records.get(dataset, []):
            for column in columns:
                if row.get(column) is not None:
                    yield month_of(row[column])


def entities_of(row: dict, grains: tuple[str, ...], currency: str = "") -> Iterator[Entity]:
    partner, product = row["partner_id"], (row.get("product") or "").strip()
    yield Entity("partner", partner, currency=currency)
    if "site" in grains:
        yield Entity("site", partner, site_id=row["site_id"], currency=currency)
    if "product" in grains and product:
        yield Entity("product", partner, product=product, currency=currency)


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


def _sums(rule, records, near, covered, months, window) -> Iterator[tuple[Entity, date, Figure]]:
    cells: dict[Entity, dict[date, Cell]] = defaultdict(lambda: defaultdict(Cell))
    own_months: set[tuple[str, str, date]] = set()
    for dataset, event_of in rule.events.items():
        for row in records.get(dataset, []):
            event = event_of(row, near)
            if event is None:
                for entity in entities_of(row, rule.grains) if rule.without_currency else ():
                    cells[entity]
                continue
            own_months.add((row["partner_id"], dataset, event.month))
            for entity in entities_of(row, rule.grains, event.currency):
                cells[entity][event.month].add(event)
    for entity, by_month in cells.items():
        reported = {
            month
            for month in months
            if all(
                _reported(covered, own_months, entity.partner_id, dataset, month) for dataset in rule.datasets
            )
        }
        for month in sorted(reported):
            inside = [by_month[m] for m in window_months(month, window) if m in reported and m in by_month]
            yield entity, month, _figure(rule, inside)


def _reported(
    covered: Coverage, own_months: set[tuple[str, str, date]], partner: str, dataset: str, month: date
) -> bool:
    """After the last covered month nothing is known; until then a month is covered or has records, or not."""
    last = covered.last_month_of(partner, dataset)
    if last is None or month > last:
        return False
    return covered.covers(partner, dataset, month) or (partner, dataset, month) in own_months


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


def _open_records(rule: Rule, records, covered, months) -> Iterator[tuple[Entity, date, Figure]]:
    """A snapshot: how many records are open at each month's end. None of them is a figure too: 0."""
    assert rule.open_at is not None
    dataset, is_open = rule.open_at
    counts: dict[Entity, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    event_months: set[tuple[str, str, date]] = set()
    ends = [(month, month_end(month)) for month in months]
    for row in records.get(dataset, []):
        for column in EVENT_DATES[dataset]:
            if row.get(column) is not None:
                event_months.add((row["partner_id"], dataset, month_of(row[column])))
        for entity in entities_of(row, rule.grains):
            counts[entity]
        for month, end in ends:
            if is_open(row, end):
                for entity in entities_of(row, rule.grains):
                    counts[entity][month] += 1
    for entity, by_month in counts.items():
        for month in months:
            if _reported(covered, event_months, entity.partner_id, dataset, month):
                count = by_month.get(month, 0)
                yield entity, month, Figure(count, count, None, count)


def _timeliness(
    covered: Coverage, months: list[date], window: int, reporting_day: int, datasets: tuple[str, ...]
) -> Iterator[tuple[Entity, date, Figure]]:
    rule = RULES["submission_timeliness"]
    for partner in sorted(covered.partners):
        first = covered.first_month_of(partner)
        by_month = {
            month: covered.expected_and_punctual(partner, month, datasets, reporting_day)
            for month in months
            if first is not None and month >= first
        }
        for month in by_month:
            inside = [by_month[m] for m in window_months(month, window) if m in by_month]
            expected = sum(e for e, _ in inside)
            punctual = sum(p for _, p in inside)
            yield Entity("partner", partner), month, _divided(rule, expected, punctual, expected)


def first_active_months(records: dict[str, list[dict]], rule: Rule) -> dict[Entity, date]:
    """When each entity's records first appear in the indicator's datasets; earlier there may be no row."""
    first: dict[Entity, date] = {}
    for dataset in rule.datasets:
        for row in records.get(dataset, []):
            days = [row[c] for c in EVENT_DATES[dataset] if row.get(c) is not None]
            for entity in entities_of(row, rule.grains) if days else ():
                month = month_of(min(days))
                first[entity] = min(first.get(entity, month), month)
    return first


__all__ = ["RULES", "Entity", "Figure", "Key", "Rule", "add_months", "figures", "first_active_months"]
