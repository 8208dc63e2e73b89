"""Marts made by hand: a few figures of one month, for cases that no portfolio of records would show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi.catalog import WINDOWS
from kpi.marts import Marts
from kpi.marts.table import column_name

OCTOBER = date(2026, 10, 1)
NAN = float("nan")


@dataclass(frozen=True)
class Figure:
    """One row of ``kpi_monthly`` at the partner's grain, the same in every window."""

    partner_id: str
    kpi_id: str
    value: float = NAN
    target: float = NAN
    limit: float = NAN
    n: float = 50.0
    status: str = "met"
    month: date = OCTOBER
    numerator: float = NAN
    denominator: float = NAN


def marts_of(figures: Iterable[Figure], partners: Iterable[str] = ()) -> Marts:
    """``partners`` are in the register whether they have figures or not."""
    listed = list(figures)
    rows = [
        {
            "kpi_id": f.kpi_id,
            "grain": "partner",
            "partner_id": f.partner_id,
            "site_id": "",
            "product": "",
            "currency": "",
            "month": f.month,
            "target": f.target,
            "limit": f.limit,
            "target_source": "definition",
            "reported": f.status != "no data",
        }
        | {
            column_name(name, window): value
            for window in WINDOWS
            for name, value in (
                ("n", f.n),
                ("numerator", f.numerator),
                ("denominator", f.denominator),
                ("value", f.value),
                ("lower", NAN),
                ("upper", NAN),
                ("status", f.status),
            )
        }
        for f in listed
    ]
    names = sorted({*partners, *(f.partner_id for f in listed)})
    table = pd.DataFrame(rows, columns=list(rows[0]) if rows else list(_empty_row()))
    table["month"] = table["month"].astype("datetime64[s]")
    return Marts(
        version=1,
        at=None,
        definitions="by hand",
        kpi_monthly=table,
        coverage=pd.DataFrame(columns=["partner_id", "dataset", "month", "received_on", "due_on", "state"]),
        register=pd.DataFrame({"partner_id": names, "partner_name": names, "site_id": "", "site_name": ""}),
        last_month=OCTOBER if rows else None,
        synthetic=False,
    )


def _empty_row() -> pd.Index:
    from kpi.marts.table import empty_table

    return empty_table().columns
