"""What a file says beside what its partner sent before. Nothing here refuses a file: people decide about warnings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from kpi.catalog.plausibility import Plausibility
from kpi.intake.again import ReadAgainSource
from kpi.intake.contracts.base import Dataset
from kpi.intake.findings import Findings
from kpi.intake.past import Past
from kpi.intake.places import Places
from kpi.intake.plausible_months import back_dated_targets, month_findings
from kpi.intake.plausible_records import record_findings

if TYPE_CHECKING:
    from kpi.intake.validate import Checked


def plausibility_findings(
    contract: Dataset,
    records: pl.DataFrame,
    past: Past,
    *,
    month_from: date,
    month_to: date,
    places: Places,
    policy: Plausibility,
) -> Findings:
    """Warnings and notices about accepted records that speak for the months given (first days, inclusive).

    ``records``: row_number, then the contract's columns. ``policy`` says how far is far, and why it matters.
    """
    about_months = month_findings(contract, records, past, (month_from, month_to), policy)
    return Findings.of_frames(
        [
            Findings.of(about_months).frame,
            *record_findings(contract, records, past, places, policy),
            *back_dated_targets(contract, records, past, places, policy),
        ]
    )


def places_of(checked: Checked) -> Places:
    """Where the records of an accepted file stand in it; raises ValueError for a refused one."""
    if checked.records is None:
        raise ValueError("A refused file has no records.")
    return Places(checked.records["row_number"], checked.headers, ReadAgainSource(checked))
