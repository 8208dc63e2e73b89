"""Deviations, their investigations and CAPAs.

A deviation has thirty days from its opening, which is custom and no regulation; its CAPA starts when it is closed.
"""

from __future__ import annotations

from datetime import date, timedelta

from kpi.sample.batches import Record
from kpi.sample.dates import month_end, workday
from kpi.sample.dice import Dice
from kpi.sample.portfolio import Portfolio, Settings, Site

DAYS_TO_CLOSE = 30
DAYS_OF_EXTENSION = 20
EXTENDED_BEFORE_DUE = 3  # an extension is asked for some days before the deviation falls due
CAPA_DAYS = {"critical": 60, "major": 75, "minor": 90}
EVALUATED_AFTER = (80, 110)  # days after the CAPA was closed
MORE_PER_BATCH = 0.5  # further deviations of a batch that has one: troubles come together
UNLINKED_WITH_PRODUCT = 0.25
CAUSE_NOT_FOUND = 0.08
OOS_INVALIDATED = 0.30
LATEST_AFTER_COMPLETION = 5  # days: laboratory and record review still find deviations

TYPES = [
    ("process", 24.0),
    ("equipment", 20.0),
    ("documentation", 18.0),
    ("laboratory_oos", 11.0),
    ("material", 10.0),
    ("environment", 8.0),
    ("facility", 5.0),
    ("other", 4.0),
]
ROOT_CAUSES = {
    "process": [
        "Parameter outside its range",
        "Hold time exceeded",
        "Mixing order not followed",
        "Line clearance incomplete",
    ],
    "equipment": ["Sensor drift", "Worn gasket", "Pump failure", "Calibration interval missed"],
    "documentation": ["Entry missing", "Superseded form used", "Signature late", "Transcription error"],
    "laboratory_oos": [
        "Sample preparation error",
        "Product failure confirmed",
        "Column degradation",
        "Reference standard expired",
    ],
    "material": ["Supplier change not notified", "Damaged container", "Wrong label roll", "Excipient variability"],
    "environment": ["Particle count excursion", "Humidity excursion", "Gowning breach", "Pressure cascade lost"],
    "facility": ["Power interruption", "Water system alert", "Air handling unit stopped", "Door interlock fault"],
    "other": ["Transport delay", "Training overdue", "Access right missing", "Pest control alert"],
}
AREAS = {
    "drug_substance": [
        "Reactor hall",
        "Chromatography",
        "Filtration",
        "Drying",
        "Weighing",
        "Quality control",
        "Warehouse",
    ],
    "drug_product": [
        "Compounding",
        "Filling line 1",
        "Filling line 2",
        "Inspection",
        "Washing",
        "Quality control",
        "Warehouse",
    ],
    "packaging": ["Blister line", "Bottle line", "Serialisation", "Kitting", "Label store", "Warehouse"],
}


def investigate(portfolio: Portfolio, batches: list[Record]) -> list[Record]:
    """Every deviation, numbered per partner and year in the order of opening."""
    deviations: list[Record] = []
    for partner in portfolio.partners:
        own: list[Record] = []
        for site in partner.sites:
            made = [b for b in batches if (b["partner_id"], b["site_id"]) == (site.partner_id, site.site_id)]
            own.extend(_site_deviations(portfolio, site, made))
        own.sort(key=lambda record: record["opened_date"])  # stable: ties stay in the order of the sites
        _number(own)
        deviations.extend(own)
    return deviations


def _site_deviations(portfolio: Portfolio, site: Site, batches: list[Record]) -> list[Record]:
    dice = Dice(portfolio.seed, "deviations", site.partner_id, site.site_id)
    found: list[Record] = []
    for batch in batches:
        settings = site.in_month(batch["actual_start_date"])
        troubled = settings.deviations_per_100 / 100 * settings.linked_share / (1 + MORE_PER_BATCH)
        for _ in range(1 + dice.poisson(MORE_PER_BATCH) if dice.chance(troubled) else 0):
            latest = batch["completed_date"] + timedelta(days=LATEST_AFTER_COMPLETION)
            opened = workday(dice.day_of(batch["actual_start_date"], latest))
            found.append(_deviation(dice, site, settings, opened, batch))
    for month in portfolio.months:
        if month >= site.active_from:
            settings = site.in_month(month)
            volume = settings.batches_per_month * portfolio.season[month.month - 1]
            unlinked = settings.deviations_per_100 / 100 * (1 - settings.linked_share) * volume
            for _ in range(dice.poisson(unlinked)):
                opened = workday(dice.day_of(month, month_end(month)))
                found.append(_deviation(dice, site, settings, opened, None))
    return [record for record in found if portfolio.first <= record["opened_date"] <= portfolio.last_day]


def _deviation(dice: Dice, site: Site, settings: Settings, opened: date, batch: Record | None) -> Record:
    severity = _severity(dice, settings)
    kind = dice.weighted(TYPES)
    area, root_cause = dice.pick(AREAS[site.stage]), dice.pick(ROOT_CAUSES[kind])
    if site.recurring and dice.chance(settings.recurring_share):
        kind, area, root_cause = "equipment", site.recurring.area, site.recurring.root_cause
    due = opened + timedelta(days=DAYS_TO_CLOSE)
    taken = dice.days_taken(DAYS_TO_CLOSE, settings.close_ratio, settings.close_spread, settings.straggler_share)
    closed = workday(opened + taken)
    extended = dice.chance(settings.extension_share) and closed > due
    product = batch["product"] if batch else None
    if batch is None and dice.chance(UNLINKED_WITH_PRODUCT):
        product = dice.weighted(site.products)
    return {
        "partner_id": site.partner_id,
        "site_id": site.site_id,
        "deviation_id": "",
        "opened_date": opened,
        "severity": severity,
        "type": kind,
        "batch_id": batch["batch_id"] if batch else None,
        "product": product,
        "area": area,
        "root_cause": None if dice.chance(CAUSE_NOT_FOUND) else root_cause,
        "due_date": due,
        "extended_due_date": due + timedelta(days=DAYS_OF_EXTENSION) if extended else None,
        "closed_date": closed,
        "oos_outcome": _oos_outcome(dice, kind),
        **_capa(dice, settings, severity, closed),
        "_extended": due - timedelta(days=EXTENDED_BEFORE_DUE) if extended else None,
    }


def _severity(dice: Dice, settings: Settings) -> str:
    minor = 1 - settings.critical_share - settings.major_share
    return dice.weighted([("minor", minor), ("major", settings.major_share), ("critical", settings.critical_share)])


def _oos_outcome(dice: Dice, kind: str) -> str | None:
    invalidated = dice.chance(OOS_INVALIDATED)
    if kind != "laboratory_oos":
        return None
    return "invalidated" if invalidated else "confirmed"


def _capa(dice: Dice, settings: Settings, severity: str, closed: date) -> Record:
    """A CAPA is agreed when the deviation is closed; whether it worked is judged about three months after it."""
    if severity == "minor" and not dice.chance(settings.capa_share):
        return dict.fromkeys(("capa_id", "capa_due_date", "capa_closed_date", "capa_effective", "capa_evaluated_date"))
    allowed = CAPA_DAYS[severity]
    taken = dice.days_taken(allowed, settings.capa_ratio, settings.capa_spread, settings.straggler_share)
    capa_closed = workday(closed + taken)
    return {
        "capa_id": "",
        "capa_due_date": closed + timedelta(days=allowed),
        "capa_closed_date": capa_closed,
        "capa_effective": dice.chance(settings.capa_effective),
        "capa_evaluated_date": workday(capa_closed + timedelta(days=dice.between(*EVALUATED_AFTER))),
    }


def _number(deviations: list[Record]) -> None:
    counts: dict[int, int] = {}
    for record in deviations:
        year = record["opened_date"].year
        counts[year] = counts.get(year, 0) + 1
        record["deviation_id"] = f"DEV-{year}-{counts[year]:04d}"
        if record["capa_id"] is not None:
            record["capa_id"] = f"CAPA-{year}-{counts[year]:04d}"
