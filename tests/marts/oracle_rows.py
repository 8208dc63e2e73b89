"""Which rows a portfolio has: every partner, site and product, month by month, and what counts as reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.marts.oracle_calendar import RECORD_DATASETS, Coverage, month_of, months_from

EVENT_DATES = {
    "batch_records": ("planned_start_date", "completed_date", "record_received_date", "disposition_date"),
    "deviations": ("opened_date", "due_date", "closed_date", "capa_due_date", "capa_evaluated_date"),
    "audit_findings": ("audit_date", "response_due_date", "due_date"),
    "deliveries": ("promised_date",),
}
"""Every date that puts a record into a month of some indicator."""


@dataclass(frozen=True)
class Entity:
    """One line of the portfolio: a partner, one of its sites, or one of its products; currency for costs."""

    grain: str
    partner_id: str
    site_id: str = ""
    product: str = ""
    currency: str = ""


def entities_of(row: dict, grains: tuple[str, ...], currency: str = "") -> Iterator[Entity]:
    """The lines that one record counts in; a record without a product counts for partner and site only."""
    partner, product = row["partner_id"], (row.get("product") or "").strip()
    yield Entity("partner", partner, currency=currency)
    if "site" in grains:
        yield Entity("site", partner, site_id=row["site_id"], currency=currency)
    if "product" in grains and product:
        yield Entity("product", partner, product=product, currency=currency)


class Portfolio:
    """The lines and months of all partners that ever reported records."""

    def __init__(self, records: dict[str, list[dict]], coverage: Coverage) -> None:
        self.coverage = coverage
        self.event_months: set[tuple[str, str, str, date]] = set()
        lines: set[Entity] = set()
        for dataset in RECORD_DATASETS:
            for row in records.get(dataset, []):
                lines.update(entities_of(row, ("site", "product")))
                for column in EVENT_DATES[dataset]:
                    if row.get(column) is not None:
                        self.event_months.add((row["partner_id"], dataset, column, month_of(row[column])))
        for row in records.get("partners", []):
            lines.add(Entity("site", row["partner_id"], site_id=row["site_id"]))
        lines |= {Entity("partner", partner) for partner in coverage.partners}
        self.lines = {line for line in lines if line.partner_id in coverage.partners}
        self.months = {
            partner: list(months_from(self._first_month(partner), self._last_month(partner, records)))
            for partner in coverage.partners
        }

    def _first_month(self, partner: str) -> date:
        first_covered = self.coverage.first_month_of(partner)
        assert first_covered is not None
        events = [month for owner, _, _, month in self.event_months if owner == partner]
        return min([first_covered, *events])

    def _last_month(self, partner: str, records: dict[str, list[dict]]) -> date:
        """The portfolio's last covered month; earlier for a partner all of whose sites have ended."""
        last = self.coverage.last_month
        assert last is not None
        ends = [row.get("active_to") for row in records.get("partners", []) if row["partner_id"] == partner]
        if not ends or any(end is None for end in ends):
            return last
        own_last = [self.coverage.last_month_of(partner, dataset) for dataset in RECORD_DATASETS]
        return min(last, max([month_of(max(ends)), *(month for month in own_last if month is not None)]))

    def reported(self, partner: str, dataset: str, columns: tuple[str, ...], month: date) -> bool:
        """After the last covered month nothing is known; until then a month counts if covered or if it has records."""
        last = self.coverage.last_month_of(partner, dataset)
        if last is None or month > last:
            return False
        if self.coverage.covers(partner, dataset, month):
            return True
        return any((partner, dataset, column, month) in self.event_months for column in columns)

    def reported_months(self, partner: str, needs: dict[str, tuple[str, ...]]) -> set[date]:
        """The months in which every dataset needed was reported; ``needs``: dataset → its month dates."""
        return {
            month
            for month in self.months[partner]
            if all(self.reported(partner, dataset, columns, month) for dataset, columns in needs.items())
        }
