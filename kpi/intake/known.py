"""What is known before a file is checked: the partner register, the batches and findings sent so far, the KPIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class KpiFacts:
    """What a target is checked against. ``kind`` and ``better`` as in the KPI definitions."""

    kind: str
    better: str


@dataclass(frozen=True)
class KnownRecords:
    """Current records that rules across datasets compare with; every column is String.

    sites: partner_id, site_id (the register). batches: partner_id, batch_id. findings: partner_id, finding_id.
    """

    sites: pl.DataFrame
    batches: pl.DataFrame
    findings: pl.DataFrame
    kpi_ids: Mapping[str, KpiFacts] = field(default_factory=dict)

    @classmethod
    def empty(cls, kpi_ids: Mapping[str, KpiFacts] | None = None) -> KnownRecords:
        """Nothing sent yet, as in a new store."""
        return cls(_pairs("site_id"), _pairs("batch_id"), _pairs("finding_id"), kpi_ids or {})


def _pairs(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema={"partner_id": pl.String, name: pl.String})
