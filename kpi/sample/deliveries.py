"""Order lines: promised, and delivered mostly on that promise."""

from __future__ import annotations

from datetime import date, timedelta

from kpi.sample.batches import Record
from kpi.sample.dates import month_end, workday, workday_before
from kpi.sample.dice import Dice
from kpi.sample.portfolio import Portfolio, Settings, Site

ORDERED_BEFORE = (35, 75)  # days between the order and the promise
MONTHS_TO_FIRST_PROMISE = 2  # a new site promises nothing in its first two months
REQUESTED_EARLIER = 0.3  # share of lines whose requested date lies before the promise
EARLY_DAYS = 5  # on-time lines come up to so many days before the promise
LATE_SPREAD = 0.55
SHORT_PERCENT = (80, 98)  # of the ordered quantity, on a short line
UNITS = {
    "drug_substance": ("kg", (4, 6, 8, 12, 16)),
    "drug_product": ("vials", (2_400, 4_800, 6_000, 9_600, 12_000)),
    "packaging": ("packs", (1_200, 2_400, 3_000, 6_000)),
}


def ship(portfolio: Portfolio) -> list[Record]:
    """Every order line whose promise lies in the portfolio's months, numbered per partner by promise."""
    lines: list[Record] = []
    for partner in portfolio.partners:
        own = [line for site in partner.sites for line in _site_lines(portfolio, site)]
        own.sort(key=lambda line: line["promised_date"])
        for number, line in enumerate(own, start=1):
            line["delivery_id"] = f"{number:06d}"
        lines.extend(own)
    return lines


def _site_lines(portfolio: Portfolio, site: Site) -> list[Record]:
    dice = Dice(portfolio.seed, "deliveries", site.partner_id, site.site_id)
    start = site.active_from if site.active_from > portfolio.first else date.min
    lines = []
    for month in portfolio.months:
        if start > date.min and (month - start).days < 30 * MONTHS_TO_FIRST_PROMISE:
            continue
        settings = site.in_month(month)
        for _ in range(dice.poisson(settings.deliveries_per_month * portfolio.season[month.month - 1])):
            promised = workday_before(dice.day_of(month, month_end(month)))
            lines.append(_line(dice, site, settings, max(promised, month), start))
    return lines


def _line(dice: Dice, site: Site, settings: Settings, promised: date, start: date) -> Record:
    unit, sizes = UNITS[site.stage]
    ordered_on = promised - timedelta(days=dice.between(*ORDERED_BEFORE))
    requested = promised - timedelta(days=dice.between(1, 7) if dice.chance(REQUESTED_EARLIER) else 0)
    if dice.chance(settings.on_time):
        delivered = workday_before(promised - timedelta(days=dice.between(0, EARLY_DAYS)))
    else:
        delivered = workday(promised + dice.days(settings.late_days, LATE_SPREAD))
    ordered = float(dice.pick(sizes))
    share = dice.between(*SHORT_PERCENT) / 100 if dice.chance(settings.short_share) else 1.0
    return {
        "partner_id": site.partner_id,
        "site_id": site.site_id,
        "delivery_id": "",
        "product": dice.weighted(site.products),
        "promised_date": promised,
        "order_date": max(ordered_on, start),
        "requested_date": requested,
        "delivered_date": delivered,
        "ordered_quantity": ordered,
        "delivered_quantity": round(ordered * share, 1),
        "unit": unit,
        "documents_ok": dice.chance(settings.documents_ok),
        "condition_ok": dice.chance(settings.condition_ok),
    }
