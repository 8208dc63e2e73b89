"""Whose months a chart draws: a whole partner, one of its sites, or one of its products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from kpi.present.rows import names_of
from kpi.present.sites import names_of_sites

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.marts import Marts

WHOLE = ""  # how a link names the whole partner


@dataclass(frozen=True)
class Subject:
    """One series' owner. ``site_id`` or ``product`` is "" unless the series is about one.

    ``name`` says it in full, ``label`` beside the partner's name.
    """

    partner_id: str
    site_id: str = ""
    product: str = ""
    name: str = ""
    label: str = ""

    @property
    def grain(self) -> str:
        return "site" if self.site_id else "product" if self.product else "partner"

    @property
    def key(self) -> str:
        """How a link names it, beside the partner."""
        return f"{self.grain}:{self.site_id or self.product}" if self.grain != "partner" else WHOLE


def subjects(marts: Marts, indicator: Indicator, partner: str) -> dict[str, Subject]:
    """{key: subject} of everything the partner has figures of: itself first, then its sites, then its products."""
    name = names_of(marts).get(partner, partner)
    table = marts.kpi_monthly
    mine = table[(table["kpi_id"] == indicator.id) & (table["partner_id"] == partner)]
    sites = sorted({str(s) for s in mine.loc[mine["grain"] == "site", "site_id"]})
    products = sorted({str(p) for p in mine.loc[mine["grain"] == "product", "product"]})
    known = names_of_sites(marts)
    labels = {("", ""): "Whole partner"}
    labels |= {(site, ""): f"Site {_with_id(known.get((partner, site), ''), site)}" for site in sites}
    labels |= {("", product): f"Product {product}" for product in products}
    found = [
        Subject(partner, site, product, f"{label} of {name}" if site or product else name, label)
        for (site, product), label in labels.items()
    ]
    return {subject.key: subject for subject in found}


def series_of(marts: Marts, indicator: Indicator, subject: Subject, currency: str) -> pd.DataFrame:
    """The subject's months in the order of time, with both rolling values beside each."""
    table = marts.kpi_monthly
    mine = (table["kpi_id"] == indicator.id) & (table["partner_id"] == subject.partner_id)
    mine &= (table["grain"] == subject.grain) & (table["currency"] == currency)
    mine &= (table["site_id"] == subject.site_id) & (table["product"] == subject.product)
    return table[mine].sort_values("month").reset_index(drop=True)


def currencies(marts: Marts, indicator: Indicator, partner: str) -> list[str]:
    """The currencies an indicator of money has figures in for a partner; [""] for every other indicator."""
    table = marts.kpi_monthly
    mine = table[(table["kpi_id"] == indicator.id) & (table["partner_id"] == partner) & (table["grain"] == "partner")]
    return sorted({str(currency) for currency in mine["currency"]}) or [""]


def first_month(series: pd.DataFrame) -> date | None:
    """The first month of a series that has a value; None when none has."""
    months = series.loc[series["value"].notna(), "month"]
    return None if months.empty else months.iloc[0].date()


def _with_id(name: str, identifier: str) -> str:
    return identifier if not name or name == identifier else f"{name} ({identifier})"
