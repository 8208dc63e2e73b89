"""The partner register and the agreed targets: the two datasets that the sponsor itself keeps."""

from __future__ import annotations

from datetime import date

from kpi.sample.batches import Record
from kpi.sample.portfolio import Portfolio


def register(portfolio: Portfolio, month: date) -> list[Record]:
    """One record per site, as agreed in ``month``: one partner's agreement changes on the way."""
    change = portfolio.register_change
    records = []
    for partner in portfolio.partners:
        for site in partner.sites:
            record = {
                "partner_id": partner.partner_id,
                "partner_name": partner.partner_name,
                "site_id": site.site_id,
                "site_name": site.site_name,
                "country": site.country,
                "functions": ";".join(site.functions),
                "operating_model": partner.operating_model,
                "engagement": partner.engagement,
                "pricing_model": partner.pricing_model,
                "capacity_model": partner.capacity_model,
                "qms_id": site.qms_id,
                "active_from": site.active_from if site.active_from > portfolio.first else None,
                "active_to": None,
            }
            if partner.partner_id == change["partner_id"] and f"{month:%Y-%m}" < change["month"]:
                record[change["column"]] = change["before"]
            records.append(record)
    return records


def targets(portfolio: Portfolio) -> list[Record]:
    """One record per agreed target; the clause is cited with the agreement that it stands in."""
    agreements = {partner.partner_id: partner.agreement for partner in portfolio.partners}
    return [
        {
            "partner_id": partner_id,
            "kpi_id": kpi_id,
            "effective_from": date.fromisoformat(effective_from),
            "target": target,
            "limit": None if limit == "" else limit,
            "source": f"{agreements[partner_id]}, {clause}" if partner_id in agreements else clause,
        }
        for partner_id, entries in portfolio.targets.items()
        for kpi_id, effective_from, target, limit, clause in entries
    ]
