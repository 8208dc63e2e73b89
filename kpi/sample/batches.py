"""Batches: planned, made, and (once the deviations are known) dispositioned.

A record is a dict with the contract's columns. Fields whose name starts with an underscore say from which day on a
partner could have known something; ``kpi.sample.knowledge`` uses them and never writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from kpi.sample.dates import month_end, workday
from kpi.sample.dice import Dice
from kpi.sample.portfolio import Portfolio, Settings, Site

Record = dict[str, Any]

EARLIEST_START, LATEST_START_IN_TOLERANCE = -1, 2  # days from the planned start of a batch that keeps its slot
SLIP_DAYS, SLIP_SPREAD = 5.0, 0.5  # of a batch that misses its slot, beyond the tolerance
CYCLE_SPREAD = 0.18
RECORD_SPREAD = 0.28
VOLUME_NOISE = 1.1  # batches
REVIEW_DAYS = 2  # the sponsor's shortest review after the record came in
REJECTED_AFTER = {"critical": 0.45, "major": 0.06, "minor": 0.0}  # share of batches with such a deviation
YIELD_RANGE = (0.93, 1.012)
INFLATION = 0.03  # a year
COST_SPREAD = 0.06
STAGES: dict[str, dict[str, Any]] = {
    # theoretical yield: kg for drug substance, units otherwise
    "drug_substance": {"yields": (12.0, 18.5, 26.0), "tests": (10, 16), "cost": 185_000},
    "drug_product": {"yields": (9_600, 18_000, 42_000), "tests": (12, 20), "cost": 82_000},
    "packaging": {"yields": (6_000, 12_000, 24_000), "tests": (2, 5), "cost": 14_500},
}


def manufacture(portfolio: Portfolio) -> list[Record]:
    """Every batch as far as the shop floor knows it, in the order of planned starts."""
    return [batch for site in portfolio.sites for batch in _site_batches(portfolio, site)]


def _site_batches(portfolio: Portfolio, site: Site) -> list[Record]:
    dice = Dice(portfolio.seed, "batches", site.partner_id, site.site_id)
    batches: list[Record] = []
    for month in portfolio.months:
        if month < site.active_from:
            continue
        settings = site.in_month(month)
        planned = sorted(
            workday(dice.day_of(month, month_end(month))) for _ in range(_volume(dice, portfolio, settings, month))
        )
        for day in planned:
            # a weekend at the end of the month must not push the plan into the next one
            day = day if day <= month_end(month) else day - timedelta(days=3)
            batches.append(_batch(dice, site, settings, day, site.first_number + len(batches)))
    return batches


def _volume(dice: Dice, portfolio: Portfolio, settings: Settings, month: date) -> int:
    expected = settings.batches_per_month * portfolio.season[month.month - 1]
    return min(settings.batches_most, max(settings.batches_least, round(dice.normal(expected, VOLUME_NOISE))))


def _batch(dice: Dice, site: Site, settings: Settings, planned: date, number: int) -> Record:
    product = dice.weighted(site.products)
    slip = dice.between(EARLIEST_START, LATEST_START_IN_TOLERANCE)
    if not dice.chance(settings.schedule_hit):
        slip = LATEST_START_IN_TOLERANCE + round(dice.lognormal(SLIP_DAYS, SLIP_SPREAD))
    started = planned + timedelta(days=slip)
    completed = workday(started + dice.days(settings.cycle_days, CYCLE_SPREAD))
    received = workday(completed + dice.days(settings.record_days, RECORD_SPREAD))
    theoretical, actual = _yield(dice, site, settings, product)
    return {
        "partner_id": site.partner_id,
        "site_id": site.site_id,
        "batch_id": site.batch_ids.format(year=f"{planned.year % 100:02d}", number=number),
        "product": product,
        "stage": site.stage,
        "planned_start_date": planned,
        "actual_start_date": started,
        "completed_date": completed,
        "record_received_date": received,
        "disposition": "released",
        "disposition_date": None,
        "reworked": dice.chance(settings.rework_share),
        "actual_yield": actual,
        "theoretical_yield": theoretical,
        "release_tests": dice.between(*STAGES[site.stage]["tests"]),
        "batch_cost": _cost(dice, site, settings, planned),
        "currency": site.currency if settings.cost_reported else None,
        "_entered": min(planned, started),
    }


def _yield(dice: Dice, site: Site, settings: Settings, product: str) -> tuple[float, float]:
    sizes = STAGES[site.stage]["yields"]
    position = [name for name, _ in site.products].index(product)
    theoretical = float(sizes[position % len(sizes)])
    low, high = YIELD_RANGE
    share = min(high, max(low, dice.normal(settings.yield_mean, settings.yield_spread)))
    return theoretical, round(theoretical * share, 2 if site.stage == "drug_substance" else 0)


def _cost(dice: Dice, site: Site, settings: Settings, planned: date) -> float | None:
    years = (planned - date(2023, 11, 1)).days / 365
    level = STAGES[site.stage]["cost"] * settings.cost_level * (1 + INFLATION * years)
    cost = float(round(dice.normal(level, level * COST_SPREAD) / 10) * 10)
    return cost if settings.cost_reported else None


def disposition(portfolio: Portfolio, batches: Iterable[Record], deviations: Iterable[Record]) -> None:
    """Decide every batch: serious deviations hold it until they are closed, and may reject it. Changes ``batches``."""
    linked: dict[tuple[str, str], list[Record]] = {}
    for deviation in deviations:
        if deviation["batch_id"]:
            linked.setdefault((deviation["partner_id"], deviation["batch_id"]), []).append(deviation)
    sites = {(site.partner_id, site.site_id): site for site in portfolio.sites}
    dice = {key: Dice(portfolio.seed, "disposition", *key) for key in sites}
    for batch in batches:
        key = (batch["partner_id"], batch["site_id"])
        own = linked.get((batch["partner_id"], batch["batch_id"]), [])
        _decide(dice[key], sites[key].in_month(batch["planned_start_date"]), batch, own)


def _decide(dice: Dice, settings: Settings, batch: Record, deviations: list[Record]) -> None:
    completed = batch["completed_date"]
    decided = completed + dice.days(settings.lead_time_days, settings.lead_time_spread)
    decided = max(decided, batch["record_received_date"] + timedelta(days=REVIEW_DAYS))
    rejected = dice.chance(settings.reject_share)
    for deviation in deviations:
        if deviation["severity"] != "minor":
            decided = max(decided, deviation["closed_date"] + timedelta(days=dice.between(1, 4)))
        rejected = dice.chance(REJECTED_AFTER[deviation["severity"]]) or rejected
    batch["disposition_date"] = workday(decided)
    batch["disposition"] = "rejected" if rejected else "released"
