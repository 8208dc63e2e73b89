"""A small portfolio drawn from a seed, full of the edges where counting goes wrong.

Month ends and leap days, missing optional values, records that are restated, deviations without a batch, records
without a product, recurrences on the same day, two currencies, months that nobody reported, a partner with one month
only, history loads, files that come late, submissions that are withdrawn. It knows nothing of the sample portfolio.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.marts.oracle_calendar import add_months, month_end, months_from
from tests.marts.oracle_ledger import Submission

FIRST, LAST = date(2023, 10, 1), date(2024, 12, 1)
DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")
AREAS, CAUSES = ("Filling", "Packaging", None), ("Seal wear", "Training", "Label mix-up", None)
CURRENCIES = ("EUR", "USD", None)


@dataclass(frozen=True)
class Partner:
    partner_id: str
    sites: tuple[str, ...]
    products: tuple[str, ...]
    first: date = FIRST
    last: date = LAST
    records_a_month: int = 3
    gaps: float = 0.0
    """Chance that a month's file of a dataset never came."""


PARTNERS = (
    Partner("NORTH", ("N1", "N2"), ("Alpha", "Beta"), records_a_month=4),
    Partner("GAPS", ("G1",), ("Alpha",), gaps=0.4),
    Partner("STOPPED", ("S1",), ("Gamma",), last=date(2024, 6, 1)),
    Partner("ONE_MONTH", ("O1",), ("Delta",), first=date(2024, 2, 1), last=date(2024, 2, 1)),
)
TARGETED = ("lot_acceptance_rate", "deviation_rate", "on_time_delivery", "overdue_deviations", "record_turnaround")


@dataclass
class Draw:
    random: Random
    files: dict[tuple[str, str, date], list[dict]] = field(default_factory=dict)
    serial: int = 0

    def number(self) -> str:
        self.serial += 1
        return f"{self.serial:05d}"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day_in(self, month: date) -> date:
        last = month_end(month)
        return self.random.choice(
            [last, last, month, month + timedelta(self.random.randrange(last.day)), last - timedelta(1)]
        )

    def after(self, day: date, most: int) -> date:
        """The same day, a day or two later, the end of its month or of the next, or some day within ``most``."""
        choices = [day, day + timedelta(1), day + timedelta(2), month_end(day), month_end(add_months(day, 1))]
        return self.random.choice([*choices, *(day + timedelta(self.random.randrange(most)) for _ in range(4))])

    def maybe(self, value, share: float = 0.8):
        return value if self.chance(share) else None

    def send(self, partner: Partner, dataset: str, month: date, row: dict) -> None:
        self.files.setdefault((partner.partner_id, dataset, month), []).append(row)


def draw_submissions(seed: int) -> list[Submission]:
    """Submissions in the order of their versions, 1, 2, 3 …; ``withdrawn_by`` is not set here."""
    draw = Draw(Random(seed))
    for partner in PARTNERS:
        for month in months_from(partner.first, partner.last):
            for _ in range(draw.random.randrange(partner.records_a_month + 1)):
                _batch(draw, partner, month)
                _delivery(draw, partner, month)
            for _ in range(draw.random.randrange(partner.records_a_month)):
                _deviation(draw, partner, month)
            if draw.chance(0.4):
                _audit(draw, partner, month)
    by_partner = {partner.partner_id: partner for partner in PARTNERS}
    files = [_register_file(), _target_file(draw)]
    for (partner_id, dataset, month), rows in sorted(draw.files.items()):
        if not draw.chance(by_partner[partner_id].gaps):
            files.append(_file(draw, by_partner[partner_id], dataset, month, rows))
    files.sort(key=lambda file: file.received_on)
    for version, file in enumerate(files, start=1):
        file.version = version
    return files


def _file(draw: Draw, partner: Partner, dataset: str, month: date, rows: list[dict]) -> Submission:
    """The month's file, now and then one that speaks for the months before too; around the tenth, or much later."""
    months_back = draw.random.choice([0] * 12 + [1, 4])
    return Submission(
        version=0,
        dataset=dataset,
        rows=_last_of_each(rows, dataset),
        month_from=max(add_months(month, -months_back), partner.first),
        month_to=month,
        received_on=add_months(month, 1) + timedelta(draw.random.choice([0, 8, 9, 10, 11, 25, 70])),
    )


def _last_of_each(rows: list[dict], dataset: str) -> list[dict]:
    """One file names a key once: the last state drawn for the month stands."""
    own_key = {
        "batch_records": "batch_id",
        "deviations": "deviation_id",
        "audit_findings": "finding_id",
        "deliveries": "delivery_id",
    }[dataset]
    return list({row[own_key]: row for row in rows}.values())


def _send_with_history(draw: Draw, partner: Partner, dataset: str, month: date, row: dict, later: set[str]) -> None:
    """Sometimes a record is first sent without what was not known yet, and restated some months after."""
    again = add_months(month, draw.random.randrange(1, 5))
    if draw.chance(0.35) and again <= partner.last:
        draw.send(partner, dataset, month, {**row, **dict.fromkeys(later)} | _still_open(dataset))
        draw.send(partner, dataset, again, row)
    else:
        draw.send(partner, dataset, month, row)


def _still_open(dataset: str) -> dict:
    return {"disposition": "pending", "disposition_date": None} if dataset == "batch_records" else {}


def _batch(draw: Draw, partner: Partner, month: date) -> None:
    planned = draw.day_in(month)
    started = draw.maybe(planned + timedelta(draw.random.choice([-3, -2, -1, 0, 0, 1, 2, 3])), 0.9)
    completed = draw.maybe(draw.after(max(planned, started or planned), 40))
    received = completed and draw.maybe(draw.after(completed, 30))
    disposition = draw.random.choice(["pending", "released", "released", "released", "rejected"])
    ready = completed or draw.after(max(planned, started or planned), 20)
    row = {
        "partner_id": partner.partner_id,
        "site_id": draw.random.choice(partner.sites),
        "batch_id": f"B{draw.number()}",
        "product": draw.random.choice(partner.products),
        "stage": "drug_product",
        "planned_start_date": planned,
        "actual_start_date": started,
        "completed_date": completed,
        "record_received_date": received,
        "disposition": disposition,
        "disposition_date": None if disposition == "pending" else draw.after(ready, 90),
        "reworked": draw.random.choice([True, False, False, None]),
        "actual_yield": draw.maybe(round(draw.random.uniform(60, 130), 2)),
        "theoretical_yield": draw.maybe(draw.random.choice([100.0, 120.5])),
        "release_tests": draw.random.choice([None, 0, 3, 12, 40]),
        "batch_cost": draw.maybe(round(draw.random.uniform(1000, 90000), 2)),
        "currency": draw.random.choice(CURRENCIES),
    }
    unknown_yet = {"completed_date", "record_received_date", "reworked"}
    _send_with_history(draw, partner, "batch_records", month, row, unknown_yet)
    if draw.chance(0.25):
        _deviation(draw, partner, month, batch=row)


def _deviation(draw: Draw, partner: Partner, month: date, batch: dict | None = None) -> None:
    opened = draw.day_in(month)
    oos = draw.chance(0.3)
    closed = draw.maybe(draw.after(opened, 80), 0.7)
    capa = draw.chance(0.5)
    capa_closed = draw.maybe(draw.after(opened, 150), 0.6) if capa else None
    evaluated = draw.after(capa_closed, 60) if capa_closed and draw.chance(0.6) else None
    row = {
        "partner_id": partner.partner_id,
        "site_id": batch["site_id"] if batch else draw.random.choice(partner.sites),
        "deviation_id": f"D{draw.number()}",
        "opened_date": opened,
        "severity": draw.random.choice(["critical", "major", "minor", "minor"]),
        "type": "laboratory_oos" if oos else draw.random.choice(["process", "equipment", "other"]),
        "batch_id": batch["batch_id"] if batch else None,
        "product": draw.maybe(draw.random.choice(partner.products), 0.7),
        "area": draw.random.choice(AREAS),
        "root_cause": draw.random.choice(CAUSES),
        "due_date": draw.random.choice([draw.after(opened, 60), opened + timedelta(30), month_end(opened)]),
        "extended_due_date": None,
        "closed_date": closed,
        "oos_outcome": draw.random.choice(["confirmed", "invalidated", None]) if oos else None,
        "capa_id": f"C{draw.number()}" if capa else None,
        "capa_due_date": draw.after(opened, 90) if capa else None,
        "capa_closed_date": capa_closed,
        "capa_effective": draw.chance(0.6) if evaluated else None,
        "capa_evaluated_date": evaluated,
    }
    if draw.chance(0.15):
        twin = {**row, "deviation_id": f"D{draw.number()}"}
        draw.send(partner, "deviations", month, twin)
    unknown_yet = {"closed_date", "capa_closed_date", "capa_effective", "capa_evaluated_date", "root_cause"}
    _send_with_history(draw, partner, "deviations", month, row, unknown_yet)


def _audit(draw: Draw, partner: Partner, month: date) -> None:
    audit_id = f"A{draw.number()}"
    held = draw.day_in(month)
    found: list[str] = []
    for _ in range(draw.random.randrange(1, 5)):
        day = draw.random.choice([held, held, held + timedelta(1)])
        response_due = draw.maybe(draw.after(day, 40))
        row = {
            "partner_id": partner.partner_id,
            "site_id": draw.random.choice(partner.sites),
            "audit_id": audit_id,
            "finding_id": f"F{draw.number()}",
            "audit_date": day,
            "audit_type": draw.random.choice(["routine", "for_cause", "regulatory"]),
            "severity": draw.random.choice(["critical", "major", "minor"]),
            "area": "Quality system",
            "response_due_date": response_due,
            "response_date": draw.maybe(draw.after(day, 50), 0.7),
            "due_date": draw.after(day, 120),
            "closed_date": draw.maybe(draw.after(day, 130), 0.6),
            "repeat_of": draw.random.choice(found) if found and draw.chance(0.3) else None,
        }
        found.append(row["finding_id"])
        _send_with_history(draw, partner, "audit_findings", month, row, {"response_date", "closed_date"})


def _delivery(draw: Draw, partner: Partner, month: date) -> None:
    promised = draw.day_in(month)
    ordered_on = draw.maybe(draw.random.choice([promised - timedelta(40), promised - timedelta(3), promised]))
    earliest = ordered_on or promised - timedelta(5)
    delivered = draw.maybe(max(earliest, promised + timedelta(draw.random.choice([-3, -1, 0, 0, 0, 1, 2, 35]))))
    ordered = draw.random.choice([100.0, 250.5, 0.5, 40.0])
    row = {
        "partner_id": partner.partner_id,
        "site_id": draw.random.choice(partner.sites),
        "delivery_id": f"L{draw.number()}",
        "product": draw.random.choice(partner.products),
        "promised_date": promised,
        "order_date": ordered_on,
        "delivered_date": delivered,
        "ordered_quantity": ordered,
        "delivered_quantity": draw.maybe(ordered * draw.random.choice([1, 1, 1, 0, 0.75, 1.25])) if delivered else None,
        "documents_ok": draw.random.choice([True, True, True, False, None]) if delivered else None,
        "condition_ok": draw.random.choice([True, True, True, False, None]) if delivered else None,
    }
    unknown_yet = {"delivered_date", "delivered_quantity", "documents_ok", "condition_ok"}
    _send_with_history(draw, partner, "deliveries", month, row, unknown_yet)


def _register_file() -> Submission:
    """Sites that never send a record, and a partner whose sites have ended, one after the other."""
    ends = {"S1": date(2024, 8, 15), "S9": date(2024, 10, 31)}
    silent = {"NORTH": ("N9",), "STOPPED": ("S9",)}
    rows = [
        {
            "partner_id": partner.partner_id,
            "partner_name": partner.partner_id.title(),
            "site_id": site,
            "site_name": f"Site {site}",
            "active_from": date(2020, 1, 1),
            "active_to": ends.get(site),
        }
        for partner in PARTNERS
        for site in (*partner.sites, *silent.get(partner.partner_id, ()))
    ]
    return Submission(0, "partners", rows, FIRST, FIRST, received_on=FIRST)


def _target_file(draw: Draw) -> Submission:
    """Contracts that change on the first and in mid-month, for a partner or for everybody, with or without a limit."""
    starts = (date(2023, 1, 1), date(2024, 2, 1), date(2024, 5, 15))
    values = {
        "lot_acceptance_rate": ((0.9, None), (0.99, 0.6), (0.5, None)),
        "deviation_rate": ((20.0, 60.0), (150.0, None), (2.0, None)),
        "on_time_delivery": ((0.8, 0.5), (0.4, None), (0.97, 0.9)),
        "overdue_deviations": ((0.0, 1.0), (2.0, None), (1.0, 4.0)),
        "record_turnaround": ((5.0, 20.0), (3.0, None), (12.0, 14.0)),
    }
    rows = [
        {
            "partner_id": partner_id,
            "kpi_id": kpi_id,
            "effective_from": start,
            "target": values[kpi_id][position][0],
            "limit": values[kpi_id][position][1],
            "source": "Quality agreement 4.2",
        }
        for kpi_id in TARGETED
        for partner_id in ("*", "NORTH", "GAPS")
        for position, start in enumerate(starts)
        if draw.chance(0.6)
    ]
    return Submission(0, "targets", rows, FIRST, FIRST, received_on=FIRST)
