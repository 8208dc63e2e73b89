"""Audits and their findings. Dates and sizes of the audits stand in portfolio.toml, site by site."""

from __future__ import annotations

from datetime import date, timedelta

from kpi.sample.batches import Record
from kpi.sample.dates import workday
from kpi.sample.dice import Dice
from kpi.sample.portfolio import Portfolio, Settings, Site

DAYS_TO_RESPOND = 30
DAYS_TO_CLOSE = {"critical": 60, "major": 90, "minor": 120}
DAYS_AGREED_BESIDE = (-15, 60)  # every commitment has a date of its own around the usual one
RESPONSE_SPREAD = 0.22
SEVERITIES = {
    "routine": [("critical", 0.005), ("major", 0.22), ("minor", 0.775)],
    "qualification": [("critical", 0.0), ("major", 0.25), ("minor", 0.75)],
    "regulatory": [("critical", 0.0), ("major", 0.30), ("minor", 0.70)],
    "for_cause": [("critical", 0.12), ("major", 0.43), ("minor", 0.45)],
}
REPEATS_PER_AREA = 2.0  # about half of the findings fall into an area that had one before
AUTHORITY = "National inspectorate"
AREAS = [
    ("Documentation", "EU GMP chapter 4"),
    ("Training", "EU GMP chapter 2"),
    ("Cleaning validation", "EU GMP annex 15"),
    ("Data integrity", "EU GMP annex 11"),
    ("Deviation handling", "EU GMP chapter 1"),
    ("Change control", "EU GMP chapter 1"),
    ("Equipment qualification", "EU GMP annex 15"),
    ("Supplier control", "EU GMP chapter 5"),
    ("Quality control", "EU GMP chapter 6"),
    ("Environmental monitoring", "EU GMP annex 1"),
    ("Complaints", "EU GMP chapter 8"),
]


def inspect(portfolio: Portfolio) -> list[Record]:
    """Every finding in the order of the audits, partner by partner."""
    findings: list[Record] = []
    for partner in portfolio.partners:
        dice = Dice(portfolio.seed, "audits", partner.partner_id)
        audits = sorted(
            ((day, kind, count, site) for site in partner.sites for day, kind, count in site.audits),
            key=lambda audit: audit[0],
        )
        earlier: dict[str, list[Record]] = {}
        for number, (day, kind, count, site) in enumerate(audits, start=1):
            known = earlier.setdefault(site.site_id, [])
            known.extend(_audit(dice, site, f"AUD-{day.year}-{number:02d}", day, kind, count, known))
        findings.extend(finding for site in partner.sites for finding in earlier.get(site.site_id, []))
    return findings


def _audit(
    dice: Dice, site: Site, audit_id: str, day: date, kind: str, count: int, earlier: list[Record]
) -> list[Record]:
    settings = site.in_month(day)
    areas = list(AREAS)
    found: list[Record] = []
    for number in range(1, count + 1):
        area, clause = areas.pop(dice.between(0, len(areas) - 1)) if areas else dice.pick(AREAS)
        before = [finding for finding in earlier if finding["area"] == area]
        repeats = before[-1]["finding_id"] if before and dice.chance(settings.repeat_share * REPEATS_PER_AREA) else None
        found.append(
            {
                "partner_id": site.partner_id,
                "site_id": site.site_id,
                "audit_id": audit_id,
                "finding_id": f"{audit_id}-F{number:02d}",
                "audit_date": day,
                "audit_type": kind,
                "authority": AUTHORITY if kind == "regulatory" else None,
                "severity": (severity := dice.weighted(SEVERITIES[kind])),
                "area": area,
                "clause": clause,
                **_commitments(dice, settings, day, severity),
                "repeat_of": repeats,
            }
        )
    return found


def _commitments(dice: Dice, settings: Settings, day: date, severity: str) -> Record:
    allowed = DAYS_TO_CLOSE[severity] + dice.between(*DAYS_AGREED_BESIDE)
    responded = workday(day + dice.days(DAYS_TO_RESPOND * settings.response_ratio, RESPONSE_SPREAD, least=7))
    taken = dice.days_taken(allowed, settings.finding_ratio, settings.finding_spread, settings.straggler_share)
    return {
        "response_due_date": day + timedelta(days=DAYS_TO_RESPOND),
        "response_date": responded,
        "due_date": day + timedelta(days=allowed),
        "closed_date": max(workday(day + taken), responded),
    }
